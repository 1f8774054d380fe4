"""The bundled sample class, graded once by the real command; what instructor and students get."""

from __future__ import annotations

import ast
import csv
import json
import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.course import find_course
from grader.running.grading import STUDENT_FILES
from tests.command import ROOT, SAMPLE, Done, files, grade

SCORES = tomllib.loads((ROOT / "tests/golden/sample_class.toml").read_text("utf-8"))
STUDENTS = sorted(path.name for path in SAMPLE.iterdir())
POINTS = {one.name: one.points for one in find_course(ROOT).assignment("rnn_bptt").functions}
SEED = 3141592653

RESULTS_KEYS = {"execution_time", "visibility", "output", "output_format", "tests", "extra_data"}
TEST_KEYS = {"name", "score", "max_score", "status", "output", "output_format"}


@dataclass(frozen=True)
class Graded:
    """A class, where its results are, and what the command said."""

    submitted: Path
    out: Path
    done: Done

    def again(self, *options: str) -> Done:
        """Run the same command again."""
        return run(self.submitted, self.out, *options)

    def results(self, student: str) -> Any:
        """Return a student's results.json."""
        return json.loads((self.out / student / "results.json").read_text("utf-8"))


def run(submitted: Path, out: Path, *options: str) -> Done:
    """Grade a class."""
    return grade("run", "rnn_bptt", submitted, "--out", out, "--timeout", "1", *options, where=ROOT)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The whole class, graded once for all tests that only look at it."""
    out = tmp_path_factory.mktemp("sample") / "out"
    return Graded(SAMPLE, out, run(SAMPLE, out, "--seed", str(SEED)))


@pytest.fixture
def copied(sample: Graded, tmp_path: Path) -> Graded:
    """The class and its results, for a test that changes them."""
    shutil.copytree(SAMPLE, tmp_path / "submitted")
    shutil.copytree(sample.out, tmp_path / "out")
    return Graded(tmp_path / "submitted", tmp_path / "out", sample.done)


def table(out: Path) -> dict[str, dict[str, str]]:
    """Return grades.csv by student."""
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {line["student"]: line for line in csv.DictReader(file)}


def stamps(out: Path) -> dict[str, tuple[int, int]]:
    """Return when and where on the disk each file of a student was written."""
    return {
        path.relative_to(out).as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in out.glob("*/*")
        if path.parent.name != ".run"
    }


def test_a_line_for_each_student_and_what_is_to_be_known(sample: Graded) -> None:
    """Piped, a run prints plain lines: each student, the class, its isolation, its place."""
    assert (sample.done.code, sample.done.err) == (0, "")
    *lines, counted, isolation, where, came_in = sample.done.out.splitlines()
    assert came_in == f"{len(STUDENTS)} entries: {len(STUDENTS)} graded, 0 not graded, 0 ignored"
    assert sorted(line.split("\t")[0] for line in lines) == STUDENTS
    assert "amara_okafor\t100 of 100 points" in lines
    assert counted == f"{len(STUDENTS)} submissions"
    assert isolation.startswith("isolation: ")
    assert where == (
        f"results: {sample.out}/grades.csv, and for each student results.json, feedback.md "
        "and feedback.html"
    )


def test_the_class_earns_what_it_must(sample: Graded) -> None:
    """Every function of every student, through grades.csv."""
    with (sample.out / "grades.csv").open(encoding="utf-8") as file:
        assert file.readline() == (
            f"student,score,max_score,{','.join(POINTS)},"
            "system,user,submission,name,email,login,late,attempt\n"
        )
    lines = table(sample.out)
    assert list(lines) == STUDENTS == sorted(SCORES)
    for student, line in lines.items():
        due = SCORES[student].get("scores", {})
        most = SCORES[student].get("at_most", {})
        earned = {name: float(line[name]) for name in POINTS}
        assert {name: earned[name] for name in due} == due, student
        assert all(earned[name] <= points for name, points in most.items()), student
        assert set(due) | set(most) == set(POINTS)
        assert float(line["score"]) == pytest.approx(sum(earned.values()), rel=1e-9)
        assert line["max_score"] == "100"


@pytest.mark.parametrize("student", STUDENTS)
def test_results_are_what_gradescope_reads(sample: Graded, student: str) -> None:
    """Exactly one entry for each function, under its name, and nothing Gradescope does not know."""
    results = sample.results(student)
    assert set(results) == RESULTS_KEYS | {"score"}
    assert results["score"] == float(table(sample.out)[student]["score"])
    assert (results["visibility"], results["output_format"]) == ("visible", "text")
    assert [test["name"] for test in results["tests"]] == list(POINTS)
    for test in results["tests"]:
        assert set(test) == TEST_KEYS
        assert test["max_score"] == POINTS[test["name"]]
        assert 0 <= test["score"] <= test["max_score"]
        full = test["score"] == test["max_score"]
        assert test["status"] == ("passed" if full else "failed")
        if not full:
            assert re.search(r"^What: .+", test["output"], re.M)
            assert re.search(r"^Next: .+", test["output"], re.M)
    assert results["extra_data"]["format_version"] == 2
    assert results["extra_data"]["record"]["student"] == student


@pytest.mark.parametrize("student", STUDENTS)
def test_feedback_is_for_the_student(sample: Graded, student: str) -> None:
    """Points, and for each function a heading; where points are missing, what and what next, or
    where that is said of the whole file.
    """
    text = (sample.out / student / "feedback.md").read_text("utf-8")
    line = table(sample.out)[student]
    assert text.startswith("# Feedback: `rnn_bptt`\n")
    assert f"**{line['score']} of 100 points**" in text
    for name, points in POINTS.items():
        (heading,) = re.findall(rf"^## \S+ `{name}`: .*$", text, re.M)
        assert heading.endswith(f"`{name}`: {line[name]} of {points:g} points")
    lost = sum(float(line[name]) < points for name, points in POINTS.items())
    told = text.count("- **What:** ")
    assert text.count("- **Next:** ") == told
    assert told + len(re.findall("^the same as for `\\w+`: see there$", text, re.M)) == lost
    assert bool(told) == bool(lost)
    assert ("**Start with** `" in text) == bool(lost)


def test_students_get_nothing_that_is_hidden(sample: Graded) -> None:
    """Neither the seed, nor a case's name, nor a number of a hidden case."""
    assert (sample.out / ".run" / "seed").read_text("ascii") == f"{SEED}\n"
    cases = {
        node.name
        for path in (ROOT / "grader/hidden/rnn_bptt").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert len(cases) > 20
    given = [path for path in sample.out.glob("*/*") if path.parent.name != ".run"]
    for path in given:
        text = path.read_text("utf-8")
        shown = text
        if path.name == "results.json":
            shown = re.sub(r'"(execution_time|seconds|cpu_seconds)": [\d.e-]+', "", text)
        elif path.name == "feedback.html":
            shown = re.sub(r"<style.*?</style>|<[^>]*>", "", text, flags=re.S)  # widths in per cent
        # points are short; the numbers of hidden cases are drawn from all floats
        assert not re.search(r"\d\.\d{5}", shown), path
        for hidden in (str(SEED), *cases):
            assert hidden not in text, path
    assert {path.name for path in given} == set(STUDENT_FILES)


def test_a_second_run_judges_nothing_and_changes_no_file(copied: Graded) -> None:
    """The same seed is used without being named, and every result stands."""
    before, written = files(copied.out), stamps(copied.out)
    done = copied.again()
    assert (done.code, done.err) == (0, "")
    *lines, counted, _where, _entries = done.out.splitlines()
    assert sorted(lines) == sorted(copied.done.out.splitlines()[: len(STUDENTS)])
    assert counted == f"{len(STUDENTS)} submissions, {len(STUDENTS)} unchanged since the last run"
    assert "isolation: " not in done.out  # no lane was at work
    after = files(copied.out)
    # entries are named by where they are, and these were copied to another place
    assert {**after, "entries.csv": b""} == {**before, "entries.csv": b""}
    assert after["entries.csv"].count(b"\n") == before["entries.csv"].count(b"\n")
    assert stamps(copied.out) == written


def test_forced_students_are_judged_again_with_equal_scores(copied: Graded) -> None:
    """Every file of theirs is written anew and says the same; the others keep theirs."""
    forced = {"benedikt_vogel", "grace_kimani", "wei_zhang"}
    before, written = files(copied.out), stamps(copied.out)
    options = [part for name in sorted(forced) for part in ("--student", name)]
    done = copied.again("--force", *options)
    assert done.code == 0
    assert re.fullmatch(
        rf"warning: grades\.csv also holds earlier results of {len(STUDENTS) - 3} "
        r'\("amara_okafor", .* and \d+ more\)\n',
        done.err,
    )
    assert "\n3 submissions\n" in done.out
    after, again = files(copied.out), stamps(copied.out)
    assert {name.split("/")[0] for name in again if again[name] != written[name]} == forced
    assert after["grades.csv"] == before["grades.csv"]
    for name in forced:
        assert again[f"{name}/results.json"] != written[f"{name}/results.json"]
        assert after[f"{name}/feedback.md"] == before[f"{name}/feedback.md"]


def test_a_changed_submission_is_judged_again_alone(copied: Graded) -> None:
    """By content: a file that is only touched is not; nobody else's results are written."""
    mended = copied.submitted / "diego_fuentes/rnn_bptt/rnn_cell.py"
    shutil.copy(SAMPLE / "amara_okafor/rnn_bptt/rnn_cell.py", mended)
    (copied.submitted / "elin_sandstrom/rnn_bptt/rnn_cell.py").touch()
    before, written = files(copied.out), stamps(copied.out)
    done = copied.again()
    assert (done.code, done.err) == (0, "")
    others = len(STUDENTS) - 1
    assert f"\n{others + 1} submissions, {others} unchanged since the last run\n" in done.out
    changed = {name for name, stamp in stamps(copied.out).items() if stamp != written[name]}
    assert changed == {f"diego_fuentes/{name}" for name in STUDENT_FILES}
    assert before["grades.csv"].count(b"\ndiego_fuentes,95,100,0,") == 1
    assert files(copied.out)["grades.csv"] == before["grades.csv"].replace(
        b"\ndiego_fuentes,95,100,0,", b"\ndiego_fuentes,100,100,5,"
    )
