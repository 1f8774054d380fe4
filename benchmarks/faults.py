"""Kills whatever a run consists of, at random, and compares what comes of it with a quiet run.

python -m benchmarks.faults --keep               300 kills in a class of 200
python -m benchmarks.faults --kills 20 --students 20 --minutes 5
python -m benchmarks.faults --work DIR           goes on where the last call with DIR stopped

A class is graded once undisturbed.  Then it is graded again and again, while the command, its
lanes, their zygotes and workers are sent signals; whenever the command has ended, the same one is
given again, until all are judged.  Counted are students who are lost, whose record is another one,
processes and temporary folders that are left behind, and tracebacks on the terminal.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.classes import ASSIGNMENT, ROOT, make_class
from benchmarks.measure import GRADE, adopt_orphans, commit, machine, no_orphans
from benchmarks.stored import RESULTS, keep, page, read, table
from grader.reports import results_json

TITLE = "Kills at random"
KINDS = {"command": 0.15, "lane": 0.2, "zygote": 0.25, "worker": 0.4}
"""Whom a signal is sent to, and how often."""
SIGNALS = ("KILL", "TERM", "INT", "HUP", "QUIT", "ABRT", "SEGV", "BUS", "USR1", "PIPE", "STOP")
"""KILL half of the time, one of the others in the other half; after STOP comes CONT."""
SEED = "7"
PATIENCE = 120.0
_TIMES = {"seconds", "cpu_seconds", "judged_at", "same_files"}


@dataclass
class Tally:
    """What has been done and seen so far, kept in a file."""

    path: Path
    kills: dict[str, dict[str, int]] = field(default_factory=dict)
    commands: int = 0
    rounds: int = 0
    lost: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    processes: int = 0
    folders: int = 0
    tracebacks: int = 0
    not_judged: int = 0

    @classmethod
    def at(cls, path: Path) -> Tally:
        """Return the one kept in a file, or a new one."""
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return cls(path, **kept)

    def keep(self) -> None:
        """Write it down."""
        self.path.write_text(json.dumps(self.found(), indent=1) + "\n", "utf-8")

    def found(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {name: value for name, value in vars(self).items() if name != "path"}

    def count(self, kind: str, name: str) -> None:
        """Take note of a signal that was sent."""
        by_signal = self.kills.setdefault(kind, {})
        by_signal[name] = by_signal.get(name, 0) + 1
        self.keep()

    @property
    def sent(self) -> int:
        """How many signals were sent."""
        return sum(sum(one.values()) for one in self.kills.values())


class Disturbed:
    """A class that is graded while its processes are killed."""

    def __init__(self, work: Path, students: int, chance: random.Random, pause: float) -> None:
        self.work, self.chance, self.pause = work, chance, pause
        self.temporary = work / "tmp"
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.submitted = work / "submitted"
        if not self.submitted.exists():
            make_class(self.submitted, students)
        self.tally = Tally.at(work / "tally.json")
        adopt_orphans()

    def quiet(self) -> dict[str, Any]:
        """Return the records of an undisturbed run."""
        out = self.work / "quiet"
        if not (out / "grades.csv").exists():
            code, said = _ended(self._start(out))
            assert code == 0, said
        return records(out)

    def round(self, out: Path, kills: int, until: float) -> bool:
        """Grade the class, with signals; whether all were judged before the time was up."""
        while time.monotonic() < until:
            command = self._start(out)
            self.tally.commands += 1
            while command.poll() is None and self.tally.sent < kills and time.monotonic() < until:
                self._pause(command)
                self._strike(command)
            code, said = _ended(command)
            self.tally.processes += no_orphans(PATIENCE)
            self.tally.tracebacks += said.count("Traceback (most recent call last)")
            with (self.work / "said.txt").open("a", encoding="utf-8") as file:
                file.write(f"exit code {code}\n{said}\n")
            self.tally.not_judged += said.count("\nnot judged: ")
            self.tally.keep()
            if code == 0:
                self.tally.rounds += 1
                return True
        return False

    def compare(self, out: Path, due: Mapping[str, Any]) -> None:
        """Take note of who is lost, and whose record is another one."""
        found = records(out)
        self.tally.lost += sorted(due.keys() - found.keys())
        both = sorted(due.keys() & found.keys())
        self.tally.different += [one for one in both if found[one] != due[one]]
        self.tally.keep()

    def left_over(self) -> None:
        """Take note of temporary folders that a quiet run does not clear away."""
        code, said = _ended(self._start(self.work / "last", "--student", self._anybody()))
        assert code == 0, said
        self.tally.folders = len(list(self.temporary.iterdir()))
        self.tally.keep()

    def _anybody(self) -> str:
        return min(path.name for path in self.submitted.iterdir())

    def _start(self, out: Path, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*GRADE, "run", ASSIGNMENT, self.submitted, "--out", out, "--seed", SEED, *options],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=_hears_signals,
        )

    def _pause(self, command: subprocess.Popen[str]) -> None:
        over = time.monotonic() + self.chance.uniform(0, self.pause)
        while time.monotonic() < over and command.poll() is None:
            time.sleep(0.01)

    def _strike(self, command: subprocess.Popen[str]) -> None:
        """Send a signal to a process of a kind, if there is one now."""
        (kind,) = self.chance.choices(list(KINDS), list(KINDS.values()))
        for _ in range(200):  # a worker may live for some milliseconds only
            there = list(_processes(command.pid)[kind])
            if there or command.poll() is not None:
                break
        else:
            return
        if not there:
            return
        name = "KILL" if self.chance.random() < 0.5 else self.chance.choice(SIGNALS[1:])
        victim = self.chance.choice(there)
        try:
            victim.send_signal(getattr(signal, f"SIG{name}"))
            if name == "STOP":
                time.sleep(self.chance.uniform(0, 1))
                victim.send_signal(signal.SIGCONT)
        except psutil.NoSuchProcess:
            return
        self.tally.count(kind, name)


def _processes(pid: int) -> dict[str, list[psutil.Process]]:
    """Return the processes of a run by kind.

    Lanes are forked from one that judges nothing, whose zygote has a process within namespaces:
    both count as zygotes, and what that one starts are workers.
    """
    found: dict[str, list[psutil.Process]] = {kind: [] for kind in KINDS}
    try:
        command = psutil.Process(pid)
        below = command.children(recursive=True)
        found["command"] = [command]
        found["lane"] = [one for one in below if "lane_main" in " ".join(one.cmdline())]
        lanes = {one.pid for one in found["lane"]}
        outer = [one for one in below if one.pid not in lanes and one.ppid() in lanes]
        inner = [child for one in outer for child in one.children()]
        found["zygote"] = [*outer, *inner]
        found["worker"] = [child for one in inner for child in one.children()]
    except psutil.NoSuchProcess:
        pass
    return found


def _hears_signals() -> None:
    for one in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(one, signal.SIG_DFL)


def _ended(command: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = command.communicate()
    return command.returncode, said


def records(out: Path) -> dict[str, Any]:
    """Return all students' whole records, without what takes its time or tells it."""
    return {
        path.parent.name: _timeless(json.loads(path.read_text("utf-8")))
        for path in out.glob("*/results.json")
        if results_json.loads(path.read_bytes()).judged
        and all((path.parent / name).stat().st_size for name in ("feedback.md", "feedback.html"))
    }


