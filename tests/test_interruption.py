"""A run that is stopped, killed, crowded or out of room loses nothing that was done."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import GRADE, ROOT, SAMPLE, grade

COUNT = 40


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """Forty submissions that differ."""
    for number in range(COUNT):
        folder = tmp_path / "submitted" / f"student_{number:02}" / "rnn_bptt"
        shutil.copytree(SAMPLE / "amara_okafor" / "rnn_bptt", folder)
        with open(folder / "rnn_cell.py", "a") as file:
            file.write(f"\n# {number}\n")
    return tmp_path / "submitted"


def begin(submitted: Path, out: Path) -> subprocess.Popen[str]:
    """Start a run and return when its first result is there."""
    command = [*GRADE, "run", "rnn_bptt", str(submitted), "--out", str(out)]
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith("student_")
    return running


def family(pid: int) -> set[int]:
    """Return the living descendants of a process."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = dict(map(int, line.split()) for line in listed.splitlines())
    found = {pid}
    for _ in range(10):
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def gone(pids: set[int]) -> bool:
    """Wait until processes have ended."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        alive = {pid for pid in pids if Path(f"/proc/{pid}").exists() and not _zombie(pid)}
        if not alive:
            return True
        time.sleep(0.1)
    return False


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def whole(out: Path) -> int:
    """Check that every student's folder is whole, and return how many there are."""
    folders = [path for path in out.iterdir() if path.is_dir() and path.name != ".run"]
    for folder in folders:
        results = json.loads((folder / "results.json").read_text("utf-8"))
        assert results["score"] == 100
        assert (folder / "feedback.md").read_text("utf-8").startswith("# Feedback")
    return len(folders)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run(submitted: Path, tmp_path: Path, number: signal.Signals) -> None:
    """It ends in good order, says how far it came, and goes on when it is run again."""
    out = tmp_path / "out"
    running = begin(submitted, out)
    children = family(running.pid)
    assert children
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 128 + number
    assert f" of {COUNT} submissions are done and written; the same command goes on" in said
    assert "Traceback" not in said
    assert gone(children)
    done = whole(out)
    assert 0 < done < COUNT
    assert len((out / "grades.csv").read_text("utf-8").splitlines()) == 1 + done
    again = grade("run", "rnn_bptt", submitted, "--out", out)
    assert again.returncode == 0
    assert f"{COUNT} submissions, {done} unchanged since the last run" in again.stdout
    assert whole(out) == COUNT


def test_a_killed_run(submitted: Path, tmp_path: Path) -> None:
    """Its lanes, zygotes and workers end with it; what was finished is whole and stands."""
    out = tmp_path / "out"
    running = begin(submitted, out)
    children = family(running.pid)
    running.kill()
    running.communicate(timeout=60)
    assert gone(children)
    for folder in out.iterdir():
        if folder.is_dir() and (folder / "results.json").exists():
            json.loads((folder / "results.json").read_text("utf-8"))
    again = grade("run", "rnn_bptt", submitted, "--out", out)
    assert again.returncode == 0, again.stderr
    assert " unchanged since the last run" in again.stdout
    assert whole(out) == COUNT
    assert not list(out.rglob("*.tmp"))


def test_a_killed_lane(submitted: Path, tmp_path: Path) -> None:
    """Another lane takes its place, and judges what it was at."""
    out = tmp_path / "out"
    running = begin(submitted, out)
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    lanes = [
        int(pid)
        for pid, parent in (line.split() for line in listed.splitlines())
        if int(parent) == running.pid
    ]
    os.kill(lanes[0], signal.SIGKILL)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 0, said
    assert whole(out) == COUNT


def test_two_runs_at_once(submitted: Path, tmp_path: Path) -> None:
    """The second is refused, by process and time, and disturbs nothing."""
    out = tmp_path / "out"
    running = begin(submitted, out)
    second = grade("run", "rnn_bptt", submitted, "--out", out)
    assert second.returncode == 2
    assert second.stderr.startswith(f"Error: Another run (process {running.pid} on ")
    assert second.stderr.endswith(
        f'is writing its results into "{out}". Wait for it to end, or choose another folder '
        "with --out.\n"
    )
    running.communicate(timeout=120)
    assert running.returncode == 0
    assert whole(out) == COUNT


FULL_DISK = """
mount -t tmpfs -o size=64k tmpfs "$1" || exit 77
shift
"$@"
echo "code $?"
find "$OUT" -name '*.tmp' | sed 's/^/left /'
cat "$OUT"/*/results.json | wc -c
"""


def test_a_full_disk(submitted: Path, tmp_path: Path) -> None:
    """One sentence, exit code 3, and every finished student whole."""
    small = tmp_path / "small"
    small.mkdir()
    flags = ["-m"] if os.geteuid() == 0 else ["-U", "-r", "-m"]
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("no small disk can be mounted here")
    out = small / "out"
    done = subprocess.run(
        ["unshare", *flags, "sh", "-c", FULL_DISK, "sh", str(small), *GRADE, "run", "rnn_bptt",
         str(submitted), "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "OUT": str(out)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    if done.returncode == 77:
        pytest.skip("no small disk can be mounted here")
    assert "code 3" in done.stdout.splitlines(), done.stdout + done.stderr
    assert "cannot be written: No space left on device. Make room" in done.stderr
    assert f" of {COUNT} submissions are done and written; the same command goes on" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [line for line in done.stdout.splitlines() if line.startswith("left ")]
