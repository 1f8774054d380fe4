"""The class report: every number from the records, nothing that a student wrote obeyed."""

from __future__ import annotations

import hashlib
import html
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader import reports as reports_package
from grader.commands.main import main
from grader.phrases import Phrases
from grader.record import Finding, Identity, Report, Status
from grader.reports import class_report, results_json
from grader.reports.charts import Chart
from grader.reports.class_report import class_page
from grader.reports.to_do import Alike, Doubt, Group, Known, Likeness
from grader.reports.totals import Total, Totals
from tests.browser import Visit
from tests.classes import class_of

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\x00'\""


NOT_COMPARED = Known(likeness=Likeness(compared=False))


def made(reports: Sequence[Report], language: str = "en", **given: object) -> str:
    """Return the page of a class."""
    arguments: dict[str, object] = {
        "notes": {},
        "links": {},
        "known": NOT_COMPARED,
        "made": "2026-11-29 12:00 UTC",
        **given,
    }
    return class_page(reports, Phrases.load(language), **arguments)  # type: ignore[arg-type]


def large(count: int) -> list[Report]:
    """Return a class in which two of three go by an e-mail address, the others by a long name."""
    some = class_of(min(count, 30))
    return [
        replace(one, student=f"{number:04}_{one.student}_{'x' * 50}")
        if number % 3 == 0
        else with_address(one, f"{one.student.replace('_', '.')}.{number}@students.university.edu")
        for number, one in zip(range(count), itertools.cycle(some), strict=False)
    ]


def with_address(report: Report, address: str) -> Report:
    """Return a report of a student who goes by an address."""
    return replace(report, student=address, identities=(Identity(email=address),))


def all_known(reports: Sequence[Report]) -> Known:
    """Return something of every kind that a page can ask for."""
    names = [report.student for report in reports]
    side = (("rnn_cell.py", [("x = 1", 1), ("y = 2", 0)], [("x = 1", 1)]),)
    return Known(
        totals=Totals(
            {
                name: Total(80, 10, 0, 120, ("question-6-1",) * (place < 2))
                for place, name in enumerate(names)
            },
            behind=tuple(names[:1]),
        ),
        likeness=Likeness(
            [Group(tuple(names[:8]), 1.0, 1.0), Group(tuple(names[8:11]), 0.72, 0.9)],
            [Alike(names[0], names[1], 1.0, side), Alike(names[8], names[10], 0.9, side)],
            [(names[5], "rnn_cell.py")],
        ),
        doubts=[
            Doubt("sender", names[3], ("mallory",)),
            Doubt("time", names[4], ("2026-01-01 10:00 UTC", "2026-01-02 10:00 UTC")),
            Doubt("unknown", names[5]),
        ],
        staged=names[6:8],
        entries=["homework (1).rar"],
        absent=["Ann Lee", "Bo Su"],
    )


@pytest.fixture
def no_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes most of the time, where it does not matter."""
    for name in ("scores_chart", "functions_chart", "seconds_chart"):
        monkeypatch.setattr(class_report, name, lambda *_: Chart("data:,", "data:,"))


def test_the_same_class_gives_the_same_page() -> None:
    """To the byte, charts included."""
    assert made(class_of(40)) == made(class_of(40))


@pytest.mark.usefixtures("no_charts")
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
    name = "rnn_<wbr>cell_<wbr>backward"
    row = re.search(rf"<code>{name}</code></td><th scope=\"row\">dba</th>.*", page)
    assert row is not None
    assert f">{passed} of " in row[0]


@pytest.mark.parametrize("size", [1, 2])
def test_a_tiny_class_has_a_page(size: int) -> None:
    """Nothing is divided by nothing; what needs more students says so."""
    assert "It needs 20 judged submissions." in made(class_of(size))


@pytest.mark.usefixtures("no_charts")
def test_notes_are_for_this_page() -> None:
    """The instructor's note stands beside the mistake."""
    reports = [one for one in class_of(60) if any(f.mistakes for f in one.functions)]
    key = next(f.mistakes[0] for one in reports for f in one.functions if f.mistakes)
    assert "show them the shapes" in made(reports, notes={key: "show them the shapes"})


