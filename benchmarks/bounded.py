"""What a submission can make a judge take: memory and processor time of the judge process itself.

python -m benchmarks.bounded             all attacks, and sources and replies made to be costly
python -m benchmarks.bounded NAME ...    these
python -m benchmarks.bounded --folder D  the submissions in a folder as well

Each is judged by a lane of its own kind, as a class is; its zygote and workers are not counted.
Ends with status 1 where one is over 512 MiB or over 20 s.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.course import Assignment, find_course
from grader.intake.submission import Submission, read_submission
from grader.record import Report
from grader.running.lane_limits import MAX_MEMORY, MAX_SECONDS
from grader.running.lane_messages import Ready, Task
from grader.running.lane_process import LaneProcess
from grader.running.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
RESULTS = ROOT / "benchmarks" / "results" / "bounded.json"
_MIB = 1 << 20

_NAMES = ",".join(f"a{number}" for number in range(14_000))
SOURCES: Mapping[str, str] = {
    "source: a megabyte of statements": "a=1;" + "a;" * (_MIB // 2 - 8),
    "source: statements": "a=1;" + "a;" * 29_000,
    "source: blank lines": "\n" * 290_000,
    "source: names by names": f"if 0:\n    {_NAMES}={_NAMES}\n",
    "source: globals": "def h():\n global " + _NAMES + "\n" + " g=a1\n" * 9_000,
    "source: attributes": "def h(x):\n" + "".join(f" x.a{n}=x.b{n}\n" for n in range(8_000)),
    "source: classes in classes": "".join(f"{' ' * n}class C{n}:\n" for n in range(90))
    + "".join(f"{' ' * 90}a{n}=1\n" for n in range(9_000)),
    "source: lines of one letter": "0\n" * 59_000,
    "source: strings in f-strings": 'def h(a):\n return f"' + "{a}" * 13_000 + '"\n',
    "source: functions": "".join(f"def h{n}(): return h{n + 1}\n" for n in range(7_000)),
    "source: comments": "# " + "x" * 290_000 + "\n",
    "source: a text": f"h = {'y' * 290_000!r}\n",
    "source: blanks around return": "def h():\n" + "\n   " * 70_000 + "return None\n",
}
"""What stands before a wrong function, for the judge to read."""

_SAY = """
import os, struct
import msgpack
def say(data):
    data = struct.pack("<I", len(data)) + data
    while data:
        data = data[os.write(3, data):]
VALUE = b"\\x92\\xa4case\\x91\\x93\\xa5value\\x00"
def array(*shape):
    size = 8
    for length in shape:
        size *= length
    return msgpack.ExtType(1, struct.pack(f"<BB{len(shape)}q", 0, len(shape), *shape) + bytes(size))
def rnn_cell_backward(da_next, cache):
    names = ("dxt", "da_prev", "dWax", "dWaa", "dba")
    DO
    os._exit(0)
"""
_ANSWER = "say(VALUE + msgpack.packb({n: %s for n in names}))"
REPLIES: Mapping[str, str] = {
    "reply: as many bytes as may come": _ANSWER % "array(200_000)",
    "reply: as many numbers as may come": _ANSWER % "[1.5] * 19_000",
    "reply: lists of lists": _ANSWER % "[[1.5]] * 9_000",
    "reply: many arrays": _ANSWER % "[array(1)] * 15_000",
    "reply: many keys": "say(VALUE + msgpack.packb({f'k{n}': n for n in range(49_000)}))",
    "reply: one array again and again": _ANSWER
    % "[array(100)] + [msgpack.ExtType(2, bytes(4))] * 1_500",
    "reply: many frames of many bytes": "for n in range(9_000): say(b'\\x91' + msgpack.packb(n))",
    "reply: arrays of no bytes": _ANSWER % "[array(0, 1000, 1000)] * 9_000",
}
"""What a function writes to the judge by itself."""

_LENT = """
import numpy as np
from rnn_cell import rnn_cell_forward
def rnn_forward(x, a0, parameters):
    DO
def rnn_backward(da, caches):
    raise ValueError
