"""The words of `grade why`, which a student may be shown, too, and the facts that each may name."""

from __future__ import annotations

from collections.abc import Mapping

WHY: Mapping[str, frozenset[str]] = {
    "why verdict": frozenset({"verdict"}),
    "why criterion": frozenset({"name", "earned", "points"}),
    "why share": frozenset(),
    "why case": frozenset({"number"}),
    "why whole": frozenset(),
    "why wrong": frozenset({"outputs"}),
    "why not tried": frozenset(),
    "why free": frozenset(),
    "why opened": frozenset({"number"}),
    "why costs": frozenset({"costs"}),
    "why no costs": frozenset(),
}
