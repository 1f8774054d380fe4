"""Who really sent a submission: the owner of its folder in the exchange."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.utils import parse_utc

from grader.errors import UsageProblem
from grader.nbgrader_bridge import senders, sent_files
from grader.nbgrader_bridge.decisions import held, use_own
from grader.nbgrader_bridge.gradebook import opened
from grader.nbgrader_bridge.layout import Layout
from grader.running.results_folder import ResultsFolder
from tests.nbgrader_bridge.conftest import Command, hand_in, scores

TIME = "2026-03-01 10:00:00.000000 UTC"
LATER = "2026-03-05 10:00:00.000000 UTC"
Send = Callable[..., Path]


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """A function that puts a submission into the exchange, as a user of the machine."""
    inbound = tmp_path / "exchange/unrolled/inbound"
    inbound.mkdir(parents=True)

    def sent(student: str, owner: str, named: str = TIME, inside: str = TIME) -> Path:
        folder = inbound / f"{student}+rnn_bptt+{named}+c29tZSByYW5kb20"
        folder.mkdir()
        (folder / "timestamp.txt").write_text(inside)
        if folder.owner() != owner:
            os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
        return folder

    return sent


def doubts(layout: Layout, *students: str) -> list[str]:
    """What is said of these students' submissions."""
    return list(senders.doubts(layout, students))


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@needs_root
def test_whoever_sends_for_himself_is_not_mentioned(
    course: Path, layout: Layout, send: Send
) -> None:
    """Owners who are the students they say they are raise no doubt."""
    for student in ("daemon", "nobody"):
        hand_in(course, student, TIME)
        send(student, student)
    assert doubts(layout, "daemon", "nobody") == []


@needs_root
def test_a_spoofed_submission_names_both(course: Path, layout: Layout, send: Send) -> None:
    """The student it was sent for, and the account that sent it."""
    for student in ("ann", "nobody"):
        hand_in(course, student, TIME)
    send("ann", "daemon")
    send("nobody", "nobody")
    assert doubts(layout, "ann", "nobody") == [
        'the submission of "ann" was sent by "daemon"; ask both, and then add --accept ann to '
        'count it, or --use-own ann to take the last that "ann" sent'
    ]


@needs_root
def test_a_borrowed_timestamp_hides_nobody(course: Path, layout: Layout, send: Send) -> None:
    """A folder that writes down the time of the true one is found as well, and its lie told."""
    for student in ("nobody", "sys"):
        hand_in(course, student, TIME)
    send("nobody", "nobody")
    send("nobody", "daemon", named=LATER)
    send("sys", "sys")
    assert doubts(layout, "nobody", "sys") == [
        'the submission of "nobody" was sent by "daemon"; ask both, and then add --accept nobody '
        'to count it, or --use-own nobody to take the last that "nobody" sent',
        f'the submission of "nobody" says it was sent at "{TIME}", and its folder in the exchange '
        f'"{LATER}"; see whether it is late',
    ]


def test_one_account_for_all_is_said_once(course: Path, layout: Layout, send: Send) -> None:
    """Where everybody shares an account nobody is accused, and nobody cleared."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    for student in ("ann", "bea", "cid"):
        hand_in(course, student, TIME)
        send(student, me)
    assert doubts(layout, "ann", "bea", "cid") == [
        f'every submission in the exchange belongs to the account "{me}", so that nobody can tell '
        "who sent which"
    ]


def test_what_has_gone_is_unknown(course: Path, layout: Layout, send: Send) -> None:
    """No folder, another time, no time at all: the sender is unknown, never clean."""
    hand_in(course, "ann", TIME)
    hand_in(course, "bea", TIME)
    send("bea", pwd.getpwuid(os.geteuid()).pw_name, named=LATER, inside=LATER)
    hand_in(course, "cid", "no time")
    (course / "submitted/dan/rnn_bptt").mkdir(parents=True)
    assert doubts(layout, "ann", "bea", "cid", "dan") == [
        'sender unknown, not in the exchange any more: "ann", "bea", "cid", "dan"'
    ]


def test_what_was_collected_through_a_link_is_told(
    course: Path, run: Command, layout: Layout, send: Send
) -> None:
    """nbgrader copies what a link leads to, the instructor's solution for one."""
    folder = send("ann", pwd.getpwuid(os.geteuid()).pw_name)
    solution = course / "solutions/rnn_bptt/rnn_cell.py"
    (folder / "rnn_cell.py").symlink_to(solution)
    code, said = run("nbgrader", "collect", "rnn_bptt")
    assert code == 0, said
    collected = course / "submitted/ann/rnn_bptt/rnn_cell.py"
    assert collected.read_bytes() == solution.read_bytes()
    assert (
        'in the submission of "ann", "rnn_cell.py" is a link in the exchange, which nbgrader '
        "collected by your rights; see where it leads"
    ) in doubts(layout, "ann")


