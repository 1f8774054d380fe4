"""Any value, through everything that reads an answer; `python -m benchmarks.fuzz` tries more."""

from __future__ import annotations

import sys

import pytest

from benchmarks.fuzz import fuzz


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_no_value_fails_whoever_reads_it() -> None:
    """Of all assignments' functions, a few answers each."""
    _, values = fuzz(4000, seed=70_000_000, minutes=30, tell=lambda said: None)
    assert values >= 4000
