"""Grades for other systems: a roster filled in, nothing else changed, and each system's header."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.commands.main import main
from grader.errors import UsageProblem
from grader.phrases import Phrases
from grader.record import FunctionResult, Identity, Report, Status
from grader.reports import grades_csv, results_json
from grader.reports.cells import cell
from grader.reports.exports import FORMATS
from grader.reports.exports.filling import Filled, fill, listed
from grader.reports.exports.table import read_table
from grader.reports.totals import CODE_ALONE

SOFTMAX = FunctionResult("softmax", Status.PASSED, 5.0, 5.0)
CELL = FunctionResult("cell", Status.FAILED, 2.1, 10.0)
LOST = FunctionResult("cell", Status.NOT_JUDGED, None, 10.0)
ALICE = Report("rnn_bptt", "alice", (SOFTMAX, CELL), "d", "f", "full")
BOB = replace(ALICE, student="bob", functions=(SOFTMAX, LOST))
CLASS = [ALICE, BOB, replace(ALICE, student='=HYPERLINK("x")')]
ROSTERS = Path(__file__).parent / "rosters"
UNJUDGED = "Not judged, so without a grade: bob."
FORMULA = '\'=HYPERLINK("x")'


def graded(student: str, *identities: Identity, score: float = 100.0) -> Report:
    """Return the report on somebody's work, of 100 points."""
    result = FunctionResult("softmax", Status.FAILED, score, 100.0)
    return Report("rnn_bptt", student, (result,), "d", "f", "full", identities=identities)


def filled(roster: str | bytes, *reports: Report, column: str | None = None) -> Filled:
    """Fill in a roster."""
    data = roster.encode() if isinstance(roster, str) else roster
    return fill(read_table(data), reports, ("rnn_bptt", "RNN"), column, may_add=False)


def exported(form: str) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the rows and the warnings of an export of the class without a roster."""
    made = FORMATS[form](CLASS, "rnn_bptt")
    return list(csv.reader(io.StringIO(made.text))), made.warnings


def test_canvas_there_and_back() -> None:
    """By the user's number, namesakes and all; what else is in the file stays, byte for byte."""
    data = (ROSTERS / "canvas_roster.csv").read_bytes()
    numbers = {4711: 90.5, 4713: 80.0, 4720: 70.0, 4721: 60.0}
    reports = [
        graded(f"smithjohn_{number}", Identity("canvas", str(number), name="smithjohn"), score=of)
        for number, of in numbers.items()
    ]
    made = filled(data, *reports)
    expected = data
    for number, score in (("4711", "90.5"), ("4713", "80"), ("4720", "70"), ("4721", "60")):
        (line,) = [one for one in data.splitlines(True) if f",{number},".encode() in one]
        expected = expected.replace(line, line.replace(b",,\n", f",{score},\n".encode()))
    assert made.data == expected
    assert made.whole
    assert made.said == (
        "Lines of the roster without graded work, left as they are: Roe, Bob; Lee, Ann; "
        "Wang, Wei; Kim, Su; Taylor, T; Nguyen, An; Ortiz, Ana.",
        "Lines that are nobody's, left as they are: Points Possible; Student, Test.",
    )


def test_moodle_there_and_back() -> None:
    """By the participant's number; where the file has none, by the name."""
    reports = [
        graded(f"{name}_{number}", Identity("moodle", str(number), name=name), score=50.0)
        for number, name in ((30001, "Jörg Müller"), (30002, "王小明"), (30007, "Lee Ann"))
    ]
    worksheet = (ROSTERS / "moodle_ws.csv").read_bytes()
    made = filled(worksheet, *reports)
    expected = worksheet
    for number in ("30001", "30002", "30007"):
        (line,) = [one for one in worksheet.splitlines(True) if number.encode() in one]
        expected = expected.replace(line, line.replace(b" - ,,100.00", b" - ,50,100.00"))
    assert (made.data, made.whole) == (expected, True)
    gradebook = (ROSTERS / "moodle_gb.csv").read_bytes()
    made = filled(gradebook, *reports)
    changed = gradebook.replace("Jörg,Müller,00123,,,jm@uni.example,-".encode(),
                                "Jörg,Müller,00123,,,jm@uni.example,50".encode())  # fmt: skip
    changed = changed.replace(b"wxm@uni.example,-", b"wxm@uni.example,50")
    assert made.data == changed
    assert made.said[0] == "Graded, but without a line in the roster: Lee Ann_30007."
    assert not made.whole


