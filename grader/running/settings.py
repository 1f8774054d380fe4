"""The settings of a run, and what must be the same for an earlier result to stand."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from grader.course import Assignment


@dataclass(frozen=True)
class Settings:
    """What a run is judged on: the same settings give the same scores.

    ``timeout`` is the processor time in seconds one function may take; ``weak`` allows
    submissions to be run behind resource limits alone.  ``cases`` is the digest of the hidden
    cases' number and names, "" where nobody has counted them.  Without ``repair`` no change of a
    submission's code is tried to prove where its mistake is: scores are the same.  ``kept`` is
    a folder of this machine where what follows from all this is kept for later runs, "" for none.
    """

    seed: int
    timeout: float = 10.0
    weak: bool = False
    cases: str = ""
    repair: bool = True
    kept: str = ""


def draw_seed() -> int:
    """Return a seed that nobody can guess."""
    return secrets.randbits(32)


def fingerprint(assignment: Assignment, settings: Settings) -> str:
    """Return what must be the same for an earlier result to stand.

    It travels with the feedback, so it is a hash: the seed cannot be read from it.
    """
    text = f"{assignment.fingerprint()} {settings.cases} {settings.seed} {settings.timeout!r}"
    if not settings.repair:
        text += " without repair"
    return hashlib.sha256(text.encode()).hexdigest()
