"""`pip install` and go: the wheel makes a course anywhere, and the course grades."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command import SAMPLE, Done, environment, grade

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as an installer does."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    options = ["--quiet", "--disable-pip-version-check", "--no-index", "-w", place]
    source = place / "source"
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout.split("\0")
    for name in filter(None, names):
        if not name.startswith(("tests/", "samples/", "benchmarks/")) and (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([*build, *options, source], check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    return place / "site"


def run(installed: Path, where: Path, *arguments: str | Path) -> Done:
    """Run the installed command in a folder."""
    program = "import sys; from grader.commands.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, *arguments],
        cwd=where,
        env={**environment(), "PYTHONPATH": str(installed)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_an_installed_wheel_makes_a_course_that_grades(installed: Path, tmp_path: Path) -> None:
    """In an empty folder: init, verify what is handed out, grade a student."""
    made = run(installed, tmp_path, "init", "course", "rnn_bptt")
    assert (made.code, made.err) == (0, "")
    course = tmp_path / "course"
    assert sorted(os.listdir(course)) == [
        ".gitignore",
        "README.md",
        "assignments",
        "nbgrader_config.py",
        "solutions",
    ]
    for part in ("assignments", "solutions"):
        assert _files(course / part / "rnn_bptt") == _files(ROOT / part / "rnn_bptt")
    done = run(installed, course, "run", "rnn_bptt", SAMPLE / "grace_kimani")
    assert done.code == 0, done.err
    assert "grace_kimani" in (course / "graded/rnn_bptt/grades.csv").read_text("utf-8")


def test_the_wheel_holds_what_a_course_needs_and_nothing_of_others(installed: Path) -> None:
    """No sample class, no test, no benchmark, nobody's results."""
    top = {path.name for path in installed.iterdir()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"grader"}
    assert not list((installed / "grader" / "courseware").rglob("__pycache__"))


def test_the_week_of_the_readme_names_an_assignment_that_is_there(tmp_path: Path) -> None:
    """The commands run as they stand."""
    assert grade("init", "course", "long_term_dependencies", where=tmp_path).code == 0
    readme = (tmp_path / "course/README.md").read_text("utf-8")
    assert "grade run long_term_dependencies --gradebook" in readme
    assert "@WEEK@" not in readme
    assert "pip install unrolled" not in readme  # on no index is there one of ours
    assert [path.name for path in (tmp_path / "course/assignments").iterdir()] == [
        "long_term_dependencies"
    ]


def test_git_sees_nothing_of_students(tmp_path: Path) -> None:
    """Neither what they hand in nor what a week's commands write about them."""
    assert grade("init", ".", "long_term_dependencies", where=tmp_path).code == 0
    theirs = [
        "submitted/ann/long_term_dependencies/rtrl.py",
        "autograded/ann/a.py",
        "feedback/ann/a.html",
        "graded/long_term_dependencies/grades.csv",
        "downloaded/a.zip",
        "gradebook.db",
        "gradebook.db-journal",
        "class.zip",
        "grades.csv",
        "roster.csv",
    ]
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    told = subprocess.run(
        ["git", "check-ignore", *theirs, "solutions/long_term_dependencies/rtrl.py"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert told.stdout.splitlines() == theirs


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder that holds one of its files is refused, and left as it was."""
    (tmp_path / "README.md").write_text("mine")
    done = grade("init", ".", where=tmp_path)
    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        f'Error: "{tmp_path}/README.md" is there already. Choose another folder, or move that away.'
    )
    assert os.listdir(tmp_path) == ["README.md"]


def test_an_unknown_assignment_is_named(tmp_path: Path) -> None:
    """With the one that is near."""
    done = grade("init", "course", "rnn_bppt", where=tmp_path)
    assert done.code == 2
    assert 'There is no assignment "rnn_bppt". Did you mean "rnn_bptt"?' in done.err
    assert not (tmp_path / "course").exists()


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
