"""What a course changes of an assignment that others wrote: assignment.toml beside its solutions.

It says what is to be otherwise, and nothing else::

    language = "zh"
    timeout = 20                    # seconds of processor time one function may take
    tolerance = 10                  # numbers may be ten times as far off
    late = { percent_per_day = 10, grace_minutes = 15 }    # or "none", or "zero"
    drop = ["compare_with_torch"]   # not asked for, and worth nothing

    [functions.softmax]
    outputs = { values = 4 }        # points; what is not named keeps its own
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.course.late import EVERYTHING, NOTHING, Late
from grader.course.points import Function, Points, Reader, read_table
from grader.errors import did_you_mean

MOST_SECONDS, LEAST_SECONDS = 3600.0, 0.1
MOST_TOLERANCE = 1e6


def changed(points: Points, path: Path) -> Points:
    """Return what an assignment asks for in a course with this file, or as it is without one.

    UsageProblem names the file, the key and what is wrong with it.
    """
    if not path.exists():
        return points
    table, reader = read_table(path), Reader(path)
    reader.keys(table, "", ("language", "timeout", "tolerance", "late", "drop", "functions"))
    dropped = _dropped(reader, table, points)
    functions = tuple(
        replace(one, dropped=True) if one.name in dropped else one
        for one in _functions(reader, table, points, dropped)
    )
    if not any(not one.dropped for one in functions):
        raise reader.problem("drop", "leaves no function to ask for")
    tolerance = _number(reader, table, "", "tolerance", 1.0, MOST_TOLERANCE, points.tolerance)
    now = replace(
        points,
        functions=functions,
        language=reader.value(table, "", "language", str, "a text", points.language),
        timeout=_number(reader, table, "", "timeout", LEAST_SECONDS, MOST_SECONDS, points.timeout),
        tolerance=tolerance,
        late=_late(reader, table),
    )
    same = (functions, tolerance) == (points.functions, points.tolerance)
    return replace(now, changes="" if same else repr((functions, tolerance)))


def _dropped(reader: Reader, table: Mapping[str, Any], points: Points) -> frozenset[str]:
    names = reader.value(table, "", "drop", list, "a list of functions", [])
    for name in names:
        _known(reader, "drop", name, [one.name for one in points.functions])
    return frozenset(names)


def _functions(
    reader: Reader, table: Mapping[str, Any], points: Points, dropped: frozenset[str]
) -> Iterable[Function]:
    given = reader.value(table, "", "functions", dict, "a table", {})
    for name, own in given.items():
        where = f"functions.{name}"
        _known(reader, where, name, [one.name for one in points.functions])
        if not isinstance(own, dict):
            raise reader.problem(where, f"must be a table, not {own!r}")
        if name in dropped:
            raise reader.problem(where, 'has points, and is in "drop" as well')
        reader.keys(own, f"{where}.", ("outputs", "small"))
    return [_function(reader, one, given.get(one.name, {})) for one in points.functions]


def _function(reader: Reader, function: Function, own: Mapping[str, Any]) -> Function:
    where = f"functions.{function.name}"
    parts = {}
    for part in ("outputs", "small"):
        known: Mapping[str, float] = getattr(function, part)
        given = reader.criteria(own, where, part)
        for name in given:
            _known(reader, f"{where}.{part}.{name}", name, known)
        parts[part] = {**known, **given}
    if sum(parts["outputs"].values()) <= 0:
        raise reader.problem(
            f"{where}.outputs", 'must leave points to an output; see "drop" for no points at all'
        )
    return replace(function, outputs=parts["outputs"], small=parts["small"])


def _known(reader: Reader, key: str, name: object, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        hint = did_you_mean(str(name), names) or f" Known are: {', '.join(names)}."
        raise reader.problem(key, f"names {str(name)!r}, which this assignment has not", hint)


def _number(
    reader: Reader,
    table: Mapping[str, Any],
    where: str,
    key: str,
    least: float,
    most: float,
    default: float,
) -> float:
    value = table.get(key, default)
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not math.isfinite(value) or not least <= value <= most:
        raise reader.problem(
            where + key, f"must be a number from {least:g} to {most:g}, not {value!r}"
        )
    return float(value)


def _late(reader: Reader, table: Mapping[str, Any]) -> Late | None:
    rule = table.get("late")
    if rule is None or rule == "none":
        return None if rule is None else NOTHING
    if rule == "zero":
        return EVERYTHING
    if not isinstance(rule, dict):
        raise reader.problem(
            "late", f'must be "none", "zero" or {{ percent_per_day = 10 }}, not {rule!r}'
        )
    reader.keys(rule, "late.", ("percent_per_day", "grace_minutes"))
    if "percent_per_day" not in rule:
        raise reader.problem("late", "must say percent_per_day")
    return Late(
        _number(reader, rule, "late.", "percent_per_day", 0.0, 100.0, 0.0),
        _number(reader, rule, "late.", "grace_minutes", 0.0, 1440.0, 0.0),
    )