@needs_root
def test_what_somebody_else_sent_waits(course: Path, layout: Layout, send: Send) -> None:
    """Until it is accepted, though the exchange is emptied; another one is another question."""
    for student in ("ann", "nobody"):
        hand_in(course, student, TIME)
    send("ann", "daemon")
    send("nobody", "nobody")
    with ResultsFolder(course / "graded/rnn_bptt", "rnn_bptt") as folder:
        assert held(folder, layout, ["ann", "nobody"]) == {"ann"}
        assert held(folder, layout, ["ann"]) == {"ann"}
        with pytest.raises(UsageProblem) as problem:
            held(folder, layout, ["ann", "nobody"], ["nobody"])
        assert problem.value.message == (
            'No submission of "nobody" waits for you to accept it. Leave --accept out.'
        )
        inbound = layout.course.folder.parent / "exchange/unrolled/inbound"
        inbound.rename(inbound.with_name("gone"))
        assert held(folder, layout, ["ann", "nobody"]) == {"ann"}
        assert held(folder, layout, ["ann", "nobody"], ["ann"]) == frozenset()
        assert held(folder, layout, ["ann", "nobody"]) == frozenset()
        inbound.with_name("gone").rename(inbound)
        (course / "submitted/ann/rnn_bptt/timestamp.txt").write_text(LATER)
        send("ann", "daemon", named=LATER, inside=LATER)
        assert held(folder, layout, ["ann", "nobody"]) == {"ann"}


def test_one_account_for_all_holds_nobody(course: Path, layout: Layout, send: Send) -> None:
    """Nor does it where one student alone is graded."""
    for student in ("ann", "bea"):
        hand_in(course, student, TIME)
        send(student, pwd.getpwuid(os.geteuid()).pw_name)
    with ResultsFolder(course / "graded/rnn_bptt", "rnn_bptt") as folder:
        assert held(folder, layout, ["ann"]) == frozenset()


@needs_root
def test_a_link_is_no_own_submission(course: Path, layout: Layout, send: Send) -> None:
    """What it leads to would be read with the instructor's rights."""
    folder = send("nobody", "nobody", named=LATER)
    (course / "solutions/rnn_bptt/timestamp.txt").write_text(LATER)
    (folder / "timestamp.txt").unlink()
    folder.rmdir()
    folder.symlink_to(course / "solutions/rnn_bptt")
    os.lchown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(UsageProblem, match="has sent no submission"):
        use_own(layout, "nobody")
    assert not (course / "submitted/nobody").exists()


