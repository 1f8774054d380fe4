"""nbgrader's own commands keep to the language that the class was graded in."""

from __future__ import annotations

from pathlib import Path

from tests.nbgrader_bridge.conftest import Command, hand_in, ok

CHINESE = "15 / 15 分"
ENGLISH = "15 of 15 points"


def test_nbgrader_keeps_to_the_language_of_the_class(course: Path, run: Command) -> None:
    """In formgrader's notebook and on the page, by our commands and by nbgrader's."""
    notebook = course / "autograded/ann/rnn_bptt/rnn_bptt.ipynb"
    page = course / "feedback/ann/rnn_bptt/rnn_bptt.html"
    results = course / "graded/rnn_bptt/ann/results.json"
    hand_in(course, "ann", "2026-03-01 10:00:00.000000 UTC", "rnn_cell.py")
    ok(run("grade", "build", "rnn_bptt"))
    ok(run("grade", "run", "rnn_bptt", "--gradebook", "--lang", "zh"))
    assert CHINESE in notebook.read_text("utf-8")
    ok(run("grade", "feedback", "rnn_bptt"))
    ours = page.read_text("utf-8")
    assert '<html lang="zh">' in ours
    assert CHINESE in ours
    written = results.read_bytes()

    ok(run("nbgrader", "autograde", "rnn_bptt", "--force"))
    assert CHINESE in notebook.read_text("utf-8")
    assert results.read_bytes() == written
    ok(run("nbgrader", "generate_feedback", "rnn_bptt", "--force"))
    assert page.read_text("utf-8") == ours

    ok(run("grade", "feedback", "rnn_bptt", "--lang", "en"))
    assert '<html lang="en">' in page.read_text("utf-8")
    assert ENGLISH in page.read_text("utf-8")
    ok(run("grade", "run", "rnn_bptt", "--gradebook", "--lang", "en"))
    assert ENGLISH in notebook.read_text("utf-8")
    assert CHINESE not in notebook.read_text("utf-8")
