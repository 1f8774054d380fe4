"""How often the cause of a mistake is named, and how often wrongly, over the bank.

    python -m benchmarks.diagnosis                 judge every entry, print what was named
    python -m benchmarks.diagnosis --json FILE     and keep it
    python -m benchmarks.diagnosis --stored FILE   the figures of a run that was kept

Points have to drop in exactly the functions that an entry's author made wrong; where they do not,
the entry is printed and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.bank import Entry, read_bank, read_labels
from benchmarks.classes import ROOT
from benchmarks.measure import machine
from grader.course import find_course
from grader.intake.submission import read_submission
from grader.record import Report
from grader.running.start import open_judge
from grader.running.terms import Terms

ASSIGNMENT = "rnn_bptt"
RIGHT, PART, UNNAMED, WRONG = "rightly", "in part", "not named", "wrongly"

PLAIN = frozenset({"missing file", "missing function", "not written yet"})
"""Findings that say the cause by themselves, so that there is nothing to recognise."""

Told = Mapping[str, Any]
"""What one function was told: its ``score``, ``of``, ``finding`` and ``mistakes``."""


def judge_all(entries: Iterable[Entry], seed: int) -> dict[str, dict[str, Told]]:
    """Judge every entry in one process; what each of its functions was told."""
    assignment = find_course(ROOT).assignment(ASSIGNMENT)
    with (
        open_judge(assignment, Terms(seed=seed, timeout=1.0)) as judge,
        tempfile.TemporaryDirectory() as folder,
    ):
        return {
            entry.name: _told(
                judge.judge(read_submission(entry.write(Path(folder)), entry.name, assignment))
            )
            for entry in entries
        }


def _told(report: Report) -> dict[str, Told]:
    return {
        result.name: {
            "score": result.score,
            "of": result.max_score,
            "finding": result.finding.kind if result.finding else "",
            "mistakes": list(result.mistakes),
        }
        for result in report.functions
    }


def named(entry: Entry, told: Mapping[str, Told], labels: Mapping[str, tuple[str, ...]]) -> str:
    """Say how an entry's mistakes were named, all functions together.

    Rightly: each of its labels by a key that names it, and nothing else.  Wrongly: a key that
    names none of the labels of its function.  In part: some labels, and nothing else.
    """
    found = []
    for function, answer in told.items():
        due = [labels[label] for label in entry.wrong.get(function, ())]
        names = causes(answer)
        if any(not any(key in keys for keys in due) for key in names):
            return WRONG
        found += [any(key in keys for key in names) for keys in due]
    return RIGHT if all(found) else PART if any(found) else UNNAMED


def causes(answer: Told) -> list[str]:
    """Return what a function was told of its cause: keys of mistakes, or a plain finding."""
    return [*answer["mistakes"], *({answer["finding"]} & PLAIN)]


def lost(told: Mapping[str, Told]) -> set[str]:
    """Return the functions that earned less than all their points."""
    return {function for function, answer in told.items() if answer["score"] != answer["of"]}


def _kinds(entry: Entry) -> Iterable[str]:
    yield "all entries"
    yield "unseen kinds" if entry.unseen else "other kinds"
    if any(len(one) > 1 for one in entry.wrong.values()):
        yield "two mistakes in one function"
    if len(entry.wrong) > 1:
        yield "several functions"


def _line(entry: Entry, told: Mapping[str, Told]) -> str:
    parts = [
        f"{function}: {', '.join(causes(told[function])) or '-'}"
        f" (is {', '.join(entry.wrong.get(function, ['right']))})"
        for function in told
        if causes(told[function]) or function in entry.wrong
    ]
    return f"{entry.name}  {'; '.join(parts)}"


def print_figures(entries: Iterable[Entry], run: Mapping[str, Mapping[str, Told]]) -> bool:
    """Print what was named, the totals, and where points do not fit; whether they fit."""
    labels = read_labels(ASSIGNMENT)
    totals: dict[str, Counter[str]] = {}
    misfits = []
    for entry in entries:
        told = run[entry.name]
        how = named(entry, told, labels)
        print(f"{how:<10}", _line(entry, told))
        for kind in _kinds(entry):
            totals.setdefault(kind, Counter())[how] += 1
        if lost(told) != set(entry.wrong):
            misfits.append(f"{entry.name}: wrong {sorted(entry.wrong)}, lost {sorted(lost(told))}")
    print(f"\n{'':<30}{'entries':>8}{RIGHT:>16}{PART:>10}{UNNAMED:>12}{WRONG:>16}")
    for kind, count in totals.items():
        size = count.total()
        print(
            f"{kind:<30}{size:>8}{count[RIGHT]:>8} ({count[RIGHT] / size:.1%})"
            f"{count[PART]:>8}{count[UNNAMED]:>12}{count[WRONG]:>9} ({count[WRONG] / size:.1%})"
        )
    print("\npoints drop elsewhere than in the wrong functions:", len(misfits))
    print(*misfits, sep="\n")
    return not misfits


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no commit"


def main() -> None:
    """Judge the bank, or read an earlier run, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the run in a file")
    parser.add_argument("--stored", type=Path, metavar="FILE", help="read a run that was kept")
    parser.add_argument("--seed", type=int, default=1, help="seed of the hidden cases")
    options = parser.parse_args()
    entries = list(read_bank(ASSIGNMENT))
    if options.stored:
        kept = json.loads(options.stored.read_text("utf-8"))
        entries = [entry for entry in entries if entry.name in kept["entries"]]
    else:
        kept = {"machine": machine(), "commit": _commit(), "seed": options.seed}
        kept["entries"] = judge_all(entries, options.seed)
    if options.json:
        options.json.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    print(f"{kept['machine']}, at {kept['commit']}")
    if not print_figures(entries, kept["entries"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
