"""What ends a run early, from Ctrl-C to a full disk: what was done stays, and the rest follows."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from grader.running import lane_process
from grader.running.grading import STUDENT_FILES
from grader.running.results_folder import OF_CLASS
from tests.command import (
    FORGETS_NOTHING,
    GRADE,
    LOOPS,
    PATIENCE,
    Running,
    environment,
    files,
    grade,
    hand_in,
    results,
    right,
    running,
    small_course,
)

TERMS = ("--timeout", "600")
"""A submission that loops does so until something ends it."""

REST = "are done and written; the same command goes on with the rest."


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A class of three: the first is judged at once, the second loops, the third waits."""
    course = small_course(tmp_path / "course")
    hand_in(course, ann=right(course, "ann"), bob=LOOPS, cem=FORGETS_NOTHING)
    return course


def at_the_second(run: Running) -> None:
    """Wait until the first is done and the second loops."""
    assert run.line() == "ann\t10 of 10 points\n"
    run.looping_lane()


def grades(course: Path) -> list[list[str]]:
    """Return the lines of grades.csv after the first, up to the last function's."""
    with (course / "graded/leaky/grades.csv").open(encoding="utf-8") as file:
        return [row[:4] for row in csv.reader(file)][1:]


def first_is_whole(course: Path) -> None:
    """Assert that the first student has complete files, and nobody else has any."""
    assert results(course, "ann")["score"] == 10
    out = course / "graded/leaky"
    assert [name for name in files(out) if name not in OF_CLASS] == [
        f"ann/{name}" for name in sorted(STUDENT_FILES)
    ]
    assert files(out)["ann/feedback.md"].endswith(b"nothing is left to do.\n")


