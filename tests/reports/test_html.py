"""The student's page: everything the record says, nothing that a submission says to the browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.phrases import Phrases
from grader.record import Finding, FunctionResult, Report, Status
from grader.reports import markdown, results_json, text
from grader.reports.entry import entries
from grader.reports.html import WrittenAnswer, page
from tests.browser import Visit

from .golden import FAULTY, FULL, HOSTILE, HOSTILE_NAME, JUDGED

MASKED = replace(
    JUDGED,
    functions=(
        FunctionResult(
            "rnn_backward",
            Status.FAILED,
            5.0,
            25.0,
            finding=Finding(
                "values",
                "dx",
                {"where": "steps", "steps": (0, 1), "mask": ("xx.", "xx."), "depth": 4},
                {"n_x": 2, "m": 4, "T_x": 3},
            ),
        ),
    ),
    remarks=(),
)
SOURCE = {"rnn_sequence.py": b"# a\n" * 60 + b"    (caches, x) = caches_\nreturn '</pre>'\n"}


class Words(HTMLParser):
    """Collects the text of a page, and the tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


@pytest.mark.parametrize("report", [JUDGED, FAULTY, FULL, MASKED], ids=lambda one: one.student)
def test_all_media_say_the_same(report: Report, phrases: Phrases) -> None:
    """Every score and every sentence of a record stands in text, Markdown, JSON and the page."""
    told = {
        "text": text.feedback(report, phrases),
        "json": results_json.dumps(report, phrases).encode().decode("unicode_escape"),
        "page": Words(page(report, phrases)).text,
        "markdown": re.sub(r"\\(.)", r"\1", markdown.feedback(report, phrases)).replace("`", ""),
    }
    for one in entries(report, phrases):
        sentences = [sentence for _, sentence in one.rows]
        for medium, whole in told.items():
            flat = re.sub(r"\s+", " ", whole)
            for sentence in [*sentences, *([one.aside] if one.aside else [])]:
                assert re.sub(r"\s+", " ", sentence) in flat, (medium, sentence)
            if medium != "json":
                assert one.name in flat
                assert one.score in flat


def test_the_source_around_the_line(phrases: Phrases) -> None:
    """Three lines before and after, the line itself marked, all of it text."""
    made = page(JUDGED, phrases, files=SOURCE)
    words = Words(made)
    assert "Your code: rnn_sequence.py, line 61" in words.text
    assert "61 →" in words.text
    assert "return '</pre>'" in words.text
    assert "57 " not in words.text.partition("Your code")[2].partition("61")[0]
    assert "Your code" not in page(JUDGED, phrases)


def test_a_mask_shows_where_and_never_how_much(phrases: Phrases) -> None:
    """Squares, numbered edges, the same in words, and what a square stands for."""
    made = page(MASKED, phrases)
    assert 'aria-label="Wrong in row 0–1, column 0–1."' in made
    assert made.count("<svg") == 2
    words = Words(made).text
    assert "Across: time steps (T_x)." in words
    assert "Each square stands for 4 examples of the batch" in words


def test_written_answers(phrases: Phrases) -> None:
    """A section of their own, as they were typed."""
    answers = [
        WrittenAnswer("6-1", 7.5, 10.0, "Well done.\nAnd the sum?", "dL/dW = <b>"),
        WrittenAnswer("6-2", None, 10.0),
    ]
    words = Words(page(FULL, phrases, answers=answers))
    assert "6-1 7.5 of 10 points" in words.text
    assert "dL/dW = <b>" in words.text
    assert "6-2 not graded yet" in words.text
    assert "No answer was handed in." in words.text
    assert "Written answers" not in page(FULL, phrases)


def test_nothing_from_a_submission_is_markup(phrases: Phrases) -> None:
    """Names, messages, source lines and answers stay text, whatever they try."""
    tags = Words(page(replace(HOSTILE, student="eve", functions=()), phrases)).tags
    assert "script" not in tags
    answers = [
        WrittenAnswer(HOSTILE_NAME, 1.0, 2.0, HOSTILE_NAME, "</div><script>x()</script>\x00")
    ]
    files = {"rnn_cell.py": b"a\n\x00\xff</code><script>alert(1)</script>\n" + b"y" * 5000}
    made = page(HOSTILE, phrases, files=files, answers=answers)
    words = Words(made)
    assert set(words.tags) & {"script", "img", "iframe", "object", "form"} == set()
    assert not [name for name, _ in words.attributes if name.startswith("on") or name == "style"]
    assert "\x00" not in made
    assert "\x1b" not in made
    assert "\u202e" not in made
    assert html.escape("<script>alert(1)</script>") in made
    assert max(map(len, made.split("\n"))) < 5000


