"""Grades that change: asked for, written down, given by hand, and told apart."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from grader.program import version
from tests.command import (
    FORGETS_NOTHING,
    GRADE,
    Done,
    environment,
    files,
    grade,
    hand_in,
    results,
    right,
    small_course,
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small course with a class that has been graded once."""
    course = small_course(tmp_path_factory.mktemp("course"))
    hand_in(course, ann=right(course), bo=FORGETS_NOTHING)
    assert run(course).code == 0
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of the graded course, to be changed."""
    return Path(shutil.copytree(graded, tmp_path / "course"))


def run(course: Path, *options: str) -> Done:
    """Grade the class of a small course."""
    return grade("run", "leaky", *options, where=course)


def kept(course: Path) -> dict[str, bytes]:
    """Return the files of a results folder but the list of what the last run was given."""
    return {
        name: data for name, data in files(course / "graded/leaky").items() if name != "entries.csv"
    }


def history(course: Path) -> list[dict[str, Any]]:
    """Return the lines of the history."""
    text = (course / "graded/leaky/history.jsonl").read_text("ascii")
    return [json.loads(line) for line in text.splitlines()]


def score(course: Path, student: str) -> float | None:
    """Return a student's score as Gradescope reads it."""
    return results(course, student).get("score")


def table(course: Path) -> list[str]:
    """Return the lines of grades.csv."""
    return (course / "graded/leaky/grades.csv").read_text("utf-8").splitlines()


def change_points(course: Path) -> None:
    """Make the function worth five points more, as an instructor may."""
    (path,) = course.rglob("leaky/assignment.toml")
    text = path.read_text("utf-8")
    changed = re.sub(r"^outputs = \{ (\w+) = (\S+) ", _dearer, text, flags=re.MULTILINE)
    assert changed != text
    path.write_text(changed, "utf-8")


def _dearer(found: re.Match[str]) -> str:
    return f"outputs = {{ {found[1]} = {float(found[2]) + 5} "


def test_each_grade_is_a_line_of_the_history(course: Path) -> None:
    """Who was given what, when, by which version, seed and cases; unchanged ones add nothing.

    Within a run they stand as they were judged, two at a time.
    """
    lines = history(course)
    found = sorted((one["run"], one["student"], one["before"]) for one in lines)
    assert found == [(1, "ann", None), (1, "bo", None)]
    (of_ann,) = [one for one in lines if one["student"] == "ann"]
    seed = int((course / "graded/leaky/.run/seed").read_text())
    record = results(course, "ann")["extra_data"]["record"]
    assert {one["seed"] for one in lines} == {seed}
    assert {(one["command"], one["version"]) for one in lines} == {("run", version())}
    assert all(datetime.fromisoformat(one["time"]).tzinfo for one in lines)
    assert of_ann["digest"] == record["digest"]
    assert of_ann["cases"] == record["fingerprint"]
    assert of_ann["after"]["leaky_sum"][0] == score(course, "ann")
    assert run(course).code == 0
    assert history(course) == lines


def test_changed_grades_of_unchanged_work_wait_for_a_yes(course: Path) -> None:
    """The old ones stand, everywhere; the same command with --yes has the new, judged once."""
    before = kept(course)
    old = score(course, "ann")
    assert old is not None
    change_points(course)
    done = run(course)
    assert done.code == 3
    assert f'"ann": {old:g} -> {old + 5:g} of {old + 5:g} (leaky_sum' in done.err
    assert "run the same command with --yes" in done.err
    assert kept(course) == before
    again = run(course)
    assert (again.code, again.err) == (3, done.err)
    assert kept(course) == before
    assert run(course, "--yes", "--reason", "worth more").code == 0
    assert score(course, "ann") == old + 5
    assert not list((course / "graded/leaky/.run/staged").iterdir())
    last = history(course)[-1]
    assert (last["run"], last["reason"]) == (2, "worth more")
    assert run(course).code == 0


def test_on_a_terminal_it_asks(course: Path) -> None:
    """An interrupted question changes nothing and loses nothing; a yes has the new grades."""
    before, old = kept(course), score(course, "ann")
    assert old is not None
    change_points(course)
    code, said = at_a_terminal(course, lambda process, _: process.send_signal(signal.SIGINT))
    assert f'"ann": {old:g} -> {old + 5:g}' in said
    assert code != 0
    assert kept(course) == before
    assert len(list((course / "graded/leaky/.run/staged").iterdir())) == 2
    code, said = at_a_terminal(course, lambda _, terminal: os.write(terminal, b"y\n"))
    assert code == 0, said
    assert score(course, "ann") == old + 5
    assert history(course)[-1]["run"] == 2


