"""The texts that only the student's page has, and the facts that each may name."""

from __future__ import annotations

from collections.abc import Mapping

PAGE: Mapping[str, frozenset[str]] = {
    "page skip": frozenset(),
    "page overview": frozenset(),
    "page function": frozenset(),
    "page state": frozenset({"state"}),
    "page functions": frozenset(),
    "page parts": frozenset({"function"}),
    "page part": frozenset(),
    "page verdict": frozenset({"passed"}),
    "page unjudged": frozenset(),
    "page code": frozenset({"file", "line"}),
    "page here": frozenset(),
    "page mask": frozenset({"output"}),
    "page key": frozenset(),
    "page down": frozenset({"axis"}),
    "page across": frozenset({"axis"}),
    "page axis": frozenset({"size"}),
    "page depth": frozenset({"depth"}),
    "page wrong": frozenset({"rows", "columns"}),
    "page written": frozenset(),
    "page answer": frozenset(),
    "page no answer": frozenset(),
    "page comment": frozenset(),
    "page ungraded": frozenset(),
    "page in code": frozenset(),
    "page late": frozenset(),
    "page waiting": frozenset(),
    "page code alone": frozenset(),
}
