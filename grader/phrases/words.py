"""The texts around the findings, in every language, and the facts that each may name."""

from __future__ import annotations

from collections.abc import Mapping

from grader.phrases.page import PAGE
from grader.phrases.report import REPORT
from grader.phrases.why import WHY

WORDS: Mapping[str, frozenset[str]] = {
    "when": frozenset({"sizes", "more"}),
    "when only": frozenset({"criteria"}),
    "others": frozenset({"others"}),
    "lent": frozenset({"lent"}),
    "same": frozenset({"function"}),
    "adjusted": frozenset({"reason", "judged"}),
    "where line": frozenset({"how", "file", "line", "output"}),
    "where lines": frozenset({"how", "file", "first", "last", "output"}),
    "where either": frozenset({"how", "file", "line", "other", "output"}),
    "next only": frozenset({"criteria"}),
    "next raise": frozenset({"file", "line"}),
    "next either": frozenset({"file", "line", "other"}),
    "next where": frozenset({"file", "line", "first", "last"}),
    "part of": frozenset({"part", "output"}),
    "cause of": frozenset({"outputs"}),
    "cause rest": frozenset({"outputs"}),
    "points": frozenset({"score", "max_score"}),
    "not judged": frozenset(),
    "needs a look": frozenset(),
    "no total": frozenset(),
    "isolation": frozenset({"isolation"}),
    "submission": frozenset(),
    "rest not judged": frozenset(),
    "all done": frozenset(),
    **{
        f"label {name}": frozenset()
        for name in (
            "what", "when", "also", "where", "cause", "next", "first", "hint", "feedback",
            "student", "score", "note",
        )
    },
    **PAGE,
    **REPORT,
    **WHY,
}  # fmt: skip
