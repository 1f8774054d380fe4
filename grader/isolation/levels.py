"""How well workers are locked, as a worker's live attacks show it at start.

What holds is not read off a kernel's version: the level is what the attacks show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.errors import UsageProblem
from grader.isolation.missing import missing
from grader.record import LIMITS_ONLY

FULL, NO_NAMESPACES, NO_LANDLOCK = "full", "no namespaces", "no Landlock"


class WeakIsolation(UsageProblem):  # read as a sentence: raise WeakIsolation
    """This system offers no more than resource limits, and nobody allowed that."""


@dataclass(frozen=True)
class Isolation:
    """What was found at start: a level, and the attacks that succeeded.

    ``filtered`` says that workers may make some system calls only: none that could end them.
    """

    level: str
    succeeded: tuple[str, ...] = ()
    filtered: bool = False

    @property
    def line(self) -> str:
        """One line for terminals and reports."""
        return f"isolation: {self.level}"


def level_of(state: Mapping[str, Any], succeeded: Sequence[str], weak: bool) -> Isolation:
    """Return how well workers are locked, by what the zygote says and what attacks succeeded.

    WeakIsolation where only limits hold and ``weak`` does not allow it.
    """
    if succeeded:
        level = LIMITS_ONLY
    elif not state["namespaces"]:
        level = NO_NAMESPACES
    else:
        level = FULL if state["landlock"] and state["seccomp"] else NO_LANDLOCK
    if level == LIMITS_ONLY and not weak:
        raise WeakIsolation(
            "On this system a submission could "
            + ", ".join(succeeded)
            + f": only resource limits hold. {' '.join(missing())} "
            "Or add --allow-weak-isolation if you trust every submission."
        )
    return Isolation(level, tuple(succeeded), bool(state["seccomp"]))
