"""A student's feedback as Markdown: ``feedback.md``.

Whatever comes from a submission stands in a code span that it cannot leave; all other words
are escaped, so that nothing in the file is a link, an image or HTML.
"""

from __future__ import annotations

import re

from grader.phrases import Medium, Phrases, printable
from grader.record import Report
from grader.reports.entry import (
    REMARK,
    Entry,
    begin_with,
    entries,
    first_wrong,
    nothing_to_do,
    points,
)

LONGEST_FENCE = 8
"""Backticks in a row that a span may hold; parsers differ on how many they count."""


def escape(text: str) -> str:
    """Escape words so that Markdown shows them as they are."""
    # Underscores within a word mean nothing in Markdown, and a_next reads better without \.
    text = re.sub(r"([\\`*\[\]<>&!#|~$])", r"\\\1", printable(text))
    return re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)


def code(text: str) -> str:
    """Return a code span that shows the text and that nothing in the text can end."""
    text = printable(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    if longest > LONGEST_FENCE:
        text, longest = text.replace("`", "\\x60"), 0
    fence = "`" * (longest + 1)
    # A space on both sides is taken off again by Markdown.
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


MARKDOWN = Medium(words=escape, code=code)


def feedback(report: Report, phrases: Phrases) -> str:
    """Return one student's feedback as Markdown; it ends with a line break."""
    score = points(report.score, report.max_score, phrases, MARKDOWN)
    isolation = phrases.word("isolation", {"isolation": report.isolation}, MARKDOWN)
    blocks = [
        f"# {escape(phrases.word('label feedback'))}{phrases.colon}{code(report.assignment)}",
        f"{code(report.student)}{phrases.colon}**{score}** ({isolation})",
        *(_block(one, phrases.colon) for one in entries(report, phrases, MARKDOWN)),
        "---",
        _last(report, phrases),
    ]
    return "\n\n".join(blocks) + "\n"


def _block(one: Entry, colon: str) -> str:
    name = escape(one.name) if one.mark == REMARK else code(one.name)
    head = f"## {escape(one.mark)} {name}" + (f"{colon}{one.score}" if one.score else "")
    paragraphs = [head, one.aside] if one.aside else [head]
    if one.rows:
        rows = (f"- **{escape(label)}{colon.rstrip()}** {sentence}" for label, sentence in one.rows)
        paragraphs.append("\n".join(rows))
    return "\n\n".join(paragraphs)


def _last(report: Report, phrases: Phrases) -> str:
    first = first_wrong(report)
    if first is None:
        return nothing_to_do(report, phrases, MARKDOWN)
    step, begin = phrases.next(first, MARKDOWN), code(begin_with(first))
    return f"**{escape(phrases.word('label first'))}** {begin}{phrases.colon}{step}"
