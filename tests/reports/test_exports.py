"""Grades for other systems: their columns, their ids, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.commands.main import main
from grader.phrases import Phrases
from grader.record import FunctionResult, Report, Status
from grader.reports import grades_csv, results_json
from grader.reports.exports import FORMATS, read_roster, safe

SOFTMAX = FunctionResult("softmax", Status.PASSED, 5.0, 5.0)
CELL = FunctionResult("cell", Status.FAILED, 2.1, 10.0)
LOST = FunctionResult("cell", Status.NOT_JUDGED, None, 10.0)
ALICE = Report("rnn_bptt", "alice", (SOFTMAX, CELL), "d", "f", "full")
CLASS = [
    ALICE,
    replace(ALICE, student="bob", functions=(SOFTMAX, LOST)),
    replace(ALICE, student='=HYPERLINK("x")'),
]

CANVAS_ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section,rnn_bptt (77),Final Score
    Points Possible,,,,,15,(read only)
"Ash, Alice",1001,S1,alice,Morning,,
"Brown, Bob",1002,S2,bob@example.edu,Evening,,
"""


def exported(form: str, roster: str | None = None) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the rows and the warnings of an export of the class."""
    made = FORMATS[form](CLASS, "rnn_bptt", None if roster is None else read_roster(roster))
    return list(csv.reader(io.StringIO(made.text))), made.warnings


UNJUDGED = "Not judged, so without a grade: bob."
FORMULA = '\'=HYPERLINK("x")'


def test_csv() -> None:
    """As grades.csv, with formulas made harmless."""
    assert exported("csv") == (
        [
            ["student", "score", "max_score", "softmax", "cell", *grades_csv.IDENTITY],
            ["alice", "7.1", "15", "5", "2.1", *[""] * 8],
            ["bob", "", "15", "5", "", *[""] * 8],
            [FORMULA, "7.1", "15", "5", "2.1", *[""] * 8],
        ],
        (UNJUDGED,),
    )


def test_canvas_without_a_roster() -> None:
    """The student's id stands in the login column."""
    rows, warnings = exported("canvas")
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "rnn_bptt"],
        ["    Points Possible", "", "", "", "", "15"],
        ["alice", "", "", "alice", "", "7.1"],
        ["bob", "", "", "bob", "", ""],
        [FORMULA, "", "", FORMULA, "", "7.1"],
    ]
    assert warnings == (UNJUDGED,)


def test_canvas_with_a_roster() -> None:
    """Ids, sections and the assignment's own column are Canvas's; strangers are named."""
    rows, warnings = exported("canvas", CANVAS_ROSTER)
    assert rows[0][-1] == "rnn_bptt (77)"
    assert rows[2:4] == [
        ["Ash, Alice", "1001", "S1", "alice", "Morning", "7.1"],
        ["Brown, Bob", "1002", "S2", "bob@example.edu", "Evening", ""],
    ]
    assert warnings == (UNJUDGED, 'Not in the roster: =HYPERLINK("x").')


def test_moodle() -> None:
    """The identity that the roster has, the grade, and what each function earned."""
    roster = "First name,Email address,ID number\nAlice,alice@example.edu,7\n"
    rows, _ = exported("moodle", roster)
    assert rows[:2] == [
        ["Email address", "rnn_bptt", "rnn_bptt (feedback)"],
        ["alice@example.edu", "7.1", "softmax 5/5, cell 2.1/10"],
    ]
    assert exported("moodle")[0][0][0] == "Username"


def test_gradescope() -> None:
    """Names, SID and email as Gradescope has them, score and maximum."""
    roster = "First Name,Last Name,SID,Email\nAlice,Ash,alice,a@example.edu\n"
    rows, _ = exported("gradescope", roster)
    assert rows[:3] == [
        ["First Name", "Last Name", "SID", "Email", "rnn_bptt", "rnn_bptt - Max Points"],
        ["Alice", "Ash", "alice", "a@example.edu", "7.1", "15"],
        ["", "", "bob", "", "", "15"],
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("@sum", "'@sum"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("-2.5", "-2.5"),
        ("+3", "+3"),
        ("alice", "alice"),
        ("", ""),
    ],
)
def test_formulas_are_made_harmless(text: str, cell: str) -> None:
    """And numbers stay numbers."""
    assert safe(text) == cell


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads what a run has stored, and prints or writes the text."""
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    out = tmp_path / "graded"
    run = CliRunner()
    refused = run.invoke(main, ["export", "rnn_bptt", "--out", str(out)])
    assert (refused.exit_code, refused.stderr) == (
        2,
        f'Error: There are no results in "{out}". Run `grade run rnn_bptt` first.\n',
    )
    for report in CLASS[:2]:
        (out / report.student).mkdir(parents=True)
        text = results_json.dumps(report, Phrases.load())
        (out / report.student / "results.json").write_text(text, "utf-8")
    printed = run.invoke(main, ["export", "rnn_bptt", "--out", str(out), "--format", "moodle"])
    assert printed.exit_code == 0
    assert printed.stdout.splitlines()[:2] == [
        "Username,rnn_bptt,rnn_bptt (feedback)",
        'alice,7.1,"softmax 5/5, cell 2.1/10"',
    ]
    assert printed.stderr == f"warning: {UNJUDGED}\n"
    file = tmp_path / "grades.csv"
    written = run.invoke(main, ["export", "rnn_bptt", "--out", str(out), "-o", str(file)])
    assert written.stdout == f"wrote {file}\n"
    assert file.read_text("utf-8").startswith("student,score,max_score,softmax,cell,system,")


def test_a_roster_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says so."""
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    (tmp_path / "alice").mkdir()
    text = results_json.dumps(ALICE, Phrases.load())
    (tmp_path / "alice" / "results.json").write_text(text, "utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("", "utf-8")
    arguments = ["export", "rnn_bptt", "--out", str(tmp_path), "--roster", str(roster)]
    refused = CliRunner().invoke(main, arguments)
    assert (refused.exit_code, refused.stderr) == (
        2,
        f'Error: The roster "{roster}" cannot be used: it has no rows. Export it again as CSV.\n',
    )
