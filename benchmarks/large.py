"""The arithmetic of large classes, and the README's section: text made of the figures kept."""

from __future__ import annotations

import math
from pathlib import Path

from benchmarks import cheap, cluster, cost, growth, loops, start
from benchmarks.measure import ROOT
from benchmarks.stored import RESULTS, Found, read, spread, table, times

PAGE = ROOT / "docs" / "large-classes.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
CLASS = 100_000
MACHINES = (2, 8, 32, 128)
"""Cores that the arithmetic is done for; only the first are measured."""


def write_figures(folder: Path = RESULTS, page: Path = PAGE) -> None:
    """Put the arithmetic between the marks in the page, where all that it needs was measured."""
    figures = arithmetic(read("growth", folder), read("cluster", folder))
    if figures is None or not page.exists():
        return
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", "utf-8")


def arithmetic(grown: Found | None, clustered: Found | None) -> str | None:
    """Return what a class of 100,000 takes on machines of several sizes; None if not measured."""
    if grown is None or clustered is None:
        return None
    last = growth.each(grown)[-1]
    per, busy, lane = last["further"], last["busy"], last["lane"]
    command = cluster.by_command(clustered)
    measured = (
        f"Measured on {grown['machine']}, at {grown['commit']}, with a class of "
        f"{last['size']:,.0f} different submissions (`benchmarks/results/growth.md`, "
        "`cluster.md`):"
    )
    facts = [
        f"- a further submission takes {1000 * per:.0f} ms of processor time, and cores are busy "
        f"{busy:.0%} of the time;",
        f"- a lane takes {lane:.0f} MiB;",
        f"- the command that feeds a cluster takes {1000 * command:.1f} ms of its own for a "
        "further submission;",
        f"- a submission travels as {clustered['bytes_out'] / 1024:.1f} KiB, its record as "
        f"{clustered['bytes_back'] / 1024:.1f} KiB.",
    ]
    rows = [
        (
            f"{cores}",
            f"{cores / per * busy:,.0f}",
            _duration(CLASS * per / (cores * busy)),
            f"{cores * lane / 1024:.1f}",
        )
        for cores in MACHINES
    ]
    work = CLASS * per / 3600
    return "\n\n".join(
        [
            measured,
            "\n".join(facts),
            f"{CLASS:,} submissions x {1000 * per:.0f} ms = {work:.1f} hours of one core.  Divided "
            f"by the cores, and by {busy:.0%}:",
            table(("cores", "submissions a second", f"{CLASS:,} take", "GiB for lanes"), rows),
            f"Through a cluster {_gibibytes(clustered['bytes_out'])} go out and "
            f"{_gibibytes(clustered['bytes_back'])} come back.  " + _ceiling(per, busy, command),
        ]
    )


def _ceiling(per: float, busy: float, command: float) -> str:
    cores = math.floor(per / command / busy)
    return (
        f"Beyond about {cores} cores the command that feeds it limits: {CLASS:,} submissions take "
        f"it {_duration(CLASS * command)}, whatever the cluster.  Split the class over several "
        "runs then, each with a results folder of its own."
    )


def _gibibytes(each: float) -> str:
    return f"{CLASS * each / 1024**3:.1f} GiB"


def _duration(seconds: float) -> str:
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def readme(folder: Path = RESULTS) -> str:
    """Return the README's section on what grading costs; parts that never ran are left out."""
    found = {part: read(part, folder) for part in ("cost", "growth", "start", "cheap", "loops")}
    lines = ["## What it costs", ""]
    costs, grown, started = found["cost"], found["growth"], found["start"]
    if costs:
        ours = cost.cpu(costs, cost.OURS)
        peers = [name for name, rounds in costs["rounds"].items() if rounds and name != cost.OURS]
        others = ", ".join(
            f"{name} {cost.cpu(costs, name):.1f} s ({times(cost.cpu(costs, name) / ours)} times)"
            for name in sorted(peers, key=lambda name: cost.cpu(costs, name))
        )
        least = cost.cpu(costs, cost.LIMIT)
        lines += [
            f"A submission takes `grade run` {1000 * ours:.0f} ms of processor time in a class of "
            f"{costs['of_ours']}, starting up included: isolated, with all hidden cases and "
            f"PyTorch.  The same calls in one process, not isolated, take {1000 * least:.0f} ms. "
            f"Others at the same work: {others}.",
            "",
            "![Processor time per submission by tool](benchmarks/results/cost.svg)",
            "",
        ]
    if grown:
        last = growth.each(grown)[-1]
        lines += [
            f"- {last['size']:,.0f} different submissions take {last['wall'] / 60:.1f} minutes on "
            f"{grown['cores']} cores ({last['size'] / last['wall']:.0f} a second, cores busy "
            f"{last['busy']:.0%}), a lane {last['lane']:.0f} MiB.",
        ]
    if started:
        seconds = started["seconds"]
        lines.append(f"- The first result is there after {_of(seconds, start.FIRST_RESULT)}.")
        if start.SELF_TEST in seconds:
            lines.append(
                f"- A student's tests of the cell and the sequence take "
                f"{_of(seconds, start.SELF_TEST)}, interpreter and all."
            )
    if found["cheap"]:
        whole = found["cheap"]["kinds"][cheap.DIFFERENT]["cpu"]
        share = found["cheap"]["writing"]["cpu"] / whole
        lines.append(
            f"- Writing results takes {share:.0%} of a run; identical submissions are judged once, "
            "unchanged ones not again."
        )
    if found["loops"]:
        lines.append(f"- {loops.sentence(found['loops'])}")
    signed = costs or grown
    if signed:
        lines += [
            "",
            f"Measured by `python -m benchmarks` on {signed['machine']}; "
            "[results](benchmarks/results/) say how, and "
            "[docs/large-classes.md](docs/large-classes.md) what 100,000 would take.",
        ]
    return "\n".join(lines)


def _of(seconds: dict[str, list[float]], what: str) -> str:
    return f"{spread(seconds[what][:], '{:.1f}').partition(' ')[0]} s"