@pytest.mark.usefixtures("no_charts")
def test_nothing_that_a_student_wrote_is_obeyed() -> None:
    """Names, source lines and files are text, wherever they stand."""
    (first,) = class_of(1)
    died = replace(
        first.functions[0],
        finding=Finding("refused", facts={"what": HOSTILE, "source_line": HOSTILE}),
    )
    hostile = replace(first, student=HOSTILE, functions=(died, *first.functions[1:]))
    known = Known(
        totals=Totals({HOSTILE: Total(1, 1, 0, 2, (HOSTILE,))}, behind=(HOSTILE,)),
        likeness=Likeness(
            [Group((HOSTILE, "b"), 0.9, 0.9)],
            [Alike(HOSTILE, "b", 0.9, ((HOSTILE, [(HOSTILE, 1)], [(HOSTILE, 0)]),))],
            [(HOSTILE, HOSTILE)],
        ),
        doubts=[Doubt("sender", HOSTILE, (HOSTILE,)), Doubt("link", HOSTILE, (HOSTILE,))],
        staged=[HOSTILE],
        entries=[HOSTILE],
        absent=[HOSTILE],
    )
    page = made([hostile], known=known)
    assert "<img src=x" not in page
    assert page.count("</script>") == 1
    assert "\x00" not in page
    assert "\u202e" not in page


@pytest.mark.usefixtures("no_charts")
def test_what_is_to_be_done_comes_first() -> None:
    """Each task with its students once, by what they share; a group of copies is one row."""
    reports = large(30)
    page = made(reports, known=all_known(reports))
    text = html.unescape(re.sub(r"<[^>]+>|\n", "", page[page.index('id="do"') :]))
    for said in (
        "Changed grades that wait for a yes: 2 students",
        "let them in with grade run rnn_bptt --yes",
        "Doubtful senders: 2 students",
        "sent by mallory",
        "Suspiciously alike: 11 students",
        "the same program · 8 students · Side by side",
        "72 to 90 % of what one wrote is in another's · 3 students · Side by side",
        "question-6-1 · 2 students",
        "Not graded: 1",
        "homework (1).rar",
        "Handed in nothing: 2 students",
        "Ann Lee, Bo Su",
    ):
        assert said in text, said
    order = ["do-staged", "do-look", "do-senders", "do-alike", "do-ungraded", "learn", "numbers"]
    places = [page.index(f'id="{one}"') for one in order if f'id="{one}"' in page]
    assert places == sorted(places)
    assert len(places) >= 6
    assert "exchange any more" not in page


@pytest.mark.usefixtures("no_charts")
def test_what_was_not_understood_is_said_by_how_many() -> None:
    """The commonest first; where no mistake is known, an example, but not of what is unwritten."""
    first = class_of(1)[0]
    wrong = [
        replace(first.functions[0], status=Status.FAILED, finding=Finding(*one), mistakes=())
        for one in (("not written yet",), ("values", "softmax", {"wrong": 4, "of": 5}))
    ]
    reports = [
        replace(first, student=f"s{number}", functions=(wrong[number == 3],)) for number in range(4)
    ]
    page = made(reports)
    rows = re.findall(r'<th scope="row">(.*?)</th><td><strong>(.*?)</strong>', page)
    assert rows[0] == (
        "It is not written yet: it still raises the stub&#39;s NotImplementedError.",
        "3 students (75 %)",
    )
    assert rows[1][0].startswith("No known mistake; for example: ")
    assert rows[1][1] == "1 student (25 %)"


@pytest.mark.usefixtures("no_charts")
def test_nothing_to_do_is_said() -> None:
    """Where all were judged and nothing stands out, the page says so."""
    perfect = [
        replace(one, functions=tuple(f for f in one.functions if f.status == "passed"))
        for one in class_of(9)
    ]
    page = made([one for one in perfect if one.functions], known=Known())
    assert page.count("Nothing: all were judged and graded, and nothing stands out.") == 2
    assert "Nothing was wrong." in page


