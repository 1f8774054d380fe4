"""What the machine takes away while a class is graded costs no student anything."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.commands.main import main
from grader.course import Course
from grader.errors import NotJudgedProblem
from grader.intake import folders
from grader.intake.discovery import Handle, discover
from grader.phrases import Phrases
from grader.running.grading import Run
from grader.running.results_folder import ResultsFolder
from grader.running.seeding import settled
from tests.command import grade, hand_in, results, right, small_course
from tests.powerless import powerless

NAMES = ("ann", "bob", "cem", "dan", "eva", "fay")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A class of six, all right and all different."""
    course = small_course(tmp_path / "course")
    hand_in(course, **{name: right(course, name) for name in NAMES})
    return course


def run(course: Path, before: Callable[[str], None]) -> tuple[Run, str]:
    """Grade the class, with something done before each is read; the run, and why it stopped."""
    home = Course(course)
    task = home.assignment("leaky")
    found = discover([], task, submitted=course / "submitted").submissions

    class Watched(Handle):
        def read(self) -> Any:
            before(self.student)
            return super().read()

    handles = [Watched(**vars(one)) for one in found]
    with (
        ResultsFolder(course / "graded/leaky", "leaky") as folder,
        settled(folder, task, 5) as (settings, warm),
    ):
        one = Run(task, settings, folder, Phrases.load(), 1, warm=warm)
        try:
            one.grade(handles, lambda report, stood: None)
        except NotJudgedProblem as problem:
            return one, problem.message
    return one, ""


def scores(course: Path) -> dict[str, Any]:
    """Return the scores in the results folder; None for who was not judged."""
    return {
        path.parent.name: json.loads(path.read_text()).get("score")
        for path in sorted((course / "graded/leaky").glob("*/results.json"))
    }


