"""Opens a sandbox for an assignment: first of all, for what it starts takes longest to get warm."""

from __future__ import annotations

import resource

from grader.course import Assignment
from grader.errors import UsageProblem
from grader.isolation.sandbox import Sandbox

_FILES = 512


def open_sandbox(assignment: Assignment, *, weak: bool) -> Sandbox:
    """Start a sandbox and do not wait for it; a ``with`` ends it."""
    assignment.must_have_torch()
    _open_enough_files()
    return Sandbox.start(torch=assignment.torch, weak=weak)


def _open_enough_files() -> None:
    """Have as many files open at a time as locking workers takes; UsageProblem where it may not."""
    most, ceiling = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= most < _FILES:
        allowed = _FILES if ceiling == resource.RLIM_INFINITY else min(_FILES, ceiling)
        if allowed < _FILES:
            raise UsageProblem(
                f"Only {allowed} files may be open at a time here, and locking submissions up "
                f"takes {_FILES}. Raise that limit (ulimit -n {_FILES}) and run the command again."
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, ceiling))
