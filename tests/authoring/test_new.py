"""A new assignment: its skeleton, and the recipe that makes one of ten lines from it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.authoring.build import HANDOUT
from grader.authoring.notebook import rubrics
from grader.authoring.proofs import handed_out
from grader.commands.main import main
from grader.course import Course

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "docs" / "adding-an-assignment.md"


def grade(*arguments: str | Path) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def verified(name: str, course: Path) -> list[str]:
    """Assert that the course finds nothing wrong with an assignment; return what it looked at."""
    done = grade("verify", name, "--course", course)
    lines = done.output.splitlines()
    assert done.exit_code == 0, done.output
    assert len(lines) >= 9
    assert all(line.startswith("ok ") for line in lines)
    return lines


def test_a_skeleton_is_right_as_it_is(tmp_path: Path) -> None:
    """Built and verified at once, in a course that was not there before."""
    course = tmp_path / "a course"
    done = grade("new", "first_steps", "--course", course)
    assert done.exit_code == 0, done.output
    handed_out = [path for path in HANDOUT.rglob("*.py") if path.is_file()]
    *wrote, last = done.output.splitlines()
    assert len(wrote) == 13 + len(handed_out)  # known.txt and words.json among them
    assert all(Path(line.removeprefix("wrote ")).is_file() for line in wrote)
    assert last == (
        "Change these files to what you teach; then: "
        "grade build first_steps, grade verify first_steps"
    )
    built = grade("build", "first_steps", "--course", course)
    assert built.output == f"{course / 'assignments' / 'first_steps'} is up to date\n"
    verified("first_steps", course)
    assert sorted(path.name for path in course.iterdir()) == ["assignments", "hidden", "solutions"]


def test_the_skeletons_public_tests_run_by_themselves(tmp_path: Path) -> None:
    """Red on the stub, green on the solution, by plain pytest."""
    grade("new", "first_steps", "--course", tmp_path)
    folder = tmp_path / "assignments" / "first_steps"

    def run() -> str:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": ""},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        ).stdout

    assert "leaky_sum is still to be written" in run()
    shutil.copy(tmp_path / "solutions" / "first_steps" / "leaky.py", folder)
    assert "1 of 1 functions done" in run()


def test_a_notebook_with_a_written_question(tmp_path: Path) -> None:
    """--notebook: students get the question, and the rubric stays with the instructor."""
    done = grade("new", "memory", "--notebook", "--course", tmp_path)
    assert done.exit_code == 0, done.output
    task = Course(tmp_path).assignment("memory")
    made = (task.stubs / "notebook_memory.ipynb").read_text("utf-8")
    cells = json.loads(made)["cells"]
    marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    points = {one["grade_id"]: one["points"] for one in marks if one}
    assert points == {"leaky_sum": 10.0, "question-1": 5}
    assert "**Rubric (5).**" in rubrics(task)["question-1"]
    assert "Rubric" not in made
    assert not any(one.faults for one in handed_out.prove(task))


def test_hidden_cases_join_those_that_are_there(tmp_path: Path) -> None:
    """A course that keeps them in grader/hidden goes on doing so."""
    (tmp_path / "grader" / "hidden").mkdir(parents=True)
    assert grade("new", "one", "--course", tmp_path).exit_code == 0
    assert (tmp_path / "grader" / "hidden" / "one" / "assignment.toml").is_file()
    assert not (tmp_path / "hidden").exists()
    verified("one", tmp_path)


@pytest.mark.parametrize("part", ["assignments", "solutions", "hidden"])
def test_a_name_that_is_taken(tmp_path: Path, part: str) -> None:
    """What is there stays, and nothing is added."""
    kept = tmp_path / part / "mine" / "kept.py"
    kept.parent.mkdir(parents=True)
    kept.write_text("x = 1\n", "utf-8")
    done = grade("new", "mine", "--course", tmp_path)
    assert (done.exit_code, done.output) == (
        2,
        f'Error: "{kept.parent}" is there already. Give the assignment another name, '
        "or move that away.\n",
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


@pytest.mark.parametrize("name", ["", "Big", "1st", "a-b", "../up", "a/b", "a" * 61])
def test_what_cannot_be_a_name(tmp_path: Path, name: str) -> None:
    """It is said in one sentence, and nothing is written."""
    done = grade("new", "--course", tmp_path, "--", name)
    assert (done.exit_code, done.output) == (
        2,
        f'Error: "{name}" cannot be an assignment\'s name. '
        "Use small letters, digits and underscores, and begin with a letter.\n",
    )
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    """A file in the way of a folder: no half of an assignment is left behind."""
    (tmp_path / "assignments").write_text("", "utf-8")
    done = grade("new", "one", "--course", tmp_path)
    assert done.exit_code == 3
    assert done.output.startswith("Error: The system refused ")
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("one*")]
    assert left == []


def test_the_recipe_makes_an_assignment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documented steps, to the letter, outside the repository; then a class of two."""
    monkeypatch.chdir(tmp_path)
    steps = re.findall(
        r"(?:^`([\w./]+)`\n)?^```(\w+)\n(.*?)^```$", RECIPE.read_text("utf-8"), re.M | re.S
    )
    said: list[list[str]] = []
    built: list[set[str]] = []
    for path, kind, text in steps:
        if kind != "console":
            Path("my-course", path).parent.mkdir(parents=True, exist_ok=True)
            Path("my-course", path).write_text(text, "utf-8")
            continue
        for line in text.splitlines():
            command, *arguments = shlex.split(line.removeprefix("$ "))
            if command == "rm":
                Path(*arguments).unlink()
                continue
            assert command == "grade"
            done = grade(*arguments)
            assert done.exit_code == 0, done.output
            if arguments[0] == "verify":
                said.append(done.output.splitlines())
                assert all(one.startswith("ok ") for one in said[-1])
                built.append({one.name for one in Path("my-course/assignments/peaks").iterdir()})
    skeleton, plain, whole, dropped = (" ".join(lines) for lines in said)
    assert "score 10 " in skeleton
    assert "score 10 " in plain
    for shown in ("score 15 ", "(2 ways to make a mistake)", "(1 submissions)"):
        assert shown in whole
    assert "score 10 " in dropped
    assert {"drawdown.py", "lesson.ipynb"} & built[1] == set()
    assert {"drawdown.py", "lesson.ipynb"} <= built[2]
    assert {"drawdown.py", "lesson.ipynb"} & built[3] == set()
    assert not Path("my-course/assignments/peaks/leaky.py").exists()
    stub = Path("my-course/assignments/peaks/peaks.py").read_text("utf-8")
    assert "running_peak is still to be written" in stub
    wrong = Path("wrong")
    wrong.mkdir()
    (wrong / "peaks.py").write_text("def running_peak(x):\n    return x\n", "utf-8")
    done = grade("check", wrong, "--course", "my-course")
    assert done.exit_code == 0, done.output
    assert "0 of 10 points" in done.output
    assert "p is wrong" in done.output
