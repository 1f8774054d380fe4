"""Results of an earlier run: whose they are, and what is said where there are none."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from grader.course import find_course
from grader.errors import UsageProblem
from grader.phrases import Phrases
from grader.record import Report
from grader.reports import results_json
from grader.running.refusing import refuse_mixing
from grader.running.results_folder import ResultsFolder
from grader.running.stored_results import stored_report
from tests.classes import class_of
from tests.powerless import powerless

TASK = find_course(Path(__file__).resolve().parents[1]).assignment("rnn_bptt")
LONG = "x" * 300
PHRASES = Phrases.load()


def report_of(student: str, assignment: str = "rnn_bptt") -> Report:
    """Return an invented report on a student."""
    return dataclasses.replace(class_of(1)[0], student=student, assignment=assignment)


def write(out: Path, *reports: Report) -> None:
    """Write the results of some students as a run would."""
    with ResultsFolder(out, "rnn_bptt") as folder:
        for report in reports:
            folder.write(report.student, {"results.json": results_json.dumps(report, PHRASES)})


def refusal(out: Path, student: str = "ann") -> str:
    """Return the sentence with which a student's report is not shown."""
    with pytest.raises(UsageProblem) as problem:
        stored_report(out, student, TASK)
    return problem.value.message


@pytest.mark.parametrize("student", ["ann", "Zo\u00eb Lee", "a/b\\n", "100%", "-rf", LONG])
def test_a_report_comes_back(tmp_path: Path, student: str) -> None:
    """Every name finds its own report again, also one that its folder's name cuts."""
    write(tmp_path, report_of(student), report_of(student + "y"))
    assert stored_report(tmp_path, student, TASK) == report_of(student)


def test_no_results_yet(tmp_path: Path) -> None:
    """No folder, a file in its place, an empty folder: the command to run is named."""
    (tmp_path / "file").write_text("")
    (tmp_path / "empty" / "notes").mkdir(parents=True)
    for name in ("none", "file", "empty"):
        assert refusal(tmp_path / name) == (
            f'There are no results in "{tmp_path / name}". Run `grade run rnn_bptt` first.'
        )


def test_a_student_without_results(tmp_path: Path) -> None:
    """A near name is offered."""
    write(tmp_path, report_of("ann_lee"))
    said = f'There are no results of "{{}}" in "{tmp_path}".{{}}'
    assert refusal(tmp_path, "anne_lee") == said.format("anne_lee", ' Did you mean "ann_lee"?')
    assert refusal(tmp_path, "zzz") == said.format("zzz", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", "This is not a results.json of this grader: it holds no record"),
        (
            '{"extra_data": {"format_version": 99, "record": {}}}',
            "The record has format version 99; this grader reads 2. Grade the submission again",
        ),
        ("", "This is not a results.json: Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_results_that_cannot_be_read(tmp_path: Path, text: str, why: str) -> None:
    """Damage and other versions are told apart, with the command that makes them anew."""
    write(tmp_path, report_of("ann"))
    path = tmp_path / "ann" / "results.json"
    path.write_text(text)
    assert refusal(tmp_path) == (
        f'"{path}" cannot be read: {why}. Run `grade run rnn_bptt` again to make it anew.'
    )


def test_results_without_permission(tmp_path: Path) -> None:
    """Of the file, the student's folder, or the whole folder."""
    write(tmp_path, report_of("ann"))
    path = tmp_path / "ann" / "results.json"
    again = "Run `grade run rnn_bptt` again to make it anew."
    for locked in (path, path.parent):
        locked.chmod(0)
        with powerless():
            assert refusal(tmp_path) == f'"{path}" cannot be read: Permission denied. {again}'
    tmp_path.chmod(0)
    with powerless():
        assert refusal(tmp_path) == (
            f'"{tmp_path}" cannot be read: Permission denied. Check its permissions.'
        )
    tmp_path.chmod(0o700)
    path.parent.chmod(0o700)


def test_results_of_another_assignment(tmp_path: Path) -> None:
    """They are not shown as if they were this one's."""
    write(tmp_path, report_of("ann", "long_term_dependencies"))
    assert refusal(tmp_path) == (
        f'"{tmp_path}/ann/results.json" is about the assignment "long_term_dependencies", '
        'not "rnn_bptt". Name another folder with --out.'
    )


def test_whose_folders_there_are(tmp_path: Path) -> None:
    """Damaged and locked folders are there without data; folders that are none of ours are not."""
    write(tmp_path, report_of("ann"), report_of(LONG))
    stranger = results_json.dumps(report_of("stranger"), PHRASES)
    with ResultsFolder(tmp_path, "rnn_bptt") as folder:
        folder.write("damaged", {"results.json": "{"})
        folder.write("empty", {"results.json": ""})
        folder.write("locked", {"results.json": "{}"})
        (tmp_path / "notes").mkdir()
        for name in ("a%2fb", f"y~{'0' * 32}", ".hidden"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "results.json").write_text(stranger)
        (tmp_path / "locked").chmod(0)
    with powerless(), ResultsFolder(tmp_path, "rnn_bptt") as folder:
        found = dict(folder.students())
        assert folder.previous("locked") is None
        assert not folder.holds("locked", ["results.json"])
    (tmp_path / "locked").chmod(0o700)
    assert list(found) == ["ann", "damaged", "empty", "locked", LONG]
    assert [name for name in found if found[name] is None] == ["damaged", "empty", "locked"]
    assert found[LONG]["extra_data"]["record"]["student"] == LONG


def test_results_among_submissions(tmp_path: Path) -> None:
    """Results may not land in a submission, a class of them, or in a student's folder."""
    source = tmp_path / "submitted"
    (source / "ann" / "rnn_bptt").mkdir(parents=True)
    (tmp_path / "link").symlink_to("submitted")
    (tmp_path / "class.zip").write_text("")
    for out in (source, source / "graded", tmp_path / "link" / "ann" / "out"):
        with pytest.raises(UsageProblem) as problem:
            refuse_mixing(out, [source], ["ann"])
        assert problem.value.message == (
            f'Results in "{out}" would lie among the submissions in "{source}". '
            "Choose another folder with --out."
        )
    with pytest.raises(UsageProblem):  # OUT/ann is the very folder that was handed in
        refuse_mixing(source, [source / "ann"], ["ann"])
    refuse_mixing(tmp_path / "graded", [source], ["ann"])
    refuse_mixing(tmp_path, [source], ["ann"])
    refuse_mixing(tmp_path / "class.zip" / "out", [tmp_path / "class.zip"], ["ann"])


def test_results_behind_a_circle_of_links(tmp_path: Path) -> None:
    """It is refused in a sentence of the system, not with a crash."""
    out = tmp_path / "loop"
    out.symlink_to("loop")
    (tmp_path / "submitted").mkdir()
    refuse_mixing(out, [tmp_path / "submitted"], [])
    with pytest.raises(UsageProblem) as problem, ResultsFolder(out, "rnn_bptt"):
        pass
    assert problem.value.message == (
        f'No results can be written into "{out}": File exists. Choose another folder with --out.'
    )
