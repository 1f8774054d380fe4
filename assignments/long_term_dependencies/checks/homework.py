"""What the course says of this homework: its language, and the versions the grader runs."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .loading import HERE

_FILE = HERE / "checks" / "homework.json"


@dataclass(frozen=True)
class Homework:
    """Name, language, the grader's versions and the data files that it lets in.

    What is not known is "" and not checked.
    """

    name: str = ""
    language: str = "en"
    python: str = ""
    numpy: str = ""
    data: str = ""


def read_homework() -> Homework:
    """Read homework.json; without it nothing is known."""
    try:
        data = json.loads(_FILE.read_text(encoding="utf-8"))
        return Homework(**{key: str(data.get(key, "")) for key in Homework.__annotations__})
    except (OSError, ValueError, AttributeError):
        return Homework()


def version(text: str) -> tuple[int, int] | None:
    """Return "3.11" as (3, 11), None for no version."""
    major, _, minor = text.partition(".")
    minor = minor.partition(".")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else None
