"""Throws values that no function returns at everything that reads an answer.

python -m benchmarks.fuzz                    a million values
python -m benchmarks.fuzz --values 5000000   so many; --seed N others; --minutes M stops earlier

An answer is packed as a worker would pack it, or its bytes are changed by hand; it is read,
checked, compared with what is due in every case of a function, observed and explained, and one in
forty is looked for among known mistakes, which takes longer than all the rest.  No exception,
nothing that takes long, no growth: else it ends with status 1 and says which answer.  A value is
what is decoded: each array, number, text and container of an answer.  How many were tried is kept
in results/fuzz.json, and the next run goes on from there.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.cases.case import LENT, OWN
from grader.cases.replaying import Called
from grader.course import find_course
from grader.isolation.answers import Due, GroupAnswer, Raised, Reply, Value, replies_of
from grader.isolation.rules import BrokenRuleError, ReplyReader
from grader.judging.explaining import finding_of
from grader.judging.judge import Judge
from grader.judging.lending import Lender
from grader.phrases import Phrases
from grader.running.settings import Settings
from grader.running.start import open_judge
from grader.source.parsing import Parsed
from grader.source.reading import Source
from grader.source.used_names import Reach
from grader.worker.wire import Odd, WireError, pack

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "fuzz.json"
TASKS = ("rnn_bptt", "long_term_dependencies", "gated_rnn")
_MOST_SECONDS = 5.0
"""Processor time of one answer, on a machine as slow as you like."""
_CHUNK = 250_000
"""So many values are read before what was reached is kept, and judges are opened anew."""
_RECOGNISED = 40
"""One in so many is looked for among known mistakes."""
_DTYPES = ("f8", "f8", "f8", "f4", "f2", "i8", "i1", "u8", "u1", "?", "c16", "c8")
_NUMBERS = (0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 1e-300, 2.0**63)
_TEXTS = ("", "dxt", "too large", "holds itself", "\x00", "\u202e", "𝔘" * 300, "a" * 1000, "{0}%s")
_ODDS = (
    "too large",
    "holds itself",
    "generator",
    "",
    "array of object",
    "<b>",
    "\x1b[31m",
    "é" * 99,
)
_WORDS = (
    "name 'x' is not defined", "'dxt'", "invalid syntax (rnn_cell.py, line 1)", "\x1b[2J",
    "(" * 400,
    "operands could not be broadcast together with shapes (3,4) (4,3) ", "1" * 500, "é" * 500,
    "f() takes 2 positional arguments but 3 were given", "cannot import name 'a' from 'b' (c)",
    "index 5 is out of bounds for axis 0 with size 5", "(1,1,1,1" * 60,
)  # fmt: skip
_TYPES = (
    "ValueError",
    "TypeError",
    "NoFunctionError",
    "SyntaxError",
    "KeyError",
    "X" * 100,
    "é",
    "",
)


class Values:
    """Makes values: near to what is due, and far from it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)

    def like(self, due: Any, depth: int = 0) -> Any:
        """Return something that has the form of an answer, or nearly so."""
        if self.random.random() < 0.08:
            return self.any(depth)
        if isinstance(due, dict):
            made = {key: self.like(item, depth + 1) for key, item in due.items()}
            if made and self.random.random() < 0.1:
                made.pop(self.random.choice(list(made)))
            if self.random.random() < 0.1:
                made[self.random.choice(_TEXTS)[:100] or "x"] = self.any(depth + 1)
            return made
        if isinstance(due, (tuple, list)):
            kind = type(due) if self.random.random() < 0.9 else self.random.choice((tuple, list))
            made = [self.like(item, depth + 1) for item in due]
            if self.random.random() < 0.1:
                made = made[: self.random.randrange(len(made) + 1)]
            return kind(made)
        if isinstance(due, np.ndarray):
            return self._array_like(due)
        return due if isinstance(due, (float, int, str)) else self.any(depth + 1)

    def _array_like(self, due: np.ndarray[Any, Any]) -> Any:
        choice = self.random.random()
        if choice < 0.5:
            made = due + self.random.choice((0.0, 1e-12, 1e-7, 1e-3, 1.0)) * self.numbers.normal(
                size=due.shape
            )
            if made.size and self.random.random() < 0.2:
                made.flat[self.random.randrange(made.size)] = self.random.choice(_NUMBERS)
            return made
        if choice < 0.6:
            return due.T
        if choice < 0.7:
            with np.errstate(all="ignore"):
                return due.astype(self.random.choice(_DTYPES))
        if choice < 0.8:
            return due.tolist()
        return self._array() if choice < 0.9 else due

    def _array(self) -> np.ndarray[Any, Any]:
        sizes = (0, 1, 1, 2, 3, 5)
        shape = tuple(self.random.choice(sizes) for _ in range(self.random.randrange(5)))
        made = np.asarray(self.numbers.normal(size=shape) * self.random.choice((1.0, 1e300)))
        with np.errstate(all="ignore"):
            return np.asarray(made.astype(self.random.choice(_DTYPES)))

    def any(self, depth: int = 0) -> Any:
        """Return any data that may travel."""
        choice = self.random.randrange(11 if depth < 5 else 7)
        if choice == 0:
            return self._array()
        if choice == 1:
            return self.random.choice(_NUMBERS)
        if choice == 2:
            return self.random.choice((None, True, False, 0, -1, 2**63 - 1, -(2**63)))
        if choice == 3:
            return self.random.choice(_TEXTS)
        if choice == 4:
            return Odd(self.random.choice(_ODDS))
        if choice < 7:
            return self.random.choice(([], (), {}))
        made = [self.any(depth + 1) for _ in range(self.random.randrange(4))]
        if choice == 7:
            return {self.random.choice(_TEXTS)[:100] or "k": item for item in made}
        return tuple(made) if choice == 8 else made

    def raised(self, steps: int) -> list[Any]:
        """Return an exception as a worker might tell it."""
        pick = self.random.choice
        frames = [
            [
                pick(("rnn_cell.py", "rtrl.py", "nothing.py", "")),
                pick((0, 1, 7, 10**9)),
                pick(_TYPES),
            ]
            for _ in range(self.random.randrange(4))
        ]
        details = {
            "type": pick(_TYPES),
            "bases": [pick((*_TYPES, "Exception", "BaseException")) for _ in range(3)],
            "importing": pick((True, False)),
            "frames": frames,
            "text": pick(_WORDS),
            "name": pick(("", "numpy", "x" * 100, "..", "é")),
        }
        return ["raised", self.random.randrange(steps), details]

    def damaged(self, data: bytes) -> bytes:
        """Return a frame with a few of its bytes changed, left out or put twice."""
        made = bytearray(data)
        for _ in range(self.random.randrange(1, 4)):
            at = self.random.randrange(len(made)) if made else 0
            choice = self.random.randrange(3)
            if choice == 0 and made:
                made[at] = self.random.randrange(256)
            elif choice == 1:
                del made[at : at + self.random.randrange(1, 9)]
            else:
                made[at:at] = made[at : at + self.random.randrange(1, 9)]
        return bytes(made)


