"""What a worker answers, as the judge holds it: nothing here is believed, only well-formed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.record import Fact
from grader.worker.wire import WireError


@dataclass(frozen=True)
class Value:
    """What step ``step`` of a case returned, as plain data."""

    step: int
    data: Any


@dataclass(frozen=True)
class Raised:
    """An exception in place of a result, as the worker tells it: nothing here is checked yet."""

    step: int
    type: str
    bases: tuple[str, ...]
    importing: bool
    frames: tuple[tuple[str, int, str], ...]
    text: str
    name: str


Reply = Value | Raised


@dataclass(frozen=True)
class Stopped:
    """Why a group of calls came to no end: "cpu limit", "wall limit", "died", "nonsense reply"."""

    kind: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupAnswer:
    """What came back for one group: per case the replies, None where none came."""

    replies: tuple[tuple[Reply, ...] | None, ...]
    stopped: Stopped | None = None
    cpu_seconds: float = 0.0


def reply_of(message: Any) -> Reply:
    """Check one reply's form; raises WireError or what a wrong form makes Python raise."""
    kind, step, content = message
    if kind == "value":
        return Value(int(step), content)
    if kind != "raised":
        raise WireError("an unknown reply")
    frames = tuple((str(file), int(line), str(name)) for file, line, name in content["frames"])
    return Raised(
        step=int(step),
        type=str(content["type"]),
        bases=tuple(str(base) for base in content["bases"]),
        importing=bool(content["importing"]),
        frames=frames,
        text=str(content["text"]),
        name=str(content["name"]),
    )