@pytest.mark.parametrize("size", [30, 300, 3000])
@pytest.mark.usefixtures("no_charts")
def test_a_class_in_a_browser(visit: Callable[..., Visit], tmp_path: Path, size: int) -> None:
    """It opens, nothing of it is cut off on a phone, and printed it is one sheet."""
    reports = large(size)
    path = tmp_path / "report.html"
    path.write_text(made(reports, known=all_known(reports)), "utf-8")
    seen = visit(path, width=390)
    page = seen.page
    assert page.locator(".dt-info").inner_text() == f"1 to 10 of {size}"
    cut_off = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter(one => {
            const box = one.getBoundingClientRect();
            return one.checkVisibility() && box.width > 0 && !one.classList.contains("skip")
                && (box.right > innerWidth || box.left < 0 || one.scrollWidth > one.clientWidth + 1
                    && one.clientWidth > 0);
        }).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert cut_off == []
    sheets = tmp_path / "report.pdf"
    page.emulate_media(media="print")
    page.pdf(path=sheets, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets.read_bytes())) == 1
    assert (seen.complaints, seen.requests, seen.dialogs) == ([], [], [])


def test_the_page_in_a_browser(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """It searches, sorts, unfolds, links and copies, and breaks no policy of its own."""
    reports = [
        with_address(one, f"{one.student}@uni.edu") if place % 2 else one
        for place, one in enumerate(class_of(60))
    ]
    hostile = "</td></noscript><img src=x onerror=alert(1)>'"
    reports[9] = replace(reports[9], student=hostile)
    path = tmp_path / "report.html"
    links = {report.student: f"{report.student}/feedback.html" for report in reports}
    path.write_text(made(reports, links=links, known=all_known(reports)), "utf-8")
    seen = visit(path)
    page = seen.page
    assert page.title() == "Class report: rnn_bptt"
    assert page.locator(".dt-info").inner_text() == "1 to 25 of 60"
    page.get_by_label("Search").fill(reports[7].student)
    page.locator(".dt-info", has_text=re.compile("^1 to 1 of 1 out of 60$")).wait_for()
    assert page.locator("#class tbody th").all_inner_texts() == [reports[7].student]
    page.get_by_label("Search").fill("noscript")
    page.locator(".dt-info", has_text=re.compile("^1 to 1 of 1 out of 60$")).wait_for()
    assert page.locator("#class tbody th").all_inner_texts() == [hostile]
    page.get_by_label("Search").fill("")
    head = "#class thead th"
    for order, turn in {
        "ascending": sorted,
        "descending": lambda values: sorted(values, reverse=True),
    }.items():
        page.locator(head, has_text="rnn_cell_backward").click()
        page.locator(f"{head}[aria-sort={order}]", has_text="rnn_cell_backward").wait_for()
        values = page.locator("#class tbody td:nth-child(5)").all_inner_texts()
        numbers = [float(value) for value in values if value]
        assert numbers == turn(numbers)
        assert len(numbers) >= 24
    target = page.get_by_role("link", name=reports[0].student, exact=True).first
    assert target.get_attribute("href") == f"{reports[0].student}/feedback.html"
    page.locator("ul.rows").get_by_role("link", name="Side by side").first.click()
    assert page.locator("details#pair-1").get_attribute("open") is not None
    drawn = page.locator("img").evaluate_all("all => all.map(one => one.naturalWidth > 100)")
    assert drawn == [True, True, True]
    more = page.locator("#learn ~ table details").first
    count = more.locator("bdi").count()
    more.locator("summary").click()
    more.locator("bdi").first.wait_for()
    assert count == 0
    assert more.locator("bdi").count() == int(
        re.sub("[^0-9]", "", more.locator("summary").inner_text())
    )
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text; }")
    page.locator("#learn ~ table button.copy").first.click()
    copied = page.evaluate("window.copied").split(", ")
    first = page.locator("#learn ~ table td:nth-child(3)").first
    named = first.locator("bdi").evaluate_all("all => all.map(one => one.textContent)")
    assert copied == [name for name in named if "@" in name]
    assert len(copied) > 1
    assert page.locator("#copied").inner_text() == "Copied"
    assert seen.inaccessible() == []
    assert (seen.complaints, seen.requests, seen.dialogs) == ([], [], [])


