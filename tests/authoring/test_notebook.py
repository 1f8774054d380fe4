"""The notebook: built the same every time, without answers, with a cell for every function."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.commands.main import main

Built = Callable[[str], Path]
ROOT = Path(__file__).resolve().parents[2]
SOURCE = "solutions/rnn_bptt/rnn_bptt.py"

# What is in the text of each notebook, and must not be in what students receive.
SECRETS = {
    "rnn_bptt": ("delta_{T+1}", "missing transpose costs 1"),
    "gated_rnn": ("\\prod_{t=k+1}^{T} f_t", "costs 1, once"),
    "long_term_dependencies": ("(I + G_{k+1})", "base $1 + ", "missing transpose costs nothing"),
}
POINTS = {
    "rnn_bptt": {
        "softmax": 5,
        "rnn_cell_forward": 15,
        "rnn_cell_backward": 25,
        "rnn_forward": 10,
        "rnn_backward": 25,
        "RNNCell": 15,
        "compare_with_torch": 5,
        "question-6-1": 10,
        "question-6-2": 10,
    },
    "gated_rnn": {
        "lstm_cell_forward": 15,
        "lstm_cell_backward": 25,
        "lstm_forward": 10,
        "lstm_backward": 20,
        "gru_cell_forward": 10,
        "gru_cell_backward": 15,
        "compare_gates_with_torch": 5,
        "question-6-4": 10,
    },
    "long_term_dependencies": {
        "backpropagate_error": 20,
        "growth_factors": 5,
        "residual_forward": 10,
        "residual_backward": 25,
        "clip_by_value": 5,
        "clip_by_global_norm": 10,
        "weight_decay": 10,
        "rtrl_gradients": 15,
        "question-6-3": 10,
    },
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of all assignments' solutions and hidden cases, with nothing built yet."""
    return copied(tmp_path)


def copied(place: Path) -> Path:
    """Copy solutions and hidden cases into a folder."""
    for part in ("solutions", "grader/hidden"):
        for name in SECRETS:
            shutil.copytree(
                ROOT / part / name,
                place / part.removeprefix("grader/") / name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
    return place


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A function that returns a course in which an assignment is built, once for all tests.

    Whoever changes a course builds one of his own.
    """
    course = copied(tmp_path_factory.mktemp("course"))

    @functools.cache
    def once(name: str) -> Path:
        assert build(course, name)[0] == 0
        return course

    return once


def build(course: Path, name: str = "rnn_bptt") -> tuple[int, str]:
    """Run `grade build` on it; its exit code and all it prints."""
    done = CliRunner().invoke(main, ["build", name, "--course", str(course)])
    return done.exit_code, done.output


def text_of(course: Path, name: str) -> str:
    """Read the text of the notebook that was built."""
    return (course / "assignments" / name / f"{name}.ipynb").read_text("utf-8")


def notebook(course: Path, name: str = "rnn_bptt") -> dict[str, Any]:
    """Read the notebook that was built."""
    found: dict[str, Any] = json.loads(text_of(course, name))
    return found


def edit(course: Path, before: str, after: str) -> None:
    """Change the notebook's text, in a place that is there."""
    path = course / SOURCE
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


@pytest.mark.parametrize("name", POINTS)
def test_every_function_has_its_cell_and_its_points(built: Built, name: str) -> None:
    """Code cells carry the contract's points, written questions 10 each, as nbgrader reads it."""
    graded = {
        cell["id"]: cell["metadata"]["nbgrader"]
        for cell in notebook(built(name), name)["cells"]
        if "nbgrader" in cell["metadata"]
    }
    assert {one: marks["points"] for one, marks in graded.items()} == POINTS[name]
    written = {one for one in POINTS[name] if one.startswith("question")}
    assert {one for one, marks in graded.items() if marks["solution"]} == written
    assert {one for one, marks in graded.items() if not marks["locked"]} == written


@pytest.mark.parametrize("name", POINTS)
def test_a_notebook_is_the_same_wherever_it_is_built(
    built: Built, tmp_path: Path, name: str
) -> None:
    """Built in two places, and in the repository, it is the same to the byte."""
    elsewhere = copied(tmp_path / "elsewhere")
    assert build(elsewhere, name)[0] == 0
    assert text_of(built(name), name) == text_of(elsewhere, name) == text_of(ROOT, name)


@pytest.mark.parametrize("name", POINTS)
def test_the_notebook_is_valid_and_nbgrader_agrees_with_its_checksums(
    built: Built, name: str
) -> None:
    """nbgrader's own validators accept it, and its checksums tell an untouched cell."""
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator
    from nbgrader.utils import compute_checksum

    path = built(name) / "assignments" / name / f"{name}.ipynb"
    read = nbformat.read(path, as_version=4)
    nbformat.validate(read)
    MetadataValidator().validate_nb(read)
    marked = [cell for cell in read.cells if "nbgrader" in cell.metadata]
    assert [cell.metadata.nbgrader.checksum for cell in marked] == [
        compute_checksum(cell) for cell in marked
    ]


@pytest.mark.parametrize("name", SECRETS)
def test_answers_and_rubrics_stay_with_the_instructor(built: Built, name: str) -> None:
    """Every written question reads as nbgrader's placeholder; nothing else of it is left."""
    from grader.authoring.leaks import leaks
    from grader.course import find_course

    course = built(name)
    questions = [one for one in POINTS[name] if one.startswith("question")]
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook(course, name)["cells"]}
    assert {cells[one] for one in questions} == {"YOUR ANSWER HERE"}
    source = (course / "solutions" / name / f"{name}.py").read_text("utf-8")
    for secret in ("Rubric", "Model answer", "SOLUTION", *SECRETS[name]):
        assert secret in source
        assert secret not in text_of(course, name)
    assert list(leaks(find_course(course).assignment(name))) == []


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
