"""The class as one page for its instructor: what went well, what did not, and where to look.

The page stands by itself: charts, style and the few lines of script for searching and sorting
are in it, and its content-security policy allows nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.phrases import Phrases, printable
from grader.record import Report
from grader.reports import statistics
from grader.reports.charts import functions_chart, scores_chart, seconds_chart
from grader.reports.entry import shown
from grader.reports.text import note
from grader.reports.totals import Totals

FOLDER = Path(__file__).parent / "templates"

CODE = Totals()

MOST_NAMED = 12
"""Students named beside a mistake at first sight; the rest can be unfolded."""


@dataclass(frozen=True)
class Alike:
    """Two submissions to look at side by side: file by file, lines and what they share."""

    first: str
    second: str
    share: float
    files: tuple[tuple[str, Sequence[tuple[str, int]], Sequence[tuple[str, int]]], ...]


@dataclass(frozen=True)
class Likeness:
    """What the comparison of sources found; ``why_not`` says why there is none."""

    pairs: Sequence[Alike] = ()
    more: int = 0
    left_out: Sequence[str] = ()
    why_not: str = ""


def class_page(
    reports: Sequence[Report],
    phrases: Phrases,
    *,
    notes: Mapping[str, str],
    links: Mapping[str, str],
    likeness: Likeness,
    made: str,
    totals: Totals = CODE,
    said: Sequence[str] = (),
) -> str:
    """Return the page of a class, at least one report.

    ``notes`` are the instructor's notes by mistake, ``links`` the pages of students, ``made``
    says when, in words.  Totals are those of the gradebook's ``totals``, else of the code alone;
    ``said`` is what is to be known of them.
    """
    rates = statistics.function_rates(reports)
    finals = {report.student: totals.final(report) for report in reports}
    scores = [score for score in finals.values() if score is not None]
    most = totals.most(reports)
    criteria = statistics.criterion_rates(reports)
    return (
        _environment()
        .get_template("class_report.html")
        .render(
            assignment=printable(reports[0].assignment),
            made=made,
            spread=statistics.spread(scores),
            most=most,
            said=said,
            count=len(reports),
            unjudged=len(reports) - len(scores),
            without="not judged" if totals.found is None else "not graded",
            charts={
                "scores": scores_chart(scores, most),
                "functions": functions_chart(rates),
                "seconds": seconds_chart([report.seconds for report in reports]),
            },
            rates=rates,
            criteria=criteria,
            small=len(scores) < statistics.SMALLEST_CLASS,
            smallest=statistics.SMALLEST_CLASS,
            mistakes=[
                _mistake(group, phrases, notes) for group in statistics.common_mistakes(reports)
            ],
            others=[_other(group, phrases) for group in statistics.unrecognised(reports)],
            looks=[_look(one, phrases) for one in statistics.needs_a_look(reports)],
            likeness=likeness,
            seconds=statistics.spread(report.seconds for report in reports),
            isolation=sorted({report.isolation or "unknown" for report in reports}),
            functions=[rate.name for rate in rates],
            rows=[
                _row(report, phrases, links) | {"score": finals[report.student]}
                for report in reports
            ],
            most_named=MOST_NAMED,
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["points"] = shown
    environment.filters["plain"] = printable
    for name in ("style", "script"):
        suffix = {"style": "css", "script": "js"}[name]
        text = (FOLDER / f"class_report.{suffix}").read_text("utf-8")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        environment.globals[name] = Markup(text)
        environment.globals[f"{name}_hash"] = f"sha256-{digest}"
    return environment


def _mistake(group: statistics.Group, phrases: Phrases, notes: Mapping[str, str]) -> dict[str, Any]:
    known = phrases.catalogue.mistakes.get(group.mistake)
    return {
        "function": group.function,
        "what": known.cause if known else group.mistake.replace("_", " "),
        "note": notes.get(group.mistake, ""),
        "students": group.students,
    }


def _other(group: statistics.Group, phrases: Phrases) -> dict[str, Any]:
    assert group.example is not None
    what = phrases.what(group.example)
    return {"function": group.function, "what": what, "students": group.students}


def _look(look: statistics.Look, phrases: Phrases) -> dict[str, Any]:
    reasons = [f"{name}: not judged" for name in look.not_judged]
    for name, finding in look.tried:
        said = phrases.what(finding)
        reasons.append(f"{name}: {said}" if name else said)
    return {"student": look.student, "reasons": reasons}


def _row(report: Report, phrases: Phrases, links: Mapping[str, str]) -> dict[str, Any]:
    results = {result.name: result for result in report.functions}
    return {
        "student": report.student,
        "link": links.get(report.student, ""),
        "scores": results,
        "seconds": report.seconds,
        "note": note(report, phrases),
    }
