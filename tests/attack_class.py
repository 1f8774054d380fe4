"""A handful of golden attacks, one of each kind, as a class hands them in."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
ATTACKS = ("lending_ring", "wire_many_frames", "wire_judges_marks", "leak_by_syntax_error")
"""One that lives on what is lent, two whose replies break the rules, one that carries words out."""


def write(name: str, folder: Path) -> Path:
    """Write the files of an attack into a folder, which may be there."""
    base = _expected(name)["base"]
    for source in (GOLDEN / "base" / str(base), GOLDEN / "attacks" / name):
        shutil.copytree(
            source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.toml")
        )
    return folder


def due(name: str) -> Mapping[str, float]:
    """Return what an attack earns, by function; those that may earn more or less are left out."""
    scores = _expected(name).get("scores", {})
    assert isinstance(scores, dict)
    return scores


def _expected(name: str) -> Mapping[str, object]:
    return tomllib.loads((GOLDEN / "attacks" / name / "expected.toml").read_text("utf-8"))
