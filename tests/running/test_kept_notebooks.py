"""`grade run --from-notebook` is kept: a later run that does not say it takes nobody's points."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import grade, results, right, small_course


def test_a_later_run_reads_the_notebooks_too(tmp_path: Path) -> None:
    """So does `grade why`; --no-from-notebook takes it back."""
    course = small_course(tmp_path / "course")
    folder = course / "submitted" / "ann" / "leaky"
    folder.mkdir(parents=True)
    cell = {"cell_type": "code", "source": right(course)}
    (folder / "work.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")

    def score(*options: str) -> float:
        done = grade("run", "leaky", "-q", *options, where=course)
        assert done.code == 0, done.err
        return float(results(course, "ann")["score"])

    assert score("--from-notebook") == 10
    assert score() == 10
    told = grade("why", "ann", "leaky_sum", where=course).out
    assert told.startswith("leaky_sum   10 of 10 points\n")
    assert score("--no-from-notebook") == 0
    told = grade("diff", where=course).out.splitlines()[1]
    assert told.endswith(" 10 -> 0): functions are no longer taken from a notebook"), told
    assert score() == 0
