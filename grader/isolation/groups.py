"""What is sent to a worker: the calls of one function, and beside what they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from numpy.typing import NDArray

from grader.isolation.answers import Due
from grader.worker.wire import frame


@dataclass(frozen=True)
class Common:
    """What is the same for many submissions: arrays that calls take, and trusted code by file."""

    constants: Sequence[NDArray[Any]] = ()
    code: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """The calls of one function: ``frame`` holds them ready to send, ``cases`` says what is due.

    A group without cases only imports a module; its ``function`` is "".  Of a ``recorded`` one it
    is due as well what its one case made (see ``grader.worker.watching``).
    """

    function: str
    cases: tuple[Due, ...]
    frame: bytes
    recorded: bool = False

    @classmethod
    def of(cls, module: str, function: str, scripts: Sequence[Any], **more: Any) -> Group:
        """Return the group of some scripts (see ``grader.worker.script``)."""
        message = {"module": module, "function": function, "cases": scripts, **more}
        return cls(function, tuple(map(Due.of, scripts)), frame(message))


@dataclass(frozen=True)
class Lent:
    """Which right functions stand in the place of a submission's own.

    ``functions`` maps a module to the names lent in it, and these to the methods of each, with
    their parameters: of a function "__call__" alone.  ``expected`` maps one to the names that
    others may import, for which something stands in where they are not there; ``whole`` are
    modules that are not even tried; ``judged`` is the module whose function is judged beside
    them, and ``wrong`` are functions for whose exceptions it does not pay as it is imported.
    """

    functions: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]] = field(default_factory=dict)
    expected: Mapping[str, Sequence[str]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    judged: str = ""
    wrong: tuple[str, ...] = ()


def import_beside(lent: Lent, module: str) -> Group:
    """Return the group that imports a submission's modules afresh, beside what is lent."""
    return Group.of(module, "", [], lent=asdict(lent))


class Lends(Protocol):
    """Who answers the calls of lent functions."""

    def answer(self, request: Sequence[Any]) -> bytes:
        """Return the frame that answers ["lent", name, method, state, args, kwargs]."""