@needs_root
def test_what_changes_while_it_is_copied(
    tmp_path: Path, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links, a hard link, a pipe, another's file and one swapped for a link: none is copied."""
    secret = tmp_path / "secret.py"
    secret.write_text("the solution")
    folder, uid = send("nobody", "nobody"), pwd.getpwnam("nobody").pw_uid
    for name in ("rnn_cell.py", "swapped.py", "sub/deep.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x = 1")
        os.chown(folder / name, uid, -1)
    (folder / "link.py").symlink_to(secret)
    (folder / "folder").symlink_to(tmp_path)
    os.link(secret, folder / "hard.py")
    os.mkfifo(folder / "pipe.py")
    os.chown(folder / "pipe.py", uid, -1)
    listed = os.fwalk

    def changing(*arguments: Any, **options: Any) -> Iterator[Any]:
        for found in listed(*arguments, **options):
            (folder / "swapped.py").unlink(missing_ok=True)
            (folder / "swapped.py").symlink_to(secret)
            yield found

    monkeypatch.setattr(sent_files.os, "fwalk", changing)
    target = tmp_path / "taken"
    sent_files.copy_sent(folder, target, uid)
    taken = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
    assert taken == ["rnn_cell.py", "sub/deep.py"]
    monkeypatch.setattr(sent_files, "MOST_BYTES", 7)
    with pytest.raises(OSError, match="File too large"):
        sent_files.copy_sent(folder, tmp_path / "again", uid)
    with pytest.raises(OSError, match="Operation not permitted"):
        sent_files.copy_sent(folder, tmp_path / "again", uid + 1)


@needs_root
def test_the_own_submission_takes_its_place(
    course: Path, run: Command, layout: Layout, send: Send
) -> None:
    """It is scored, the other is not collected again, and both times agree."""
    own = send("nobody", "nobody")
    for path in (course / "assignments/rnn_bptt").iterdir():
        if path.is_file():
            shutil.copy(path, own)
    shutil.copy(course / "solutions/rnn_bptt/rnn_cell.py", own)
    (own / "submission_secret.txt").write_text("own")
    for path in own.iterdir():
        os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
    theirs = send("nobody", "daemon", named=LATER, inside=LATER)
    shutil.copy(course / "assignments/rnn_bptt/rnn_cell.py", theirs)
    send("sys", "sys")
    for_bin = send("bin", "daemon")
    shutil.copy(course / "solutions/rnn_bptt/rnn_cell.py", for_bin)
    assert run("nbgrader", "collect", "rnn_bptt", "--update")[0] == 0
    submitted = course / "submitted/nobody/rnn_bptt"
    assert (submitted / "timestamp.txt").read_text() == LATER
    code, said = run("grade", "run", "rnn_bptt", "--gradebook")
    assert code == 3
    assert f'not graded: "{course}/submitted/nobody": somebody else sent it' in said
    assert scores(course).keys() == {"sys"}
    assert run("nbgrader", "autograde", "rnn_bptt", "--force")[0] == 0
    assert scores(course).keys() == {"sys"}
    both = ("--use-own", "nobody", "--accept", "bin")
    code, said = run("grade", "run", "rnn_bptt", "--gradebook", *both)
    assert (code, f"took {own}\n" in said) == (0, True), said
    assert scores(course)["nobody"]["softmax"] == 5.0
    assert scores(course)["bin"]["softmax"] == 5.0
    code, said = run("grade", "run", "rnn_bptt", "--gradebook", "--accept", "sys")
    assert (code, said.splitlines()[-1]) == (
        2,
        'Error: No submission of "sys" waits for you to accept it. Leave --accept out.',
    )
    code, said = run("nbgrader", "collect", "rnn_bptt", "--update")
    assert "No newer submission to collect: nobody rnn_bptt" in said
    assert (submitted / "timestamp.txt").read_text() == TIME
    with opened(layout) as gradebook:
        kept = gradebook.find_submission("rnn_bptt", "nobody").timestamp
    assert kept == parse_utc(TIME)
    assert theirs.with_name(f".set-aside+{theirs.name}").is_dir()
    code, said = run("grade", "run", "rnn_bptt", "--gradebook", "--use-own", "ann")
    assert (code, said.splitlines()[-1]) == (
        2,
        'Error: "ann" has sent no submission of "rnn_bptt" that is still in the exchange. Nothing '
        "was changed; see --accept.",
    )