def test_it_stands_by_itself(phrases: Phrases) -> None:
    """One policy that allows its own style alone; no address but within the page."""
    made = page(JUDGED, phrases, files=SOURCE)
    assert made.count("Content-Security-Policy") == 1
    assert "default-src 'none'; style-src 'sha256-" in html.unescape(made)
    found = [value for name, value in Words(made).attributes if name in ("href", "src")]
    assert found
    assert all(value is not None and value.startswith("#") for value in found)
    assert '<html lang="en">' in made


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1024])
def test_the_page_in_a_browser(
    phrases: Phrases, visit: Callable[..., Visit], tmp_path: Path, dark: bool, width: int
) -> None:
    """Nothing is complained of, nothing asked for, nothing shut off from anybody."""
    path = tmp_path / "feedback.html"
    report = replace(JUDGED, functions=(*JUDGED.functions, *MASKED.functions))
    answers = [WrittenAnswer("6-1", 7.0, 10.0, "Fine.", "x")]
    path.write_text(page(report, phrases, files=SOURCE, answers=answers), "utf-8")
    seen = visit(path, dark=dark, width=width)
    page_ = seen.page
    assert page_.title() == "Feedback: rnn_bptt, ada"
    assert page_.get_by_role("heading", level=1).inner_text() == "Feedback: rnn_bptt"
    assert page_.get_by_role("heading", level=3).count() == len(report.functions) + 1
    picture = page_.get_by_role("img", name="Wrong in row 0–1, column 0–1.")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 50
    assert page_.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    stops = seen.tab_stops()
    assert stops[:3] == ["Skip to the feedback", "rnn_backward", "softmax"]
    page_.keyboard.press("Home")
    assert seen.inaccessible() == []
    assert (seen.complaints, seen.requests, seen.dialogs) == ([], [], [])


def test_a_hostile_page_in_a_browser(
    phrases: Phrases, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    """No box opens, no address is asked for, the title is text."""
    path = tmp_path / "feedback.html"
    path.write_text(page(HOSTILE, phrases, files={"rnn_cell.py": b"\n\n<script>alert(1)"}), "utf-8")
    seen = visit(path)
    assert (seen.complaints, seen.requests, seen.dialogs) == ([], [], [])
    assert seen.page.locator("script, img").count() == 0


BROKEN_LINES = """
() => [...document.querySelectorAll(".name")].flatMap(name => [...name.childNodes])
    .filter(node => node.nodeType === Node.TEXT_NODE).filter(node => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getClientRects().length > 1;
    }).map(node => node.textContent)
"""
"""The words of names that do not stand in one line."""

NAMES = ("softmax", "rnn_cell_backward", "compare_gates_with_torch", "clip_by_global_norm")


def of_names(finding: Finding) -> Report:
    """A report whose functions all have the same finding."""
    results = tuple(
        FunctionResult(name, Status.FAILED, 0.0, 5.0, finding=finding) for name in NAMES
    )
    return replace(JUDGED, functions=results, remarks=())


def test_names_break_between_their_words_alone(
    phrases: Phrases, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    """On a telephone of 375 pixels no word of a name is cut, and nothing sticks out."""
    path = tmp_path / "feedback.html"
    path.write_text(page(of_names(Finding("returned nothing")), phrases), "utf-8")
    seen = visit(path, width=375)
    assert seen.page.evaluate(BROKEN_LINES) == []
    assert seen.page.locator(".name").count() == 2 * len(NAMES) + 2
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_is_wrong_with_a_file_is_told_once(phrases: Phrases) -> None:
    """A syntax error stands at the first function of its file; the others send there."""
    finding = Finding("syntax error", facts={"file": "rnn_cell.py", "line": 3})
    words = Words(page(of_names(finding), phrases)).text
    assert words.count("Python cannot read line 3 of rnn_cell.py.") == 1
    assert words.count("the same as for softmax: see there") == len(NAMES) - 1
    each = Words(page(of_names(Finding("returned nothing")), phrases)).text
    assert each.count("It returns None.") == len(NAMES)


def test_a_printed_page_starts_with_what_belongs_there(
    phrases: Phrases, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    """No heading stays alone below a page; a long function may go on on the next one."""
    path = tmp_path / "feedback.html"
    path.write_text(page(JUDGED, phrases, files=SOURCE), "utf-8")
    printed = visit(path, media="print").page
    style = "(at, what) => getComputedStyle(document.querySelector(at))[what]"
    for heading in ("h1", "h2", "h3", ".verdict"):
        assert printed.evaluate(
            f"([at, what]) => ({style})(at, what)", [heading, "breakAfter"]
        ) == ("avoid")
    for at, due in ((".function", "auto"), (".message div", "avoid"), ("tr", "avoid")):
        assert printed.evaluate(f"([at, what]) => ({style})(at, what)", [at, "breakInside"]) == due
    assert printed.evaluate(f"({style})('body', 'paddingTop')") == "0px"
