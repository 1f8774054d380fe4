"""The feedback page: released by nbgrader, fetched by the student, with what a person says."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from grader.nbgrader_bridge import gradebook
from grader.nbgrader_bridge.feedback import page_of
from grader.nbgrader_bridge.layout import Layout
from grader.phrases import Phrases
from grader.record import Report
from grader.reports import results_json
from grader.running.results_folder import ResultsFolder
from tests.nbgrader_bridge.conftest import Command, answer, hand_in, ok
from tests.nbgrader_bridge.test_gradebook import delivered, give, report


def test_who_can_get_no_feedback_is_named(course: Path, run: Command) -> None:
    """Those of the class without feedback are named, and stop nobody else's."""
    ann, bea, cid, _ = (hand_in(course, one) for one in ("ann", "bea", "cid", "dan"))
    ok(run("grade", "run", "rnn_bptt", "--gradebook"))
    (ann / "submission_secret.txt").unlink()
    (bea / "timestamp.txt").write_text("2026-03-08 10:00:00.000000 UTC")
    shutil.rmtree(cid)
    assert run("grade", "feedback", "rnn_bptt") == (
        3,
        'warning: "ann" did not hand in by way of nbgrader\'s exchange, and can fetch nothing '
        "from it\n"
        'warning: "bea" has not been graded since the last submission: '
        "run `grade run rnn_bptt --gradebook` first\n"
        f'warning: "cid" has no submission in "{course}/submitted" any more\n'
        f"feedback: 1 page in {course}/feedback\n",
    )
    for student in ("ann", "bea", "cid", "dan"):
        page = course / "feedback" / student / "rnn_bptt/rnn_bptt.html"
        assert page.exists() == (student == "dan")


def test_who_came_another_way_stops_nobodys_release(
    course: Path, run: Command, layout: Layout, tmp_path: Path
) -> None:
    """What README says, by `&&` or in a script: the others' pages are in the exchange.

    Nor does who hands in a link to another's secret come by it.
    """
    ann, bea, cid = (hand_in(course, one) for one in ("ann", "bea", "cid"))
    (ann / "submission_secret.txt").unlink()
    (cid / "submission_secret.txt").unlink()
    (cid / "submission_secret.txt").symlink_to(bea / "submission_secret.txt")
    everybody = [report(student) for student in ("ann", "bea", "cid")]
    delivered(layout, *everybody)
    keep(layout, *everybody)
    way = "did not hand in by way of nbgrader's exchange, and can fetch nothing from it"
    assert run("grade", "feedback", "rnn_bptt") == (
        0,
        f'warning: "ann" {way}\nwarning: "cid" {way}\nfeedback: 1 page in {course}/feedback\n',
    )
    ok(run("nbgrader", "release_feedback", "rnn_bptt"))
    assert len(list((tmp_path / "exchange/unrolled/feedback").glob("*.html"))) == 1


def test_a_rubric_stands_beside_the_answer_and_in_no_feedback(course: Path, layout: Layout) -> None:
    """In the copy that formgrader shows, below each answer, whatever cells the student made."""
    place = hand_in(course, "ann")
    answer(place, "By the chain rule.")
    path = place / "rnn_bptt.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("**Rubric (10).** 10."))
    notebook.cells[-1].id = "rubric-question-6-1"
    nbformat.write(notebook, path)
    delivered(layout, report("ann"))
    delivered(layout, report("ann"))
    shown = nbformat.read(course / "autograded/ann/rnn_bptt/rnn_bptt.ipynb", as_version=4)
    nbformat.validate(shown)
    cells = [cell.source for cell in shown.cells]
    below = cells[cells.index("By the chain rule.") + 1]
    assert below.startswith("*For you alone, in no feedback: model answer and rubric.*")
    for kept in ("**Model answer.** $L_t$ reaches", "**Rubric (10).** $\\delta_{t,t}$ with"):
        assert kept in below
    assert "SOLUTION" not in below
    assert sum(one.startswith("*For you alone") for one in cells) == 2
    phrases = Phrases.of(layout.assignment.hidden)
    made = page_of(layout, report("ann"), phrases, written_of(layout), None)
    assert "By the chain rule." in made
    for secret in ("Rubric", "Model answer", "For you alone"):
        assert secret not in made


def test_the_headline_is_the_gradebooks(course: Path, run: Command, layout: Layout) -> None:
    """Code and written answers, and what is still to be graded, on the page and to the teacher."""
    for student in ("ann", "bea"):
        answer(hand_in(course, student))
        answer(course / "submitted" / student / "rnn_bptt", "dW", "question-6-2")
    both = report("ann", softmax=4.5), report("bea")
    delivered(layout, *both)
    keep(layout, *both)
    give(layout, "ann", "question-6-1", 7.5)
    for question in ("question-6-1", "question-6-2"):
        give(layout, "bea", question, 10.0)
    assert run("grade", "feedback", "rnn_bptt") == (
        0,
        'warning: still to be graded by hand: "ann" (question-6-2)\n'
        f"feedback: 2 pages in {course}/feedback\n",
    )
    pages = {
        student: (course / "feedback" / student / "rnn_bptt/rnn_bptt.html").read_text("utf-8")
        for student in ("ann", "bea")
    }
    assert "<strong>107 of 120 points</strong>" in pages["ann"]
    due = "Code: 99.5 of 100 points; Written answers: 7.5 of 20 points"
    assert f'<p class="sum">{due}</p>' in pages["ann"]
    assert '<p class="sum">Still to be graded by hand: Question 6-2</p>' in pages["ann"]
    assert "<strong>120 of 120 points</strong>" in pages["bea"]
    assert "Still to be graded" not in pages["bea"]
    assert "code alone" not in pages["ann"] + pages["bea"]


def written_of(layout: Layout) -> Mapping[str, Mapping[str, Any]]:
    """What the gradebook has of ann's written answers."""
    return gradebook.written(layout, ["ann"])["ann"]


def keep(layout: Layout, *reports: Report) -> None:
    """Put reports where `grade run` keeps its results."""
    phrases = Phrases.of(layout.assignment.hidden)
    out = layout.course.folder / "graded/rnn_bptt"
    with ResultsFolder(out, "rnn_bptt") as folder:
        for one in reports:
            folder.write(one.student, {"results.json": results_json.dumps(one, phrases)})
