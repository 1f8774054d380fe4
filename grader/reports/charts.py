"""Charts of a class as SVG, drawn by matplotlib: the same numbers give the same bytes.

Each is there in two inks, for light and for dark pages, with a transparent background.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.reports.statistics import FunctionRate

COLOURS = {"full": "#2e8b57", "some": "#d9a400", "none": "#c0504d", "not judged": "#8a8a8a"}
_INK = {"light": "#222222", "dark": "#dddddd"}
_INKED = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")


@dataclass(frozen=True)
class Chart:
    """One picture, as data URIs for light and dark pages."""

    light: str
    dark: str


def scores_chart(scores: Sequence[float], most: float, words: Mapping[str, str]) -> Chart:
    """Draw how many students have how many points; ``words`` are what axes are called."""
    edges = [most * step / 20 for step in range(21)]

    def draw(axes: Any, ink: str) -> None:
        axes.hist(scores, bins=edges, color=COLOURS["full"], edgecolor=ink, linewidth=0.5)
        axes.set_xlabel(words["points"])
        axes.set_ylabel(words["students"])
        axes.yaxis.get_major_locator().set_params(integer=True)

    return _chart(draw, 7, 2.6)


def functions_chart(rates: Sequence[FunctionRate], words: Mapping[str, str]) -> Chart:
    """Draw, for each function, the share with all points, some, none, or not judged.

    ``words`` are what these are called.
    """

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
            axes.barh(names, widths, left=left, color=COLOURS[label], label=words[label])
            left = [start + width for start, width in zip(left, widths, strict=True)]
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.xaxis.set_major_formatter("{x:.0f} %")
        axes.legend(
            loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False, labelcolor=ink
        )

    return _chart(draw, 7, 0.6 + 0.4 * len(rates))


def seconds_chart(seconds: Sequence[float], words: Mapping[str, str]) -> Chart:
    """Draw how long submissions took to judge; ``words`` are what axes are called."""

    def draw(axes: Any, ink: str) -> None:
        axes.hist(seconds, bins=30, color=COLOURS["some"], edgecolor=ink, linewidth=0.5)
        axes.set_xlabel(words["seconds"])
        axes.set_ylabel(words["students"])

    return _chart(draw, 7, 2.2)


def _chart(draw: Callable[[Any, str], None], width: float, height: float) -> Chart:
    light = _svg(draw, width, height, _INK["light"])
    return Chart(*(_uri(light.replace(_INK["light"], ink)) for ink in _INK.values()))


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
    with matplotlib.rc_context(style), warnings.catch_warnings():
        # text is drawn by the browser, which has the letters that matplotlib's font lacks
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.patch.set_alpha(0)
        draw(axes, ink)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return text.getvalue()


def _uri(svg: str) -> str:
    data = base64.b64encode(svg.encode()).decode()
    return f"data:image/svg+xml;base64,{data}"