def test_gradescope_there_and_back() -> None:
    """By the SID, leading zeros and all, and group work to everybody who handed it in."""
    jane = Identity("gradescope", "00123", "1001", "Jane Doe", "jane@uni.example")
    bob = Identity("gradescope", "00124", "1001", "Bob Roe", "bob@uni.example")
    lei = Identity("gradescope", "", "1003", "李, 雷", "lei@uni.example")
    data = (ROSTERS / "gs_roster.csv").read_bytes()
    made = filled(data, graded("Jane Doe_00123", jane, bob), graded("lei", lei))
    assert made.data == data.replace(b"jane@uni.example,,,", b"jane@uni.example,,100,").replace(
        b"bob@uni.example,,,", b"bob@uni.example,,100,"
    )
    assert made.said[0] == "Graded, but without a line in the roster: lei."


TABLE = "Name{0}SID{0}Email{0}rnn_bptt{1}Zoë Müller{0}007{0}z@x.example{0}{1}"
CHINESE = "姓名{0}学号{0}Email{0}rnn_bptt{1}王小明{0}007{0}z@x.example{0}{1}"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "mark", "text"),
    [
        ("utf-8", b"", TABLE),
        ("utf-8", b"\xef\xbb\xbf", TABLE),
        ("utf-16-le", b"\xff\xfe", TABLE),
        ("utf-16-be", b"\xfe\xff", CHINESE),
        ("utf-16-le", b"", TABLE),
        ("cp1252", b"", TABLE),
        ("gbk", b"", CHINESE),
    ],
)
def test_a_file_keeps_its_form(
    delimiter: str, end: str, encoding: str, mark: bytes, text: str
) -> None:
    """Delimiter, line ends, encoding and the mark in front of it are those of the file."""
    whole = text.format(delimiter, end)
    name = "王小明" if text is CHINESE else "Zoë Müller"
    for identity in (Identity(user="007"), Identity(name=name)):
        made = filled(mark + whole.encode(encoding), graded("somebody", identity))
        due = whole.removesuffix(end) + "100" + end
        assert made.data == mark + due.encode(encoding)


def test_rows_that_are_odd() -> None:
    """Quotes, line breaks in cells, short rows and blank lines are left as they are."""
    text = (
        'sep=;\r\n"Student ""x""";SID;Note;rnn_bptt\r\n\r\n'
        '"two\r\nlines";1;"a;b";\r\n short;2\r\nlast;3;;""'
    )
    reports = [graded(f"s{sid}", Identity(user=sid)) for sid in ("1", "2", "3")]
    assert filled(text, *reports).data.decode() == (
        'sep=;\r\n"Student ""x""";SID;Note;rnn_bptt\r\n\r\n'
        '"two\r\nlines";1;"a;b";100\r\n short;2;;100\r\nlast;3;;100'
    )


HEADER = "Name,SID,Login ID,Email,rnn_bptt\n"


@pytest.mark.parametrize(
    ("lines", "student", "identity", "row"),
    [
        ("Li Wei,2,x,b@x.ex,\nLi Wei,1,y,a@x.ex,", "Li Wei_2", Identity("gradescope", "2"), 0),
        ("A,1,x,li@a.ex,\nB,2,y,l@b.ex,", "li", None, 0),
        ("A,1,li,q@a.ex,\nB,2,y,li@b.ex,", "li", None, 0),
        ("Doe Jane,,,,\nRoe Bob,,,,", "Jane Doe", None, 0),
        ('"Müller, Jürgen",,,,', "x", Identity(name="mullerjurgen"), 0),
        ("A,000123,x,,", "123", None, 0),
        ("A,1,alice,,\nB,2,Alice,,", "Alice", None, 1),
        ("A,1,ann,,", "hw-ann", Identity("github", login="hw-ann"), 0),
    ],
)
def test_whose_line_it_is(lines: str, student: str, identity: Identity | None, row: int) -> None:
    """Numbers first, then addresses and logins, then names, in whatever order they are written."""
    made = filled(HEADER + lines + "\n", graded(student, *([identity] if identity else [])))
    rows = [one.endswith(",100") for one in made.data.decode().splitlines()[1:]]
    assert rows == [place == row for place in range(len(rows))]
    assert made.whole