def resumes(course: Path) -> None:
    """Assert that the same terms go on with those who are not done."""
    before = files(course / "graded/leaky/ann")
    hand_in(course, bob=right(course, "mended"))
    done = grade("run", "leaky", *TERMS, where=course)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert "3 submissions, 1 unchanged since the last run" in lines
    assert sorted(line.split("\t")[0] for line in lines[:3]) == ["ann", "bob", "cem"]
    assert files(course / "graded/leaky/ann") == before
    assert [line[0] for line in grades(course)] == ["ann", "bob", "cem"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_stop(course: Path, number: signal.Signals) -> None:
    """It says how far it came, leaves no process and nothing half done, and goes on later."""
    with running(course, "--jobs", "1", *TERMS) as run:
        at_the_second(run)
        done = run.told(number)
    assert (done.code, done.out) == (128 + number, "")
    assert done.err == f"Error: Interrupted. 1 of 3 submissions {REST}\n"
    first_is_whole(course)
    assert grades(course) == [["ann", "10", "10", "10"]]
    resumes(course)


def test_a_run_that_is_killed(course: Path) -> None:
    """Its lanes and workers end with it, though nobody tells them, and it goes on later."""
    with running(course, "--jobs", "1", *TERMS) as run:
        at_the_second(run)
        done = run.told(signal.SIGKILL)
    assert done == type(done)(-signal.SIGKILL, "", "")
    first_is_whole(course)
    resumes(course)


def test_two_runs_into_one_folder_at_once(course: Path) -> None:
    """The second one is refused, says why, and disturbs nothing."""
    with running(course, "--jobs", "1", *TERMS) as run:
        at_the_second(run)
        before = files(course / "graded/leaky")
        second = grade("run", "leaky", "--force", where=course)
        assert files(course / "graded/leaky") == before
        run.told(signal.SIGINT)
    assert (second.code, second.out) == (2, "")
    out = re.escape(f'"{course}/graded/leaky"')
    assert re.fullmatch(
        rf"Error: Another run \(process {run.process.pid} on {re.escape(socket.gethostname())}, "
        rf"since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d \S+\) is writing its results into {out}\. "
        r"Wait for it to end, or choose another folder with --out\.\n",
        second.err,
    )
    resumes(course)


def test_a_killed_lane_is_replaced(course: Path) -> None:
    """Its submission is tried once more, in another lane; nobody's points change."""
    with running(course, "--jobs", "1", "--timeout", "2") as run:
        at_the_second(run)
        (lane,) = run.lanes()
        lane.kill()
        assert run.looping_lane(but=(lane,)) != lane
        done = run.ended()
    assert (done.code, done.err) == (0, "")
    assert [line[:2] for line in grades(course)] == [["ann", "10"], ["bob", "0"], ["cem", "0"]]
    told = results(course, "bob")["tests"][0]["output"]
    assert told.startswith("What: It uses more than 2 seconds of processor time")


def test_a_lane_interrupted_while_it_imports_says_nothing(tmp_path: Path) -> None:
    """It ends by the signal; the parent tells what there is to tell."""
    module = tmp_path / "grader/running/opening.py"
    module.parent.mkdir(parents=True)
    (tmp_path / "grader/__init__.py").touch()
    (module.parent / "lane_main.py").write_text("main = print\n")
    interrupted = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    module.write_text(f"{interrupted}early_zygote = print\n")
    command = [sys.executable, "-P", "-c", lane_process._PROGRAM, str(tmp_path), "0", "torch"]
    lane = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (lane.returncode, lane.stdout, lane.stderr) == (-signal.SIGINT, b"", b"")


def test_a_submission_whose_lanes_die_is_not_judged(course: Path) -> None:
    """It is named, has empty cells and exit code 3, costs nobody else, and is tried next time."""
    with running(course, "--jobs", "1", *TERMS) as run:
        at_the_second(run)
        first = run.looping_lane()
        first.kill()
        run.looping_lane(but=(first,)).kill()
        done = run.ended()
    assert done.code == 3
    assert done.err == (
        'not judged: "bob": The process that judges ended (signal 9). '
        "It may need more memory: try --jobs 1.\n"
    )
    assert grades(course) == [
        ["ann", "10", "10", "10"],
        ["bob", "", "10", ""],
        ["cem", "0", "10", "0"],
    ]
    assert "score" not in results(course, "bob")
    (test,) = results(course, "bob")["tests"]
    assert test.keys().isdisjoint({"score", "status"})
    assert test["output"] == "the grader failed here, not you"
    hand_in(course, bob=right(course, "bob"))
    again = grade("run", "leaky", *TERMS, where=course)
    assert (again.code, again.err) == (0, "")
    assert "3 submissions, 2 unchanged since the last run" in again.out
    assert grades(course)[1] == ["bob", "10", "10", "10"]


def test_same_files_as_one_that_is_not_judged(course: Path) -> None:
    """Both are named, and neither has points."""
    hand_in(course, bob=LOOPS, cem=LOOPS)
    with running(course, "--jobs", "2", *TERMS) as run:
        at_the_second(run)
        first = run.looping_lane()
        first.kill()
        run.looping_lane(but=(first,)).kill()
        done = run.ended()
    assert done.code == 3
    bob, cem = done.err.splitlines()
    assert bob.startswith('not judged: "bob": The process that judges ended (signal 9).')
    assert cem == 'not judged: "cem": its files are those of another one'
    assert grades(course)[1:] == [["bob", "", "10", ""], ["cem", "", "10", ""]]


def test_a_disk_that_is_full_for_the_next_student(course: Path) -> None:
    """The run ends in a sentence and exit code 3; those who are done stay, the rest follows."""
    hand_in(course, bob=right(course, "bob"))
    blocked = course / "graded/leaky/bob"
    blocked.mkdir(parents=True)
    (blocked / ".results.json.tmp").symlink_to("/dev/full")
    done = grade("run", "leaky", "--jobs", "1", *TERMS, where=course)
    assert (done.code, done.out) == (3, "ann\t10 of 10 points\n")
    assert done.err == (
        f'Error: "{blocked}/results.json" cannot be written: No space left on device. '
        f"Make room and run the same command again. 1 of 3 submissions {REST}\n"
    )
    first_is_whole(course)
    assert grades(course) == [["ann", "10", "10", "10"]]
    resumes(course)


def test_a_disk_that_is_full_for_the_class(course: Path) -> None:
    """Every student has been written by then, and the next run only adds the class's file."""
    hand_in(course, bob=right(course, "bob"))
    out = course / "graded/leaky"
    out.mkdir(parents=True)
    (out / ".grades.csv.tmp").symlink_to("/dev/full")
    done = grade("run", "leaky", *TERMS, where=course)
    assert done.code == 3
    assert done.err == (
        f'Error: "{out}/grades.csv" cannot be written: No space left on device. '
        f"Make room and run the same command again. 3 of 3 submissions {REST}\n"
    )
    assert not (out / "grades.csv").exists()
    again = grade("run", "leaky", *TERMS, where=course)
    assert (again.code, again.err) == (0, "")
    assert "3 submissions, 3 unchanged since the last run" in again.out
    assert len(grades(course)) == 3


SMALL_DISK = """\
mount -t tmpfs -o size=40k tmpfs "$1" || exit 77
"$0" run leaky --jobs 1 --out "$1"
echo "exit code $?"
cp -r "$1" "$2"
mount -o remount,size=4m tmpfs "$1"
"$0" run leaky --jobs 1 --out "$1"
echo "exit code $?"
cp -r "$1" "$3"
"""


def test_a_small_disk(course: Path, tmp_path: Path) -> None:
    """On a disk that fills up, every student is whole or absent; with more room, all are there."""
    hand_in(course, **{f"student{i}": right(course, str(i)) for i in range(10)})
    hand_in(course, bob=FORGETS_NOTHING + "\n")
    disk, then, later = tmp_path / "disk", tmp_path / "then", tmp_path / "later"
    disk.mkdir()
    try:
        done = subprocess.run(
            ["unshare", "-Urm", "sh", "-c", SMALL_DISK, GRADE, disk, then, later],
            cwd=course,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode == 77 or "unshare: " in done.stderr:
        pytest.skip("no small disk can be mounted here")
    codes = re.findall(r"exit code (\d)", done.stdout)
    assert codes == ["3", "0"], done.stderr
    said = re.fullmatch(
        rf'Error: "{re.escape(str(disk))}/[a-z0-9./]+" cannot be written: No space left on '
        rf"device\. Make room and run the same command again\. (\d+) of 13 submissions {REST}\n",
        done.stderr,
    )
    assert said, done.stderr
    whole = {path.parent.name for path in then.glob("*/results.json")}
    assert 0 < len(whole) < 13
    assert len(whole) == int(said[1])
    for student in whole:
        assert json.loads((then / student / "results.json").read_text("utf-8"))["tests"]
        assert (then / student / "feedback.md").read_text("utf-8").startswith("# Feedback")
    assert not list(then.rglob("*.tmp"))
    assert f"13 submissions, {len(whole)} unchanged since the last run\n" in done.stdout
    assert len(list(later.glob("*/results.json"))) == 13
    assert all((later / name).read_bytes() == (then / name).read_bytes()
               for name in files(then) if name not in OF_CLASS)  # fmt: skip
