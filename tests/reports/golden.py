"""Records that every renderer is held to, and the words of the assignment they belong to."""

from __future__ import annotations

from pathlib import Path

from grader.phrases import Phrases
from grader.record import Criterion, Finding, FunctionResult, Report, Status

NOTE = "SECRET NOTE: ask them to print the shapes in class"

CATALOGUE = f"""
[lost_keepdims]
cause = "the sum over the batch dropped its column axis."
next = "look up keepdims in numpy.sum"
note = "{NOTE}"

[whole_matrix]
cause = "the sum runs over the whole matrix instead of each column."
next = "look up axis in numpy.sum"
"""


def golden_phrases(folder: Path) -> Phrases:
    """Load the English sentences with the golden catalogue, written into a folder."""
    path = folder / "mistakes.en.toml"
    path.write_text(CATALOGUE, encoding="utf-8")
    return Phrases.load(catalogue=path)


SOFTMAX = FunctionResult(
    name="softmax",
    status=Status.FAILED,
    score=2.5,
    max_score=5.0,
    criteria=(
        Criterion("values", 2.0, 2.0, True),
        Criterion("columns far apart", 1.0, 0.0, False),
    ),
    finding=Finding("not finite", facts={"nan": True}, sizes={"n_y": 2, "m": 3}, more=1),
    others=1,
)
CELL_FORWARD = FunctionResult(
    "rnn_cell_forward", Status.PASSED, 15.0, 15.0, lent=("softmax",), cpu_seconds=0.25
)
CELL_BACKWARD = FunctionResult(
    name="rnn_cell_backward",
    status=Status.FAILED,
    score=20.0,
    max_score=25.0,
    finding=Finding(
        "shape", "dba", {"shape": (5,), "due": (5, 1)}, {"n_x": 3, "n_a": 5, "m": 10}, 3
    ),
    mistakes=("lost_keepdims",),
)
FORWARD = FunctionResult("rnn_forward", Status.PASSED, 10.0, 10.0)
BACKWARD = FunctionResult(
    name="rnn_backward",
    status=Status.FAILED,
    score=0.0,
    max_score=25.0,
    finding=Finding(
        "raised",
        facts={
            "error": "NameError",
            "detail": "name 'caches_' is not defined",
            "file": "rnn_sequence.py",
            "line": 61,
            "source_line": "    (caches, x) = caches_",
        },
        sizes={"n_x": 3, "n_a": 5, "m": 10, "T_x": 4},
    ),
    others=5,
)
CELL = FunctionResult("RNNCell", Status.PASSED, 15.0, 15.0)
CELL_FAULT = FunctionResult(
    "RNNCell", Status.NOT_JUDGED, None, 15.0, finding=Finding("grader fault")
)
COMPARE = FunctionResult("compare_with_torch", Status.PASSED, 5.0, 5.0)


def report(student: str, *functions: FunctionResult, remarks: tuple[Finding, ...] = ()) -> Report:
    """Make a report that is the same in all but the student and the verdicts."""
    return Report(
        assignment="rnn_bptt",
        student=student,
        functions=functions,
        digest="d" * 64,
        fingerprint="f" * 64,
        isolation="full",
        remarks=remarks,
        seconds=0.75,
    )


JUDGED = report(
    "ada",
    SOFTMAX,
    CELL_FORWARD,
    CELL_BACKWARD,
    FORWARD,
    BACKWARD,
    CELL,
    COMPARE,
    remarks=(Finding("link out of submission", facts={"file": "notes.py"}),),
)
FAULTY = report("ben", FORWARD, CELL_FAULT)
FULL = report("cleo", FORWARD, CELL)

HOSTILE_NAME = "eve`\n# 100 of 100 points\r\x1b[2J<script>alert(1)</script>,\"'"
HOSTILE_LINE = (
    "x = 1 # `` ` <img src=x onerror=alert(1)> [click](http://evil) ![i](http://evil)"
    "\n\n# All points\x1b[31m\u202e\x07 | a | b |"
)
HOSTILE = report(
    HOSTILE_NAME,
    FunctionResult(
        name="softmax",
        status=Status.FAILED,
        score=0.0,
        max_score=5.0,
        finding=Finding(
            "raised",
            facts={
                "error": "Err`or<b>",
                "detail": "`" * 90 + "<b>bold</b>",
                "file": "rnn_cell.py",
                "line": 3,
                "source_line": HOSTILE_LINE,
            },
        ),
    ),
)
