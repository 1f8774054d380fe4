"""Who may read what goes to nbgrader: modes as nbgrader itself gives them, results as ours."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.nbgrader_bridge.conftest import Command, hand_in, ok


def modes(folder: Path) -> tuple[set[int], set[int]]:
    """Return the modes of the folders and of the files below a folder, itself included."""
    paths = [folder, *folder.rglob("*")]
    folders, files = set(), set()
    for path in paths:
        (folders if path.is_dir() else files).add(stat.S_IMODE(path.stat().st_mode))
    return folders, files


@pytest.mark.parametrize("shared", [False, True], ids=["alone", "groupshared"])
def test_what_nbgrader_shares_is_shared(course: Path, run: Command, shared: bool) -> None:
    """`groupshared` opens results to the group of the course; pages stay what nbgrader has them."""
    hand_in(course, "ann", "2026-03-01 10:00:00.000000 UTC", "rnn_cell.py")
    group = os.getgid()
    if shared:
        config = course / "nbgrader_config.py"
        config.write_text(config.read_text() + "\nc.CourseDirectory.groupshared = True\n")
        if os.geteuid() == 0:
            group = 4242
            os.chown(course, -1, group)
    ok(run("grade", "run", "rnn_bptt", "--gradebook"))
    ok(run("grade", "feedback", "rnn_bptt"))
    graded, out = course / "graded/rnn_bptt", course
    if shared:
        assert modes(graded) == ({0o2770}, {0o660})
        assert {path.stat().st_gid for path in (graded, *graded.rglob("*"))} == {group}
        assert modes(out / "autograded") == ({0o2775}, {0o664})
        assert modes(out / "feedback") == ({0o2775}, {0o664})
    else:
        assert modes(graded) == ({0o700}, {0o600})
        assert modes(out / "autograded") == ({0o755}, {0o444})
        assert modes(out / "feedback") == ({0o755}, {0o644})