def test_the_page_in_chinese(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """Sentences, tasks, the table's own words and the charts' are Chinese."""
    reports = class_of(12)
    path = tmp_path / "report.html"
    path.write_text(made(reports, "zh", known=all_known(reports)), "utf-8")
    seen = visit(path)
    assert seen.page.title() == "班级报告：rnn_bptt"
    assert seen.page.locator(".dt-info").inner_text() == "第 1 至 12 项，共 12 项"
    text = seen.page.locator("body").inner_text()
    assert "过于相似：11 人" in text
    assert not re.search(r"\b(students|points|Search|Next|Copy)\b", text)
    assert seen.complaints == []


@pytest.mark.usefixtures("no_charts")
def test_the_page_without_scripts(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """It is a plain page with a plain table."""
    path = tmp_path / "report.html"
    path.write_text(made(class_of(40)), "utf-8")
    seen = visit(path, scripts=False, dark=True)
    more = seen.page.locator("#learn ~ table details").first
    more.locator("summary").click()
    assert more.locator("bdi").first.is_visible()
    assert seen.page.locator("#class tbody tr").count() == 40
    assert seen.page.locator("#class").is_visible()
    assert seen.page.get_by_label("Search").count() == 0


@pytest.mark.usefixtures("no_charts")
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
    assert page.count("% of the shorter one</summary>") == 2
    assert "90 to 100 % of what one wrote is in another&#39;s · 3 students" in page
    assert done.stderr == ""
    (submitted / reports[0].student).rename(submitted / "zoe")
    done = CliRunner().invoke(main, arguments)
    assert done.stderr == (
        f'warning: Of 3 students with results 1 ("{reports[0].student}") have no submission there: '
        "name the folder or zip that the class was graded from. "
        'No results have 1 ("zoe"), who have a submission there.\n'
    )
    others = ROOT / "samples" / "rnn_bptt" / "submitted"
    done = CliRunner().invoke(main, [*arguments[:2], str(others), *arguments[3:]])
    assert done.stderr.startswith(
        "warning: The sources were not compared. Of 3 students with results 3 "
        f'("{reports[0].student}", '
    )
    assert 'No results have 21 ("amara_okafor", "benedikt_vogel", "chen_xiaoyu", ...), ' in (
        done.stderr
    )
    elsewhere = tmp_path / "elsewhere.html"
    (tmp_path / "out" / reports[0].student / "feedback.html").touch()
    without = [*arguments[:2], *arguments[3:], "-o", str(elsewhere), "--lang", "zh"]
    done = CliRunner().invoke(main, [*without, "--course", str(ROOT)])
    assert done.exit_code == 0
    assert done.stderr.startswith("warning: The sources were not compared. ")
    page = elsewhere.read_text("utf-8")
    assert (
        "没有比较源代码：请写明提交所在的位置，例如 <code>grade report rnn_bptt PATH</code>。"
        in page
    )
    assert f'<a href="out/{reports[0].student}/feedback.html">' in page


def test_the_table_library_is_as_it_was_published() -> None:
    """Nobody has changed it: its digest is that of version 3.1.5's, and it has its licence."""
    folder = Path(reports_package.__file__).parent / "vendored" / "datatables"
    digest = hashlib.sha256((folder / "dataTables.min.js").read_bytes()).hexdigest()
    assert digest == "38017a5586acd9c6eb6bbfe8b6938e1a25bdc717c5acfcb07e0c9d663282c59d"
    assert "The MIT License" in (folder / "License.txt").read_text("utf-8")
