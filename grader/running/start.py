"""Starts everything a judge needs: the sandbox, the reference, the hidden cases."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from grader.cases.collecting import CollectError, collect
from grader.cases.comparing import by_position
from grader.cases.recording import Constants, RecordingTape
from grader.cases.reference import load_functions
from grader.course import Assignment
from grader.errors import NotJudgedProblem
from grader.isolation.answers import Value
from grader.isolation.lane import Common, Group, Lane
from grader.isolation.sandbox import Sandbox, SandboxError
from grader.judging.judge import Judge
from grader.running.settings import Settings, fingerprint
from grader.worker.wire import frame


class WitnessBox:
    """Calls the functions of an assignment's witness.py in a worker of their own."""

    def __init__(self, assignment: Assignment, lane: Lane) -> None:
        path = assignment.hidden / "witness.py"
        self._files = {"witness.py": path.read_bytes()} if path.exists() else {}
        self._lane = lane

    def __call__(self, name: str, *arguments: Any) -> Any:
        """Return what the witness answers; raises CollectError if it cannot."""
        constants = Constants()
        tape = RecordingTape(by_position(()), constants, {})
        answer = tape.call(name, arguments, {})
        tape.check(answer._step, lambda _: [], ())
        steps = list(tape.recording().steps)
        message = {"module": "witness", "function": name, "cases": [steps]}
        group = Group(name, 1, frame(message))
        with self._lane.open(self._files, Common(constants.arrays)) as worker:
            (answered,) = worker.ask([group])
        replies = answered.replies[0] or ()
        if not replies or not isinstance(replies[0], Value):
            raise CollectError(
                f"the witness {name!r} gave no answer: {replies or answered.stopped}"
            )
        return replies[0].data


@contextlib.contextmanager
def open_judge(assignment: Assignment, settings: Settings) -> Iterator[Judge]:
    """Start a judge with a sandbox of its own, and end both afterwards.

    Raises NotJudgedProblem if no worker can be started or the hidden cases are broken,
    WeakIsolation where submissions could do harm.
    """
    with Sandbox.start(torch=assignment.torch, weak=settings.weak) as sandbox:
        try:
            # the sandbox imports PyTorch in its own process while this one gets ready
            reference = load_functions(assignment)
            isolation = sandbox.ready()
            lane = Lane(sandbox, settings.timeout)
            suite = collect(assignment, reference, settings.seed, WitnessBox(assignment, lane))
            judge = Judge(
                assignment,
                suite,
                reference,
                lane,
                fingerprint=fingerprint(assignment, settings),
                isolation=isolation,
            )
        except (SandboxError, CollectError) as error:
            raise NotJudgedProblem(f"Nothing can be judged: {error}.") from error
        yield judge
