"""How often the cause of a mistake is named, and how often wrongly, over the bank.

    python -m benchmarks.diagnosis              judge every entry, print what was named
    python -m benchmarks.diagnosis --keep       and keep the run and its page in results/
    python -m benchmarks.diagnosis --page       write the page again, of the run that was kept
    python -m benchmarks.diagnosis --stored F   print the figures of a run that was kept

Points have to drop in exactly the functions that an entry's author made wrong; where they do not,
the entry is printed and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bank import Entry, read_bank, read_labels
from benchmarks.classes import ROOT
from benchmarks.measure import commit, machine
from benchmarks.stored import RESULTS, table
from grader.course import find_course
from grader.intake.submission import read_submission
from grader.record import Report
from grader.running.settings import Settings
from grader.running.start import open_judge

ASSIGNMENT = "rnn_bptt"
RIGHT, PART, UNNAMED, WRONG = WAYS = "rightly", "in part", "not named", "wrongly"
FIRST, LAST, PAGE = (RESULTS / f"diagnosis{end}" for end in ("-first.json", ".json", ".md"))

_UNFINISHED = frozenset({"missing file", "missing function", "not written yet"})

PLAIN = _UNFINISHED | {"holds itself", "import refused"}
"""Findings that say the cause by themselves, so that there is nothing to recognise."""

FIRST_READING = "without plain findings, the first run had 351 (75.8%) rightly, 34 (7.3%) wrongly"
"""What ``--stored`` said of the first run before anything was changed."""

Told = Mapping[str, Any]
"""What one function was told: its ``score``, ``of``, ``finding`` and ``mistakes``."""

Run = Mapping[str, Mapping[str, Told]]
"""By entry and function; functions with all their points may be left out."""


def judge_all(entries: Iterable[Entry], seed: int) -> dict[str, dict[str, Told]]:
    """Judge every entry in one process; what each function that lost points was told."""
    assignment = find_course(ROOT).assignment(ASSIGNMENT)
    with (
        open_judge(assignment, Settings(seed=seed, timeout=6.0)) as judge,
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
        if result.score != result.max_score
    }


def named(entry: Entry, told: Mapping[str, Told], labels: Mapping[str, tuple[str, ...]]) -> str:
    """Say how an entry's mistakes were named, all functions together.

    Rightly: each of its labels by a key that names it, and nothing else.  Wrongly: a key that
    names none of the labels of its function.  In part: some labels, and nothing else.
    """
    found = []
    for function in {**entry.wrong, **told}:
        due = [labels[label] for label in entry.wrong.get(function, ())]
        names = causes(told.get(function))
        if any(not any(key in keys for keys in due) for key in names):
            return WRONG
        found += [any(key in keys for key in names) for keys in due]
    return RIGHT if all(found) else PART if any(found) else UNNAMED


def causes(answer: Told | None) -> list[str]:
    """Return what a function was told of its cause: keys of mistakes, or a plain finding."""
    return [*answer["mistakes"], *({answer["finding"]} & PLAIN)] if answer else []


def misfits(entries: Iterable[Entry], run: Run) -> Iterator[str]:
    """Yield the entries whose points drop elsewhere than in their wrong functions, and how."""
    for entry in entries:
        lost = {name for name, answer in run[entry.name].items() if answer["score"] != answer["of"]}
        if lost != set(entry.wrong):
            yield f"{entry.name}: wrong {sorted(entry.wrong)}, lost {sorted(lost)}"


def counted(entries: Iterable[Entry], run: Run) -> dict[str, Counter[str]]:
    """Count how entries were named, by kind of entry."""
    labels = read_labels(ASSIGNMENT)
    totals: dict[str, Counter[str]] = {}
    for entry in entries:
        for kind in _kinds(entry, labels):
            totals.setdefault(kind, Counter())[named(entry, run[entry.name], labels)] += 1
    return totals


def _kinds(entry: Entry, labels: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield "all entries"
    yield "kinds that their author took for unseen" if entry.unseen else "other kinds"
    if any(len(one) > 1 for one in entry.wrong.values()):
        yield "two mistakes in one function"
    if len(entry.wrong) > 1:
        yield "several functions"
    due = {key for some in entry.wrong.values() for label in some for key in labels[label]}
    if not due & _UNFINISHED:
        yield "all but unfinished and missing work"


def print_figures(entries: Sequence[Entry], run: Run) -> bool:
    """Print what was named, the totals, and where points do not fit; whether they fit."""
    labels = read_labels(ASSIGNMENT)
    for entry in entries:
        print(f"{named(entry, run[entry.name], labels):<10}", _line(entry, run[entry.name]))
    for kind, count in counted(entries, run).items():
        shares = ", ".join(f"{way} {_share(count, way)}" for way in WAYS)
        print(f"\n{kind}: {count.total()} entries\n    {shares}")
    unfit = list(misfits(entries, run))
    print("\npoints drop elsewhere than in the wrong functions:", len(unfit))
    print(*unfit, sep="\n")
    return not unfit


def _line(entry: Entry, told: Mapping[str, Told]) -> str:
    parts = [
        f"{function}: {', '.join(causes(told.get(function))) or '-'}"
        f" (is {', '.join(entry.wrong.get(function, ['right']))})"
        for function in {**entry.wrong, **told}
        if causes(told.get(function)) or function in entry.wrong
    ]
    return f"{entry.name}  {'; '.join(parts)}"


def _share(count: Counter[str], way: str) -> str:
    return f"{count[way]} ({count[way] / count.total():.1%})"


def page(entries: Sequence[Entry], first: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """Return the first figures beside the last ones, and what is still not named rightly."""
    runs = first["entries"], last["entries"]
    counts = [counted(entries, run) for run in runs]
    rows = [
        [kind, str(ours.total()), *(_share(counts[0][kind], way) for way in (RIGHT, WRONG))]
        + [_share(ours, way) for way in WAYS]
        for kind, ours in counts[1].items()
    ]
    heads = ["", "entries", "first: rightly", "first: wrongly", *(f"last: {way}" for way in WAYS)]
    labels = read_labels(ASSIGNMENT)
    left = [
        f"- {named(entry, runs[1][entry.name], labels)}: {_line(entry, runs[1][entry.name])}"
        for entry in entries
        if named(entry, runs[1][entry.name], labels) != RIGHT
    ]
    unfit = [len(list(misfits(entries, run))) for run in runs]
    return f"""# How often the cause is named