@pytest.mark.parametrize(
    ("lines", "students", "said"),
    [
        (
            "A,1,x,li@a.ex,\nB,2,y,li@b.ex,",
            {"li": None},
            "In doubt, so left out: li fits lines 2, 3 of the roster.",
        ),
        (
            "A,1,alice,,",
            {"alice": None, "Alice": None},
            "In doubt, so left out: alice fits more than one student, with line 2 of the roster.",
        ),
        (
            "Li Wei,1,x,,\nLi Wei,2,y,,",
            {"Li Wei": None},
            "In doubt, so left out: Li Wei fits lines 2, 3 of the roster.",
        ),
        (
            "Li Wei,1,x,,",
            {"Li Wei_2": Identity("gradescope", "2", name="Li Wei")},
            "Graded, but without a line in the roster: Li Wei_2.",
        ),
        (
            "Li Wei,,x,one@x.ex,",
            {"Li Wei": Identity("gradescope", "", name="Li Wei", email="two@x.ex")},
            "Graded, but without a line in the roster: Li Wei.",
        ),
    ],
)
def test_what_is_in_doubt_is_named_and_left_out(
    lines: str, students: Mapping[str, Identity | None], said: str
) -> None:
    """Nobody is guessed at, whatever the order of the lines."""
    for order in (lines.splitlines(), lines.splitlines()[::-1]):
        text = HEADER + "\n".join(order) + "\n"
        reports = [graded(name, *([one] if one else [])) for name, one in students.items()]
        made = filled(text, *reports)
        assert made.data == text.encode()
        assert said in made.said
        assert not made.whole


def test_which_column_it_is() -> None:
    """The assignment's by name and id, the one that is asked for, Moodle's in any language."""
    row = "Name,SID,{}\nA,1{}\n"
    one = graded("A", Identity(user="1"))
    for header, place in (
        ("rnn_bptt", 0),
        ("other,RNN BPTT (88001)", 1),
        ("Aufgabe: rnn_bptt (Punkte),x", 0),
        ("rnn_bptt - Max Points,rnn_bptt", 1),
        ("rnn_bptt_2,RNN", 1),
    ):
        commas = "," * (header.count(",") + 1)
        made = filled(row.format(header, commas), one)
        assert made.data.decode().splitlines()[1].split(",")[2:].index("100") == place
    made = filled(row.format("a,b", ",,"), one, column="b")
    assert made.data.endswith(b"A,1,,100\n")
    german = "ID;Vollständiger Name;Bewertung;Bestwertung\nTeilnehmer/in 7;A;;100,00\n"
    half = graded("A_7", Identity("moodle", "7", name="A"), score=95.5)
    assert filled(german, half).data.decode().endswith("Teilnehmer/in 7;A;95,5;100,00\n")
    unknown = "X,Y,Zz,Max\nParticipant 7,A,,100.00\nParticipant 8,B,,100.00\n"
    assert b"Participant 7,A,95.5,100.00" in filled(unknown, half).data


def test_a_student_number_is_no_participant() -> None:
    """Letters before a number make it no number of Moodle's: that is another student's."""
    table = "ID number,First name,Last name,rnn_bptt,Last downloaded\ns30002,A,B,-,1760000000\n"
    made = filled(table, graded("C D_30002", Identity("moodle", "30002", name="C D")))
    assert (made.data, made.whole) == (table.encode(), False)
    made = filled(table, graded("A B_30001", Identity("moodle", "30001", name="A B")))
    assert made.data == table.replace("-", "100").encode()
    chinese = "编号,全名,成绩,最高分\n参与者7,A,,100.00\n参与者8,B,,100.00\n"
    made = filled(chinese, graded("A_8", Identity("moodle", "8", name="A")))
    assert made.data == chinese.replace("8,B,,", "8,B,100,").encode()


def test_columns_that_cannot_be_told() -> None:
    """Nothing is written, and the columns there are are named."""
    one = graded("A", Identity(user="1"))
    for text, column, said in (
        ("Name,SID,x\nA,1,\n", None, 'No column of the roster is that of "rnn_bptt". Name one'),
        ("Name,SID,rnn_bptt (1),rnn_bptt (2)\nA,1,,\n", None, "several of its columns may be"),
        ("Name,SID,rnn_bptt\nA,1,\n", "grade", 'the column "grade" is not there; it has: Name'),
    ):
        with pytest.raises(UsageProblem) as problem:
            filled(text, one, column=column)
        assert said in problem.value.message


