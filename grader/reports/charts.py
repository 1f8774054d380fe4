"""Charts of a class as SVG, drawn by matplotlib: the same numbers give the same bytes.

Each is drawn twice, for light and for dark pages, with a transparent background.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.reports.statistics import FunctionRate

COLOURS = {"full": "#2e8b57", "some": "#d9a400", "none": "#c0504d", "not judged": "#8a8a8a"}
_INK = {"light": "#222222", "dark": "#dddddd"}
_INKED = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")


@dataclass(frozen=True)
class Chart:
    """One picture, as data URIs for light and dark pages, and what it shows in words."""

    light: str
    dark: str
    words: str


def scores_chart(scores: Sequence[float], most: float) -> Chart:
    """Draw how many students have how many points."""
    edges = [most * step / 20 for step in range(21)]

    def draw(axes: Any, ink: str) -> None:
        axes.hist(scores, bins=edges, color=COLOURS["full"], edgecolor=ink, linewidth=0.5)
        axes.set_xlabel("points")
        axes.set_ylabel("students")
        axes.yaxis.get_major_locator().set_params(integer=True)

    return _chart(draw, 7, 2.6, f"Histogram of the points of {len(scores)} students.")


def functions_chart(rates: Sequence[FunctionRate]) -> Chart:
    """Draw, for each function, the share with all points, some, none, or not judged."""

    def draw(axes: Any, ink: str) -> None:
        left = [0.0] * len(rates)
        names = [rate.name for rate in rates]
        for label, counts in (
            ("full", [rate.full for rate in rates]),
            ("some", [rate.some for rate in rates]),
            ("none", [rate.none for rate in rates]),
            ("not judged", [rate.not_judged for rate in rates]),
        ):
            totals = [rate.judged + rate.not_judged for rate in rates]
            widths = [100 * n / total for n, total in zip(counts, totals, strict=True)]
            axes.barh(names, widths, left=left, color=COLOURS[label], label=label)
            left = [start + width for start, width in zip(left, widths, strict=True)]
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel("per cent of the students")
        axes.legend(
            loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False, labelcolor=ink
        )

    words = "Bars: for each function, the share of students with all points, some, and none."
    return _chart(draw, 7, 0.6 + 0.4 * len(rates), words)


def seconds_chart(seconds: Sequence[float]) -> Chart:
    """Draw how long submissions took to judge."""

    def draw(axes: Any, ink: str) -> None:
        axes.hist(seconds, bins=30, color=COLOURS["some"], edgecolor=ink, linewidth=0.5)
        axes.set_xlabel("seconds to judge")
        axes.set_ylabel("submissions")

    return _chart(draw, 7, 2.2, f"Histogram of the seconds that {len(seconds)} judgings took.")


def _chart(draw: Callable[[Any, str], None], width: float, height: float, words: str) -> Chart:
    light, dark = (_svg(draw, width, height, ink) for ink in _INK.values())
    return Chart(light, dark, words)


def _svg(draw: Callable[[Any, str], None], width: float, height: float, ink: str) -> str:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: Any = {
        "svg.fonttype": "none",  # text stays text: small, and readable at any size
        "svg.hashsalt": "unrolled",
        "font.family": "sans-serif",
        "font.size": 9,
        **dict.fromkeys(_INKED, ink),
    }
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.patch.set_alpha(0)
        draw(axes, ink)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    data = base64.b64encode(text.getvalue().encode()).decode()
    return f"data:image/svg+xml;base64,{data}"
