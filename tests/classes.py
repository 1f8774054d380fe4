"""Invented classes of any size, as believable as a test needs them; the same for the same seed."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence

from grader.course import PACKAGE, POINTS_FILE, Function, read_points
from grader.record import Criterion, Finding, FunctionResult, Report, Status

FIRST = [
    "amara",
    "bela",
    "chen",
    "dora",
    "elif",
    "farid",
    "grace",
    "hugo",
    "ines",
    "jonas",
    "kavya",
    "liam",
    "mei",
    "noor",
    "olga",
]
LAST = [
    "abara",
    "berg",
    "castro",
    "dubois",
    "eriksen",
    "fuentes",
    "gupta",
    "haddad",
    "ito",
    "jansen",
    "kimani",
    "lopez",
    "mori",
]

DIFFICULTY = {
    "softmax": -1.6,
    "rnn_cell_forward": -1.8,
    "rnn_cell_backward": -0.4,
    "rnn_forward": -1.1,
    "rnn_backward": 0.2,
    "RNNCell": -0.1,
    "compare_with_torch": -0.5,
}
"""How able a student has to be for an even chance of an output."""

MISTAKES = {
    "softmax": ("whole_matrix",),
    "rnn_cell_backward": ("lost_keepdims", "tanh_of_tanh", "dba_by_mean"),
    "rnn_forward": ("a0_at_every_step",),
    "rnn_backward": ("gradient_not_carried", "da_of_last_step_only"),
    "RNNCell": ("order_of_dx_list",),
}

_WHERE = {"wrong": 40, "of": 50, "where": "", "steps": ()}
FINDINGS = (
    Finding("values", facts=_WHERE, sizes={"n_x": 3, "n_a": 5, "m": 10, "T_x": 4}, more=3),
    Finding("shape", facts={"shape": (5,), "due": (5, 1)}, sizes={"n_x": 3, "n_a": 5, "m": 10}),
    Finding("not written yet"),
    Finding(
        "raised",
        facts={
            "error": "NameError",
            "detail": "name 'dWx' is not defined",
            "file": "rnn_sequence.py",
            "line": 61,
            "source_line": "dWx += gradients['dWax']",
        },
    ),
)


def functions(assignment: str = "rnn_bptt") -> tuple[Function, ...]:
    """Return the functions of an assignment and their points."""
    return read_points(PACKAGE / "hidden" / assignment / POINTS_FILE).functions


def names(count: int) -> list[str]:
    """Return different students' names, sorted."""
    pairs = [f"{first}_{last}" for first in FIRST for last in LAST]
    rounds = math.ceil(count / len(pairs))
    some = [f"{pair}{turn or ''}" for turn in range(rounds) for pair in pairs]
    return sorted(some[:count])


def class_of(count: int, seed: int = 1) -> list[Report]:
    """Make the reports of a class; the able do better, and a few things go wrong."""
    chance = random.Random(seed)
    asked = functions()
    return [_report(student, asked, chance) for student in names(count)]


def _report(student: str, asked: Sequence[Function], chance: random.Random) -> Report:
    able = chance.gauss(0, 1)
    results = tuple(_result(function, able, chance) for function in asked)
    remarks = ()
    if chance.random() < 0.01:
        remarks = (Finding("link out of submission", facts={"file": "notes.py"}),)
    return Report(
        assignment="rnn_bptt",
        student=student,
        functions=results,
        digest=hashlib.sha256(student.encode()).hexdigest(),
        fingerprint="f" * 64,
        isolation="isolation: full",
        remarks=remarks,
        seconds=chance.lognormvariate(-1, 0.5),
    )


def _result(function: Function, able: float, chance: random.Random) -> FunctionResult:
    name, most = function.name, function.points
    if chance.random() < 0.002:
        fault = Finding("grader fault")
        return FunctionResult(name, Status.NOT_JUDGED, None, most, finding=fault)
    knack = able - DIFFICULTY.get(name, 0.0) + chance.gauss(0, 0.5)
    right = {output: knack + chance.gauss(0, 0.4) > 0 for output in function.outputs}
    share = sum(points for output, points in function.outputs.items() if right[output])
    share /= sum(function.outputs.values())
    criteria = [
        Criterion(output, points, points if right[output] else 0.0, right[output])
        for output, points in function.outputs.items()
    ]
    for small, points in function.small.items():
        passed = share > 0 and knack + chance.gauss(0, 0.6) > 0.2
        criteria.append(Criterion(small, points, points * share if passed else 0.0, passed))
    cpu = chance.lognormvariate(-3, 0.6)
    if all(one.passed for one in criteria):
        return FunctionResult(name, Status.PASSED, most, most, tuple(criteria), cpu_seconds=cpu)
    wrong = next(one.name for one in criteria if not one.passed)
    known = MISTAKES.get(name, ())
    return FunctionResult(
        name,
        Status.FAILED,
        sum(one.earned for one in criteria),
        most,
        tuple(criteria),
        finding=_finding(wrong, function, chance),
        others=sum(not one.passed for one in criteria) - 1,
        mistakes=(chance.choice(known),) if known and chance.random() < 0.6 else (),
        cpu_seconds=cpu,
    )


def _finding(wrong: str, function: Function, chance: random.Random) -> Finding:
    if chance.random() < 0.01:
        return Finding("refused", facts={"what": "open a network connection"})
    if chance.random() < 0.01:
        return Finding("died", facts={"reason": "it ended itself"})
    finding = chance.choice(FINDINGS)
    output = wrong if wrong in function.outputs and finding.kind in ("values", "shape") else ""
    return Finding(finding.kind, output, finding.facts, finding.sizes, finding.more)
