"""What a hidden test's body talks to: the student's functions, and the answers they give.

Both only pass on what is asked to a tape, which either writes it down (``recording``) or
answers it with what a worker sent (``replaying``).
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from grader.cases.comparing import Mismatch, OutputOf, Path, compare
from grader.cases.tolerances import Tolerance
from grader.record import Finding


class CaseError(Exception):
    """A hidden case is written in a way that cannot be recorded or replayed."""


MAKE = "make:"
"""What stands before the name of a maker that is called."""

PROBE = "probe:"
"""What stands before the name of a probe that is called."""

ATTRIBUTE = "attribute:"
"""What stands before the name of an attribute that is looked at."""

TOGETHER = "together:"
"""The step that shows earlier answers in one."""

Judge = Callable[[Any], Iterable[Mismatch]]
"""Says what is wrong with an answer."""

Rests = tuple[Finding, ...] | None
"""Of a check that the rest of the case rests on: what is said in its place where it fails."""


class Tape(Protocol):
    """What a ``Student`` does with the calls of a case's body.

    ``share`` is how much of each tolerance may be used up: all, but where a case is tried out.
    """

    share: float

    def call(self, name: str, arguments: Sequence[Any], named: Mapping[str, Any]) -> Answer:
        """Take a call of a contract function or a probe."""

    def look(self, step: int, path: Path) -> Answer:
        """Take a look at a part of an earlier step's result."""

    def look_at_arguments(self, step: int, names: Sequence[str], rests: Rests = None) -> None:
        """Take a look at an earlier step's arguments, all where none is named."""

    def due(self, due: Sequence[Any]) -> None:
        """Take a look at what an answer is to be compared with."""

    def check(self, step: int, judge: Judge, path: Path, rests: Rests = None) -> None:
        """Take a check of a step's answer, on which the case may rest."""


class Answer:
    """What a call returns to a case's body: it can be indexed, passed on and checked.

    Nothing can be computed with it: the body runs once, before anybody has answered.
    """

    def __init__(
        self,
        tape: Tape,
        step: int,
        path: Path,
        outputs: OutputOf,
        again: bool = False,
        part: Path = (),
    ) -> None:
        self._tape, self._step, self._path, self._outputs = tape, step, path, outputs
        self._again, self._part = again, part

    def __getitem__(self, key: int | str) -> Answer:
        path = (*self._path, key)
        return Answer(self._tape, self._step, path, self._outputs, self._again, self._part)

    def agrees_with(
        self,
        *due: Any,
        rtol: float = 1e-9,
        atol: float = 1e-10,
        step_axis: int | None = None,
        outputs: OutputOf | None = None,
        otherwise: Mapping[str, Finding] | None = None,
    ) -> None:
        """Check that the answer is as the reference's, given as the reference returned it.

        Of several alternatives the one with the fewest mismatches counts.  ``outputs`` names
        the output a path belongs to where the contract's order does not say it.  ``otherwise``
        says, by output, what wrong values mean in this case.
        """
        tolerance = Tolerance(rtol, atol, step_axis).tightened(self._tape.share)
        compared = self._compared(due, tolerance, outputs)
        meaning = dict(otherwise or {})
        for output, finding in meaning.items():
            if not isinstance(finding, Finding):
                raise CaseError(f"otherwise[{output!r}] must be a Finding, not {finding!r}")

        def judge(got: Any) -> list[Mismatch]:
            return [self._in_other_words(mismatch, meaning) for mismatch in compared(got)]

        self._tape.check(self._step, judge, self._path)

    def must_agree_with(self, *due: Any, or_else: Finding | None = None) -> None:
        """Check what the rest of the case rests on.

        Where it is wrong, or never came, ``or_else`` is all that is said of the case; without
        it nothing is, for other cases say it.
        """
        rests = () if or_else is None else (or_else,)
        self._tape.check(self._step, self._compared(due, Tolerance()), self._path, rests)

    def _compared(
        self, due: tuple[Any, ...], tolerance: Tolerance, outputs: OutputOf | None = None
    ) -> Callable[[Any], list[Mismatch]]:
        self._tape.due(due)
        place, name = (*self._part, *self._path), outputs or self._outputs

        def prefixed(inner: Path) -> str:
            return name((*place, *inner))

        return lambda got: min((compare(got, one, prefixed, tolerance) for one in due), key=len)

    def _in_other_words(self, mismatch: Mismatch, meaning: Mapping[str, Finding]) -> Mismatch:
        finding = mismatch.finding
        if finding.kind in ("values", "not finite"):
            if finding.output in meaning:
                return replace(mismatch, finding=meaning[finding.output])
            if self._again:
                return replace(mismatch, finding=Finding("result changed later", finding.output))
        return mismatch

    def leaves_arguments_alone(self, *names: str) -> None:
        """Check that the call left its arguments, and what they hold, as they were.

        With ``names`` only those arguments are looked at; the others stay in the worker.
        """
        self._tape.look_at_arguments(self._step, names)

    def must_leave_arguments_alone(self) -> None:
        """Check the same where the rest of the case rests on it, and other cases say it."""
        self._tape.look_at_arguments(self._step, (), rests=())

    def is_still(self, argument: str, before: Any) -> None:
        """Check that the answer, which shows an argument after a call, is as it was before."""

        def judge(got: Any) -> list[Mismatch]:
            exact = Tolerance(rtol=0.0, atol=0.0)
            wrong = compare(got, before, lambda path: "", exact)
            finding = Finding("argument changed", "", {"argument": argument})
            return [Mismatch(finding)] if wrong else []

        self._tape.check(self._step, judge, self._path)

    def call(self, method: str, *arguments: Any, **named: Any) -> Answer:
        """Call a method of the object that was returned; ``__call__`` is the object itself."""
        return self._tape.call(f"method:{method}", (self, *arguments), named)

    def attribute(self, name: str) -> Answer:
        """Look at a sequence that the object has as an attribute, as a list."""
        return self._tape.call(f"{ATTRIBUTE}{name}", (self,), {})

    def first(self, count: int) -> Answer:
        """Return the first parts of a sequence, as a list."""
        return self._tape.call("first:", (self, count), {})

    def copy(self) -> Answer:
        """Return a copy, which no later call changes."""
        return self._tape.call("copy:", (self,), {})

    def looked_at(self) -> Answer:
        """Return this part of the answer alone: what stands beside it stays in the worker."""
        look = self._tape.look(self._step, self._path)
        place = (*self._part, *self._path)
        return Answer(self._tape, look._step, (), self._outputs, self._again, place)

    def looked_at_again(self) -> Answer:
        """Return the same answer as it stands now, after the calls in between."""
        again = self.looked_at()
        again._again = True
        return again

    def _is_not_known(self, *_: Any) -> Any:
        raise CaseError("an answer is not known while a case is recorded: use agrees_with")

    __array_ufunc__ = None  # an array asks the answer, and does not compare its entries with it
    __hash__ = object.__hash__
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _is_not_known
    __bool__ = __len__ = __iter__ = __float__ = __int__ = __array__ = _is_not_known