`python -m benchmarks.diagnosis --keep`, over the bank of wrong submissions in `tests/bank`.

- First, before any tuning: {first["machine"]}, at {first["commit"]}.
- Last: {last["machine"]}, at {last["commit"]}.

Both are read with the entries and labels as they are now.  Between the two the catalogue took up
what the bank showed, in general form: the last figure says how much of the bank it covers, and the
first is the one to expect of submissions that it has not seen.  Read at bdbcb3c, with the labels
as they were before any tuning and {FIRST_READING}.

{table(heads, rows)}

Entries whose points drop elsewhere than in exactly the functions that are wrong: first {unfit[0]},
last {unfit[1]}.

Not named rightly in the last run, with what each function was told and what it is:

{chr(10).join(left) or "none"}
"""


def _keep(kept: Mapping[str, Any], path: Path) -> None:
    """Write a run, one line for each entry."""
    lines = ",\n".join(
        f" {json.dumps(name)}: {json.dumps(told)}" for name, told in kept["entries"].items()
    )
    head = json.dumps({name: part for name, part in kept.items() if name != "entries"}, indent=1)
    path.write_text(f'{head[:-2]},\n "entries": {{\n{lines}\n }}\n}}\n', "utf-8")


def read(path: Path) -> dict[str, Any]:
    """Read a run that was kept."""
    return dict(json.loads(path.read_text("utf-8")))


def main() -> None:
    """Judge the bank, or read an earlier run, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", action="store_true", help="keep the run and its page")
    parser.add_argument("--page", action="store_true", help="write the page again")
    parser.add_argument("--stored", type=Path, metavar="FILE", help="read a run that was kept")
    parser.add_argument("--seed", type=int, default=1, help="seed of the hidden cases")
    options = parser.parse_args()
    entries = list(read_bank(ASSIGNMENT))
    if options.stored or options.page:
        kept = read(options.stored or LAST)
    else:
        kept = {"machine": machine(), "commit": commit(), "seed": options.seed}
        kept["entries"] = judge_all(entries, options.seed)
    if options.keep:
        _keep(kept, LAST)
    if options.keep or options.page:
        PAGE.write_text(page(entries, read(FIRST), read(LAST)), "utf-8")
    print(f"{kept['machine']}, at {kept['commit']}")
    if not print_figures(entries, kept["entries"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
