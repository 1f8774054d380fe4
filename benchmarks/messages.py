"""Messages that students would get, drawn at random to be labelled by hand.

    python -m benchmarks.messages --draw 200 FILE --seed S    write a label file
    python -m benchmarks.messages FILE                        count what it says by now

They are drawn from the rows that ``benchmarks.mutants --keep`` keeps, those of all assignments and
seeds.  A label file is TOML: ``by`` is who labelled it and what they had to do with the grader,
then one table a message, with the name of the mutant, the function, the text of its file, what was
said of it, and ``label``, which is "true", "partly", "untrue" or, until it is read, "".  Whoever
labels reads the code and the message, and nothing else: not which line was changed.

Submissions that somebody wrote apart from this program are labelled in the same way, by whoever
wrote them: with what was ``due``, put down before they were graded, and "unnamed" where what was
said is true and names neither cause nor line.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.classes import ROOT
from benchmarks.mutants import drawn, read_rows
from benchmarks.stored import RESULTS
from grader.course import find_course

LABELS = ("true", "partly", "unnamed", "untrue", "")


def messages() -> Iterator[dict[str, str]]:
    """Yield what was said of each wrong function of a kept mutant, where more than what is."""
    for path in sorted(RESULTS.glob("mutants-*.jsonl")):
        assignment, _, seed = path.stem.removeprefix("mutants-").rpartition("-")
        task = find_course(ROOT).assignment(assignment)
        rows = {one["name"]: one for one in read_rows(path)}
        files = {one.name: one.files for one in drawn(task, 2 * len(rows), int(seed))}
        home = {one.name: one.file for one in task.functions}
        for name, one in rows.items():
            for function, said in one["said"].items():
                if any(said[1:]) and name in files:
                    yield {
                        "assignment": assignment,
                        "mutant": name,
                        "function": function,
                        "said": " ".join(filter(None, said)),
                        "code": files[name][home[function]].decode(),
                        "label": "",
                    }


def written(some: list[dict[str, str]]) -> str:
    """Return a label file."""
    head = 'by = ""\n'
    tables = (
        "\n[[message]]\n" + "".join(f"{key} = {json.dumps(text)}\n" for key, text in one.items())
        for one in some
    )
    return head + "".join(tables)


def counted(text: str) -> str:
    """Return who labelled how many messages how; ValueError names a label that there is not."""
    data = tomllib.loads(text)
    labels = Counter(one["label"] for one in data["message"])
    if unknown := set(labels) - set(LABELS):
        raise ValueError(
            f"There is no label {min(unknown)!r}; the labels are true, partly, unnamed, untrue."
        )
    read = labels.total() - labels[""]
    shares = ", ".join(f"{one} {labels[one]}" for one in LABELS[:-1])
    return f"{read} of {labels.total()} messages labelled by {data['by'] or 'nobody'}: {shares}."


def main() -> None:
    """Draw messages, or count labels."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="the label file")
    parser.add_argument("--draw", type=int, metavar="N", help="draw so many and write the file")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw")
    options = parser.parse_args()
    if options.draw is None:
        print(counted(options.file.read_text("utf-8")))
        return
    some = list(messages())
    if options.file.exists():
        sys.exit(f"{options.file} is there already: labels in it would be lost.")
    random.Random(options.seed).shuffle(some)
    options.file.write_text(written(some[: options.draw]), "utf-8")
    print(f"{min(options.draw, len(some))} of {len(some)} messages written to {options.file}.")


if __name__ == "__main__":
    main()
