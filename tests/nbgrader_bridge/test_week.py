"""An instructor's week by the real commands: four students, who have accounts of their own."""

from __future__ import annotations

import contextlib
import csv
import datetime
import os
import pwd
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
import pytest

from grader.course import Course
from grader.nbgrader_bridge.layout import layout_of
from tests.accounts import ACCOUNTS, acting, becoming
from tests.nbgrader_bridge.conftest import (
    ROOT,
    answer,
    command,
    hand_in,
    home_of_nobody,
    new_course,
    ok,
    scores,
)
from tests.nbgrader_bridge.test_gradebook import FUNCTIONS, WRITTEN, give, grades


@dataclass
class Week:
    """What a week left behind: the course, what commands said, and what stood when.

    ``alone`` says why all students share one account; else ``acting`` begins what they type.
    ``twice`` handed in a second time, ``stub`` what was handed out, ``late`` a day too late,
    ``victim`` nothing: ``rogue`` did so in the victim's name.  ``bare`` and ``broken`` came by
    another way, without a notebook and with one that is none.
    """

    course: Path
    acting: tuple[str, ...]
    alone: str
    homes: dict[str, dict[str, str]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    scores: dict[str, dict[str, dict[str, float | None]]] = field(default_factory=dict)
    grades: dict[str, tuple[object, ...]] = field(default_factory=dict)
    submitted: dict[Path, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    seen: dict[str, Counter[tuple[bool, bool]]] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    twice, stub, late, rogue = ACCOUNTS
    victim = "vic"

    def home(self, student: str) -> Path:
        """Return a student's home."""
        return self.course.parent / student

    @property
    def executed(self) -> Path:
        """The file that a cell of the late student's notebook makes, if anybody runs it."""
        return self.course / "gradebook.db.bak"

    def by(self, student: str, *arguments: str) -> str:
        """Have a student type an nbgrader command that works."""
        head = () if self.alone else (*self.acting, *becoming(student))
        named = arguments[-1].startswith("--student=")
        if self.alone and arguments[0] in ("submit", "fetch_feedback") and not named:
            arguments = (*arguments, f"--student={student}")
        where = self.home(student)
        env = self.homes[student]
        return ok(command("nbgrader", *arguments, where=where, head=head, **env))

    def here(self, program: str, *arguments: str) -> str:
        """Type a command that works, as the instructor."""
        return ok(command(program, *arguments, where=self.course))

    def graded(self) -> str:
        """Grade the class: the victim's, which somebody else sent, waits for the instructor."""
        code, said = command("grade", "run", "rnn_bptt", "--gradebook", where=self.course)
        assert code == (0 if self.alone else 3), said
        return said

    def own(self, student: str) -> None:
        """Give a student what is in the home."""
        if not self.alone:
            uid = pwd.getpwnam(student).pw_uid
            for path in (self.home(student), *self.home(student).rglob("*")):
                os.chown(path, uid, -1)


@pytest.fixture(scope="module")
def week() -> Iterator[Week]:
    """The whole week, once for all tests of this module."""
    # pytest's own folders are closed to other accounts
    with tempfile.TemporaryDirectory(prefix="week-") as folder, pytest.MonkeyPatch.context() as my:
        Path(folder).chmod(0o755)
        made = Week(new_course(Path(folder)), *acting())
        for name, place in home_of_nobody(made.home("instructor")).items():
            my.setenv(name, place)
        for student in ACCOUNTS:
            made.homes[student] = home_of_nobody(made.home(student))
            (made.home(student) / "nbgrader_config.py").write_text(
                "c = get_config()\nc.CourseDirectory.course_id = 'unrolled'\n"
                f"c.Exchange.root = '{folder}/exchange'\nc.Exchange.cache = 'cache'\n"
            )
            made.own(student)
        hand_out(made)
        hand_in_all(made)
        grade_twice(made)
        give_back(made)
        yield made


def hand_out(week: Week) -> None:
    """Build, register, release; students find it and fetch it."""
    with (week.course / "nbgrader_config.py").open("a") as file:
        file.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    week.here("grade", "build", "rnn_bptt")
    week.here("nbgrader", "db", "assignment", "add", "rnn_bptt", "--duedate=2099-01-01")
    week.here("nbgrader", "release_assignment", "rnn_bptt")
    week.said["list"] = week.by(week.stub, "list")
    at_once(*(lambda one=one: week.by(one, "fetch_assignment", "rnn_bptt") for one in ACCOUNTS))


def hand_in_all(week: Week) -> None:
    """Untouched, twice, in another's name, and after the due date; collect, and once more."""
    solutions = ROOT / "solutions/rnn_bptt"
    rogue = week.home(week.rogue) / "rnn_bptt/rnn_cell.py"
    rogue.write_text(
        (solutions / rogue.name).read_text().replace("axis=1, keepdims=True", "axis=1")
    )
    at_once(
        lambda: week.by(week.stub, "submit", "rnn_bptt"),
        lambda: week.by(week.twice, "submit", "rnn_bptt"),
        lambda: week.by(week.rogue, "submit", "rnn_bptt", f"--student={week.victim}"),
    )
    week.said["collect"] = week.here("nbgrader", "collect", "rnn_bptt")
    folder = week.home(week.twice) / "rnn_bptt"
    shutil.copy(solutions / "rnn_cell.py", folder)
    answer(folder, "By the **chain rule**: <script>alert(1)</script>")
    week.by(week.twice, "submit", "rnn_bptt")
    due = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    week.here("nbgrader", "db", "assignment", "add", "rnn_bptt", f"--duedate={due}")
    folder = week.home(week.late) / "rnn_bptt"
    for name in ("rnn_cell.py", "rnn_sequence.py"):
        shutil.copy(solutions / name, folder)
    answer(folder, "Sums.")
    plant(folder, week.executed)
    week.by(week.late, "submit", "rnn_bptt")
    week.said["collect again"] = week.here("nbgrader", "collect", "rnn_bptt", "--update")
    (hand_in(week.course, "bare", TIME, "rnn_cell.py") / "rnn_bptt.ipynb").unlink()
    (hand_in(week.course, "broken", TIME, "rnn_cell.py") / "rnn_bptt.ipynb").write_text('{"a": 1}')
    submitted = week.course / "submitted"
    week.submitted = {
        path.relative_to(submitted): path.read_bytes()
        for path in submitted.rglob("*")
        if path.is_file()
    }


def plant(folder: Path, made: Path) -> None:
    """Put a cell into a notebook that tells of being executed."""
    path = folder / "rnn_bptt.ipynb"
    notebook = nbformat.read(path, as_version=4)
    code = f"import pathlib\npathlib.Path({str(made)!r}).touch()"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, path)


TIME = "2026-03-01 10:00:00.000000 UTC"


def grade_twice(week: Week) -> None:
    """By `grade run`, and, once its results are gone, by `nbgrader autograde` with its seed."""
    with watched(week, "run"):
        week.said["run"] = week.graded()
    week.scores["run"] = scores(week.course)
    shutil.rmtree(week.course / "autograded")
    for folder in (week.course / "graded/rnn_bptt").iterdir():
        if folder.is_dir() and folder.name != ".run":
            shutil.rmtree(folder)
    with watched(week, "autograde"):
        week.said["autograde"] = week.here("nbgrader", "autograde", "rnn_bptt")
    week.scores["autograde"] = scores(week.course)


@contextlib.contextmanager
def watched(week: Week, name: str) -> Iterator[None]:
    """Look again and again whether the gradebook is open, and whether a sandbox is there."""
    over = threading.Event()
    others = set(psutil.Process().children(recursive=True))
    seen = week.seen[name] = Counter()

    def watch() -> None:
        while not over.wait(0.01):
            ours = set(psutil.Process().children(recursive=True)) - others
            seen[any(map(is_sandbox, ours)), any(has_gradebook(week, one) for one in ours)] += 1

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def is_sandbox(process: psutil.Process) -> bool:
    """Whether a process is the one that runs students' code in processes of its own."""
    with contextlib.suppress(psutil.Error):
        return any('"limits"' in argument for argument in process.cmdline())
    return False


def has_gradebook(week: Week, process: psutil.Process) -> bool:
    """Whether a process has the gradebook open."""
    with contextlib.suppress(psutil.Error):
        return any(one.path == str(week.course / "gradebook.db") for one in process.open_files())
    return False


def give_back(week: Week) -> None:
    """Written answers are graded, penalties taken, pages sent, and the inbound folder emptied."""
    home = Course(week.course)
    layout = layout_of(home, home.assignment("rnn_bptt"))
    give(layout, week.twice, "question-6-1", 7.5, "Where is the sum over k?")
    give(layout, week.late, "question-6-1", 8.0)
    shutil.rmtree(week.course.parent / "exchange/unrolled/inbound")
    week.said["run again"] = week.graded()
    week.grades = grades(layout, week.twice)  # type: ignore[assignment]
    code, week.said["feedback"] = command("grade", "feedback", "rnn_bptt", where=week.course)
    assert code == 0, week.said["feedback"]
    week.here("nbgrader", "release_feedback", "rnn_bptt")
    week.by(week.twice, "fetch_feedback", "rnn_bptt")
    (page,) = (week.home(week.twice) / "rnn_bptt/feedback").glob("*/rnn_bptt.html")
    week.pages["fetched"] = page.read_bytes()
    week.here("nbgrader", "generate_feedback", "rnn_bptt", "--force")
    made = week.course / "feedback" / week.twice / "rnn_bptt/rnn_bptt.html"
    week.pages["generated"] = made.read_bytes()
    week.here("nbgrader", "export")
    with (week.course / "grades.csv").open(newline="") as file:
        week.rows = {row["student_id"]: row for row in csv.DictReader(file)}


def at_once(*tasks: Callable[[], object]) -> None:
    """Do several things at the same time; the first failure is raised."""
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()


def files_of(place: Path) -> dict[str, bytes]:
    """What the files below a folder hold, by their paths in it."""
    files = [path for path in place.rglob("*") if path.is_file()]
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}


