"""The notebooks, executed: with solutions they show what they promise, with stubs they say so."""

from __future__ import annotations

import base64
import functools
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import image

from tests.public_runs import ENVIRONMENT, hand_out, solve

PICTURES = {"rnn_bptt": 3, "long_term_dependencies": 5, "gated_rnn": 4}


@dataclass(frozen=True)
class Executed:
    """What the cells of a notebook put out, cell by cell."""

    cells: list[Any]

    @property
    def outputs(self) -> list[Any]:
        """All outputs, in their order."""
        return [one for cell in self.cells for one in cell.get("outputs", [])]

    @property
    def said(self) -> str:
        """All that was printed."""
        return "".join(one.text for one in self.outputs if one.output_type == "stream")

    @property
    def pictures(self) -> list[np.ndarray[Any, Any]]:
        """The pictures, as rows of pixels."""
        found = [one.data.get("image/png") for one in self.outputs if "data" in one]
        return [image.imread(io.BytesIO(base64.b64decode(one))) for one in found if one]

    @property
    def in_words(self) -> list[str]:
        """The alternative text of each picture."""
        pictures = [one for one in self.outputs if "image/png" in one.get("data", {})]
        return [one.metadata.get("image/png", {}).get("alt", "") for one in pictures]

    def of(self, call: str) -> str:
        """What the cell printed whose last line is this."""
        (cell,) = [one for one in self.cells if one.source.split("\n")[-1] == call]
        return "".join(one.text for one in cell.outputs if one.output_type == "stream")


def execute(assignment: str, folder: Path) -> Executed:
    """Run an assignment's notebook in a student's folder; a cell that raises fails the test."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(folder / f"{assignment}.ipynb", as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    with client.setup_kernel(env={**ENVIRONMENT, "MPLBACKEND": ""}):
        client.reset_execution_trackers()
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
    return Executed(notebook.cells)


@pytest.fixture(scope="module")
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """No configuration of Jupyter's counts, and none is written."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(home / name))
        yield patch


@pytest.fixture(scope="module")
def executed(
    nobodys_home: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Executed]:
    """A function that executes a notebook beside "solutions" or "stubs", once for all tests."""

    @functools.cache
    def run(assignment: str, files: str) -> Executed:
        folder = hand_out(assignment, tmp_path_factory.mktemp(files) / "homework")
        if files == "solutions":
            solve(assignment, folder)
        return execute(assignment, folder)

    return run


@pytest.mark.parametrize("assignment", PICTURES)
def test_with_the_solutions_every_picture_is_drawn(
    executed: Callable[[str, str], Executed], assignment: str
) -> None:
    """No cell fails or warns, the public tests pass, and no picture is empty or a thumbnail."""
    notebook = executed(assignment, "solutions")
    assert {one.output_type for one in notebook.outputs} == {"stream", "display_data"}
    assert all(one.get("name", "stdout") == "stdout" for one in notebook.outputs), notebook.said
    assert "No picture yet" not in notebook.said
    functions = [one for one in notebook.cells if one.source.startswith("public_tests(")]
    for cell in functions:
        said = notebook.of(cell.source)
        assert re.search(r"^\d+ passed", said, re.MULTILINE), said
        assert "failed" not in said
    assert len(notebook.pictures) == PICTURES[assignment]
    assert len(set(notebook.in_words)) == PICTURES[assignment]
    assert all(len(said) > 40 and said.startswith("Picture. ") for said in notebook.in_words)
    for picture in notebook.pictures:
        height, width, _ = picture.shape
        assert width > 600
        assert height > 300
        inked = np.any(picture[:, :, :3] < 0.95, axis=2)
        assert np.mean(inked) > 0.01  # more than the frame of the axes
        assert len(np.unique(picture[inked].round(2), axis=0)) > 20


@pytest.mark.parametrize("assignment", PICTURES)
def test_with_stubs_a_notebook_says_what_is_still_to_be_written(
    executed: Callable[[str, str], Executed], assignment: str
) -> None:
    """Before anything is written no cell fails, and each picture names the function it needs."""
    notebook = executed(assignment, "stubs")
    assert {one.output_type for one in notebook.outputs} == {"stream"}
    assert all(one.name == "stdout" for one in notebook.outputs), notebook.said
    assert "Traceback" not in notebook.said
    names = [one.metadata.nbgrader.grade_id for one in notebook.cells if "nbgrader" in one.metadata]
    missing = re.findall(
        r"^No picture yet: NotImplementedError: (\w+) is still to be written$",
        notebook.said,
        re.MULTILINE,
    )
    assert len(missing) == PICTURES[assignment]
    assert set(missing) < set(names)


