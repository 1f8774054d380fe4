"""The class as one page for its instructor: what to do now, what was not understood, the numbers.

The page stands by itself: charts, style, the table library and the few lines that use it are in
it, and its content-security policy allows nothing else.  Printed, it is its summary on one sheet.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.phrases import Medium, Phrases, printable
from grader.record import Report
from grader.reports import statistics
from grader.reports.causes import causes
from grader.reports.charts import functions_chart, scores_chart, seconds_chart
from grader.reports.entry import shown
from grader.reports.html import HTML
from grader.reports.text import note
from grader.reports.to_do import Known, code, tasks

FOLDER = Path(__file__).parent / "templates"
LIBRARY = Path(__file__).parent / "vendored" / "datatables" / "dataTables.min.js"

MOST_NAMED = 12
"""Students named beside a reason at first sight; the rest can be unfolded."""

MOST_CAUSES = 10
"""Causes shown at first sight; the rest can be unfolded."""

SUMMED_UP = 5
"""Causes, and names of one task, in the summary that is printed."""

_BREAK = re.compile("([@.])")

AMOUNTS = ("full", "some", "none", "not judged")

PEOPLE = Medium(words=HTML.words, code=lambda text: f"<bdi>{HTML.words(text)}</bdi>")
"""How sentences that name students are written."""


@dataclass(frozen=True)
class Person:
    """A student as the page names one, and the address to write to; "" where there is none."""

    shown: Markup
    address: str = ""


def person(name: str, report: Report | None = None, link: str = "") -> Person:
    """Return what is known of a student: an address of the system's, or a name that is one."""
    breakable = _BREAK.sub(r"\1<wbr>", str(escape(printable(name))))  # behind an address's dots
    shown = Markup("<bdi>{}</bdi>").format(Markup(breakable))
    if link:
        shown = Markup('<a href="{}">{}</a>').format(link, shown)
    identities = report.identities if report else ()
    given = next((one.email for one in identities if one.email), "")
    names = (name, *(one.login for one in identities))
    return Person(shown, given or next((one for one in names if "@" in one), ""))


def class_page(
    reports: Sequence[Report],
    phrases: Phrases,
    *,
    notes: Mapping[str, str],
    links: Mapping[str, str],
    made: str,
    known: Known,
) -> str:
    """Return the page of a class, at least one report.

    ``notes`` are the instructor's notes by mistake, ``links`` the pages of students, ``made``
    the time in words, ``known`` what else is known.  Totals are the gradebook's where it has the
    class.
    """
    totals, assignment = known.totals, reports[0].assignment
    rates = statistics.function_rates(reports)
    finals = {report.student: totals.final(report) for report in reports}
    scores = [score for score in finals.values() if score is not None]
    most = totals.most(reports)
    say = _say(phrases, HTML)
    amounts = {amount: phrases.word("report amount", {"amount": amount}) for amount in AMOUNTS}
    axes = {name: phrases.word(f"report {name}") for name in ("points", "students", "seconds")}
    environment = _environment(_labels(phrases, [rate.name for rate in rates]))
    people = {one.student: person(one.student, one, links.get(one.student, "")) for one in reports}
    environment.filters |= _of_people(people, phrases.separator)
    return environment.get_template("class_report.html").render(
        say=say,
        of_people=_say(phrases, PEOPLE),
        language=phrases.language,
        colon=phrases.colon,
        separator=phrases.separator,
        assignment=assignment,
        made=made,
        totals=totals,
        again={
            "run": f"grade run {assignment} --gradebook",
            "report": f"grade report {assignment} PATH",
        },
        spread=statistics.spread(scores),
        most=most,
        count=len(reports),
        ungraded=len(reports) - len(scores),
        charts={
            "scores": scores_chart(scores, most, axes),
            "functions": functions_chart(rates, amounts),
            "seconds": seconds_chart([report.seconds for report in reports], axes),
        },
        rates=rates,
        criteria=statistics.criterion_rates(reports),
        name_of=phrases.name,
        small=len(scores) < statistics.SMALLEST_CLASS,
        smallest=statistics.SMALLEST_CLASS,
        tasks=tasks(reports, known, phrases),
        causes=causes(reports, phrases, notes),
        likeness=known.likeness,
        seconds=statistics.spread(report.seconds for report in reports),
        isolation=[
            say("isolation", isolation=level)
            for level in sorted({report.isolation or "unknown" for report in reports})
        ],
        functions=[rate.name for rate in rates],
        rows=[_row(report, phrases, finals[report.student]) for report in reports],
        words=_table_words(phrases),
        most_named=MOST_NAMED,
        most_causes=MOST_CAUSES,
        summed_up=SUMMED_UP,
    )


def _say(phrases: Phrases, medium: Medium) -> Callable[..., Markup]:
    def say(name: str, **facts: Any) -> Markup:
        return Markup(phrases.word(name, facts, medium))

    return say


def _of_people(people: Mapping[str, Person], separator: str) -> dict[str, Callable[..., Any]]:
    """Return the filters that write students, whether they have a report or not."""

    def named(students: Sequence[str]) -> Markup:
        return Markup(separator).join((people.get(one) or person(one)).shown for one in students)

    def addresses(students: Sequence[str]) -> list[str]:
        found = ((people.get(one) or person(one)).address for one in students)
        return [address for address in found if address]

    return {"named": named, "addresses": addresses}


def _environment(labels: str) -> Environment:
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
    environment.filters["code"] = code
    own = (FOLDER / "class_report.js").read_text("utf-8")
    texts = {
        "style": (FOLDER / "class_report.css").read_text("utf-8") + labels,
        "script": f"{LIBRARY.read_text('utf-8')}\n{own}",
    }
    for name, text in texts.items():
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        environment.globals[name] = Markup(text)
        environment.globals[f"{name}_hash"] = f"sha256-{digest}"
    return environment


def _labels(phrases: Phrases, functions: Sequence[str]) -> str:
    """Return the style that names each cell of the large table where its columns are stacked."""
    names = [phrases.word("label score"), *functions, phrases.word("report seconds")]
    names.append(phrases.word("report wrong first"))
    rules = (
        f'  #class td:nth-child({place})::before {{ content: "{_css(name)}"; }}\n'
        for place, name in enumerate(names, 2)
    )
    return "@media screen and (max-width: 60rem) {\n" + "".join(rules) + "}\n"


def _css(text: str) -> str:
    return "".join(one if one.isalnum() or one in " _" else f"\\{ord(one):x} " for one in text)


def _table_words(phrases: Phrases) -> str:
    """Return the words of the table library, as its options want them, in JSON."""
    shown = {"first": "_START_", "last": "_END_", "all": "_TOTAL_"}
    return json.dumps(
        {
            "thousands": "",
            "search": phrases.word("report search"),
            "info": phrases.word("report shown", shown),
            "infoEmpty": phrases.word("report none found"),
            "infoFiltered": phrases.word("report found", {"all": "_MAX_"}),
            "zeroRecords": phrases.word("report none found"),
            "lengthMenu": phrases.word("report each", {"choice": "_MENU_"}),
            "paginate": {
                "previous": phrases.word("report previous"),
                "next": phrases.word("report following"),
            },
            "aria": {
                "orderable": phrases.word("report sort"),
                "orderableReverse": phrases.word("report sort back"),
                "orderableRemove": phrases.word("report sort off"),
            },
        }
    )


def _row(report: Report, phrases: Phrases, score: float | None) -> dict[str, Any]:
    return {
        "student": report.student,
        "score": score,
        "scores": {result.name: result for result in report.functions},
        "seconds": report.seconds,
        "note": note(report, phrases),
    }
