"""One real run over the sample class, and what stands in its folder afterwards."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.course import find_course
from tests.commands import ROOT, SAMPLE, Done, grade

FUNCTIONS = [one.name for one in find_course(ROOT).assignment("rnn_bptt").functions]
SEED = 1234567
DUE = tomllib.loads((ROOT / "tests" / "golden" / "sample_class.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the class, and where it is graded to."""
    place = tmp_path_factory.mktemp("class")
    shutil.copytree(SAMPLE, place / "submitted")
    return place


def run(place: Path, *options: str) -> Done:
    """Grade the class."""
    arguments = ["run", "rnn_bptt", place / "submitted", "--out", place / "out"]
    return grade(*arguments, "--timeout", "1", *options)


@pytest.fixture(scope="module")
def first(place: Path) -> Done:
    """The first run."""
    return run(place, "--seed", str(SEED))


def rows(place: Path) -> dict[str, dict[str, str]]:
    """Return grades.csv by student."""
    with open(place / "out" / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def results_of(place: Path, student: str) -> dict[str, Any]:
    """Return a student's results.json."""
    text = (place / "out" / student / "results.json").read_text("utf-8")
    results: dict[str, Any] = json.loads(text)
    return results


def stamps(place: Path) -> dict[str, int]:
    """Return when each file of the students was written."""
    files = [path for path in (place / "out").rglob("*") if path.is_file()]
    return {str(path): path.stat().st_mtime_ns for path in files if path.parent.name in DUE}


def test_what_a_run_says(first: Done) -> None:
    """A plain line a student, and at the end what was done, how isolated, and where it is."""
    assert first.returncode == 0, first.stderr
    lines = first.stdout.splitlines()
    assert "amara_okafor\t100 of 100 points" in lines
    assert (
        "farid_rahmani\t95 of 100 points\trnn_cell_backward: dba has shape (4,); it must be (4, 1)."
    ) in lines
    assert lines[-3] == "21 submissions"
    assert lines[-2].startswith("isolation: ")
    assert lines[-1].endswith("/grades.csv, and results.json and feedback.md for each student")
    assert first.stderr == ""


def test_grades(first: Done, place: Path) -> None:
    """Every function of every student has the points it must have."""
    found = rows(place)
    assert list(next(iter(found.values()))) == ["student", "score", "max_score", *FUNCTIONS]
    assert list(found) == sorted(DUE)
    for student, row in found.items():
        scores = {name: float(row[name]) for name in FUNCTIONS}
        assert float(row["score"]) == sum(scores.values())
        assert float(row["max_score"]) == 100
        due = DUE[student]
        exact = due.get("scores", {})
        assert {name: scores[name] for name in exact} == exact, student
        assert all(scores[name] >= least for name, least in due.get("at_least", {}).items())
        assert all(scores[name] <= most for name, most in due.get("at_most", {}).items())


def test_results_follow_gradescope(first: Done, place: Path) -> None:
    """Exactly one entry per function, with its name, points, status and output."""
    for student in DUE:
        results = results_of(place, student)
        assert [one["name"] for one in results["tests"]] == FUNCTIONS
        for one in results["tests"]:
            assert set(one) == {
                "name", "score", "max_score", "status", "output", "output_format",
            }  # fmt: skip
            assert one["status"] == ("passed" if one["score"] == one["max_score"] else "failed")
            assert (one["output"] == "") == (one["status"] == "passed") or "judged with" in one[
                "output"
            ]
        assert results["score"] == sum(one["score"] for one in results["tests"])
        assert results["extra_data"]["format_version"] == 1


def test_nothing_hidden_gets_out(first: Done, place: Path) -> None:
    """Neither the seed, a case's name, a hidden number nor a path of this machine."""
    numbers = re.compile(r"\d\.\d{6,}")
    for student in DUE:
        for path in (place / "out" / student).iterdir():
            text = path.read_text("utf-8")
            assert str(SEED) not in text
            assert not re.search(r"\btest_\w+", text), path
            assert str(ROOT) not in text
            if path.suffix == ".md":
                assert not numbers.search(text), path


def test_a_second_run_judges_nothing(first: Done, place: Path) -> None:
    """No file of a student is written again, and the seed is the same without being given."""
    before = stamps(place)
    again = run(place)
    assert again.returncode == 0
    assert "21 submissions, 21 unchanged since the last run" in again.stdout.splitlines()
    assert stamps(place) == before


def test_only_what_changed_is_judged(first: Done, place: Path) -> None:
    """One student's new file is one judging; the class stays whole."""
    before = stamps(place)
    file = place / "submitted" / "noor_haddad" / "rnn_bptt" / "rnn_cell.py"
    kept = file.read_bytes()
    shutil.copy(SAMPLE / "amara_okafor" / "rnn_bptt" / "rnn_cell.py", file)
    try:
        again = run(place)
        assert "21 submissions, 20 unchanged since the last run" in again.stdout.splitlines()
        assert {
            Path(path).parent.name for path, when in stamps(place).items() if before[path] != when
        } == {"noor_haddad"}
        assert rows(place)["noor_haddad"]["score"] == "45"
        assert len(rows(place)) == 21
    finally:
        file.write_bytes(kept)


def test_one_student_alone(first: Done, place: Path) -> None:
    """--student judges one; the class's file still holds everybody."""
    again = run(place, "--student", "wei_zhang", "--force")
    assert again.returncode == 0
    assert again.stdout.splitlines()[0].startswith("wei_zhang\t85.75 of 100 points\t")
    assert "1 submission" in again.stdout.splitlines()
    assert len(rows(place)) == 21
    unknown = run(place, "--student", "wei_zang")
    assert unknown.returncode == 2
    assert 'Did you mean "wei_zhang"?' in unknown.stderr


def test_force_judges_again(first: Done, place: Path) -> None:
    """Everybody is written again, with the same points."""
    names = ["amara_okafor", "farid_rahmani"]
    before, scores = stamps(place), {name: rows(place)[name] for name in names}
    run(place, *(option for name in names for option in ("--student", name)), "--force")
    written = {Path(p).parent.name for p, when in stamps(place).items() if before[p] != when}
    assert written == set(names)
    assert {name: rows(place)[name] for name in names} == scores


def test_show(first: Done, place: Path) -> None:
    """The feedback of one student, as the run stored it."""
    shown = grade("show", "rnn_bptt", "farid_rahmani", "--out", place / "out")
    assert shown.returncode == 0
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("farid_rahmani   95 of 100 points   isolation: ")
    assert " x rnn_cell_backward      20 of 25 points" in lines
    assert "     What   dba has shape (4,); it must be (4, 1)." in lines
    near = grade("show", "rnn_bptt", "farid_rahmanni", "--out", place / "out")
    assert (near.returncode, near.stderr) == (
        2,
        f'Error: There are no results of "farid_rahmanni" in "{place / "out"}". '
        'Did you mean "farid_rahmani"?\n',
    )