class Target:
    """Everything that reads the answers of one function."""

    def __init__(self, judge: Judge, function: str, files: Mapping[str, bytes]) -> None:
        self._judge = judge
        self.function = next(f for f in judge.assignment.functions if f.name == function)
        self.cases = judge.suite.cases[function]
        self._phrases = Phrases.load()
        parsed = self._parsed = Parsed(files)
        self._source = Source(parsed, lambda: Reach(parsed), self.function.file, function)
        names = [name for name in judge.relation[function]]
        self._lender = Lender(judge.reference, names, judge.suite.constants.largest)
        self._names = names

    def read(self, values: Values, recognise: bool) -> tuple[int, int]:
        """Make an answer to all cases, read it in every way.

        Return how many steps it answers, and how many values it holds.
        """
        mode = values.random.choice((OWN, LENT))
        replies: list[tuple[Reply, ...] | None] = []
        answers = held = 0
        reader = ReplyReader()
        for case in self.cases:
            due = Due.of(case.recordings[mode].steps)
            said = [["value", step, self._value(case, mode, step, values)] for step in due.wanted]
            if values.random.random() < 0.1:
                said = [*said[: values.random.randrange(len(said) + 1)], values.raised(due.steps)]
            answers += len(said)
            held += sum(_held(one[2]) for one in said if one[0] == "value")
            data = pack(["case", said])
            if values.random.random() < 0.2:
                data = values.damaged(data)
            replies.append(_checked(reader, data, due))
        answer = GroupAnswer(tuple(replies))
        findings = [
            one.finding
            for case, some in zip(self.cases, answer.replies, strict=True)
            for one in case.judge(mode, some, None, self._explained)
        ]
        if recognise:
            self._judge.diagnosis.explained(
                self.function, findings, {mode: answer}, mode, self._source, frozenset()
            )
        for finding in findings:
            self._phrases.what(finding)
        self._lend(values)
        return answers, held

    def _value(self, case: Any, mode: str, step: int, values: Values) -> Any:
        given = case.recordings[mode].arguments.get(step, ())
        likely = self._right.get(case.name, {}).get(step) if self._right else None
        if likely is None and given and values.random.random() < 0.5:
            likely = [np.asarray(one) for one in given if isinstance(one, np.ndarray)]
        return values.any() if likely is None else values.like(likely)

    _right: Mapping[str, Mapping[int, Any]] = {}

    def learn(self, judge: Judge) -> None:
        """Take what the solutions answer as what is due, to be near to."""
        task = judge.assignment
        files = {path.name: path.read_bytes() for path in task.solutions.glob("*.py")}
        module = self.function.file.removesuffix(".py")
        with judge.lane.open(files) as worker:
            (answer,) = worker.ask([judge.suite.group(self.function.name, module, OWN)])
        self._right = {
            case.name: {one.step: one.data for one in some or () if isinstance(one, Value)}
            for case, some in zip(self.cases, answer.replies, strict=True)
        }

    def _explained(self, raised: Raised, called: Called) -> Any:
        named = called if called.name else called._replace(name=self.function.name)
        return finding_of(raised, self._parsed, named, self.function.file)

    def _lend(self, values: Values) -> None:
        """Ask a lent function with any data."""
        if not self._names:
            return
        name = values.random.choice([*self._names, "print"])
        args: Any = [values.any() for _ in range(values.random.randrange(4))]
        request = ["lent", name, values.random.choice(("", "__call__", "backward", "__init__"))]
        request += [values.random.choice(({}, None, {"steps": []})), args, {}]
        with self._lender:
            try:
                self._lender.answer(request)
            except WireError:
                return


