"""The class report: every number from the records, nothing that a student wrote obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.commands.main import main
from grader.phrases import Phrases
from grader.record import Finding, Report
from grader.reports import results_json
from grader.reports.class_report import Alike, Likeness, class_page
from tests.browser import Visit
from tests.classes import class_of

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\x00'\""


def made(reports: Sequence[Report], **given: object) -> str:
    """Return the page of a class."""
    arguments: dict[str, object] = {
        "notes": {},
        "links": {},
        "likeness": Likeness(why_not="Not compared."),
        "made": "Made for a test.",
        **given,
    }
    return class_page(reports, Phrases.load(), **arguments)  # type: ignore[arg-type]


def test_the_same_class_gives_the_same_page() -> None:
    """To the byte, charts included."""
    assert made(class_of(40)) == made(class_of(40))


def test_numbers_are_those_of_the_records() -> None:
    """Mean, median and pass rates as counted by hand."""
    reports = class_of(30)
    page = made(reports)
    scores = sorted(report.score for report in reports if report.score is not None)
    assert f"<dd>{sum(scores) / len(scores):.1f} of 100</dd>" in page
    passed = sum(
        any(one.name == "dba" and one.passed for one in report.functions[2].criteria)
        for report in reports
        if report.functions[2].score is not None
    )
    row = re.search(r"<code>rnn_cell_backward</code></td><th scope=\"row\">dba</th>.*", page)
    assert row is not None
    assert f">{passed} of " in row[0]


@pytest.mark.parametrize("size", [1, 2])
def test_a_tiny_class_has_a_page(size: int) -> None:
    """Nothing is divided by nothing; what needs more students says so."""
    assert "It needs 20 judged submissions." in made(class_of(size))


def test_notes_are_for_this_page() -> None:
    """The instructor's note stands beside the mistake."""
    reports = [one for one in class_of(60) if any(f.mistakes for f in one.functions)]
    key = next(f.mistakes[0] for one in reports for f in one.functions if f.mistakes)
    assert "show them the shapes" in made(reports, notes={key: "show them the shapes"})


def test_nothing_that_a_student_wrote_is_obeyed() -> None:
    """Names, source lines and files are text, wherever they stand."""
    (first,) = class_of(1)
    died = replace(
        first.functions[0],
        finding=Finding("refused", facts={"what": HOSTILE, "source_line": HOSTILE}),
    )
    hostile = replace(first, student=HOSTILE, functions=(died, *first.functions[1:]))
    likeness = Likeness(
        pairs=[Alike(HOSTILE, "b", 0.9, ((HOSTILE, [(HOSTILE, 1)], [(HOSTILE, 0)]),))],
        left_out=[HOSTILE],
    )
    page = made([hostile], likeness=likeness)
    assert "<img src=x" not in page
    assert page.count("</script>") == 1
    assert "\x00" not in page
    assert "\u202e" not in page


def test_the_page_in_a_browser(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """It searches, sorts, unfolds and links, asks for nothing, and breaks no policy of its own."""
    reports = class_of(120)
    path = tmp_path / "report.html"
    links = {report.student: f"{report.student}/feedback.html" for report in reports}
    path.write_text(made(reports, links=links), "utf-8")
    seen = visit(path)
    page = seen.page
    assert page.title() == "Class report: rnn_bptt"
    assert page.locator("#found").inner_text() == "120 of 120 submissions"
    lines = page.locator("#class bdi").evaluate_all(
        "all => all.map(x => x.getClientRects().length)"
    )
    assert set(lines) == {1}, "a student's name is broken over several lines"
    page.get_by_label("Search").fill(reports[7].student)
    assert page.locator("#found").inner_text() == "1 of 120 submissions"
    assert page.locator("#class tbody tr:visible th").all_inner_texts() == [reports[7].student]
    page.get_by_label("Search").fill("")
    page.get_by_role("button", name="score").click()
    values = page.locator("#class tbody td:nth-child(2)").evaluate_all(
        "cells => cells.map(cell => parseFloat(cell.dataset.value))"
    )
    assert values == sorted(values)
    page.get_by_role("button", name="score").click()
    header = page.get_by_role("columnheader", name="score")
    assert header.get_attribute("aria-sort") == "descending"
    target = page.get_by_role("link", name=reports[0].student, exact=True)
    assert target.get_attribute("href") == f"{reports[0].student}/feedback.html"
    drawn = page.locator("img").evaluate_all("all => all.map(one => one.naturalWidth > 100)")
    assert drawn == [True, True, True]
    assert seen.inaccessible() == []
    assert (seen.complaints, seen.requests, seen.dialogs) == ([], [], [])


def test_the_page_without_scripts(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """It is a plain page with a plain table."""
    path = tmp_path / "report.html"
    path.write_text(made(class_of(5)), "utf-8")
    seen = visit(path, scripts=False, dark=True)
    assert seen.page.locator("#class tbody tr").count() == 5
    assert not seen.page.get_by_label("Search").is_visible()


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes OUT/report.html from what is stored, with the sources side by side."""
    monkeypatch.chdir(ROOT)
    submitted = tmp_path / "submitted"
    model = ROOT / "samples" / "rnn_bptt" / "submitted" / "amara_okafor" / "rnn_bptt"
    reports = class_of(3)
    for report, renamed in zip(reports, ("dz", "grad", "dz"), strict=True):
        folder = submitted / report.student / "rnn_bptt"
        folder.mkdir(parents=True)
        (tmp_path / "out" / report.student).mkdir(parents=True)
        stored = tmp_path / "out" / report.student / "results.json"
        stored.write_text(results_json.dumps(report, Phrases.load()), "utf-8")
        for file in model.glob("*.py"):
            text = file.read_text("utf-8").replace("dtanh", renamed)
            (folder / file.name).write_text(f"# {report.student}\n{text}", "utf-8")
    arguments = ["report", "rnn_bptt", str(submitted), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, arguments)
    assert done.stdout == f"wrote {tmp_path / 'out' / 'report.html'}\n", done.output
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.count("% of the shorter one</summary>") == 3
    without = CliRunner().invoke(main, [*arguments[:2], *arguments[3:], "--course", str(ROOT)])
    assert without.exit_code == 0
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "The sources were not compared." in page
