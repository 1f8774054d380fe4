"""Temporary folders: for their user alone, and gone with their process, or soon after a kill."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from grader.scratch import scratch_folder

ROOT = Path(__file__).resolve().parents[1]
HOLDS = (
    "import sys\n"
    "from grader.scratch import scratch_folder\n"
    "with scratch_folder() as folder:\n"
    "    (folder / 'test_hidden.py').write_text('due = 1')\n"
    "    print(folder, flush=True); sys.stdin.read()"
)


def holder(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that holds a folder; the process and the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_kill_leaves_goes_with_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is still held stays, and so does what is none of ours."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "others").mkdir()
    (tmp_path / "unrolled-link").symlink_to(tmp_path / "others")
    killed, left = holder(tmp_path)
    with killed:
        killed.kill()
    alive, held = holder(tmp_path)
    with alive:
        assert not left.exists()  # the second has removed what the first left
        with scratch_folder() as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert (held / "test_hidden.py").exists()
        assert not folder.exists()
        alive.communicate("")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["others", "unrolled-link"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_another_users_folder_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where it is held by nobody."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    theirs = tmp_path / "unrolled-theirs"
    theirs.mkdir()
    os.chown(theirs, 4242, -1)
    with scratch_folder():
        assert theirs.exists()
