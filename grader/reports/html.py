"""A student's feedback as a page: ``feedback.html``.

The page stands by itself: no script, nothing loaded, and a content-security policy that allows
only its own style.  Whatever comes from a submission is escaped by the template.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from grader.phrases import Medium, Phrases, finding_of, printable
from grader.record import Criterion, FunctionResult, Report
from grader.reports.entry import (
    REMARK,
    Entry,
    begin_with,
    entries,
    first_wrong,
    nothing_to_do,
    points,
    shown,
)
from grader.reports.excerpt import Excerpt, excerpts
from grader.reports.mask_picture import Picture, picture
from grader.reports.totals import Total

FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class WrittenAnswer:
    """A written question that a person grades: all plain text, as it was typed.

    ``score`` is None where it is not graded yet, ``comment`` and ``answer`` may be "".
    """

    question: str
    score: float | None
    max_score: float
    comment: str = ""
    answer: str = ""


def _words(text: str) -> str:
    return str(escape(printable(text)))


def _code(text: str) -> str:
    return f"<code>{_words(text)}</code>"


def _name(text: str) -> Markup:
    """Write a name so that a narrow page breaks it between its words, and never inside one."""
    return (
        Markup('<code class="name">') + Markup("_<wbr>").join(text.split("_")) + Markup("</code>")
    )


HTML = Medium(words=_words, code=_code)


@dataclass(frozen=True)
class _Part:
    """One criterion of a function, as the page shows it."""

    name: str
    passed: bool
    judged: bool
    score: Markup


@dataclass(frozen=True)
class _Block:
    """One function as the page shows it; what a medium wrote is markup, the rest is text."""

    anchor: str
    name: str
    mark: str
    state: str
    score: Markup
    share: str
    aside: Markup
    rows: tuple[tuple[str, Markup], ...]
    parts: tuple[_Part, ...]
    picture: Picture | None
    output: str
    hint: Markup
    excerpts: tuple[Excerpt, ...]


def page(
    report: Report,
    phrases: Phrases,
    *,
    files: Mapping[str, bytes] | None = None,
    answers: Sequence[WrittenAnswer] = (),
    total: Total | None = None,
) -> str:
    """Return one student's feedback as a page; it ends with a line break.

    ``files`` are those of the submission, for excerpts around the lines that are named;
    ``answers`` are the written questions, which get a section of their own.  With the gradebook's
    ``total`` that is the headline; without it the page says that it knows the code alone.
    """
    blocks = list(_blocks(report, phrases, files or {}))
    first = first_wrong(report)
    start = next((one for one in blocks if first and one.name == printable(first.name)), None)

    def say(name: str, **facts: Any) -> Markup:
        return Markup(phrases.word(name, facts, HTML))

    return _template().render(
        language=phrases.language,
        colon=phrases.colon,
        assignment=printable(report.assignment),
        student=printable(report.student),
        score=Markup(_headline(report, total, phrases)),
        sums=_sums(report, total, phrases) if total else (),
        waiting=[printable(name) for name in total.waiting] if total else (),
        isolation=say("isolation", isolation=report.isolation),
        start=start,
        begin=printable(begin_with(first)) if first else "",
        todo=Markup(phrases.next(first, HTML) if first else nothing_to_do(report, phrases, HTML)),
        remarks=[_markup(one) for one in entries(report, phrases, HTML) if one.mark == REMARK],
        blocks=blocks,
        answers=[_answer(one, phrases) for one in answers],
        say=say,
    )


def _headline(report: Report, total: Total | None, phrases: Phrases) -> str:
    if total is None:
        return points(report.score, report.max_score, phrases, HTML)
    return points(total.so_far, total.most, phrases, HTML)


def _sums(report: Report, total: Total, phrases: Phrases) -> Iterator[tuple[str, Markup]]:
    """Yield what a total is made of: the text that names it, and its points."""
    yield "page in code", Markup(points(total.code, report.max_score, phrases, HTML))
    most = total.most - report.max_score
    if most > 0:
        yield "page written", Markup(points(total.written, most, phrases, HTML))
    if total.late_penalty:
        yield "page late", Markup(f"−{shown(total.late_penalty)}")


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = (FOLDER / "feedback.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals["style"] = Markup(style)
    environment.globals["policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    environment.globals["name"] = _name
    return environment.get_template("feedback.html")


def _blocks(report: Report, phrases: Phrases, files: Mapping[str, bytes]) -> Iterator[_Block]:
    said_of = [one for one in entries(report, phrases, HTML) if one.mark != REMARK]
    for number, (result, one) in enumerate(zip(report.functions, said_of, strict=True), 1):
        finding, said = finding_of(result), _markup(one)
        yield _Block(
            anchor=f"function-{number}",
            name=printable(result.name),
            mark=said.mark,
            state=str(result.status),
            score=said.score,
            share=_share(result),
            aside=said.aside,
            rows=said.rows,
            parts=tuple(_part(one, phrases) for one in result.criteria),
            picture=picture(finding, phrases) if finding else None,
            output=phrases.name(finding.output) if finding else "",
            hint=Markup(phrases.hint_of(result, HTML)) if said.rows else Markup(),
            excerpts=excerpts(result, files),
        )


@dataclass(frozen=True)
class _Said:
    """An entry whose sentences are known to be markup."""

    mark: str
    name: str
    score: Markup
    aside: Markup
    rows: tuple[tuple[str, Markup], ...]


def _markup(one: Entry) -> _Said:
    rows = tuple((label, Markup(sentence)) for label, sentence in one.rows)
    return _Said(one.mark, one.name, Markup(one.score), Markup(one.aside), rows)


def _part(one: Criterion, phrases: Phrases) -> _Part:
    score = Markup(points(one.earned, one.points, phrases, HTML))
    return _Part(printable(phrases.name(one.name)), one.passed, one.judged, score)


def _share(result: FunctionResult) -> str:
    """Return the share of the points that was earned, in per cent; "" where it was not judged."""
    if result.score is None or result.max_score <= 0:
        return ""
    return shown(100 * min(1.0, max(0.0, result.score / result.max_score)))


def _answer(one: WrittenAnswer, phrases: Phrases) -> dict[str, Any]:
    if one.score is None:
        score = phrases.word("page ungraded", medium=HTML)
    else:
        score = points(one.score, one.max_score, phrases, HTML)
    return {
        "question": printable(one.question),
        "score": Markup(score),
        "comment": _prose(one.comment),
        "answer": _prose(one.answer),
    }


_UNSEEN = re.compile("[^\n\t -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _prose(text: str) -> str:
    """Keep the lines of a text; write what is no character of a text as its escape."""
    text = re.sub("\r\n?", "\n", str(text)).strip("\n")
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
