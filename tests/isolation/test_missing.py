"""Where a layer is refused, `grade` says which, why, and what would give it."""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.isolation.missing import how_to_have_namespaces, in_container
from grader.worker import kernel
from tests.command import Done, grade, hand_in, right, small_course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")

UNSHARE = {"x86_64": 272, "aarch64": 97}
LANDLOCK = 444


def refusing(*calls: int) -> Callable[[], None]:
    """Return what puts a process under a filter as of containers, which refuses some calls."""
    load, equal, answer = 0x20, 0x15, 0x06
    code = [(load, 0, 0, 0)]
    for number in calls:
        code += [(equal, 0, 1, number), (answer, 0, 0, 0x50000 | errno.EPERM)]
    code.append((answer, 0, 0, 0x7FFF0000))
    program = b"".join(struct.pack("<HBBI", *one) for one in code)

    def begin() -> None:
        kernel.no_new_privileges()
        kernel.load_seccomp(program)

    return begin


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, isolation_level: str) -> Path:
    """A small course with one submission."""
    if isolation_level != "full":
        pytest.skip("not every layer of isolation is to be had")
    course = small_course(tmp_path_factory.mktemp("course"))
    hand_in(course, ann=right(course))
    return course


def run(course: Path, *refused: int) -> Done:
    """Grade the class where some calls are refused."""
    return grade("run", "leaky", "--force", where=course, before=refusing(*refused))


def test_what_is_missing_is_said_beside_the_level(course: Path) -> None:
    """Namespaces are refused: Landlock still holds, and the run says what is missing and why."""
    done = run(course, UNSHARE[kernel.MACHINE])
    assert (done.code, "isolation: no namespaces\n" in done.out) == (0, True), done.err
    (line,) = done.err.splitlines()
    how = how_to_have_namespaces(inside=in_container())
    assert line == f"warning: No namespaces (unshare: Operation not permitted). {how}"
    place = course / "submitted/ann/leaky"
    done = grade("check", place, where=course, before=refusing(UNSHARE[kernel.MACHINE]))
    assert (done.code, done.err) == (0, f"{line}\n")


def test_where_nothing_holds_the_refusal_names_all_that_is_missing(course: Path) -> None:
    """In one sentence each, with the way out at the end."""
    done = run(course, UNSHARE[kernel.MACHINE], LANDLOCK)
    assert (done.code, done.out) == (2, "")
    assert "On this system a submission could read a file" in done.err
    assert "No namespaces (unshare: Operation not permitted). " in done.err
    assert "No Landlock (landlock: Operation not permitted). " in done.err
    assert "--allow-weak-isolation" in done.err


def test_in_a_container_the_options_are_named() -> None:
    """And elsewhere what the system itself must allow."""
    inside, outside = (how_to_have_namespaces(inside=one) for one in (True, False))
    assert "--security-opt seccomp=unconfined" in inside
    assert "--security-opt apparmor=unconfined" in inside
    assert "--security-opt label=disable" in inside
    assert ("a user that is not root" in inside) == (os.geteuid() == 0)
    assert "--security-opt" not in outside
    assert "user.max_user_namespaces" in outside
