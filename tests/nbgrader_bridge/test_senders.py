"""Who really sent a submission: the owner of its folder in the exchange."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.nbgrader_bridge import senders
from grader.nbgrader_bridge.layout import Layout
from tests.nbgrader_bridge.conftest import Command, hand_in

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
        'the submission of "ann" was sent by "daemon"; ask both before you count it'
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
        'the submission of "nobody" was sent by "daemon"; ask both before you count it',
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
