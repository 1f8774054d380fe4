"""What grading costs per submission: `grade run`, its peers, and the limit, side by side."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.classes import ROOT, make_class, submissions
from benchmarks.limit import limit
from benchmarks.measure import Cost, grade_run
from benchmarks.options import Options
from benchmarks.peers.check50 import Check50
from benchmarks.peers.environments import Unavailable
from benchmarks.peers.nbgrader_autograde import NbgraderAutograde
from benchmarks.peers.otter import Otter
from benchmarks.peers.peer import Peer
from benchmarks.peers.plain_pytest import PlainPytest
from benchmarks.peers.recorded import write_cases
from benchmarks.stored import Found, spread, table, times
from grader.course import Assignment, find_course

TITLE = "What grading costs"
PEERS: tuple[type[Peer], ...] = (PlainPytest, Check50, NbgraderAutograde, Otter)
OURS, LIMIT = "`grade run`", "the limit"


def measure(options: Options) -> dict[str, Any]:
    """Grade the same class in every way, several times in turn."""
    assignment = find_course(ROOT).assignment("rnn_bptt")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        peers, why = _ready(assignment, place)
        rounds: dict[str, list[dict[str, float]]] = {OURS: []}
        rounds.update({peer.name: [] for peer in peers})
        limits = []
        ours = make_class(place / "ours", options.of_ours)
        once = make_class(place / "once", 20)
        others = submissions(make_class(place / "others", options.rounds * options.submissions))
        names = list(others)
        for number in range(options.rounds):
            print(f"  round {number + 1} of {options.rounds}:", end="", flush=True)
            rounds[OURS].append(_each(grade_run(ours), options.of_ours))
            limits.append(statistics.mean(limit(once)))
            some = names[number * options.submissions : (number + 1) * options.submissions]
            for peer in peers:
                print(f" {peer.name},", end="", flush=True)
                cost = peer.grade({name: others[name] for name in some}).cost
                rounds[peer.name].append(_each(cost, len(some)))
            print(" done", flush=True)
    return {
        "of_ours": options.of_ours,
        "of_peers": options.submissions,
        "limit": limits,
        "rounds": rounds,
        "what": {peer.name: peer.what for peer in PEERS},
        "why_not": why,
    }


def _ready(assignment: Assignment, place: Path) -> tuple[list[Peer], dict[str, str]]:
    """Make every peer ready that can be; of the others say why."""
    given = place / "given"
    given.mkdir()
    write_cases(assignment, given)
    ready, why = [], {}
    for number, kind in enumerate(PEERS):
        print(f"  making ready: {kind.name}", flush=True)
        own = place / f"peer{number}"
        own.mkdir()
        try:
            peer = kind(own, given, [function.name for function in assignment.functions])
            peer.prove(assignment.solutions, assignment.stubs)
            ready.append(peer)
        except (Unavailable, RuntimeError, OSError) as error:
            why[kind.name] = str(error)
            print(f"  left out: {kind.name}: {error}", flush=True)
    return ready, why


def _each(cost: Cost, submissions: int) -> dict[str, float]:
    return {
        "cpu": cost.cpu / submissions,
        "wall": cost.wall / submissions,
        "memory": cost.memory,
    }


def cpu(found: Found, name: str) -> float:
    """Return the median processor time per submission, in seconds."""
    if name == LIMIT:
        return float(statistics.median(found["limit"]))
    return float(statistics.median(one["cpu"] for one in found["rounds"][name]))


def text(found: Found) -> str:
    """Return the table, and what each of its rows did."""
    heads = (
        "per submission",
        "CPU ms",
        "wall ms",
        "peak MiB",
        "to the limit",
        "to `grade run`",
    )
    least, ours = cpu(found, LIMIT), cpu(found, OURS)
    rows = [
        (
            "the limit: one process, no isolation",
            spread([1000 * one for one in found["limit"]]),
            "",
            "",
            "1",
            times(least / ours),
        )
    ]
    for name, rounds in sorted(found["rounds"].items(), key=lambda item: cpu(found, item[0])):
        rows.append((name, *_figures(rounds), times(cpu(found, name) / least), _of(found, name)))
    rows += [(name, f"not measured: {why}", *[""] * 4) for name, why in found["why_not"].items()]
    number = len(found["limit"])
    return "\n\n".join(
        [
            table(heads, rows),
            f"Median (lowest to highest) of {number} rounds, in each of which all grade the sample "
            "class, made different, in its proportions of right and wrong, those that loop left "
            f"out: {found['of_ours']} submissions by `grade run`, "
            f"{found['of_peers']} by each of the others, other ones in every round.  Starting up "
            "is included.  Processor time is that of all processes together, by the resource "
            "usage of what was waited for; memory is the peak of their proportional set sizes.  "
            "The last two columns compare processor time.",
            "What each did with our hidden cases, whose calls and expected values are the same:",
            _what(found["what"]),
        ]
    )


def _what(whats: Mapping[str, str]) -> str:
    ours = (
        "the command as it is: isolated workers, lending, diagnosis, all results written, a lane "
        "on every core"
    )
    least = "the same calls and comparisons in one warm process, nothing isolated, all due cached"
    return "\n".join(
        f"- {name}: {what}" for name, what in {OURS: ours, LIMIT: least, **whats}.items()
    )


def _figures(rounds: list[dict[str, float]]) -> tuple[str, str, str]:
    return (
        spread([1000 * one["cpu"] for one in rounds]),
        spread([1000 * one["wall"] for one in rounds]),
        f"{max(one['memory'] for one in rounds):,.0f}",
    )


def _of(found: Found, name: str) -> str:
    return "1" if name == OURS else times(cpu(found, name) / cpu(found, OURS))