"""
_PARAMETERS = (
    "N = {}; p = {{'Wax': np.ones((N, N)), 'Waa': np.ones((N, N)), 'Wya': np.ones((N, N)), "
    "'ba': np.ones((N, 1)), 'by': np.ones((N, 1))}}; "
)
LENT: Mapping[str, str] = {
    "lent: calls without end": _PARAMETERS.format(2)
    + "\n    while True:\n        rnn_cell_forward(np.ones((2, 1)), np.ones((2, 1)), p)",
    "lent: the largest calls without end": _PARAMETERS.format(40)
    + "\n    while True:\n        rnn_cell_forward(np.ones((40, 40)), np.ones((40, 40)), p)",
    "lent: refused calls without end": "\n    while True:\n        try:\n"
    "            rnn_cell_forward(np.ones((9, 0)), 1, {})\n"
    "        except Exception:\n            pass",
    "lent: deep arguments": "x = [1]\n    for n in range(14): x = [x, x]\n"
    "    while True:\n        rnn_cell_forward(x, x, {'Wax': x})",
}
"""What a function asks of one that is lent to it."""


def submissions(task: Assignment, folders: list[Path]) -> Iterator[Submission]:
    """Yield everything that is to be judged."""
    right = {path.name: path.read_bytes() for path in (GOLDEN / "base" / "right").glob("*.py")}
    wrong = "\n\ndef rnn_cell_backward(da_next, cache):\n    return {'dxt': da_next}\n"
    for name, code in SOURCES.items():
        cell = right["rnn_cell.py"] + b"\n" + code.encode() + wrong.encode()
        yield Submission(name, {**right, "rnn_cell.py": cell}, (), name)
    for name, code in REPLIES.items():
        cell = right["rnn_cell.py"] + _SAY.replace("DO", code).encode()
        yield Submission(name, {**right, "rnn_cell.py": cell}, (), name)
    no_forward = right["rnn_cell.py"] + b"\n\ndef rnn_cell_forward(*_): raise ValueError\n"
    for name, code in LENT.items():
        files = {"rnn_cell.py": no_forward, "rnn_sequence.py": _LENT.replace("DO", code).encode()}
        yield Submission(name, {**right, **files}, (), name)
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted((GOLDEN / "attacks").glob("*/expected.toml")):
            base = tomllib.loads(path.read_text("utf-8"))["base"]
            folder = Path(scratch, path.parent.name)
            shutil.copytree(GOLDEN / "base" / base, folder)
            shutil.copytree(path.parent, folder, dirs_exist_ok=True)
            yield read_submission(folder, path.parent.name, task)
    for folder in folders:
        for path in sorted(folder.iterdir()):
            yield read_submission(path, path.name, task)


def measured(lane: LaneProcess, submission: Submission) -> tuple[float, float, str]:
    """Judge one; return the judge's seconds of processor time, its MiB at most, and the score."""
    pid = lane._process.pid
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # begin with its peak where it is now
    clock = (~pid << 3) | 2
    start = time.clock_gettime(clock)
    lane.begin(Task(submission))
    answer = lane.receive()
    seconds = time.clock_gettime(clock) - start
    status = Path(f"/proc/{pid}/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return seconds, peak, f"{answer.score:g}" if isinstance(answer, Report) else str(answer)


def main() -> int:
    """Measure, tell, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--folder", action="append", type=Path, default=[])
    parser.add_argument("--timeout", type=float, default=1.0)
    arguments = parser.parse_args()
    task = find_course(ROOT).assignment("rnn_bptt")
    lane = LaneProcess(task, Settings(seed=1, timeout=arguments.timeout))
    assert isinstance(lane.receive(), Ready)
    found: dict[str, tuple[float, float]] = {}
    try:
        for one in submissions(task, arguments.folder):
            if arguments.names and not any(name in one.student for name in arguments.names):
                continue
            seconds, peak, said = measured(lane, one)
            found[one.student] = seconds, peak
            print(f"{seconds:7.2f} s {peak:6.0f} MiB  {one.student}  {said}", flush=True)
    finally:
        lane.hang_up()
        lane.wait()
    slowest = max(found, key=lambda name: found[name][0])
    largest = max(found, key=lambda name: found[name][1])
    print(f"{len(found)} submissions")
    print(f"most time:   {found[slowest][0]:.2f} s   {slowest}")
    print(f"most memory: {found[largest][1]:.0f} MiB  {largest}")
    if not arguments.names:
        kept = {name: [round(s, 2), round(mib)] for name, (s, mib) in found.items()}
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    over = found[slowest][0] > MAX_SECONDS or found[largest][1] > MAX_MEMORY / _MIB
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
