"""How often the line and the cause of a mistake are named, over mutants of right submissions.

    python -m benchmarks.mutants [ASSIGNMENT] [--count N] [--seed S] [--list]
    python -m benchmarks.mutants [ASSIGNMENT] --keep     go on with the kept rows, write the page
    python -m benchmarks.mutants [ASSIGNMENT] --unseen   the mistakes of unseen.toml, by hand
    python -m benchmarks.mutants --kept --seed S --without T
                                    the figures of all kept rows, but for mutants drawn with T too

The mutants are those of Cosmic Ray's operators (``pip install cosmic-ray``), made of the solution
and of right submissions in other styles; one change each, as many of each style.  Those that lose
no points are left out.  A line is

rightly named   where a place is the changed line alone, or the exception is said to be there,
within          where it is among the few lines named,
wrongly named   where a place does not hold it,

and the changed line counts in the function that lost the points: others that follow from it, and
are told a line, must name the same one.  A run that is kept may be ended at any time; it goes on
where it was, until --count mutants are judged.  2,000 take some hours.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.classes import ROOT
from benchmarks.measure import commit, machine
from benchmarks.mutating import Mutant, mutants
from benchmarks.stored import RESULTS, table
from benchmarks.styles import styles
from grader.course import Assignment, find_course
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.phrases import Phrases
from grader.record import FunctionResult, Place, Status
from grader.running.settings import Settings
from grader.running.start import open_judge

RIGHT, WITHIN, WRONG, NONE = WAYS = "rightly named", "within", "wrongly named", "none named"
ALIKE = "no points lost"

Row = Mapping[str, Any]
"""What was said of one mutant; ``said`` are the sentences, by function."""


def judged(judge: Judge, files: Mapping[str, bytes]) -> list[FunctionResult]:
    """Return the results of the functions that lost points."""
    report = judge.judge(Submission("mutant", files, (), ""))
    return [one for one in report.functions if one.status is Status.FAILED]


def named(mutant: Mutant, results: list[FunctionResult]) -> str:
    """Say how the changed line was named."""
    lines = {mutant.line, *mutant.also}
    places = [place for result in results for place in result.places]
    facts = [one.finding.facts for one in results if one.finding and not one.places]
    if not places:
        told = {one.get("line") for one in facts if one.get("file") == mutant.file}
        return RIGHT if told & lines else NONE
    sentences = [
        some for one in results for some in ([one.either] if one.either else zip(one.places))
    ]

    def holds(place: Place) -> bool:
        return place.file == mutant.file and not lines.isdisjoint(
            range(place.first, place.last + 1)
        )

    if not all(any(map(holds, some)) for some in sentences):
        return WRONG
    exact = all(len(some) == 1 and some[0].first == some[0].last for some in sentences)
    return RIGHT if exact else WITHIN


def row(mutant: Mutant, results: list[FunctionResult], phrases: Phrases) -> Row:
    """Return what was said of a mutant, as it is kept."""
    return {
        "name": mutant.name,
        "line": mutant.line,
        "operator": mutant.operator,
        "undone": mutant.undone,
        "how": named(mutant, results) if results else ALIKE,
        "kinds": sorted({one.finding.kind for one in results if one.finding}),
        "causes": sorted({key for one in results for key in one.mistakes}),
        "said": {
            one.name: [
                phrases.what(one.finding) if one.finding else "",
                phrases.cause(one),
                phrases.where(one),
            ]
            for one in results
        },
    }


def unseen(task: Assignment) -> Iterator[Mutant]:
    """Yield the submissions written by hand before anything was run on them."""
    right = styles(task)
    for name, said in tomllib.loads((Path(__file__).parent / "unseen.toml").read_text()).items():
        if said.get("task", "rnn_bptt") != task.name:
            continue
        text = right[said["base"]][said["file"]].decode()
        assert text.count(said["old"]) == 1, name
        text = text.replace(said["old"], said["new"])
        lines = [
            n
            for n, one in enumerate(text.splitlines(), 1)
            if any(part in one for part in said["lines"])
        ]
        files = {**right[said["base"]], said["file"]: text.encode()}
        also = frozenset(lines[1:])
        yield Mutant(name, said["base"], files, said["file"], lines[0], "by hand", also=also)


def drawn(task: Assignment, count: int, seed: int) -> Iterator[Mutant]:
    """Yield so many mutants, of each style in turn."""
    right = styles(task)
    each = [
        mutants(name, files, _own(task, files, right["solution"]) or tuple(task.files), seed)
        for name, files in right.items()
    ]
    in_turn = itertools.chain.from_iterable(itertools.zip_longest(*each))
    return itertools.islice((one for one in in_turn if one is not None), count)


def _own(
    task: Assignment, files: Mapping[str, bytes], solution: Mapping[str, bytes]
) -> tuple[str, ...]:
    """Return the contract files that are not the solution's."""
    return tuple(one for one in task.files if files[one] != solution[one])