def test_students_receive_what_was_built_and_no_solution(week: Week) -> None:
    """Stubs, public tests, README and notebook, as they are in assignments/, and nothing else."""
    built = week.course / "assignments/rnn_bptt"
    due = files_of(built)
    assert {"README.md", "rnn_bptt.ipynb", "rnn_cell.py", "test_public.py"} <= due.keys()
    outbound = week.course.parent / "exchange/unrolled/outbound/rnn_bptt"
    fetched = week.home(week.stub) / "rnn_bptt"
    for place in (outbound, fetched):
        assert files_of(place) == due
    for name, content in due.items():
        for secret in (b"BEGIN SOLUTION", b"Rubric", b"Model answer", b"grader/hidden"):
            assert secret not in content, name
    assert "unrolled rnn_bptt" in week.said["list"]


def test_a_resubmission_is_collected_in_place_of_the_first(week: Week) -> None:
    """`collect` takes what is there, `collect --update` what came since."""
    assert f"Collecting submission: {week.twice} rnn_bptt" in week.said["collect"]
    assert f"Updating submission: {week.twice} rnn_bptt" in week.said["collect again"]
    assert f"No newer submission to collect: {week.stub} rnn_bptt" in week.said["collect again"]
    path = Path("rnn_cell.py")
    kept = week.submitted[Path(week.twice, "rnn_bptt") / path]
    assert kept == (ROOT / "solutions/rnn_bptt" / path).read_bytes()


