"""What the benchmarks found, kept beside them as JSON and as text made of it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import commit, machine

RESULTS = Path(__file__).parent / "results"
Found = Mapping[str, Any]


def signature(part: str, options: Sequence[str]) -> dict[str, str]:
    """Return how, where and when a part is measured; ask before it is, files may change."""
    command = " ".join(["python -m benchmarks", part, *options])
    return {"command": command, "machine": machine(), "commit": commit()}


def keep(part: str, found: Found, folder: Path = RESULTS) -> None:
    """Write a part's findings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{part}.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def read(part: str, folder: Path = RESULTS) -> dict[str, Any] | None:
    """Read what was found last, None if the part never ran."""
    path = folder / f"{part}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else None


def page(title: str, found: Found, body: str) -> str:
    """Return a page of results."""
    head = f"`{found['command']}` on {found['machine']}, at {found['commit']}."
    return f"# {title}\n\n{head}\n\n{body.strip()}\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def spread(values: Sequence[float], form: str = "{:,.0f}") -> str:
    """Write a median, and behind it the lowest and the highest of several values."""
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({form.format(min(values))} to {form.format(max(values))})"


def times(ratio: float) -> str:
    """Write how many times as much something is."""
    if ratio < 1:
        return f"{ratio:.2g}"
    return f"{ratio:,.1f}" if ratio < 20 else f"{ratio:,.0f}"