def test_gamma_follows_the_spectral_radius(executed: Callable[[str, str], Executed]) -> None:
    """Measured gammas are within a tenth of the radius; errors vanish, stay, and explode."""
    said = executed("long_term_dependencies", "solutions").of("shown(gamma_measured)")
    rows = re.findall(r"^radius (.*): gamma is (.*) on average, and (.*) of an", said, re.MULTILINE)
    found = {float(radius): (float(gamma), float(rest)) for radius, gamma, rest in rows}
    assert found.keys() == {0.5, 1.0, 1.5}
    for radius, (gamma, rest) in found.items():
        assert gamma == pytest.approx(radius, rel=0.1)
        assert np.log(rest) == pytest.approx(39 * np.log(radius), abs=3)


def test_the_update_that_adds_does_not_vanish(executed: Callable[[str, str], Executed]) -> None:
    """Where the plain gradient has vanished its own has not, and it explodes at every radius."""
    said = executed("long_term_dependencies", "solutions").of("shown(residual_beside_plain)")
    rows = re.findall(r"^radius (.*): .* become (.*) at step 1, and (.*) where", said, re.MULTILINE)
    plain = {float(radius): float(one) for radius, one, _ in rows}
    adding = {float(radius): float(other) for radius, _, other in rows}
    assert adding.keys() == {0.5, 1.0, 1.5}
    assert plain[0.5] < 1e-10
    assert 0.1 < plain[1.0] < 10
    assert plain[1.5] > 1e5
    assert all(one > 1e5 for one in adding.values())


def test_training_goes_wrong_without_clipping_and_learns_with_it(
    executed: Callable[[str, str], Executed],
) -> None:
    """From the same starts: guessing at a loss far above that of guessing, or all right.

    Over 5 steps the same rate does no harm, so it is the way back through time that does it.
    """
    said = executed("long_term_dependencies", "solutions").of("shown(with_and_without_clipping)")
    rows = re.findall(r"^(.*?) +seed \d +loss +(.*?) +right +(\d+)%", said, re.MULTILINE)
    assert len(rows) == 12
    runs: dict[str, list[tuple[float, float]]] = {}
    for name, loss, right in rows:
        runs.setdefault(name, []).append((float(loss), float(right)))
    assert set(runs) == {"not clipped", "clipped", "not clipped, 5 steps"}
    for loss, right in runs["not clipped"]:
        assert loss > 2 * np.log(2)
        assert right < 75
    for loss, right in runs["clipped"] + runs["not clipped, 5 steps"]:
        assert loss < 0.05
        assert right >= 99


def test_forward_in_time_finds_the_same_in_memory_that_does_not_grow(
    executed: Callable[[str, str], Executed],
) -> None:
    """RTRL's gradients are BPTT's to rounding; its memory stays where BPTT's grows with T_x."""
    said = executed("long_term_dependencies", "solutions").of("shown(forward_beside_backward)")
    (difference,) = re.findall(r"^largest relative difference of the gradients: (.*)$", said, re.M)
    assert float(difference) < 1e-12
    times = dict(re.findall(r"^(\w+): (.*) times the memory", said, re.MULTILINE))
    assert float(times["BPTT"]) > 16
    assert float(times["RTRL"]) < 1.2


def test_a_gradient_goes_back_as_far_as_the_forget_gate_lets_it(
    executed: Callable[[str, str], Executed],
) -> None:
    """The further the gate is open the more is left; nearly shut, next to nothing."""
    said = executed("gated_rnn", "solutions").of("shown(carousel)")
    rows = re.findall(r"^bias +(.*): mean ft (.*), gradient after 60 steps (.*)$", said, re.M)
    assert [float(bias) for bias, _, _ in rows] == [-1, 0, 1, 2, 4]
    kept = [float(ft) for _, ft, _ in rows]
    left = [float(norm) for _, _, norm in rows]
    assert kept == sorted(kept)
    assert left == sorted(left)
    assert left[1] < 1e-12  # a bias of 0
    assert left[-1] > 1


def test_gates_learn_over_a_delay_at_which_the_plain_cell_guesses(
    executed: Callable[[str, str], Executed],
) -> None:
    """Of the plain cell's gradient next to nothing reaches the first step, of the gates' enough."""
    said = executed("gated_rnn", "solutions").of("shown(four_cells)")
    rows = re.findall(r"^(\w+) +seed \d +loss +(.*?) +right +(\d+)% +gradient (.*) at", said, re.M)
    assert len(rows) == 8
    for kind, loss, right, gradient in rows:
        if kind == "plain":
            assert float(loss) > 0.6
            assert int(right) < 75
            assert float(gradient) < 1e-6
        elif kind == "residual":
            assert float(gradient) > 1
        else:
            assert float(loss) < 0.3
            assert int(right) > 90
            assert 1e-3 < float(gradient) < 1e3
