"""Opens a sandbox for an assignment: first of all, for what it starts takes longest to get warm."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from grader.isolation.launching import Zygote, launch

if TYPE_CHECKING:  # a lane launches its zygote before it imports more than that takes
    from grader.course import Assignment
    from grader.isolation.sandbox import Sandbox

_FILES = 512


def early_zygote(*, torch: bool) -> Zygote | None:
    """Launch a zygote for a sandbox that is opened later; None where that will be refused."""
    return launch(torch) if _files_allowed() >= _FILES else None


def open_sandbox(assignment: Assignment, *, weak: bool, zygote: Zygote | None = None) -> Sandbox:
    """Start a sandbox, on a ``zygote`` that was launched, and do not wait; a ``with`` ends it.

    UsageProblem where PyTorch is missing, or too few files may be open at a time.
    """
    from grader.isolation.sandbox import Sandbox

    assignment.must_have_torch()
    allowed = _files_allowed()
    if allowed < _FILES:
        from grader.errors import UsageProblem

        raise UsageProblem(
            f"Only {allowed} files may be open at a time here, and locking submissions up "
            f"takes {_FILES}. Raise that limit (ulimit -n {_FILES}) and run the command again."
        )
    return Sandbox.start(torch=assignment.torch, weak=weak, zygote=zygote)


def _files_allowed() -> int:
    """Have as many files open at a time as locking workers takes; return how many may be."""
    most, ceiling = resource.getrlimit(resource.RLIMIT_NOFILE)
    if not 0 <= most < _FILES:
        return _FILES
    allowed = _FILES if ceiling == resource.RLIM_INFINITY else min(_FILES, ceiling)
    if allowed == _FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, ceiling))
    return allowed