def test_scores_of_the_week(week: Week) -> None:
    """The second submission counts, a stub earns nothing, and answers wait for a person."""
    found = week.scores["run"]
    cell = {"softmax": 5.0, "rnn_cell_forward": 15.0, "rnn_cell_backward": 25.0}
    nothing = dict.fromkeys(FUNCTIONS, 0.0)
    assert found[week.twice] == {**nothing, **cell, "question-6-1": None, "question-6-2": 0.0}
    assert found[week.stub] == {**nothing, "question-6-1": 0.0, "question-6-2": 0.0}
    full = {**cell, "rnn_forward": 10.0, "rnn_backward": 25.0}
    assert found[week.late] == {**nothing, **full, "question-6-1": None, "question-6-2": 0.0}
    assert found["bare"] == found["broken"] == {**nothing, **cell, **dict.fromkeys(WRITTEN, 0.0)}
    assert week.rogue not in found
    assert (week.victim in found) == bool(week.alone)
    many = 6 if week.alone else 5
    assert f"gradebook: the scores of {many} submissions are in it" in week.said["run"]


def test_the_sender_of_a_spoofed_submission_is_named_before_any_score(week: Week) -> None:
    """Both names stand above the first score; nobody who sent for himself is mentioned."""
    if week.alone:
        assert week.said["run"].count(" belongs to the account ") == 1
        assert "was sent by" not in week.said["run"]
        pytest.skip(week.alone)
    head, _, _ = week.said["run"].partition(" of 100 points")
    assert head.splitlines()[:2] == [
        f'warning: the submission of "{week.victim}" was sent by "{week.rogue}"; ask both, and '
        f"then add --accept {week.victim} to count it, or --use-own {week.victim} to take the last "
        f'that "{week.victim}" sent',
        'warning: sender unknown, not in the exchange any more: "bare", "broken"',
    ]
    assert "was sent by" not in week.said["run"].removeprefix(head)
    for one in (week.twice, week.stub, week.late):
        assert f'the submission of "{one}"' not in week.said["run"]


