"""Pictures of what was found, as SVG."""

from __future__ import annotations

import io
import math
import statistics
from collections.abc import Callable
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks import cost, growth
from benchmarks.stored import Found, times

OURS, LIMIT, OTHERS, INK = "#1b6ca8", "#7a7a7a", "#b9bec5", "#222222"
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "unrolled",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": "#999999",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def svg(part: str, found: Found) -> str:
    """Return the picture of a part; the same figures give the same text."""
    with matplotlib.rc_context(STYLE):
        figure = PLOTS[part](found)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def cost_plot(found: Found) -> Figure:
    """Draw processor time per submission by tool, on a logarithmic scale."""
    bars = [("the limit (no isolation)", [1000 * one for one in found["limit"]])]
    bars += [
        (name.replace("`", ""), [1000 * one["cpu"] for one in rounds])
        for name, rounds in found["rounds"].items()
        if rounds
    ]
    bars.sort(key=lambda bar: -statistics.median(bar[1]))
    figure = Figure(figsize=(8, 0.55 * len(bars) + 1.5), layout="constrained")
    axes = figure.subplots()
    ours = cost.OURS.replace("`", "")
    own = 1000 * cost.cpu(found, cost.OURS)
    for place, (name, values) in enumerate(bars):
        middle = statistics.median(values)
        colour = OURS if name == ours else LIMIT if name.startswith("the limit") else OTHERS
        axes.barh(place, middle, height=0.62, color=colour)
        axes.plot([min(values), max(values)], [place, place], color=INK, linewidth=1.2)
        beside = "" if name == ours else f" ({_times(middle / own)})"
        axes.annotate(
            f"{_milliseconds(middle)}{beside}",
            (max(values), place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            weight="bold" if name == ours else "normal",
        )
    axes.set_yticks(range(len(bars)), [name for name, _ in bars], color=INK)
    axes.tick_params(axis="y", length=0)
    axes.set_xscale("log")
    largest = max(max(values) for _, values in bars)
    axes.set_xlim(10 ** _below(min(min(values) for _, values in bars)), largest * 6)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _milliseconds(value)))
    axes.minorticks_off()
    axes.grid(axis="x", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("processor time per submission, logarithmic (×: beside grade run)", loc="left")
    return figure


def growth_plot(found: Found) -> Figure:
    """Draw, by size of the class, processor time per submission and memory."""
    rows = growth.each(found)
    sizes = [row["size"] for row in rows]
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _line(left, sizes, [1000 * row["all"] for row in rows], "all, starting up included", LIMIT)
    _line(left, sizes, [1000 * row["further"] for row in rows], "each further", OURS)
    left.set_title("processor time per submission, ms", loc="left", fontsize=10)
    _line(right, sizes, [row["peak"] for row in rows], f"all, {found['cores']} lanes", LIMIT)
    _line(right, sizes, [row["lane"] for row in rows], "one lane", OURS)
    right.set_title("peak memory, MiB", loc="left", fontsize=10)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.minorticks_off()
        axes.set_ylim(0, axes.get_ylim()[1] * 1.4)
        axes.set_xlim(sizes[0] / 1.5, sizes[-1] * 1.5)
        axes.set_xlabel("submissions in the class")
        axes.grid(axis="y", color="#e6e6e6", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.legend(frameon=False, loc="upper right", fontsize=9)
    return figure


def _line(axes: Any, sizes: list[float], values: list[float], label: str, colour: str) -> None:
    axes.plot(sizes, values, marker="o", color=colour, label=label, linewidth=1.6)
    for size, value in zip(sizes, values, strict=True):
        axes.annotate(
            f"{value:,.0f}",
            (size, value),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            color=colour,
        )


def _milliseconds(value: float) -> str:
    if value < 1000:
        return f"{value:.0f} ms"
    return f"{value / 1000:.1f} s" if value % 1000 else f"{value / 1000:.0f} s"


def _times(ratio: float) -> str:
    return f"×{times(ratio)}"


def _below(value: float) -> float:
    """Return the power of ten to begin at, so that the shortest bar is still seen."""
    return math.floor(math.log10(value) - 0.2)


PLOTS: dict[str, Callable[[Found], Figure]] = {"cost": cost_plot, "growth": growth_plot}
"""The parts that have a picture, and what draws it."""
