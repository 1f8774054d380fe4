"""Results are for their owner, and for a group where one is named: for nobody else."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import matplotlib.font_manager  # makes the list of fonts
import pytest

from tests.accounts import ACCOUNTS, becoming, opened
from tests.command import GRADE, Done, environment, grade, hand_in, right, small_course

PROFESSOR, ASSISTANT, STUDENT, _ = ACCOUNTS
SHARED = 4242
"""A group of the professor's and the assistant's; it needs no name."""
ALONE = "" if os.geteuid() == 0 else "only root can act as several people"
Acting = Callable[..., Done]


def modes(folder: Path) -> dict[str, int]:
    """Return the modes of a folder and of all that is in it."""
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.lstat().st_mode)
        for path in (folder, *sorted(folder.rglob("*")))
    }


def due(folder: Path, file: int, directory: int) -> dict[str, int]:
    """Return the modes that a folder and all in it should have."""
    return {
        path.relative_to(folder).as_posix(): directory if path.is_dir() else file
        for path in (folder, *sorted(folder.rglob("*")))
    }


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one right submission."""
    course = small_course(tmp_path / "course")
    hand_in(course, ann=right(course))
    return course


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_results_are_private_under_any_umask(course: Path, umask: int) -> None:
    """Folders are 0700 and files 0600, those about the class and exports too."""

    def before() -> None:
        os.umask(umask)

    for command in (
        ["run", "leaky"],
        ["report", "leaky"],
        ["export", "leaky", "-o", "grades.csv"],
    ):
        done = grade(*command, where=course, before=before)
        assert done.code == 0, done.err
    out = course / "graded/leaky"
    assert {"ann/results.json", "grades.csv", "report.html", ".run/seed"} <= modes(out).keys()
    assert modes(out) == due(out, 0o600, 0o700)
    assert stat.S_IMODE((course / "grades.csv").stat().st_mode) == 0o600


def test_results_of_before_are_taken_over(course: Path) -> None:
    """What earlier runs left open to all is closed; what is none of theirs is left alone."""
    assert grade("run", "leaky", where=course).code == 0
    out = course / "graded/leaky"
    (out / ".run/access").unlink()
    for path in (out, *out.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert grade("run", "leaky", where=course).code == 0
    assert modes(out) == due(out, 0o600, 0o700)
    (out / ".run/access").unlink()
    (out / "notes.txt").write_text("mine")
    (out / "notes.txt").chmod(0o644)
    out.chmod(0o755)
    assert grade("run", "leaky", where=course).code == 0
    others = {".": 0o755, "notes.txt": 0o644}
    assert modes(out) == {**due(out, 0o600, 0o700), **others}


def test_a_group_that_is_not_there(course: Path) -> None:
    """It is refused before anything is judged, with the name that may be meant."""
    done = grade("run", "leaky", "--group", "0x7", where=course)
    assert (done.code, done.out) == (2, "")
    assert done.err == 'Error: There is no group "0x7" on this machine.\n'
    assert not (course / "graded").exists()


@pytest.fixture
def shared_course() -> Iterator[Path]:
    """A course of the professor's that everybody on the machine may look into."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        course = small_course(Path(place, "course"))
        hand_in(course, ann=right(course, "ann"), bob=right(course, "bob"))
        subprocess.run(["chown", "-R", PROFESSOR, course], check=True)
        yield course


@pytest.fixture
def by(shared_course: Path, tmp_path: Path) -> Acting:
    """A function that has an account type a command in the course."""

    def by(name: str, *arguments: str, also: int | None = None) -> Done:
        home = shared_course.parent / name
        home.mkdir(exist_ok=True)
        shutil.chown(home, name)
        # a list of fonts takes long to make, and where it does Matplotlib says so
        for fonts in Path(matplotlib.get_cachedir()).glob("fontlist*.json"):
            shutil.copy(fonts, home)
        with TemporaryDirectory() as spare:
            done = subprocess.run(
                [*opened(Path(spare)), "setpriv", *becoming(name, also), GRADE, *arguments],
                cwd=shared_course,
                env={**environment(), "HOME": str(home), "MPLCONFIGDIR": str(home)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
        return Done(done.returncode, done.stdout, done.stderr)

    return by


@pytest.mark.skipif(bool(ALONE), reason=ALONE)
def test_other_users_are_kept_out(shared_course: Path, by: Acting) -> None:
    """Nobody else sees a result, not even an assistant, who is told how to be let in."""
    assert by(PROFESSOR, "run", "leaky").code == 0
    out = shared_course / "graded/leaky"
    for command in (["show", "leaky", "ann"], ["export", "leaky"]):
        done = by(STUDENT, *command)
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            f'Error: "{out}" cannot be read: Permission denied. Check its permissions.\n'
        )
    done = by(ASSISTANT, "run", "leaky")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f'Error: "{out}/.run" belongs to "{PROFESSOR}" and is not shared with you. Have them run '
        "`grade run` with --group and a group that both of you are in, or choose another folder "
        "with --out.\n"
    )


@pytest.mark.skipif(bool(ALONE), reason=ALONE)
def test_a_group_shares_results(shared_course: Path, by: Acting) -> None:
    """An assistant runs with the same seed, shows, exports and reports; so does the professor
    after that; others stay outside.
    """
    out = shared_course / "graded/leaky"
    refused = by(PROFESSOR, "run", "leaky", "--group", str(SHARED))
    assert refused.code == 2
    assert refused.err == (
        f'Error: You are not in the group "{SHARED}" and cannot share with it. '
        "Have an administrator add you, then log in anew.\n"
    )
    assert by(PROFESSOR, "run", "leaky", also=SHARED).code == 0
    assert modes(out) == due(out, 0o600, 0o700)
    done = by(PROFESSOR, "run", "leaky", "--group", str(SHARED), also=SHARED)
    assert done.code == 0, done.err
    assert modes(out) == due(out, 0o660, 0o2770)
    seed = (out / ".run/seed").read_text()
    hand_in(shared_course, bob=right(shared_course, "another bob"), cem=right(shared_course))
    for command in (
        ["run", "leaky"],
        ["show", "leaky", "cem"],
        ["export", "leaky"],
        ["report", "leaky"],
    ):
        done = by(ASSISTANT, *command, also=SHARED)
        assert (done.code, done.err) == (0, ""), command
    assert (out / ".run/seed").read_text() == seed
    for command in (["run", "leaky"], ["run", "leaky", "--force"]):
        done = by(PROFESSOR, *command, also=SHARED)
        assert (done.code, done.err) == (0, "")
    assert modes(out) == due(out, 0o660, 0o2770)
    assert {path.lstat().st_gid for path in out.rglob("*")} == {SHARED}
    assert by(STUDENT, "show", "leaky", "ann").code == 2