def test_an_emptied_inbound_folder_clears_nobody(week: Week) -> None:
    """Once the folders are gone every sender is unknown."""
    first, *_ = week.said["run again"].splitlines()
    everybody = sorted([week.twice, week.stub, week.late, week.victim, "bare", "broken"])
    listed = ", ".join(f'"{one}"' for one in everybody[:5])
    assert first == (f"warning: sender unknown, not in the exchange any more: {listed} and 1 more")


def test_autograde_gives_the_same_scores(week: Week) -> None:
    """By the same judge and seed, to the last digit, even to those without a notebook."""
    assert week.scores["autograde"] == week.scores["run"]
    assert "Traceback" not in week.said["autograde"]
    for student, why in (("bare", "no notebook"), ("broken", "a notebook that cannot be used")):
        assert f'"{student}" handed in {why}' in week.said["run"]
        assert f'"{student}" handed in {why}' in week.said["autograde"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what files are open")
@pytest.mark.parametrize("command", ["run", "autograde"])
def test_the_gradebook_is_closed_while_student_code_runs(week: Week, command: str) -> None:
    """It is open at times, and there is a sandbox at times, and never both."""
    seen = week.seen[command]
    assert seen[True, False] > 0
    assert seen[False, True] > 0
    assert seen[True, True] == 0


def test_no_cell_of_a_student_is_executed(week: Week) -> None:
    """The cell that would tell is in the graded notebook, and nobody ran it."""
    shown = week.course / "autograded" / week.late / "rnn_bptt/rnn_bptt.ipynb"
    assert week.executed.name in shown.read_text()
    assert not week.executed.exists()


def test_files_of_students_stay_theirs(week: Week) -> None:
    """Nothing in submitted/ changes, and formgrader's tree holds the same files, none of ours."""
    place = week.course / "submitted"
    after = {path.relative_to(place): path for path in place.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in after.items()} == week.submitted
    shown = week.course / "autograded"
    for name, content in week.submitted.items():
        if name.suffix != ".ipynb" and (week.alone or name.parts[0] != week.victim):
            assert (shown / name).read_bytes() == content
    for path in shown.rglob("*"):
        if path.is_file() and path.suffix != ".ipynb":
            assert path.relative_to(shown) in week.submitted


def test_a_score_given_by_hand_survives_the_next_run(week: Week) -> None:
    """With nothing handed in since, it is not even asked for again."""
    assert week.grades["question-6-1"] == (None, 7.5, False)
    assert week.grades["softmax"] == (5.0, None, False)


def test_totals_are_exported_with_late_penalties(week: Week) -> None:
    """Written points count, and what is late costs what the course's plugin says."""
    columns = ("raw_score", "late_submission_penalty", "score", "max_score")
    assert [float(week.rows[week.twice][one] or 0) for one in columns] == [52.5, 0, 52.5, 120]
    assert [float(week.rows[week.late][one] or 0) for one in columns] == [88, 88, 0, 120]
    assert [float(week.rows[week.stub][one] or 0) for one in columns] == [0, 0, 0, 120]


def test_the_page_a_student_fetches(week: Week) -> None:
    """Scores, answers as typed, comments and points of the grader; nothing hidden, no script."""
    text = week.pages["fetched"].decode()
    for due in ("45 of 100 points", "Question 6-1", "7.5 of 10 points", "Where is the sum over k?"):
        assert due in text
    assert "&lt;script&gt;alert(1)" in text
    for secret in ("Rubric", "Model answer", "<script", "hidden/", "seed"):
        assert secret not in text
    assert f"feedback: {6 if week.alone else 5} pages in " in week.said["feedback"]


def test_generate_feedback_by_habit_makes_the_same_page(week: Week) -> None:
    """nbgrader's own command goes through the same renderer."""
    assert week.pages["generated"] == week.pages["fetched"]
