"""The feedback page: released by nbgrader, fetched by the student, with what a person says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.nbgrader_bridge.layout import Layout
from tests.nbgrader_bridge.conftest import Command, hand_in
from tests.nbgrader_bridge.test_commands import answer, ok
from tests.nbgrader_bridge.test_gradebook import give


def submitted_by(run: Command, course: Path, home: Path, student: str) -> None:
    """Fetch, answer a question, and submit, as a student does."""
    home.mkdir(exist_ok=True)
    (home / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'unrolled'\n"
        + "".join(
            line + "\n"
            for line in (course / "nbgrader_config.py").read_text().splitlines()
            if line.startswith("c.Exchange")
        )
    )
    if not (home / "rnn_bptt").exists():
        ok(run("nbgrader", "fetch_assignment", "rnn_bptt", where=home))
    answer(home / "rnn_bptt", f"I am {student}: <script>alert(1)</script>")
    ok(run("nbgrader", "submit", "rnn_bptt", f"--student={student}", where=home))


def test_feedback_arrives_with_the_graders_comments(
    course: Path, run: Command, layout: Layout, tmp_path: Path
) -> None:
    """The page a student fetches holds scores, answers and comments, and no secret."""
    ok(run("grade", "build", "rnn_bptt"))
    ok(run("nbgrader", "release_assignment", "rnn_bptt"))
    home = tmp_path / "student"
    submitted_by(run, course, home, "ann")
    ok(run("nbgrader", "collect", "rnn_bptt"))
    ok(run("grade", "run", "rnn_bptt", "--gradebook"))
    give(layout, "ann", "question-6-1", 7.5, "Where is the sum over k?")
    assert ok(run("grade", "feedback", "rnn_bptt")) == f"feedback: 1 page in {course}/feedback\n"
    ok(run("nbgrader", "release_feedback", "rnn_bptt"))
    ok(run("nbgrader", "fetch_feedback", "rnn_bptt", "--student=ann", where=home))
    (page,) = (home / "rnn_bptt/feedback").glob("*/rnn_bptt.html")
    text = page.read_text("utf-8")
    for due in ("0 of 100 points", "Question 6-1", "7.5 of 10 points", "Where is the sum over k?"):
        assert due in text
    assert "I am ann: &lt;script&gt;" in text
    for secret in ("Rubric", "Model answer", "<script", "hidden/", "seed"):
        assert secret not in text

    # nbgrader's own command, typed by habit, makes the same page
    ours = (course / "feedback/ann/rnn_bptt/rnn_bptt.html").read_bytes()
    ok(run("nbgrader", "generate_feedback", "rnn_bptt", "--force"))
    assert (course / "feedback/ann/rnn_bptt/rnn_bptt.html").read_bytes() == ours


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (
            "submission_secret.txt",
            "did not hand in by way of nbgrader's exchange, and can fetch nothing from it",
        ),
        ("timestamp.txt", "has not been graded since the last submission: run `grade run"),
        ("", "has no submission in "),
    ],
)
def test_who_can_get_no_feedback_is_named(course: Path, run: Command, left: str, said: str) -> None:
    """One of the class without feedback is named, and stops nobody else's."""
    place = hand_in(course, "ann")
    hand_in(course, "bea")
    ok(run("grade", "run", "rnn_bptt", "--gradebook"))
    if left == "timestamp.txt":
        (place / left).write_text("2026-03-08 10:00:00.000000 UTC")
    elif left:
        (place / left).unlink()
    else:
        shutil.rmtree(place)
    code, output = run("grade", "feedback", "rnn_bptt")
    assert code == 3
    assert f'warning: "ann" {said}' in output
    assert f"feedback: 1 page in {course}/feedback" in output
    assert not (course / "feedback/ann/rnn_bptt/rnn_bptt.html").exists()
    assert (course / "feedback/bea/rnn_bptt/rnn_bptt.html").exists()
