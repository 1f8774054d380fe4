"""One book of grades: where a gradebook has a class, what counts is taken from it."""

from __future__ import annotations

import csv
from pathlib import Path

from grader.nbgrader_bridge.gradebook import opened, register
from grader.nbgrader_bridge.layout import Layout
from tests.nbgrader_bridge.conftest import Command, answer, hand_in
from tests.nbgrader_bridge.test_feedback import keep
from tests.nbgrader_bridge.test_gradebook import delivered, give, report

LATE = "2026-03-02 10:00:00.000000 UTC"


def test_exports_have_what_the_gradebook_has(course: Path, run: Command, layout: Layout) -> None:
    """Written points and lateness count; who is not wholly graded has no grade, and is named."""
    answer(hand_in(course, "ann"))
    answer(hand_in(course, "bea", LATE))
    answer(hand_in(course, "cid"))
    register(layout)
    with opened(layout) as gradebook:
        gradebook.update_or_create_assignment("rnn_bptt", duedate="2026-03-01 12:00:00 UTC")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    layout.config.LateSubmissionPlugin.penalty_method = "zero"
    everybody = [report("ann", softmax=4.5), report("bea"), report("cid"), report("dan")]
    delivered(layout, *everybody[:3])
    keep(layout, *everybody)
    give(layout, "ann", "question-6-1", 7.5)
    give(layout, "bea", "question-6-1", 8.0)
    code, said = run("grade", "export", "rnn_bptt", "-o", "grades.csv")
    assert (code, said.splitlines()) == (
        0,
        [
            'warning: The gradebook does not have the last points of "bea", or took off for '
            "lateness before all was graded: run `grade run rnn_bptt --gradebook`, and this again.",
            "warning: Not in the gradebook, so without a grade: dan.",
            "warning: Still to be graded by hand, so without a grade: cid.",
            "wrote grades.csv",
        ],
    )
    delivered(layout, *everybody[:3])
    code, said = run("grade", "export", "rnn_bptt", "-o", "grades.csv")
    assert "lateness" not in said
    with (course / "grades.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    columns = ("score", "max_score", "code", "written", "late_penalty", "softmax")
    assert {student: [row[one] for one in columns] for student, row in rows.items()} == {
        "ann": ["107", "120", "99.5", "7.5", "0", "4.5"],
        "bea": ["0", "120", "100", "8", "108", "5"],
        "cid": ["", "120", "100", "0", "0", "5"],
        "dan": ["", "120", "", "", "", "5"],
    }
    (course / "canvas.csv").write_text(
        "Student,ID,SIS Login ID,Section,rnn_bptt (1)\n"
        "    Points Possible,,,,120\nAnn,1,ann,,\nCid,3,cid,,3\n"
    )
    code, said = run("grade", "export", "rnn_bptt", "--roster", "canvas.csv", "-o", "new.csv")
    assert (course / "new.csv").read_text().splitlines()[2:] == ["Ann,1,ann,,107", "Cid,3,cid,,3"]
    code, said = run("grade", "report", "rnn_bptt")
    assert code == 0, said
    page = (course / "graded/rnn_bptt/report.html").read_text("utf-8")
    assert '<td class="number" data-order="107.0">107</td>' in page
    assert "<dt>not graded</dt><dd>2</dd>" in page
    assert '<span class="why"><code>question-6-1</code></span> <bdi>cid</bdi>' in page
    assert '<span class="why">not in the gradebook</span> <bdi>dan</bdi>' in page
    assert "code alone" not in page