class Made(Answer):
    """What a maker or a student's class made: it never leaves the worker, nobody compares it."""


class Student:
    """The ``student`` fixture: contract functions by name, the assignment's probes and makers."""

    def __init__(self, functions: Iterable[str], code: Mapping[str, str]) -> None:
        self._functions = frozenset(functions)
        self._code = code
        self.tape: Tape | None = None

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if name.startswith("_") or name not in self._functions:
            raise AttributeError(f"the contract has no function {name!r}")
        return lambda *arguments, **named: self._playing().call(name, arguments, named)

    def probe(self, name: str, *arguments: Any) -> Answer:
        """Call a function of the assignment's probes.py, which gets the student's module first."""
        self._must_have("probes.py", name)
        return self._playing().call(f"{PROBE}{name}", arguments, {})

    def together(self, answers: Mapping[str, Any]) -> Answer:
        """Return earlier answers, and lists of them, as one that has a part of each name.

        They are as they stand now, after all that was called in between.
        """
        return self._playing().call(TOGETHER, (answers,), {})

    def make(self, name: str, *arguments: Any, **named: Any) -> Answer:
        """Have a function of the assignment's makers.py make an argument, in the worker.

        It is for what is no data: a ``torch.nn.RNN`` with these weights, say.  Each use of it
        in a case takes a call of its own, unless it is to be used twice.
        """
        self._must_have("makers.py", name)
        return self._playing().call(f"{MAKE}{name}", arguments, named)

    def _must_have(self, file: str, name: str) -> None:
        if not {name, "*"} & _defined(file, self._code.get(file, "")):
            raise CaseError(f"there is no {name!r} in {file}")

    def _playing(self) -> Tape:
        if self.tape is None:
            raise CaseError("the student can only be asked in a test's body, not in a fixture")
        return self.tape


@functools.cache
def _defined(file: str, source: str) -> frozenset[str]:
    """Return what a file that runs in the worker defines, "*" what it has from elsewhere.

    It is read, and not run.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise CaseError(f"line {error.lineno} of {file} is not valid Python") from error
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return frozenset(found)