def _timeless(data: Any) -> Any:
    if isinstance(data, dict):
        left_out = {*_TIMES, "execution_time", "seal"}
        return {key: _timeless(item) for key, item in data.items() if key not in left_out}
    return [_timeless(item) for item in data] if isinstance(data, list) else data


def text(found: Mapping[str, Any]) -> str:
    """Return the page's text."""
    kinds = [kind for kind in KINDS if kind in found["kills"]]
    rows = [
        [name, *(str(found["kills"][kind].get(name, 0)) for kind in kinds)]
        for name in SIGNALS
        if any(found["kills"][kind].get(name, 0) for kind in kinds)
    ]
    sums = [str(sum(found["kills"][kind].values())) for kind in kinds]
    sent = sum(map(int, sums))
    return f"""{sent} signals were sent to processes of {found["commands"]} commands that graded a
class of {found["students"]}, in {found["rounds"]} rounds; every round went on, by the same command,
until all were judged.

{table(["signal", *kinds], [*rows, ["all", *sums]])}

Compared with an undisturbed run, all rounds together:

- students lost: {len(found["lost"])}
- records that differ: {_listed(found["different"])}
- processes left behind: {found["processes"]}
- temporary folders left behind: {found["folders"]}
- tracebacks shown: {found["tracebacks"]}

A submission whose lanes were killed twice was told as not judged {found["not_judged"]} times, and
was judged by the next command."""


def _listed(names: list[str]) -> str:
    return f"{len(names)} ({', '.join(sorted(set(names)))})" if names else "0"


def _rounds(options: argparse.Namespace, work: Path) -> Iterator[Tally]:
    """Grade in rounds until enough signals were sent or the time is up; yield the tally."""
    disturbed = Disturbed(work, options.students, random.Random(options.chance), options.pause)
    due = disturbed.quiet()
    assert len(due) == options.students, len(due)
    until = time.monotonic() + 60 * options.minutes
    tally = disturbed.tally
    while tally.sent < options.kills and time.monotonic() < until:
        out = work / f"round-{tally.rounds}"
        if disturbed.round(out, options.kills, until):
            disturbed.compare(out, due)
        yield tally
    disturbed.left_over()
    yield tally


def main() -> None:
    """Kill, compare, and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=60.0, help="after which no more is begun")
    parser.add_argument("--pause", type=float, default=2.5, help="longest between two, in seconds")
    parser.add_argument("--chance", type=int, default=None, help="seed of what is random here")
    parser.add_argument("--work", type=Path, help="a folder to go on in")
    parser.add_argument("--keep", action="store_true", help="keep the figures and their page")
    options = parser.parse_args()
    signed = {"command": " ".join(["python -m benchmarks.faults", *sys.argv[1:]])}
    signed |= {"machine": machine(), "commit": commit()}
    with tempfile.TemporaryDirectory() as forgotten:
        for tally in _rounds(options, options.work or Path(forgotten)):
            print(f"{tally.sent} signals, {tally.rounds} rounds, different: {tally.different}")
    found = {**signed, "students": options.students, **tally.found()}
    if options.keep:
        keep("faults", found)
        kept = read("faults")
        assert kept is not None
        (RESULTS / "faults.md").write_text(page(TITLE, kept, text(kept)), "utf-8")
    print(text(found))
    bad = Counter(tally.lost + tally.different)
    if bad or tally.processes or tally.folders or tally.tracebacks:
        sys.exit(1)


if __name__ == "__main__":
    main()
