"""Feedback for a terminal, and the table of a class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from grader.phrases import Phrases, finding_of, printable
from grader.record import FunctionResult, Report, Status
from grader.reports.entry import (
    FAULT,
    FULL,
    LENT,
    REMARK,
    WRONG,
    Entry,
    begin_with,
    entries,
    first_wrong,
    nothing_to_do,
    points,
    shown,
)

STYLES = {FULL: "green", LENT: "cyan", WRONG: "red", FAULT: "yellow", REMARK: "yellow"}
NAME_WIDTH = 22
SCORE_WIDTH = 15
STUDENT_WIDTH = 20

Piece = tuple[str, str]
"""Text and its style."""


def feedback(report: Report, phrases: Phrases) -> str:
    """Return one student's feedback as plain text; it ends with a line break."""
    return "".join(f"{line}\n" for line in _plain(_lines(report, phrases)))


def styled(report: Report, phrases: Phrases) -> Text:
    """Return the same text as ``feedback``, with colours for a terminal."""
    text = Text()
    for line in _lines(report, phrases):
        for piece, style in line:
            text.append(piece, style)
        text.append("\n")
    return text


def class_table(reports: Sequence[Report], phrases: Phrases) -> Table:
    """Return the class as a table: student, score, a column per function, what is wrong first.

    It fits any terminal from 60 columns on: names fold, and notes are cut short.
    """
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(phrases.word("label student"), overflow="fold", max_width=STUDENT_WIDTH)
    table.add_column(phrases.word("label score"), justify="right", no_wrap=True)
    names = list(dict.fromkeys(result.name for report in reports for result in report.functions))
    for name in names:
        # Headers break behind an underscore, or anywhere on a narrow terminal.
        header = Text(printable(name).replace("_", "_\n"))
        table.add_column(header, justify="right", overflow="fold")
    table.add_column(phrases.word("label note"))
    for report in reports:
        results = {result.name: result for result in report.functions}
        table.add_row(
            Text(printable(report.student)),
            Text(shown(report.score) or FAULT),
            *(_cell(results.get(name)) for name in names),
            Text(note(report, phrases), no_wrap=True, overflow="ellipsis"),
        )
    return table


def class_line(report: Report, phrases: Phrases) -> str:
    """Return one student as one plain line: student, score and note, set apart by tabs."""
    score = points(report.score, report.max_score, phrases)
    return "\t".join((printable(report.student), score, note(report, phrases))).rstrip("\t")


def note(report: Report, phrases: Phrases) -> str:
    """Say what is not judged, needs a look, or is wrong first; "" where all points are earned."""
    for word, status in (("not judged", Status.NOT_JUDGED), ("needs a look", Status.BROKE_RULES)):
        names = [printable(one.name) for one in report.functions if one.status is status]
        if names:
            return f"{phrases.word(word)}{phrases.colon}{phrases.separator.join(names)}"
    first = first_wrong(report)
    finding = finding_of(first) if first else None
    if first is None or finding is None:
        return ""
    return f"{printable(first.name)}{phrases.colon}{phrases.what(finding)}"


def _cell(result: FunctionResult | None) -> Text:
    if result is None:
        return Text("")
    if result.status is Status.NOT_JUDGED:
        return Text(FAULT, STYLES[FAULT])
    if result.status is Status.BROKE_RULES:
        return Text(shown(result.score), STYLES[FAULT])
    return Text(shown(result.score), STYLES[FULL if result.status is Status.PASSED else WRONG])


def _lines(report: Report, phrases: Phrases) -> Iterator[list[Piece]]:
    score = points(report.score, report.max_score, phrases)
    isolation = phrases.word("isolation", {"isolation": report.isolation})
    yield [(printable(report.student), "bold"), (f"   {score}   {isolation}", "")]
    yield []
    said = list(entries(report, phrases))
    name_width = max([NAME_WIDTH, *(cell_len(printable(one.name)) for one in said)])
    score_width = max([SCORE_WIDTH, *(cell_len(one.score) for one in said)])
    label_width = max([5, *(cell_len(label) for one in said for label, _ in one.rows)])
    for one in said:
        yield _head(one, name_width, score_width)
        for label, sentence in one.rows:
            yield [(f"     {_pad(label, label_width)}  ", "dim"), (sentence, "")]
    yield []
    first = first_wrong(report)
    if first is None:
        yield [(nothing_to_do(report, phrases), "")]
    else:
        start = f"{phrases.word('label first')} {printable(begin_with(first))}"
        yield [(start, "bold"), (f"{phrases.colon}{phrases.next(first)}", "")]
        if hint := phrases.hint_of(first):
            yield [(f"{phrases.word('label hint')}{phrases.colon}", "dim"), (hint, "")]


def _head(one: Entry, name_width: int, score_width: int) -> list[Piece]:
    name = _pad(printable(one.name), name_width)
    aside = f"   {one.aside}" if one.aside else ""
    return [
        (f" {one.mark} ", STYLES[one.mark]),
        (name, "bold"),
        (f" {_pad(one.score, score_width)}{aside}", ""),
    ]


def _pad(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _plain(lines: Iterator[list[Piece]]) -> Iterator[str]:
    for line in lines:
        yield "".join(piece for piece, _ in line).rstrip()