@pytest.mark.parametrize(
    "text",
    [
        'Student,ID,Section,rnn_bptt (1)\n    Points Possible,,,50\n"A, B",1,,\n',
        "Name,SID,rnn_bptt,rnn_bptt - Max Points\nA,1,,50\n",
        "Identifier,Full name,Grade,Maximum Grade\nParticipant 1,A,,50.00\n",
    ],
)
def test_another_maximum_is_refused(text: str) -> None:
    """For a score out of 100 is no score out of 50."""
    with pytest.raises(UsageProblem) as problem:
        filled(text, graded("A", Identity(user="1")))
    assert problem.value.message == (
        "The roster says that 50 points can be earned, and it is 100 here. Set the points of the "
        "assignment there to 100, and export it again."
    )


def test_what_was_not_judged_stays_empty() -> None:
    """An import leaves such a student as they are."""
    text = "Name,Login ID,rnn_bptt\nA,alice,\nB,bob,12\n"
    made = filled(text, ALICE, BOB)
    assert made.data.decode() == "Name,Login ID,rnn_bptt\nA,alice,7.1\nB,bob,12\n"
    assert made.said == (UNJUDGED,)


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


def test_what_a_system_said_is_in_the_table() -> None:
    """In columns of their own, safe for spreadsheets."""
    one = Identity("canvas", "12", "300", "=x\x1b[31m", "a@x", "li", late=True, attempt=2)
    line = grades_csv.grades([replace(ALICE, identities=(one,))]).splitlines()[1]
    assert line == "alice,7.1,15,5,2.1,canvas,12,300,'=x\\x1b[31m,a@x,li,late,2"


def test_headers_without_a_roster() -> None:
    """Canvas's columns in Canvas's order, Moodle's worksheet, Gradescope's list."""
    rows, warnings = exported("canvas")
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "rnn_bptt"],
        ["    Points Possible", "", "", "", "", "15"],
        ["alice", "", "", "alice", "", "7.1"],
        ["bob", "", "", "bob", "", ""],
        [FORMULA, "", "", FORMULA, "", "7.1"],
    ]
    assert warnings == (UNJUDGED,)
    rows, warnings = exported("moodle")
    assert rows[0] == [
        "Identifier", "Full name", "Email address", "Grade", "Maximum Grade",
        "Last modified (grade)",
    ]  # fmt: skip
    assert rows[1] == ["", "alice", "", "7.1", "15", ""]
    assert "with --roster" in warnings[-1]
    one = Identity("moodle", "7", name="Ann Lee")
    text = FORMATS["moodle"]([graded("Ann Lee_7", one)], "rnn_bptt").text
    assert text.splitlines()[1] == "Participant 7,Ann Lee,,100,100,"
    one = Identity("canvas", "7", name="leeann")
    text = FORMATS["canvas"]([graded("leeann_7", one)], "rnn_bptt").text
    assert text.splitlines()[2] == "leeann,7,,,,100"


def test_a_group_without_a_roster() -> None:
    """Everybody who handed it in has a line, once."""
    jane = Identity("gradescope", "1", "9", "Jane Doe", "j@x")
    bob = Identity("gradescope", "2", "9", "Bob Roe", "b@x")
    for reports in ([graded("j", jane, bob)], [graded("j", jane, bob), graded("b", bob, jane)]):
        assert FORMATS["gradescope"](reports, "rnn_bptt").text.splitlines() == [
            "First Name,Last Name,SID,Email,rnn_bptt,rnn_bptt - Max Points",
            "Jane,Doe,1,j@x,100,100",
            "Bob,Roe,2,b@x,100,100",
        ]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("@sum", "'@sum"),
        ("-2+3", "'-2+3"),
        (" =1+1", "' =1+1"),
        ("\tx", "\\tx"),
        ("a\r\nb\x1b\u202e", "a\\r\\nb\\x1b\\u202e"),
        ("\udcff", "\\xff"),
        ("-2.5", "-2.5"),
        ("+3", "+3"),
        ("alice", "alice"),
        ("", ""),
    ],
)
def test_formulas_are_made_harmless(text: str, due: str) -> None:
    """And what cannot be printed is escaped; numbers stay numbers."""
    assert cell(text) == due


def store(out: Path, *reports: Report) -> None:
    """Put reports where a run stores them."""
    for report in reports:
        (out / report.student).mkdir(parents=True)
        text = results_json.dumps(report, Phrases.load())
        (out / report.student / "results.json").write_text(text, "utf-8")


