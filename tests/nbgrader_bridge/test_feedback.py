"""The feedback page: released by nbgrader, fetched by the student, with what a person says."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.nbgrader_bridge.conftest import Command, hand_in, ok


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
