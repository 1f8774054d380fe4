"""Right submissions in other styles than the solution's: what mutants are made of."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from benchmarks.bank import read_bases
from benchmarks.classes import ROOT
from grader.course import Assignment

STYLES = Path(__file__).parent / "styles"

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "long_term_dependencies": (
        "samples/long_term_dependencies/submitted/amara_okafor/long_term_dependencies",
        "samples/long_term_dependencies/submitted/bruno_silva/long_term_dependencies",
        "samples/long_term_dependencies/submitted/chen_xiaoyu/long_term_dependencies",
        "known/long_term_dependencies/right_rtrl_in_loops",
        "tests/golden/long_term/complex_step",
        "tests/golden/long_term/lists_and_integers",
        "tests/golden/long_term/torch_clips",
        "tests/golden/long_term/vectorised",
    ),
}
"""Folders with right submissions that are kept for other ends; what they lack is the solution's."""


def styles(task: Assignment) -> dict[str, Mapping[str, bytes]]:
    """Return the solution and the right submissions in other styles, files by name."""
    solution = {one: (task.solutions / one).read_bytes() for one in task.files}
    found: dict[str, Mapping[str, bytes]] = {"solution": solution}
    with contextlib.suppress(FileNotFoundError):
        found.update(read_bases(task.name))
    own = sorted((STYLES / task.name).iterdir()) if (STYLES / task.name).is_dir() else []
    for folder in [*own, *(ROOT / one for one in ELSEWHERE.get(task.name, ()))]:
        name = folder.parent.name if folder.name == task.name else folder.name
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}
        found[name] = {**solution, **files}
    return found
