"""What writing costs, and submissions that cost almost nothing."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.classes import ROOT, make_class, make_copies, models, submissions
from benchmarks.measure import Cost, grade_run
from benchmarks.options import Options
from benchmarks.stored import Found, table

TITLE = "What writing costs, and what costs almost nothing"

DIFFERENT = "all different"
UNTOUCHED = "untouched stubs"
IDENTICAL = "identical, and wrong"
UNCHANGED = "unchanged since the last run"
WRONG = "grace_kimani"


def measure(options: Options) -> dict[str, Any]:
    """Grade one class of each kind, and write the results of the first once more."""
    size = options.some
    wrong = next(path for path in models() if path.parent.name == WRONG)
    kinds: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        different = make_class(place / "different", size)
        kinds[DIFFERENT] = _took(grade_run(different, out=place / "results"))
        print(f"  {DIFFERENT}: {kinds[DIFFERENT]['cpu']:.1f} s of CPU", flush=True)
        kinds[UNCHANGED] = _took(grade_run(different, out=place / "results"))
        print(f"  {UNCHANGED}: {kinds[UNCHANGED]['cpu']:.1f} s of CPU", flush=True)
        writing = write_again(place / "results", different, place / "again")
        for name, model in (
            (UNTOUCHED, ROOT / "assignments" / "rnn_bptt"),
            (IDENTICAL, wrong),
        ):
            files = _handed_in(model, place / f"model {name}")
            kinds[name] = _took(grade_run(make_copies(place / name, size, files)))
            kinds[name]["one"] = grade_run(make_copies(place / f"one {name}", 1, files)).cpu
            print(f"  {name}: {kinds[name]['cpu']:.1f} s of CPU", flush=True)
    return {"size": size, "kinds": kinds, "writing": writing}


def write_again(results: Path, submitted: Path, out: Path) -> dict[str, float]:
    """Write the files of a run once more; seconds of processor and wall time."""
    from grader.course import find_course
    from grader.intake.submission import read_submission
    from grader.phrases import Phrases
    from grader.reports import grades_csv
    from grader.running.grading import student_files
    from grader.running.results_folder import ResultsFolder
    from grader.running.stored_results import stored_reports

    assignment = find_course(ROOT).assignment("rnn_bptt")
    phrases = Phrases.of(assignment.hidden)
    folders = submissions(submitted)
    work = [
        (report, read_submission(folders[report.student], report.student, assignment).files)
        for report in stored_reports(results, assignment)
    ]

    def write(some: Iterable[Any], place: Path) -> None:
        with ResultsFolder(place, assignment.name) as folder:
            for report, files in some:
                folder.write(report.student, student_files(report, phrases, files))
            functions = [function.name for function in assignment.functions]
            table = grades_csv.grades([report for report, _ in work], functions)
            folder.write_class({"grades.csv": table})

    write(work[:1], out.with_name("warm"))
    processor, wall = time.process_time(), time.perf_counter()
    write(work, out)
    return {"cpu": time.process_time() - processor, "wall": time.perf_counter() - wall}


def _took(cost: Cost) -> dict[str, float]:
    return {"cpu": cost.cpu, "wall": cost.wall}


def _handed_in(model: Path, folder: Path) -> Path:
    """Copy what is handed in of a folder that also holds tests."""
    folder.mkdir()
    for name in ("rnn_cell.py", "rnn_sequence.py", "numpy_vs_torch.py"):
        (folder / name).write_bytes((model / name).read_bytes())
    return folder


def text(found: Found) -> str:
    """Return the tables."""
    size, kinds, writing = found["size"], found["kinds"], found["writing"]
    whole = kinds[DIFFERENT]
    rows = []
    for name, took in kinds.items():
        further = (took["cpu"] - took["one"]) / (size - 1) if "one" in took else None
        rows.append(
            (
                name,
                f"{took['cpu']:.1f}",
                f"{took['wall']:.1f}",
                f"{1000 * took['cpu'] / size:.1f}",
                "" if further is None else f"{1000 * further:.1f}",
            )
        )
    share = writing["cpu"] / whole["cpu"]
    return "\n\n".join(
        [
            table((f"{size} submissions", "CPU s", "wall s", "CPU ms each", "each further"), rows),
            "*Each further* is what a submission beyond the first takes: that of the whole run "
            "less that of a run with one, so without starting up.",
            f"Writing all results of the {size} different ones (JSON, Markdown, HTML, CSV) takes "
            f"{writing['cpu']:.2f} s of processor time ({1000 * writing['cpu'] / size:.1f} ms "
            f"each): {share:.0%} of the run.",
        ]
    )
