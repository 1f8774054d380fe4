"""Records as JSON data and back, field by field.

A file may have been edited or cut short, so reading checks every field and names the first
that does not fit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from grader.record import (
    Adjustment,
    Criterion,
    Fact,
    Finding,
    FunctionResult,
    Identity,
    Place,
    Report,
    Status,
)

T = TypeVar("T")

DEEPEST_FACT = 16
"""Tuples within tuples that a fact may hold."""

LARGEST_NUMBER = 1e300
"""No points or seconds come near it; infinities and NaN fail the comparison with it."""


_ROUNDING = 1e-9


def pack(value: Any) -> Any:
    """Return a record, or anything in one, as JSON data; keys in the order of the fields."""
    if dataclasses.is_dataclass(value):
        return {field.name: pack(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: pack(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [pack(item) for item in value]
    return str(value) if isinstance(value, Status) else value


def unpack(data: object) -> Report:
    """Return the report that was packed; ValueError names the field that does not fit."""
    record = _Fields(data, "record", Report)
    report = Report(
        assignment=record.text("assignment"),
        student=record.text("student"),
        functions=record.several("functions", _function),
        digest=record.text("digest"),
        fingerprint=record.text("fingerprint"),
        isolation=record.text("isolation"),
        remarks=record.several("remarks", _finding),
        seconds=record.number("seconds"),
        same_files=record.truth("same_files"),
        identities=record.several("identities", _identity),
        judged_at=record.text("judged_at"),
        version=record.text("version"),
    )
    names = [result.name for result in report.functions]
    if not names or len(set(names)) < len(names):
        raise ValueError("record.functions must hold every function once.")
    return report


def _function(data: object, where: str) -> FunctionResult:
    fields = _Fields(data, where, FunctionResult)
    status = fields.text("status")
    if status not in set(Status):
        raise ValueError(f"{where}.status is {status!r}, which is no known status.")
    score = None if fields.data["score"] is None else fields.number("score")
    if (score is None) != (status == Status.NOT_JUDGED):
        raise ValueError(f"{where} must have a score if it was judged, and none if it was not.")
    most = fields.number("max_score")
    if most < 0 or (score is not None and not 0 <= score <= most + _ROUNDING):
        raise ValueError(f"{where}.score must lie between 0 and max_score.")
    found, adjusted = fields.data["finding"], fields.data["adjustment"]
    return FunctionResult(
        name=fields.text("name"),
        status=Status(status),
        score=score,
        max_score=most,
        criteria=fields.several("criteria", _criterion),
        finding=None if found is None else _finding(found, f"{where}.finding"),
        others=fields.integer("others"),
        mistakes=fields.several("mistakes", _text),
        explains=fields.several("explains", _texts),
        unexplained=fields.several("unexplained", _text),
        lent=fields.several("lent", _text),
        rests_on=fields.several("rests_on", _text),
        places=fields.several("places", _place),
        adjustment=None if adjusted is None else _adjustment(adjusted, f"{where}.adjustment"),
        cpu_seconds=fields.number("cpu_seconds"),
    )


def _criterion(data: object, where: str) -> Criterion:
    fields = _Fields(data, where, Criterion)
    if not 0 <= fields.number("earned") <= fields.number("points") + _ROUNDING:
        raise ValueError(f"{where}.earned must lie between 0 and points.")
    return Criterion(
        name=fields.text("name"),
        points=fields.number("points"),
        earned=fields.number("earned"),
        passed=fields.truth("passed"),
        judged=fields.truth("judged"),
    )


def _finding(data: object, where: str) -> Finding:
    fields = _Fields(data, where, Finding)
    return Finding(
        kind=fields.text("kind"),
        output=fields.text("output"),
        facts={key: _fact(item, key) for key, item in fields.mapping("facts").items()},
        sizes={key: _integer(item, key) for key, item in fields.mapping("sizes").items()},
        more=fields.integer("more"),
    )


def _place(data: object, where: str) -> Place:
    fields = _Fields(data, where, Place)
    return Place(
        file=fields.text("file"),
        first=fields.integer("first"),
        last=fields.integer("last"),
        proved=fields.truth("proved"),
        alone=fields.truth("alone"),
        output=fields.text("output"),
    )


def _adjustment(data: object, where: str) -> Adjustment:
    fields = _Fields(data, where, Adjustment)
    judged = None if fields.data["judged"] is None else fields.number("judged")
    return Adjustment(
        points=fields.number("points"),
        reason=fields.text("reason"),
        at=fields.text("at"),
        judged=judged,
    )


def _identity(data: object, where: str) -> Identity:
    fields = _Fields(data, where, Identity)
    return Identity(
        system=fields.text("system"),
        user=fields.text("user"),
        submission=fields.text("submission"),
        name=fields.text("name"),
        email=fields.text("email"),
        login=fields.text("login"),
        late=fields.truth("late"),
        attempt=fields.integer("attempt"),
    )


def _fact(data: object, where: str, depth: int = 0) -> Fact:
    if isinstance(data, list) and depth < DEEPEST_FACT:
        return tuple(_fact(item, where, depth + 1) for item in data)
    if data is None or isinstance(data, str | int | float):
        return data
    raise ValueError(f"The fact {where} must be a text, a number, true, false, null or a list.")


def _text(data: object, where: str) -> str:
    if not isinstance(data, str):
        raise ValueError(f"{where} must be a text.")
    return data


def _texts(data: object, where: str) -> tuple[str, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{where} must be a list.")
    return tuple(_text(item, where) for item in data)


def _integer(data: object, where: str) -> int:
    if not isinstance(data, int) or isinstance(data, bool):
        raise ValueError(f"{where} must be a whole number.")
    return data


class _Fields:
    """The fields of one record, each read with its type checked."""

    def __init__(self, data: object, where: str, record: type) -> None:
        if not isinstance(data, dict):
            raise ValueError(f"{where} must be an object.")
        for field in dataclasses.fields(record):
            if field.name not in data:
                raise ValueError(f"{where} has no field {field.name}.")
        known = {field.name for field in dataclasses.fields(record)}
        for name in data:
            if name not in known:
                raise ValueError(f"{where} has an unknown field {name!r}.")
        self.data: dict[str, object] = data
        self.where = where

    def text(self, name: str) -> str:
        return _text(self.data[name], f"{self.where}.{name}")

    def integer(self, name: str) -> int:
        return _integer(self.data[name], f"{self.where}.{name}")

    def number(self, name: str) -> float:
        value = self.data[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{self.where}.{name} must be a number.")
        if not -LARGEST_NUMBER < value < LARGEST_NUMBER:
            raise ValueError(f"{self.where}.{name} must be a finite number.")
        return value

    def truth(self, name: str) -> bool:
        value = self.data[name]
        if not isinstance(value, bool):
            raise ValueError(f"{self.where}.{name} must be true or false.")
        return value

    def mapping(self, name: str) -> dict[str, object]:
        value = self.data[name]
        if not isinstance(value, dict):
            raise ValueError(f"{self.where}.{name} must be an object.")
        return value

    def several(self, name: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        value = self.data[name]
        if not isinstance(value, list):
            raise ValueError(f"{self.where}.{name} must be a list.")
        return tuple(read(item, f"{self.where}.{name}[{i}]") for i, item in enumerate(value))
