"""Where a command is given from: streams, signals, locales and limits that are not as usual."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from tests.command import GRADE, PATIENCE, Done, environment, grade, hand_in, right, small_course

POSIX = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with three right submissions."""
    course = small_course(tmp_path / "course")
    hand_in(course, **{name: right(course, name) for name in ("ann", "bob", "cem")})
    return course


def judged(course: Path) -> list[str]:
    """Return the students who have results."""
    return sorted(path.parent.name for path in (course / "graded/leaky").glob("*/results.json"))


def shell(script: str, course: Path, **env: str) -> Done:
    """Run a line of bash in a course, "$0" being the command."""
    done = subprocess.run(
        ["bash", "-c", script, GRADE],
        cwd=course,
        env={**environment(), **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(course: Path, closed: str) -> None:
    """A run does its work, and no file takes the number of a stream; a refusal keeps its code."""
    done = shell(f'"$0" run leaky {closed}', course)
    assert done.code == 0
    assert "Traceback" not in done.out + done.err
    assert judged(course) == ["ann", "bob", "cem"]
    assert shell(f'"$0" run nothing {closed}', course).code == 2


def test_output_that_cannot_be_written(course: Path) -> None:
    """A disk that is full is told once, and ends nothing."""
    done = shell('"$0" run leaky > /dev/full', course)
    assert done == Done(
        0,
        "",
        "warning: the output cannot be written (No space left on device); results are written all "
        "the same\n",
    )
    assert judged(course) == ["ann", "bob", "cem"]


def test_a_reader_who_stops_to_read(course: Path) -> None:
    """The run goes on and says so; every result is written."""
    done = shell('"$0" run leaky | head -n 1; exit "${PIPESTATUS[0]}"', course)
    assert done.code == 0
    assert done.out.count("\n") == 1
    assert done.err == (
        "warning: nobody reads the output any more; results are written all the same\n"
    )
    assert judged(course) == ["ann", "bob", "cem"]
    assert (course / "graded/leaky/grades.csv").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_starting_up(course: Path, number: signal.Signals) -> None:
    """However early it comes, it is told in one sentence, and never with a traceback."""

    def hears() -> None:
        for one in (signal.SIGINT, signal.SIGHUP):
            signal.signal(one, signal.SIG_DFL)

    said = set()
    for step in range(12):
        process = subprocess.Popen(
            [GRADE, "run", "leaky", "--force"],
            cwd=course,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hears,
        )
        _until_it_listens(process, number)
        time.sleep(step * 0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
        if process.returncode == 0:  # it was faster
            continue
        assert process.returncode == 128 + number, err
        assert err.startswith("Error: Interrupted."), err
        assert err.count("\n") == 1, err
        said.add(err)
    assert said


def _until_it_listens(process: subprocess.Popen[str], number: int) -> None:
    """Wait until a process has a handler of a signal: before, it is Python's and the system's."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{process.pid}/status").read_text()
            (caught,) = (line for line in status.splitlines() if line.startswith("SigCgt"))
            if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
                return
        time.sleep(0.001)
    raise AssertionError("it never listens")


def test_names_outside_ascii_where_nothing_is_known_of_them(tmp_path: Path) -> None:
    """In the POSIX locale, Python's own help turned off, names come from disk and from zips."""
    course = small_course(tmp_path / "Kürs")
    hand_in(course, **{"李雷": right(course, "1"), "Zoë": right(course, "2")})
    with zipfile.ZipFile(course / "class.zip", "w") as archive:
        archive.writestr("韩梅/leaky.py", right(course, "3"))
        archive.writestr("Ømer/leaky.py", right(course, "4"))
    for path in ("submitted", "class.zip"):
        done = grade("run", "leaky", path, where=course, **POSIX)
        assert done.code == 0, done.err
    assert judged(course) == sorted(["李雷", "Zoë", "韩梅", "Ømer"])
    shown = grade("show", "leaky", "Zoë", where=course, **POSIX)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Zoë   10 of 10 points")
    rows = (course / "graded/leaky/grades.csv").read_text("utf-8")
    assert "李雷" in rows
    record = json.loads((course / "graded/leaky/李雷/results.json").read_text("utf-8"))
    assert record["extra_data"]["record"]["student"] == "李雷"


def test_few_files_may_be_open(course: Path) -> None:
    """The limit is raised where it may be, and the run refused where it may not: the isolation is
    never lowered in silence.
    """

    def soft() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 4096))

    def hard() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    refused = grade("run", "leaky", where=course, before=hard)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "Error: Only 64 files may be open at a time here, and locking submissions up takes 512. "
        "Raise that limit (ulimit -n 512) and run the command again.\n"
    )
    usual = grade("run", "leaky", where=course)
    raised = grade("run", "leaky", "--force", where=course, before=soft)
    assert (raised.code, raised.err) == (0, "")
    assert {line for line in usual.out.splitlines() if line.startswith("isolation")} == {
        line for line in raised.out.splitlines() if line.startswith("isolation")
    }


def test_hidden_cases_that_cannot_be_used(course: Path) -> None:
    """One sentence; all that is known, hidden inputs among it, only where it is asked for."""
    cases = course / "hidden/leaky/conftest.py"
    cases.write_text(
        cases.read_text().replace("return draw(", "raise ValueError('broken')\n    return draw(")
    )
    done = grade("run", "leaky", where=course)
    assert done.code == 3
    assert done.err.count("\n") == 1
    assert done.err.startswith(
        f"Error: Nothing can be judged: the hidden cases in {course}/hidden/leaky cannot be used: "
        "test_leaky_sum.py::test_a_signal["
    )
    assert "fails (ValueError: broken), and so do 9 more" in done.err
    long = grade("run", "leaky", "--verbose", where=course)
    assert long.code == 3
    assert long.err.endswith(done.err)
    assert long.err.count("raise ValueError('broken')") >= 10
    assert os.fspath(course) in long.err
