"""The notebook: built the same every time, without answers, with a cell for every function."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import main

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "solutions/rnn_bptt/rnn_bptt.py"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of rnn_bptt's solutions and hidden cases, with nothing built yet."""
    for part in ("solutions", "grader/hidden"):
        shutil.copytree(
            ROOT / part / "rnn_bptt",
            tmp_path / part.removeprefix("grader/") / "rnn_bptt",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return tmp_path


def build(course: Path) -> tuple[int, str]:
    """Run `grade build` on it; its exit code and all it prints."""
    done = CliRunner().invoke(main, ["build", "rnn_bptt", "--course", str(course)])
    return done.exit_code, done.output


def notebook(course: Path) -> dict[str, Any]:
    """Read the notebook that was built."""
    text = (course / "assignments/rnn_bptt/rnn_bptt.ipynb").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def edit(course: Path, before: str, after: str) -> None:
    """Change the notebook's text, in a place that is there."""
    path = course / SOURCE
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_every_function_has_its_cell_and_its_points(course: Path) -> None:
    """Code cells carry the contract's points, written questions 10 each, as nbgrader reads it."""
    assert build(course)[0] == 0
    graded = {
        cell["id"]: cell["metadata"]["nbgrader"]
        for cell in notebook(course)["cells"]
        if "nbgrader" in cell["metadata"]
    }
    assert {name: marks["points"] for name, marks in graded.items()} == {
        "softmax": 5,
        "rnn_cell_forward": 15,
        "rnn_cell_backward": 25,
        "rnn_forward": 10,
        "rnn_backward": 25,
        "RNNCell": 15,
        "compare_with_torch": 5,
        "question-6-1": 10,
        "question-6-2": 10,
    }
    written = {name for name, marks in graded.items() if marks["solution"]}
    assert written == {"question-6-1", "question-6-2"}
    assert {name for name, marks in graded.items() if not marks["locked"]} == written


def test_the_notebook_is_valid_and_nbgrader_agrees_with_its_checksums(course: Path) -> None:
    """nbgrader's own validators accept it, and its checksums tell an untouched cell."""
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator
    from nbgrader.utils import compute_checksum

    assert build(course)[0] == 0
    path = course / "assignments/rnn_bptt/rnn_bptt.ipynb"
    read = nbformat.read(path, as_version=4)
    nbformat.validate(read)
    MetadataValidator().validate_nb(read)
    marked = [cell for cell in read.cells if "nbgrader" in cell.metadata]
    assert [cell.metadata.nbgrader.checksum for cell in marked] == [
        compute_checksum(cell) for cell in marked
    ]


def test_answers_and_rubrics_stay_with_the_instructor(course: Path) -> None:
    """Every written question reads as nbgrader's placeholder; nothing else of it is left."""
    assert build(course)[0] == 0
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook(course)["cells"]}
    assert cells["question-6-1"] == cells["question-6-2"] == "YOUR ANSWER HERE"
    text = json.dumps(notebook(course))
    for secret in ("Rubric", "Model answer", "SOLUTION", "delta_{T+1}"):
        assert secret in (course / SOURCE).read_text("utf-8")
        assert secret not in text


def test_points_follow_the_contract(course: Path) -> None:
    """An instructor who changes points in assignment.toml finds them in the notebook."""
    toml = course / "hidden/rnn_bptt/assignment.toml"
    toml.write_text(toml.read_text("utf-8").replace("{ values = 2 }", "{ values = 4.5 }"), "utf-8")
    assert build(course)[0] == 0
    (cell,) = [cell for cell in notebook(course)["cells"] if cell["id"] == "softmax"]
    assert cell["metadata"]["nbgrader"]["points"] == 7.5


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            '{"grade_id": "softmax"}',
            '{"grade_id": "softmaks"}',
            '", the cell "softmaks" is graded, and no function has that name. '
            'Did you mean "softmax"?',
        ),
        (
            '# %% nbgrader={"grade_id": "softmax"}',
            "# %%",
            '" has no cell for the function "softmax". '
            'Add a code cell with nbgrader={"grade_id": "softmax"}.',
        ),
        (
            '{"grade_id": "rnn_forward"}',
            '{"grade_id": "softmax"}',
            '", the cell named "softmax" has no name of its own. '
            "Give every nbgrader cell another grade_id.",
        ),
        (
            '"question-6-1", "points": 10',
            '"question-6-1"',
            '", the written question "question-6-1" needs points above 0.',
        ),
        (
            'public_tests("softmax")',
            "### BEGIN SOLUTION\npass\n### END SOLUTION",
            '", a code cell holds a solution. Code that students write belongs into a .py file; '
            "only written questions have their answers in the notebook.",
        ),
        (
            "# ### END SOLUTION",
            "# ### END OF SOLUTION",
            ' of "',
        ),
    ],
)
def test_a_notebook_that_does_not_fit_is_refused(
    course: Path, before: str, after: str, said: str
) -> None:
    """One sentence names the file, the cell and what to do, and nothing is written."""
    edit(course, before, after)
    code, output = build(course)
    assert code == 2
    assert said in output
    assert not (course / "assignments").exists()


def test_a_model_answer_in_the_notebook_is_a_leak(course: Path) -> None:
    """`grade verify`'s look for solutions knows the model answers, a line of them by itself."""
    from grader.authoring.leaks import leaks
    from grader.course import find_course

    assert build(course)[0] == 0
    task = find_course(course).assignment("rnn_bptt")
    assert list(leaks(task)) == []
    (task.stubs / "notes.md").write_text(
        "so one pass from $k = T$ to $1$ carries the errors of all later losses together, and the "
        "double\n"
    )
    assert [leak.partition(" line ")[0] for leak in leaks(task)] == ["notes.md,"]
