"""What a worker answers, as the judge holds it: nothing here is believed, only well-formed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.isolation.rules import BrokenRuleError, number, of_length, text, texts
from grader.record import Fact
from grader.worker.script import MAX_BASES, MAX_FRAMES, MAX_NAME, MAX_PATH, MAX_WORDS


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


class Replies(tuple[Reply, ...]):
    """The replies of one case; ``digest`` is that of the frame they came in, "" where unknown."""

    digest: bytes = b""


@dataclass(frozen=True)
class Stopped:
    """Why a group of calls came to no end.

    ``kind`` is "cpu limit", "wall limit", "died" (by what the submission did), "broke rules",
    or one of the two that say nothing of a submission: "killed" by a signal that it cannot
    have caused, and "stuck" where nobody can tell what it waits for.
    """

    kind: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def unclear(self) -> bool:
        """Whether it may be the machine's fault: such a group is asked again."""
        return self.kind in ("killed", "stuck")


@dataclass(frozen=True)
class GroupAnswer:
    """What came back for one group: per case the replies, None where none came.

    ``made`` is what was said of a watched case's expressions, as data that nobody has checked.
    """

    replies: tuple[tuple[Reply, ...] | None, ...]
    stopped: Stopped | None = None
    cpu_seconds: float = 0.0
    made: Any = None


@dataclass(frozen=True)
class Due:
    """What is due of one case: it has so many ``steps``, and those ``wanted`` are answered."""

    steps: int
    wanted: tuple[int, ...]

    @classmethod
    def of(cls, script: Sequence[Sequence[Any]]) -> Due:
        """Return what is due of a script (see ``grader.worker.script``)."""
        wanted = (n for n, step in enumerate(script) if step[0] != "call" or step[3])
        return cls(len(script), tuple(wanted))


def replies_of(said: Any, due: Due, digest: bytes = b"") -> Replies:
    """Check what a worker answered to one case: the replies that are due, in their order.

    Only an exception may end them early.  Raises BrokenRuleError where they are anything else.
    """
    if type(said) is not list or len(said) > len(due.wanted) + 1:
        raise BrokenRuleError("form")
    replies = Replies(_reply_of(one, due.steps) for one in said)
    replies.digest = digest
    answered = tuple(reply.step for reply in replies)
    if replies and isinstance(replies[-1], Raised):
        *answered_before, last = answered
        expected = [step for step in due.wanted if step < last]
        if answered_before != expected or not all(
            isinstance(reply, Value) for reply in replies[:-1]
        ):
            raise BrokenRuleError("turn")
    elif answered != due.wanted or not all(isinstance(reply, Value) for reply in replies):
        raise BrokenRuleError("turn")
    return replies


def _reply_of(message: Any, steps: int) -> Reply:
    kind, step, content = of_length(message, 3)
    step = number(step, steps)
    if kind == "value":
        return Value(step, content)
    if kind != "raised" or type(content) is not dict or content.keys() != _DETAILS:
        raise BrokenRuleError("form")
    if type(content["importing"]) is not bool or type(content["frames"]) is not list:
        raise BrokenRuleError("form")
    return Raised(
        step=step,
        type=text(content["type"], MAX_NAME),
        bases=texts(content["bases"], MAX_BASES, MAX_NAME),
        importing=content["importing"],
        frames=_frames(content["frames"]),
        text=text(content["text"], MAX_WORDS),
        name=text(content["name"], MAX_NAME),
    )


def _frames(said: list[Any]) -> tuple[tuple[str, int, str], ...]:
    if len(said) > MAX_FRAMES:
        raise BrokenRuleError("form")
    frames = (of_length(one, 3) for one in said)
    return tuple(
        (text(file, MAX_PATH), number(line, _LINES), text(name, MAX_NAME))
        for file, line, name in frames
    )


_DETAILS = {"type", "bases", "importing", "frames", "text", "name"}
_LINES = 1 << 31
