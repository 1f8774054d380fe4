"""Starts everything a judge needs: the sandbox, the reference, the hidden cases."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.cases.broken import MOST_OF_A_REASON, CollectError
from grader.cases.collecting import collect
from grader.cases.comparing import by_position
from grader.cases.keeping import Store
from grader.cases.recording import Constants, RecordingTape
from grader.cases.reference import load_functions
from grader.course import Assignment
from grader.errors import NotJudgedProblem, UsageProblem
from grader.isolation.answers import Raised, Reply, Stopped, Value
from grader.isolation.groups import Common, Group
from grader.isolation.lane import Lane
from grader.isolation.sandbox import Sandbox, SandboxError
from grader.judging.judge import Judge
from grader.judging.trial import narrow
from grader.running.opening import open_sandbox
from grader.running.settings import Settings, draw_seed, fingerprint
from grader.worker.wire import frame

_TRIES = 3
"""Workers that a witness is asked in: one may be killed from outside."""


class WitnessBox:
    """Calls the functions of an assignment's witness.py in a worker of their own."""

    def __init__(self, assignment: Assignment, lane: Lane, store: Store | None = None) -> None:
        self._files = assignment.witness
        self._lane = lane
        self._store = store
        self.fault: SandboxError | UsageProblem | None = None
        """What kept a worker from being asked, where something did."""
        self._kept: Any = store.read("witness") if store else None
        self._answered: dict[str, Any] = self._kept if isinstance(self._kept, dict) else {}

    def __call__(self, name: str, *arguments: Any) -> Any:
        """Return what the witness answers; raises CollectError if it cannot."""
        constants = Constants()
        tape = RecordingTape(by_position(()), constants, {})
        answer = tape.call(name, arguments, {})
        tape.check(answer._step, lambda _: [], ())
        steps = list(tape.recording().steps)
        group = Group.of("witness", name, [steps])
        # a case's body runs once a submission, and asks the same every time
        frames = (group.frame, *(frame(array) for array in constants.arrays))
        asked = hashlib.sha256(b"".join(frames)).hexdigest()
        if asked not in self._answered:
            self._answered[asked] = self._ask(name, group, constants)
        return self._answered[asked]

    def keep(self) -> None:
        """Keep what it answered for later runs."""
        if self._store and len(self._answered) > len(self._kept or ()):
            self._store.write("witness", self._answered)

    def _ask(self, name: str, group: Group, constants: Constants) -> Any:
        for _ in range(_TRIES):
            try:
                worker = self._lane.open(self._files, Common(constants.arrays))
            except (SandboxError, UsageProblem) as error:
                self.fault = error
                raise
            with worker:
                (answered,) = worker.ask([group])
            replies = answered.replies[0] or ()
            if replies and isinstance(replies[0], Value):
                return replies[0].data
            if replies:  # it says why, and would say so again
                break
        raise CollectError(f"the witness {name} gave no answer: {_why(replies, answered.stopped)}")


def _why(replies: tuple[Reply, ...], stopped: Stopped | None) -> str:
    if replies and isinstance(replies[0], Raised):
        text = " ".join(replies[0].text.split())[:MOST_OF_A_REASON]
        return f"it raises {replies[0].type}{text and f': {text}'}"
    if stopped is None:
        return "it answers nothing"
    facts = ", ".join(str(one) for one in stopped.facts.values())
    return f"{stopped.kind} ({facts})" if facts else stopped.kind


class Start:
    """A sandbox that is ready, and all that judges are made of."""

    def __init__(self, assignment: Assignment, sandbox: Sandbox) -> None:
        self._assignment, self.sandbox = assignment, sandbox
        # the sandbox imports PyTorch in its own process while this one gets ready
        self._reference = load_functions(assignment)

    def judge(self, settings: Settings, *, much: bool | None = None) -> tuple[Judge, Settings]:
        """Return a judge on a seed, and the settings with its cases counted.

        Where ``much`` or little to judge is told, it is ready for whatever may be wrong.
        CollectError where the cases are others than the settings say.
        """
        lane = Lane(self.sandbox, settings.timeout)
        store = self._store(settings)
        witness = WitnessBox(self._assignment, lane, store)
        try:
            suite = collect(self._assignment, self._reference, settings.seed, witness)
        except CollectError:
            if witness.fault is not None:  # the cases are not to blame
                raise witness.fault from None
            raise
        witness.keep()
        counted = replace(settings, cases=suite.names())
        if settings.cases not in ("", counted.cases):
            raise CollectError("the hidden cases are not the ones that the run began with")
        judge = Judge(
            self._assignment,
            suite,
            self._reference,
            lane,
            fingerprint=fingerprint(self._assignment, counted),
            repair=counted.repair,
            store=store,
        )
        if much is not None:
            judge.diagnosis.prepare(thoroughly=much)
            judge.placer.solution.recall()
        judge.begin(self.sandbox.ready())
        if much:
            judge.placer.solution.prepare()
        return judge, counted

    def _store(self, settings: Settings) -> Store | None:
        if not settings.kept:
            return None
        return Store(Path(settings.kept), f"{self._assignment.fingerprint()} {settings.seed}")

    def tried(
        self, settings: Settings, *, drawn: bool, much: bool | None = None
    ) -> tuple[Judge, Settings]:
        """Return a judge on a seed that the solutions pass with room to spare, and its settings.

        Where the seed is ``drawn``, another is drawn in the place of one that they do not; ``much``
        as for ``judge``.
        UsageProblem refuses one that was asked for.
        """
        asked_for = settings.seed
        lane = Lane(self.sandbox, max(_TRIAL_SECONDS, settings.timeout))
        for _ in range(_DRAWS if drawn else 1):
            judge, counted = self.judge(settings, much=much)
            found = narrow(judge, lane, self._assignment.solution)
            if not found:
                return judge, counted
            settings = replace(settings, seed=draw_seed())
        if not drawn and all(case.drawn for case in found):
            raise UsageProblem(
                f"The seed {asked_for} draws numbers that come too near to the limits of "
                f"what is let pass, in {len(found)} of the hidden cases of {found[0].function}. "
                "Give another one with --seed, or leave it out: one is then drawn that does not."
            )
        raise CollectError(
            f"the solution of {found[0].function} does not pass the hidden case "
            f"{found[0].name.rpartition('/')[2]} with room to spare; try `grade verify`"
        )


_TRIAL_SECONDS = 60.0
_DRAWS = 20
"""Seeds that are tried before the course is to blame."""


@contextlib.contextmanager
def open_judge(assignment: Assignment, settings: Settings) -> Iterator[Judge]:
    """Start a judge with a sandbox of its own, and end both afterwards.

    Raises NotJudgedProblem if no worker can be started or the hidden cases are broken,
    WeakIsolation where submissions could do harm.
    """
    with started(assignment, weak=settings.weak) as start:
        with in_one_sentence():
            judge, _ = start.judge(settings)
        yield judge


@contextlib.contextmanager
def started(assignment: Assignment, *, weak: bool) -> Iterator[Start]:
    """Start a sandbox and wait until it is ready, and end it afterwards; as ``open_judge``."""
    with open_sandbox(assignment, weak=weak) as sandbox:
        with in_one_sentence():
            sandbox.ready()
            start = Start(assignment, sandbox)
        yield start


@contextlib.contextmanager
def in_one_sentence() -> Iterator[None]:
    """Turn what keeps a judge from starting into NotJudgedProblem."""
    try:
        yield
    except (SandboxError, CollectError) as error:
        details = error.details if isinstance(error, CollectError) else ""
        raise NotJudgedProblem(f"Nothing can be judged: {error}.", details) from error