def _held(data: Any) -> int:
    """Return how many values there are in some data, itself included."""
    if isinstance(data, dict):
        return 1 + sum(_held(one) for one in data.values())
    return 1 + sum(map(_held, data)) if isinstance(data, (list, tuple)) else 1


def _checked(reader: ReplyReader, data: bytes, due: Due) -> tuple[Reply, ...] | None:
    """Read a frame and check it; None where it breaks the rules."""
    reader.begin()
    try:
        reader.feed(struct.pack("<I", len(data)) + data)
        message = reader.next()
        if type(message) is list and len(message) == 2 and message[0] == "case":
            return replies_of(message[1], due)
    except BrokenRuleError:
        reader.__init__()  # type: ignore[misc]  # a worker that did so is of no more use
    return None


def fuzz(
    most: int, seed: int, minutes: float, tell: Callable[[str], object] = print
) -> tuple[int, int]:
    """Read so many values, or for so long; return how many answers there were, and values."""
    end, slowest = time.monotonic() + 60 * minutes, 0.0
    answers = done = tried = 0
    targets: list[Target] = []
    course = find_course(ROOT)
    from contextlib import ExitStack

    with ExitStack() as stack:
        for name in TASKS:
            task = course.assignment(name)
            judge = stack.enter_context(open_judge(task, Settings(seed=1, weak=True)))
            files = {path.name: path.read_bytes() for path in task.solutions.glob("*.py")}
            for function in task.functions:
                target = Target(judge, function.name, files)
                target.learn(judge)
                targets.append(target)
        while done < most and time.monotonic() < end:
            # what one number makes can be made again by it alone
            values = Values(seed)
            target = targets[seed % len(targets)]
            start = time.process_time()
            try:
                more, held = target.read(values, recognise=tried // len(targets) % _RECOGNISED == 0)
            except Exception as error:
                raise AssertionError(f"answer {seed} of {target.function.name}") from error
            answers, done, tried = answers + more, done + held, tried + 1
            took = time.process_time() - start
            slowest = max(slowest, took)
            # the first answer of each function builds what is known of it
            if took > _MOST_SECONDS and tried > len(targets):
                raise AssertionError(f"answer {seed} of {target.function.name} takes {took:.1f} s")
            seed += 1
            if tried % 5000 == 0:
                tell(f"{done} values, seed {seed}, slowest {slowest:.2f} s, {_resident()} MiB")
    return answers, done


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 >> 20


def main() -> int:
    """Go on from where the last run ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--values", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--minutes", type=float, default=600.0)
    arguments = parser.parse_args()
    kept = {"answers": 0, "values": 0, "next_seed": 0}
    if RESULTS.exists():
        kept = json.loads(RESULTS.read_text("utf-8"))
    seed = kept["next_seed"] if arguments.seed is None else arguments.seed
    total, end = 0, time.monotonic() + 60 * arguments.minutes
    while total < arguments.values and time.monotonic() < end:
        left = (end - time.monotonic()) / 60
        answers, done = fuzz(min(_CHUNK, arguments.values - total), seed, left)
        total += done
        seed += 1_000_000
        if arguments.seed is None:
            kept["answers"] += answers
            kept["values"] += done
            kept["next_seed"] = seed
            RESULTS.write_text(json.dumps(kept) + "\n", "utf-8")
        print(f"{total} values, {kept['values']} in all runs, {_resident()} MiB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
