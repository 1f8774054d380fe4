"""The notebook's tour, run as a student runs it: with everything written, and with nothing yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = {"rnn_bptt": 3, "long_term_dependencies": 5}

RUN = """
import json, sys
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
plt.show = lambda: print("picture with", sum(
    len(axis.lines) + len(axis.images) + len(axis.patches) + len(axis.collections) > 0
    for axis in plt.gcf().axes), "full axes of", len(plt.gcf().axes)) or plt.close()
known = {}
graded = 0
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        graded += "nbgrader" in cell["metadata"]
        if "nbgrader" not in cell["metadata"] or graded == 1:
            exec("".join(cell["source"]), known)
"""


def tour(place: Path, name: str) -> str:
    """Run the cells of a notebook but all public tests after the first; what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", RUN, f"{name}.ipynb"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place), "MPLCONFIGDIR": str(place)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_drawn_of_right_files(name: str, tmp_path: Path) -> None:
    """With the solutions in place no picture is missing or empty, and public tests pass."""
    place = shutil.copytree(ROOT / "assignments" / name, tmp_path / name)
    for path in place.glob("*.py"):
        solution = ROOT / "solutions" / name / path.name
        if solution.exists():
            shutil.copy(solution, path)
    said = tour(place, name).splitlines()
    pictures = [line for line in said if line.startswith("picture with ")]
    assert len(pictures) == PICTURES[name], said
    for line in pictures:
        words = line.split()
        assert words[2] == words[-1] != "0", line
    assert not [line for line in said if line.startswith("No picture yet")]
    assert any(" passed" in line for line in said)


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_breaks_of_stubs(name: str, tmp_path: Path) -> None:
    """Before anything is written each picture says what is missing, and no cell fails."""
    place = shutil.copytree(ROOT / "assignments" / name, tmp_path / name)
    said = tour(place, name).splitlines()
    assert len([one for one in said if one.startswith("No picture yet: NotImpl")]) == PICTURES[name]
    assert not [line for line in said if line.startswith("picture with ")]