def measured(
    task: Assignment, some: Iterable[Mutant], seed: int, kept: Sequence[Row]
) -> Iterator[Row]:
    """Judge mutants, those left out that are kept already; yields a row for each."""
    done = {one["name"] for one in kept}
    phrases = Phrases.of(task.hidden)
    with open_judge(task, Settings(seed=seed, timeout=2.0)) as judge:
        for mutant in some:
            if mutant.name not in done:
                yield row(mutant, judged(judge, mutant.files), phrases)


def figures(rows: Sequence[Row]) -> str:
    """Return the table of how lines were named, and in how many a cause or a line was."""
    counts: dict[str, Counter[str]] = {}
    wrong = [one for one in rows if one["how"] != ALIKE]
    for one in wrong:
        undone = "an edit of repair undoes it" if one["undone"] else "no edit of repair undoes it"
        kind = "raises something" if "raised" in one["kinds"] else "raises nothing"
        operator = one["operator"].partition("_")[0]
        for key in ("all", undone, kind, one["name"].partition("/")[0], operator):
            counts.setdefault(key, Counter())[one["how"]] += 1
    lines = [
        [key, str(count.total()), *(f"{count[way] / count.total():.1%}" for way in WAYS)]
        for key, count in counts.items()
    ]
    causes = sum(bool(one["causes"]) for one in wrong)
    either = sum(bool(one["causes"]) or one["how"] in (RIGHT, WITHIN) for one in wrong)
    return (
        f"{table(['', 'wrong', *WAYS], lines)}\n\n"
        f"{len(rows)} mutants judged, {len(rows) - len(wrong)} of them right all the same.  "
        f"A cause is named in {causes} of the {len(wrong)} wrong ones, a cause or the line in "
        f"{either}."
    )


def read_rows(path: Path) -> list[Row]:
    """Return the rows that are kept; the last may have been cut off as it was written."""
    rows = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def rows_of(assignment: str, seed: int) -> Path:
    """Return the file of rows that are kept of an assignment."""
    return RESULTS / f"mutants-{assignment}-{seed}.jsonl"


def kept_rows(seed: int, without: Sequence[int]) -> list[Row]:
    """Return the rows of all assignments; what somebody has mended by was drawn with others."""
    rows = []
    for name in find_course(ROOT).names():
        met = {one["name"] for other in without for one in read_rows(rows_of(name, other))}
        rows += [one for one in read_rows(rows_of(name, seed)) if one["name"] not in met]
    return rows


def main() -> None:
    """Judge a sample of mutants and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("assignment", nargs="?", default="rnn_bptt")
    parser.add_argument("--count", type=int, default=200, help="mutants to draw, over all styles")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw and of the cases")
    parser.add_argument("--list", action="store_true", help="print each that is wrongly named")
    parser.add_argument("--unseen", action="store_true", help="judge those written by hand")
    parser.add_argument("--keep", action="store_true", help="keep the rows and the figures")
    parser.add_argument("--kept", action="store_true", help="print the figures of what is kept")
    parser.add_argument("--without", type=int, action="append", default=[], metavar="SEED",
                        help="leave out what was drawn with another seed, too")  # fmt: skip
    options = parser.parse_args()
    if options.kept:
        print(figures(kept_rows(options.seed, options.without)))
        return
    task = find_course(ROOT).assignment(options.assignment)
    kept = rows_of(task.name, options.seed)
    rows = read_rows(kept) if options.keep else []
    some = unseen(task) if options.unseen else drawn(task, options.count, options.seed)
    for one in measured(task, some, options.seed, rows):
        rows.append(one)
        if options.keep:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(one, ensure_ascii=False) + "\n")
        if options.list and one["how"] == WRONG:
            print(one["name"], one["line"], one["said"])
    text = f"{machine()}, at {commit()}, seed {options.seed}\n\n{figures(rows)}"
    print(text)
    if options.keep:
        kept.with_suffix(".md").write_text(f"# Mutants of {task.name}\n\n{text}\n", "utf-8")


if __name__ == "__main__":
    main()
