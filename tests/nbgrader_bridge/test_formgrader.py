"""nbgrader's formgrader, in a real browser, on a course that was graded."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.nbgrader_bridge.layout import Layout
from tests.browser import chromium
from tests.nbgrader_bridge.conftest import answer, hand_in
from tests.nbgrader_bridge.test_gradebook import delivered, give, grades, report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium"]

EXTENSION = "nbgrader.server_extensions.formgrader"


@pytest.fixture
def formgrader(course: Path, layout: Layout, tmp_path: Path) -> Iterator[str]:
    """The address of a formgrader on a course with two graded submissions."""
    answer(hand_in(course, "ann"), "By the **chain rule**.")
    hand_in(course, "bea")
    delivered(layout, report("ann", softmax=4.5), report("bea", rnn_forward=0.0))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyter_server",
            f"--ServerApp.jpserver_extensions={{'{EXTENSION}': True}}",
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={course}",
            "--ServerApp.port_retries=0",
            "--ServerApp.open_browser=False",
            "--ServerApp.allow_root=True",
            "--IdentityProvider.token=",
        ],
        cwd=course,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}/formgrader"
    try:
        while True:
            assert server.poll() is None, (tmp_path / "server.log").read_text()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api").close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A page of the browser that fails the test on a script's exception."""
    context = chromium.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    # nbgrader loads MathJax from a content network, which is not there in a test
    assert set(errors) <= {"MathJax is not defined"}


def test_formgrader_shows_what_was_graded(formgrader: str, tab: Page, course: Path) -> None:
    """Totals in its tables; scores, feedback, rubrics and what waits for a person, by cell."""
    tab.goto(f"{formgrader}/gradebook/rnn_bptt/rnn_bptt")
    rows = tab.locator("tbody tr")
    rows.nth(1).wait_for()
    said = [re.sub(r"\s+", " ", row).strip() for row in rows.all_inner_texts()]
    assert any("99.5 / 120" in row for row in said), said
    assert any("90 / 120" in row for row in said), said
    tab.goto(f"{formgrader}/manage_submissions/rnn_bptt")
    for student in ("ann", "bea"):
        row = tab.locator("tbody tr", has_text=student)
        row.wait_for()
        assert "graded" in row.inner_text() or "needs manual grading" in row.inner_text()

    tab.goto(f"{formgrader}/gradebook/rnn_bptt/rnn_bptt")
    tab.locator("tbody tr", has_text="99.5").locator("a").first.click()
    box = tab.locator("input.score")
    box.first.wait_for()
    tab.wait_for_function("() => document.querySelector('input.score').placeholder !== ''")
    assert box.count() == 9
    shown = [(one.get_attribute("placeholder"), one.input_value()) for one in box.all()]
    assert [float(auto) for auto, _ in shown[:7]] == [4.5, 15, 25, 10, 25, 15, 5]
    body = tab.locator("body").inner_text()
    assert "4.5 of 5 points" in body
    assert "By the chain rule." in body
    assert "For you alone, in no feedback: model answer and rubric." in body
    assert "A missing transpose costs 1, once." in body


def test_a_score_given_in_formgrader_survives(
    formgrader: str, tab: Page, layout: Layout, course: Path
) -> None:
    """What a person types there stands after another run."""
    tab.goto(f"{formgrader}/gradebook/rnn_bptt/rnn_bptt")
    tab.locator("tbody tr", has_text="99.5").locator("a").first.click()
    tab.wait_for_function("() => document.querySelectorAll('input.score').length == 9")
    tab.wait_for_function("() => document.querySelector('input.score').placeholder !== ''")
    written = tab.locator("input.score").nth(7)
    written.fill("8")
    with tab.expect_response(lambda answer: "/api/grade/" in answer.url) as saved:
        written.press("Tab")
    assert saved.value.ok
    delivered(layout, report("ann", softmax=4.5))
    assert grades(layout, "ann")["question-6-1"] == (None, 8.0, False)


def test_its_buttons_do_as_the_commands_do(
    formgrader: str, tab: Page, layout: Layout, course: Path
) -> None:
    """Generate builds; Autograde judges a resubmission, and asks for a second look at answers."""
    give(layout, "ann", "question-6-1", 7.5)
    place = course / "submitted/ann/rnn_bptt"
    (place / "timestamp.txt").write_text("2026-03-09 10:00:00.000000 UTC")
    shutil.copy(course / "solutions/rnn_bptt/rnn_cell.py", place)
    stub = course / "assignments/rnn_bptt/rnn_cell.py"
    before = stub.read_bytes()
    stub.unlink()
    tab.goto(f"{formgrader}/manage_assignments")
    pressed(tab, "rnn_bptt", "td.assign a")
    assert stub.read_bytes() == before
    tab.goto(f"{formgrader}/manage_submissions/rnn_bptt")
    pressed(tab, "ann", "td.autograde a")
    found = grades(layout, "ann")
    assert found["rnn_cell_backward"] == (25.0, None, False)
    assert found["rnn_forward"] == (0.0, None, False)
    assert found["question-6-1"] == (None, 7.5, True)
    assert (course / "autograded/ann/rnn_bptt/rnn_cell.py").read_bytes() == (
        place / "rnn_cell.py"
    ).read_bytes()
    tab.goto(f"{formgrader}/gradebook/rnn_bptt/rnn_bptt")
    tab.locator("tbody tr", has_text="52.5").locator("a").first.click()
    tab.locator("input.score").first.wait_for()
    body = tab.locator("body").inner_text()
    assert "x   0 of 10 points" in body
    assert "It is not written yet" in body


def pressed(tab: Page, row: str, button: str) -> None:
    """Press a button in a table's row, and wait for the box that says it went well."""
    tab.locator("tbody tr", has_text=row).locator(button).click()
    box = tab.locator("#success-modal, #error-modal")
    box.wait_for(timeout=1_200_000)
    assert box.get_attribute("id") == "success-modal", box.inner_text()