def at_a_terminal(
    course: Path, answer: Callable[[subprocess.Popen[bytes], int], object]
) -> tuple[int, str]:
    """Grade the class on a terminal, do something when it asks; its exit code and what it says."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [GRADE, "run", "leaky"],
        cwd=course,
        env=environment(),
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # the other end is closed: it has ended
        while more := os.read(ours, 1 << 16):
            asked = b"Change 2 grades?" in said
            said += more
            if b"Change 2 grades?" in said and not asked:
                _wait_until_it_reads(process)
                answer(process, ours)
    os.close(ours)
    return process.wait(), said.decode()


def _wait_until_it_reads(process: subprocess.Popen[bytes]) -> None:
    """A signal that comes between a question and the reading of its answer interrupts nothing."""
    stat = Path("/proc", str(process.pid), "stat")
    while stat.read_text().rpartition(")")[2].split()[0] != "S":
        pass


def test_a_new_submission_changes_its_grade_without_a_question(course: Path) -> None:
    """What a student hands in anew is no regrade."""
    hand_in(course, bo=right(course, "again"))
    assert run(course).code == 0
    assert score(course, "bo") == score(course, "ann")
    assert history(course)[-1]["before"] is not None


def test_an_interrupted_line_is_passed_over(course: Path) -> None:
    """A line that was cut short costs nothing, and the next one begins anew."""
    path = course / "graded/leaky/history.jsonl"
    path.write_bytes(path.read_bytes() + b'{"run": 7, "stud')
    hand_in(course, bo=right(course, "again"))
    assert run(course).code == 0
    lines = path.read_text().splitlines()
    assert json.loads(lines[-1])["run"] == 2


def test_points_given_by_hand_stand(course: Path) -> None:
    """An appeal counts in every file and over a regrade, is told to the student, and is undone."""
    judged = score(course, "bo")
    full = score(course, "ann")
    assert judged is not None
    assert judged != full
    said = grade(
        *("adjust", "bo", "leaky_sum", "--points", "3", "--reason", "another reading"),
        where=course,
    )
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        f"bo: leaky_sum 3 of {full:g} points; in all 3 of {full:g}, before {judged:g}\n"
    )
    assert score(course, "bo") == 3
    assert f"bo,3,{full:g},3" in "\n".join(table(course))
    feedback = grade("show", "leaky", "bo", where=course).out
    assert f"given by hand in place of {judged:g}: another reading" in feedback
    assert run(course, "--force").code == 0
    assert score(course, "bo") == 3
    assert history(course)[-1]["command"] == "adjust"
    assert grade("adjust", "bo", "leaky_sum", "--undo", where=course).code == 0
    assert score(course, "bo") == judged


def test_points_given_by_hand_are_for_the_files_they_were_given_for(course: Path) -> None:
    """Another submission is judged as it is, and the run says so."""
    arguments = ("adjust", "bo", "leaky_sum", "--points", "3", "--reason", "once")
    assert grade(*arguments, where=course).code == 0
    hand_in(course, bo=right(course, "again"))
    done = run(course)
    assert done.code == 0
    assert 'the points given by hand to "bo" for leaky_sum were for other files' in done.err
    assert score(course, "bo") == score(course, "ann")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bo", "leaky_sum"), "Say either --points N with a --reason, or --undo."),
        (("bo", "leaky_sum", "--points", "1"), "Say why, as in --reason"),
        (("bo", "leaky_sun", "--points", "1", "--reason", "x"), 'Did you mean "leaky_sum"?'),
        (("bob", "leaky_sum", "--points", "1", "--reason", "x"), 'no results of "bob"'),
        (("bo", "leaky_sum", "--points", "99", "--reason", "x"), "are more than that."),
        (("bo", "leaky_sum", "--points", "nan", "--reason", "x"), "'nan' is not a number"),
        (("bo", "leaky_sum", "--points", "inf", "--reason", "x"), "'inf' is not a number"),
        (("bo", "leaky_sum", "--undo"), '"bo" was given no points by hand for "leaky_sum".'),
    ],
)
def test_appeals_that_cannot_be_carried_out(
    course: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Each is refused in a sentence, and nothing changes."""
    before = files(course / "graded/leaky")
    done = grade("adjust", *arguments, where=course)
    assert done.code == 2
    assert said in done.err
    assert files(course / "graded/leaky") == before


@pytest.mark.parametrize("points", ["NaN", "-Infinity", "-1"])
def test_points_by_hand_that_are_no_points(course: Path, points: str) -> None:
    """A file that was edited so is refused by its name, and no grade is made of it."""
    arguments = ("adjust", "bo", "leaky_sum", "--points", "3", "--reason", "once")
    assert grade(*arguments, where=course).code == 0
    (path,) = (course / "graded/leaky/.run").glob("adjusted.json")
    path.write_text(path.read_text().replace('"points": 3.0', f'"points": {points}'))
    before = files(course / "graded/leaky")
    done = run(course, "--force")
    assert done.code == 2
    assert path.name in done.err
    assert "Traceback" not in done.err
    assert files(course / "graded/leaky") == before


def test_an_export_into_a_folder_that_is_not_there(course: Path) -> None:
    """The folder is named, and nothing is made of it."""
    done = grade("export", "leaky", "-o", course / "sheets" / "grades.csv", where=course)
    assert done.code == 2
    assert done.err == (
        f'Error: There is no folder "{course / "sheets"}" to write "grades.csv" into. '
        "Make it, or name another place.\n"
    )
    assert not (course / "sheets").exists()


def test_diff_says_who_changed_and_why(course: Path) -> None:
    """The last run, one run, two runs; for people and for programs."""
    old, wrong = score(course, "ann"), score(course, "bo")
    assert old is not None
    assert wrong is not None
    first = grade("diff", where=course)
    assert first.code == 0
    assert first.out.splitlines()[0] == "From run 0 to run 1: 2 grades changed"
    assert f'  "ann": {old:g}: graded for the first time' in first.out.splitlines()
    hand_in(course, bo=right(course, "again"))
    assert run(course).code == 0
    assert grade("diff", where=course).out.splitlines() == [
        "From run 1 to run 2: 1 grade changed",
        f'  "bo": {wrong:g} -> {old:g} (leaky_sum {wrong:g} -> {old:g}): another submission',
    ]
    assert json.loads(grade("diff", "0", "2", "--json", where=course).out)[1]["after"] == old
    refused = grade("diff", "5", where=course)
    assert (refused.code, refused.err.splitlines()[-1][:40]) == (
        2,
        f'Error: The runs in "{course}'[:40],
    )
