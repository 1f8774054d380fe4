"""One student's folder, whatever it holds, stands in the way of nobody else's scores."""

from __future__ import annotations

import os
from pathlib import Path

from grader.nbgrader_bridge.layout import Layout
from tests.nbgrader_bridge.conftest import hand_in
from tests.nbgrader_bridge.test_gradebook import delivered, grades, report

LONGEST = os.pathconf("/", "PC_PATH_MAX") - 1


def longest_path(place: Path) -> None:
    """Make a path in a folder that is as long as any may be: elsewhere it may be too long."""
    here, room = os.open(place, os.O_RDONLY), LONGEST - len(str(place)) - 2
    while room > 1:
        name = "d" * min(200, room - 1)
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here, room = inner, room - len(name) - 1
    os.close(here)


def test_a_folder_in_the_place_of_the_notebook(layout: Layout, course: Path) -> None:
    """It, and a path too long for formgrader's tree, cost neither their own scores nor others'."""
    path = hand_in(course, "ann") / "rnn_bptt.ipynb"
    path.unlink()
    path.mkdir()
    (path / "kept.txt").write_text("kept")
    longest_path(hand_in(course, "cem"))
    hand_in(course, "bob")
    said = delivered(layout, report("ann"), report("bob"), report("cem"))
    assert said == [
        '"ann" handed in a notebook that cannot be used (ValueError); '
        "the empty one is shown in its place"
    ]
    for student in ("ann", "bob", "cem"):
        assert grades(layout, student)["softmax"] == (5.0, None, False)
        assert (course / f"autograded/{student}/rnn_bptt/rnn_bptt.ipynb").is_file()