def test_the_submissions_go_away_during_a_run(course: Path) -> None:
    """The run stops in one sentence; who was judged keeps it, and nobody has points for nothing."""

    def unmount(student: str) -> None:
        if student == "cem":
            shutil.rmtree(course / "submitted")

    one, why = run(course, unmount)
    assert why == (
        f'"{course}/submitted/eva/leaky" cannot be read any more: No such file or directory. '
        "See whether the disk or the share that it is on is still there."
    )
    assert set(one.unread) == {"cem", "dan"}
    assert {score for score in scores(course).values()} <= {10, None}
    assert not {"eva", "fay"} & scores(course).keys()
    hand_in(course, **{name: right(course, name) for name in NAMES})
    done = grade("run", "leaky", "--seed", "5", where=course)
    assert done.code == 0, done.err
    assert scores(course) == dict.fromkeys(NAMES, 10)


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOENT, errno.EMFILE])
def test_one_file_that_the_disk_does_not_give(
    course: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """That student is not judged; an earlier result stands."""
    open_it = os.open

    def refuses(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if str(path).endswith("bob/leaky/leaky.py"):
            raise OSError(number, os.strerror(number), path)
        return open_it(path, flags, *rest, **named)

    def failing(student: str) -> None:
        monkeypatch.setattr(folders.os, "open", refuses)

    one, why = run(course, failing)
    assert why == ""
    assert one.unread == {
        "bob": f'"{course}/submitted/bob/leaky/leaky.py" cannot be read any more: '
        f"{os.strerror(number)}. See whether the disk or the share that it is on is still there."
    }
    assert scores(course) == {**dict.fromkeys(NAMES, 10), "bob": None}
    monkeypatch.undo()
    one, why = run(course, lambda student: None)
    assert (one.unread, len(one.stood)) == ({}, 5)
    before = (course / "graded/leaky/bob/results.json").read_bytes()
    one, why = run(course, failing)
    assert (why, set(one.unread), "bob" in one.reports) == ("", {"bob"}, False)
    assert (course / "graded/leaky/bob/results.json").read_bytes() == before
    assert "bob,10,10,10" in (course / "graded/leaky/grades.csv").read_text()


def test_what_may_not_be_read(course: Path) -> None:
    """Permission that is missing is the machine's, at the first run, too: not judged, by name.

    It stops nobody else's grade, however many there are; what was judged before stands.
    """
    submitted, text = course / "submitted", right(course, "older")
    denied = {
        "ann": "leaky/leaky.py",
        "bob": "leaky/leaky.py",
        "cem": "leaky/more",
        "dan": "leaky/final/leaky.py",
        "eva": "leaky/hw.zip",
    }
    (submitted / "cem/leaky/more").mkdir()
    (submitted / "dan/leaky/final").mkdir()
    (submitted / "dan/leaky/final/leaky.py").write_text(text)
    (submitted / "eva/leaky/leaky.py").unlink()
    with zipfile.ZipFile(submitted / "eva/leaky/hw.zip", "w") as file:
        file.writestr("leaky.py", text)
    for student, path in denied.items():
        (submitted / student / path).chmod(0o600 if student == "bob" else 0)
    (submitted / "bob/leaky").chmod(0o400)  # it can be listed, and nothing in it be looked at
    with powerless():
        done = CliRunner().invoke(main, ["run", "leaky", "--course", str(course)])
    (submitted / "bob/leaky").chmod(0o700)
    for path in denied.items():
        submitted.joinpath(*path).chmod(0o700)
    assert done.exit_code == 3, done.output
    advice = "Change its permissions, or those of the folder that it is in, and run this again."
    for student, path in denied.items():
        why = f'"{submitted / student / path}" cannot be read: Permission denied. {advice}'
        assert f'not judged: "{student}": {why}\n' in done.output
    assert "6 entries: 1 graded, 5 not graded, 0 ignored\n" in done.output
    assert scores(course) == {**dict.fromkeys(NAMES), "fay": 10}
    one, _ = run(course, lambda student: None)
    assert (scores(course), one.unread) == (dict.fromkeys(NAMES, 10), {})
    (submitted / "bob/leaky/leaky.py").chmod(0)
    with powerless():
        one, _ = run(course, lambda student: None)
    assert (scores(course), set(one.unread)) == (dict.fromkeys(NAMES, 10), {"bob"})


def test_what_a_student_packs_without_permissions(course: Path) -> None:
    """Modes within an archive keep nobody from being judged."""
    content = right(course, "packed").encode()
    with tarfile.open(course / "submitted/ann/leaky/hw.tar.gz", "w:gz") as file:
        member = tarfile.TarInfo("leaky.py")
        member.size, member.mode = len(content), 0
        file.addfile(member, io.BytesIO(content))
    (course / "submitted/ann/leaky/leaky.py").unlink()
    item = zipfile.ZipInfo("leaky.py")
    item.external_attr = stat.S_IFREG << 16
    with zipfile.ZipFile(course / "submitted/cem/leaky/hw.zip", "w") as archive:
        archive.writestr(item, content)
    (course / "submitted/cem/leaky/leaky.py").unlink()
    with powerless():
        one, _ = run(course, lambda student: None)
    assert (scores(course), one.unread) == (dict.fromkeys(NAMES, 10), {})


def reencoded(text: str, encoding: str) -> bytes:
    """Return the text as an editor saves it."""
    return text.encode(encoding)


def changed(text: str, *path: str | int, value: Any) -> bytes:
    """Return a results.json with one entry changed."""
    data = json.loads(text)
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return json.dumps(data, indent=2).encode()


RECORD = ("extra_data", "record")
BY_HAND: dict[str, Callable[[str], bytes]] = {
    "no functions": lambda text: changed(text, *RECORD, "functions", value=[]),
    "another name": lambda text: changed(text, *RECORD, "student", value="zoe"),
    "a score": lambda text: changed(text, *RECORD, "functions", 0, "score", value=9.0),
    "an impossible score": lambda text: changed(text, *RECORD, "functions", 0, "score", value=1e6),
    "the score that is shown": lambda text: changed(text, "score", value=3),
    "the isolation": lambda text: changed(text, *RECORD, "isolation", value="none"),
    "no seal": lambda text: changed(
        text, "extra_data", value=json.loads(text)["extra_data"] | {"seal": ""}
    ),
    "UTF-16": lambda text: reencoded(text, "utf-16"),
    "a byte order mark": lambda text: reencoded(text, "utf-8-sig"),
    "half of it": lambda text: text[: len(text) // 2].encode(),
    "nothing": lambda text: b"",
}


def test_results_that_were_changed_by_hand(course: Path) -> None:
    """They are judged anew, and it is said; those of others are not in grades.csv until then."""
    hand_in(course, **{f"student{n}": right(course, str(n)) for n in range(len(BY_HAND))})
    assert grade("run", "leaky", where=course).code == 0
    out = course / "graded/leaky"
    rows = (out / "grades.csv").read_text()
    for number, change in enumerate(BY_HAND.values()):
        path = out / f"student{number}/results.json"
        path.write_bytes(change(path.read_text()))
    shutil.copytree(out / "ann", out / "zoe")
    alone = grade("run", "leaky", "--student", "ann", where=course)
    assert f"warning: the results of {len(BY_HAND) + 1} (" in alone.err
    assert "student" not in (out / "grades.csv").read_text().split("\n", 1)[1]
    shutil.rmtree(out / "zoe")
    export = grade("export", "leaky", where=course)
    assert (export.code, export.out) == (2, "")
    done = grade("run", "leaky", where=course)
    assert done.code == 0
    assert done.err == (
        'warning: earlier results of 11 ("student0", "student1", "student10", "student2", '
        '"student3" and 6 more) were not as they had been written, and were judged anew\n'
    )
    assert (out / "grades.csv").read_text() == rows
    assert results(course, "student0")["score"] == 10
    again = grade("run", "leaky", where=course)
    assert again.err == ""
    assert f"{len(NAMES) + 11} submissions, {len(NAMES) + 11} unchanged" in again.out