def export(out: Path, *options: str) -> Result:
    """Run `grade export` on a results folder."""
    return CliRunner().invoke(main, ["export", "rnn_bptt", "--out", str(out), *options])


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A results folder, seen from the course."""
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    return tmp_path / "graded"


def test_a_name_in_a_sentence_is_what_can_be_printed() -> None:
    """What is said of a student goes to a terminal."""
    assert listed(["ann", "\x1b[2Jbob", "=cid"]) == "ann; \\x1b[2Jbob; '=cid"


def test_the_command(out: Path) -> None:
    """It reads what a run has stored, and prints or writes the text."""
    refused = export(out)
    assert (refused.exit_code, refused.stderr) == (
        2,
        f'Error: There are no results in "{out}". Run `grade run rnn_bptt` first.\n',
    )
    store(out, *CLASS[:2])
    printed = export(out, "--format", "canvas")
    assert printed.exit_code == 0
    assert printed.stdout.splitlines()[2:] == ["alice,,,alice,,7.1", "bob,,,bob,,"]
    assert printed.stderr == f"warning: {CODE_ALONE}\nwarning: {UNJUDGED}\n"
    file = out.parent / "grades.csv"
    written = export(out, "-o", str(file))
    assert written.stdout == f"wrote {file}\n"
    assert file.read_text("utf-8").startswith("student,score,max_score,softmax,cell,system,")


def test_the_command_with_a_roster(out: Path) -> None:
    """It writes bytes as they are, names who is missing, and ends with 3 where somebody is."""
    store(out, ALICE, replace(ALICE, student="zed"))
    roster = out.parent / "roster.csv"
    data = "\ufeffName;Username;rnn_bptt\r\nÁ;alice;\r\n".encode("utf-16-le")
    roster.write_bytes(data)
    done = export(out, "--roster", str(roster), "-o", str(out.parent / "new.csv"))
    assert (out.parent / "new.csv").read_bytes() == (
        "\ufeffName;Username;rnn_bptt\r\nÁ;alice;7.1\r\n".encode("utf-16-le")
    )
    assert done.exit_code == 3
    assert done.stderr == (
        f"warning: {CODE_ALONE}\nwarning: Graded, but without a line in the roster: zed.\n"
    )
    assert roster.read_bytes() == data
    assert export(out, "--column", "x").exit_code == 2
    canvas = out.parent / "canvas.csv"
    canvas.write_text("Student,ID,Section,Other (1)\nalice,1,A,\n")
    done = export(out, "--roster", str(canvas))
    assert (done.exit_code, done.stdout) == (2, "")
    assert 'No column of the roster is that of "rnn_bptt".' in done.stderr
    plain = out.parent / "plain.csv"
    plain.write_text("Name,SID\nalice,1\nzed,2\n")
    assert export(out, "--roster", str(plain), "--format", "moodle").exit_code == 2
    done = export(out, "--roster", str(plain), "--format", "gradescope")
    assert (done.exit_code, done.stdout) == (0, "Name,SID,rnn_bptt\nalice,1,7.1\nzed,2,7.1\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it has no rows"),
        (b"word\nword\n", "it has no columns"),
        (b"a,b\n", "it has no rows below its header"),
        (b"PK\3\4\0\0a,b\nc,d\n", "it is a workbook, as Excel saves it, and no text"),
        (b"a,b\0\nc,d\n", "it is no text"),
        (b"\xff\xfea", "it is not the UTF-16-LE text it says it is"),
    ],
)
def test_a_roster_that_is_none(out: Path, content: bytes, said: str) -> None:
    """One sentence says so."""
    store(out, ALICE)
    roster = out.parent / "roster.csv"
    roster.write_bytes(content)
    refused = export(out, "--roster", str(roster))
    assert (refused.exit_code, refused.stderr) == (
        2,
        f'Error: The roster "{roster}" cannot be used: {said}. Export it again as CSV.\n',
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("absent.csv", 'Error: The roster "{}" is not there.\n'),
        ("", "Error: Invalid value for '--roster': File '{}' is a directory.\n"),
    ],
)
def test_a_roster_that_is_no_file(out: Path, name: str, said: str) -> None:
    """The sentence says what it is."""
    store(out, ALICE)
    roster = out.parent / name
    refused = export(out, "--roster", str(roster))
    assert refused.exit_code == 2
    assert refused.stderr.endswith(said.format(roster))
