"""Hidden cases: ordinary pytest tests whose calls are recorded once and replayed for everyone.

A hidden test talks to the ``student`` fixture as if it were the student's module::

    def test_one_step(student, step):
        cache = student.rnn_cell_forward(step.xt, step.a_prev, step.parameters)[2]
        gradients = student.rnn_cell_backward(step.da_next, cache)
        gradients.agrees_with(step.gradients)

When it is collected its body runs with a *recording* tape: nothing is called, the calls are
written down, ``[2]`` becomes "part 2 of that answer", and checks do nothing.  All calls of all
cases then travel to a worker at once.  For each submission the body runs again with a
*replaying* tape, where the answers are what the worker sent, and checks note what is wrong.

Every case is recorded twice.  In the *own* recording all functions are the student's.  In the
*lent* one, what the case itself asks of functions other than the judged one is answered by the
reference and given by value, so that a student's mistake elsewhere cannot show; but a function
that assignment.toml says is never lent to the judged one, for only the student's own code can
read its answers, stays the student's.  What the judged function may call is another matter:
``grader.judging.relation``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.cases.comparing import Mismatch, OutputOf, by_position
from grader.cases.recording import Constants, Recording, RecordingTape
from grader.cases.replaying import Explain, ReplayingTape
from grader.cases.tape import Student
from grader.course import Function
from grader.isolation.answers import Replies, Reply, Stopped

OWN, LENT = "own", "lent"

_MOST_RIGHT = 256
"""Answers of one case that are known to be right."""


@dataclass(frozen=True)
class Case:
    """One hidden test, collected: the function and criterion it judges, and its recordings.

    ``criterion`` is "" for a case that decides the outputs themselves; ``decides`` names the
    outputs that are lost where nothing of the case can be judged.  ``drawn`` says that its numbers
    come from the run's seed.
    """

    name: str
    function: str
    criterion: str
    decides: tuple[str, ...]
    sizes: Mapping[str, int]
    student: Student
    body: Callable[[], Any]
    outputs: OutputOf
    says: str
    recordings: Mapping[str, Recording]
    drawn: bool = False
    tolerance: float = 1.0
    _right: set[tuple[str, bytes]] = field(
        default_factory=set, init=False, repr=False, compare=False
    )
    """By mode, the digests of answers that were judged and are right: so is the very same again."""

    def judge(
        self,
        mode: str,
        replies: Sequence[Reply] | None,
        stopped: Stopped | None,
        explain: Explain,
        share: float = 1.0,
    ) -> list[Mismatch]:
        """Run the body on a worker's answers and return what is wrong, one entry an output.

        ``share`` is how much of each tolerance the answers may use up.
        """
        digest = replies.digest if isinstance(replies, Replies) and share == 1.0 else b""
        if digest and (mode, digest) in self._right:
            return []
        tape = ReplayingTape(
            self.recordings[mode],
            self.outputs,
            replies or (),
            stopped if replies is None else None,
            explain,
            share * self.tolerance,
        )
        self.student.tape = tape
        try:
            self.body()
        finally:
            self.student.tape = None
        if digest and not tape.mismatches and len(self._right) < _MOST_RIGHT:
            self._right.add((mode, digest))
        return [
            replace(one, finding=replace(one.finding, sizes=self.sizes)) for one in tape.mismatches
        ]


def record(
    *,
    name: str,
    function: Function,
    criterion: str,
    decides: tuple[str, ...],
    sizes: Mapping[str, int],
    student: Student,
    body: Callable[[], Any],
    says: str,
    constants: Constants,
    reference: Mapping[str, Callable[..., Any]],
    drawn: bool = False,
) -> Case:
    """Run a test's body with recording tapes and return the case."""
    decides = decides or tuple(function.outputs)
    output_of = by_position(decides)
    recordings = {}
    for mode in (OWN, LENT):
        lent = [name for name in reference if mode == LENT and function.may_be_given(name)]
        tape = RecordingTape(output_of, constants, reference, lent)
        student.tape = tape
        try:
            body()
        finally:
            student.tape = None
        recordings[mode] = tape.recording()
    return Case(
        name=name,
        function=function.name,
        criterion=criterion,
        decides=decides,
        sizes=sizes,
        student=student,
        body=body,
        outputs=output_of,
        says=says,
        recordings=recordings,
        drawn=drawn,
    )
