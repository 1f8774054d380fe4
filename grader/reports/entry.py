"""What is said to a student, before any medium lays it out.

Text, Markdown and results.json are made from these entries, so that they cannot differ in
anything but their layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.phrases import PLAIN, Medium, Phrases, finding_of, number
from grader.record import FunctionResult, Report, Status

FULL, LENT, WRONG, FAULT, REMARK = "+", "~", "x", "!", "-"

_OF_A_FILE = frozenset(
    {
        "missing file", "empty file", "unreadable file", "too large file", "binary file",
        "not utf-8", "not a regular file", "link out of submission", "syntax error",
        "newer syntax", "newer library", "missing import", "relative import", "handed out import",
        "missing name", "import failed", "import refused", "import died",
    }
)  # fmt: skip
"""What is wrong with a file, and so with every function in it: it is said once."""


@dataclass(frozen=True)
class Entry:
    """One function, or one remark on the submission (then ``score`` is "").

    ``score`` and ``aside`` stand on its first line, ``rows`` are labels and sentences below it.
    Score, aside and sentences are written for the medium; name and labels are bare.
    """

    mark: str
    name: str
    score: str = ""
    aside: str = ""
    rows: tuple[tuple[str, str], ...] = ()


def entries(report: Report, phrases: Phrases, medium: Medium = PLAIN) -> Iterator[Entry]:
    """Yield the remarks on the submission, then every function in the contract's order.

    What is wrong with a whole file is said of the first function that it costs; the others refer
    to that one.
    """
    for remark in report.remarks:
        rows = (
            (phrases.word("label what"), phrases.what(remark, medium)),
            (phrases.word("label next"), phrases.next_of_remark(remark, medium)),
        )
        yield Entry(REMARK, phrases.word("submission"), rows=rows)
    told: dict[object, str] = {}
    for result in report.functions:
        said = entry(result, phrases, medium)
        finding = finding_of(result)
        if finding and finding.kind in _OF_A_FILE and not result.places:
            facts = sorted(map(repr, finding.facts.items()))
            first = told.setdefault((finding.kind, *facts), result.name)
            if first != result.name:
                same = phrases.word("same", {"function": first}, medium)
                aside = phrases.separator.join(filter(None, (same, said.aside)))
                said = replace(said, aside=aside, rows=())
        yield said


def entry(result: FunctionResult, phrases: Phrases, medium: Medium = PLAIN) -> Entry:
    """Say everything there is to say of one function."""
    if result.status is Status.NOT_JUDGED:
        fault = finding_of(result)
        aside = phrases.what(fault, medium) if fault else ""
        return Entry(FAULT, result.name, phrases.word("not judged", medium=medium), aside)
    lent = phrases.word("lent", {"lent": result.lent}, medium) if result.lent else ""
    score = points(result.score, result.max_score, phrases, medium)
    aside = phrases.separator.join(filter(None, (_by_hand(result, phrases, medium), lent)))
    if result.status is Status.PASSED:
        return Entry(LENT if lent else FULL, result.name, score, aside)
    rows = tuple(_rows(result, phrases, medium))
    if result.status is Status.BROKE_RULES:
        return Entry(FAULT, result.name, score, phrases.word("needs a look", medium=medium), rows)
    return Entry(WRONG, result.name, score, aside, rows)


def _by_hand(result: FunctionResult, phrases: Phrases, medium: Medium) -> str:
    """Say why points were given by hand, "" where none were."""
    given = result.adjustment
    if given is None:
        return ""
    judged = {} if given.judged is None else {"judged": rounded(given.judged)}
    return phrases.word("adjusted", {"reason": given.reason, **judged}, medium)


def points(score: float | None, max_score: float, phrases: Phrases, medium: Medium = PLAIN) -> str:
    """Write a score: "20 of 25 points"; a missing total is said in words."""
    if score is None:
        return phrases.word("no total", medium=medium)
    facts = {"score": rounded(score), "max_score": rounded(max_score)}
    return phrases.word("points", facts, medium)


def rounded(score: float) -> float:
    """Write a score to a hundredth of a point, as people do, so that every medium shows the same.

    What is not the whole number that it would be rounded to keeps six decimals.
    """
    short, exact = round(float(score), 2), round(float(score), 6)
    return exact if short.is_integer() and short != exact else short


def shown(score: float | None) -> str:
    """Write a bare score: 5, 2.5; "" where there is none."""
    return "" if score is None else number(rounded(score))


def first_wrong(report: Report) -> FunctionResult | None:
    """Return the function to start with, or None where nothing is wrong.

    What rests on another wrong one comes after it; of those that rest on none, the one that
    most points are missing of comes first, then the contract's order decides.
    """
    wrong = [one for one in report.functions if one.status in (Status.FAILED, Status.BROKE_RULES)]
    names = {one.name for one in wrong}
    free = [one for one in wrong if names.isdisjoint(one.rests_on)] or wrong
    return max(free, key=lambda one: one.max_score - (one.score or 0.0), default=None)


def begin_with(first: FunctionResult) -> str:
    """Return what to start with: a function, or its file where nothing in that can be used."""
    finding = first.finding
    if finding is not None and finding.kind in _OF_A_FILE:
        return str(finding.facts.get("file") or first.name)
    return first.name


def nothing_to_do(report: Report, phrases: Phrases, medium: Medium = PLAIN) -> str:
    """Say so, where no function is wrong."""
    return phrases.word("all done" if report.judged else "rest not judged", medium=medium)


def _rows(result: FunctionResult, phrases: Phrases, medium: Medium) -> Iterator[tuple[str, str]]:
    finding = finding_of(result)
    if finding is None:
        return
    others = phrases.word("others", {"others": result.others}, medium) if result.others else ""
    for label, sentence in (
        ("label what", phrases.what(finding, medium)),
        ("label when", phrases.when(result, medium)),
        ("label also", others),
        ("label where", phrases.where(result, medium)),
        ("label cause", phrases.cause(result, medium)),
        ("label next", phrases.next(result, medium)),
    ):
        if sentence:
            yield phrases.word(label), sentence
