"""What can be said of the benchmarks without a clock: classes, the peers' cases, tables."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import cheap, cluster, cost, faults, growth, large, loops, paired, plots, start
from benchmarks.__main__ import main
from benchmarks.classes import (
    ABORTS,
    ATTACKS,
    LOOPS,
    make_class,
    make_copies,
    models,
    submissions,
)
from benchmarks.growth import memory
from benchmarks.in_process import InProcess
from benchmarks.measure import Cost, Sample, run
from benchmarks.peers.plain_pytest import _right
from benchmarks.peers.recorded import write_cases
from benchmarks.stored import keep, spread
from benchmarks.variants import another
from grader.course import Assignment, find_course

ROOT = Path(__file__).resolve().parents[1]
SIGNED = {"command": "python -m benchmarks x", "machine": "a machine, a day", "commit": "abc1234"}


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """The assignment that is measured."""
    return find_course(ROOT).assignment("rnn_bptt")


@pytest.fixture(scope="module")
def class_of_60(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The submissions of a made class, by student."""
    return submissions(make_class(tmp_path_factory.mktemp("class"), 60))


def functions(source: str) -> Iterator[str]:
    """Yield every function of a file, without names of variables it could share with none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            yield ast.dump(node)


def test_a_made_class_has_the_proportions_of_the_sample_class(
    class_of_60: dict[str, Path],
) -> None:
    """Every student of the sample class but the one who loops stands for as many others."""
    count = Counter(student.rpartition("_")[0] for student in class_of_60)
    assert set(count.values()) == {3}
    assert LOOPS not in count
    assert len(count) == 20


def test_no_function_of_a_made_class_is_in_two_submissions(class_of_60: dict[str, Path]) -> None:
    """Nothing that compares files, or functions, could judge one for several."""
    seen: Counter[str] = Counter()
    files: Counter[bytes] = Counter()
    for folder in class_of_60.values():
        for path in folder.glob("*.py"):
            files[path.read_bytes()] += 1
            try:
                seen.update(set(functions(path.read_text("utf-8"))))
            except SyntaxError:
                continue
    assert len(files) > 100
    assert len(seen) > 400
    assert max(files.values()) == 1
    assert max(seen.values()) == 1


def test_a_variant_earns_what_its_model_does(assignment: Assignment) -> None:
    """Renaming changes no point of anybody, right or wrong."""
    judge = InProcess(assignment)
    earned, due = {}, {}
    for model in models(but=(LOOPS, ABORTS, ATTACKS)):
        files = {path.name: path.read_bytes() for path in model.glob("*.py")}
        due[model.parent.name] = judge.score(files)
        other = {name: another(text.decode(), 7).encode() for name, text in files.items()}
        earned[model.parent.name] = judge.score(other)
    assert earned == due
    assert len(due) == 18
    assert due["amara_okafor"] == 100
    assert due["noor_haddad"] == 0


def test_a_variant_keeps_names_that_mean_something() -> None:
    """Arguments, keywords, attributes, globals and names in f-strings stay as they are."""
    source = (
        "import numpy as np\n"
        "scale = 2\n"
        "def f(x, axis=0):\n"
        '    """Say."""\n'
        "    total = np.sum(x, axis=axis) * scale\n"
        "    shown = total\n"
        '    return f"{shown}", total\n'
        "def g(x):\n"
        "    if x:\n"
        "        y = 1\n"
        "        return y\n"
    )
    assert another(source, 5) == (
        "import numpy as np\n"
        "scale = 2\n"
        "def f(x, axis=0):\n"
        '    """Say."""; _variant = 5\n'
        "    total_5 = np.sum(x, axis=axis) * scale\n"
        "    shown = total_5\n"
        '    return f"{shown}", total_5\n'
        "def g(x):\n"
        "    _variant = 5\n"
        "    if x:\n"
        "        y_5 = 1\n"
        "        return y_5\n"
        "\n# variant 5\n"
    )
    assert another("def f(:\n", 5) == "def f(:\n\n# variant 5\n"


def test_looping_submissions_are_spread_over_the_class(tmp_path: Path) -> None:
    """They stand at even distances, and define every function of the contract."""
    students = list(submissions(make_class(tmp_path, 40, looping=2)))
    numbers = sorted(int(name.rpartition("_")[2]) for name in students if "looping" in name)
    assert numbers == [10, 30]
    text = "".join(path.read_text("utf-8") for path in tmp_path.glob("looping_00010/*/*.py"))
    defined = {getattr(node, "name", "") for node in ast.parse(text).body}
    assert {one.name for one in find_course(ROOT).assignment("rnn_bptt").functions} <= defined


def test_copies_are_identical(tmp_path: Path) -> None:
    """A class of copies holds the same files, and each of the model's."""
    copies = submissions(make_copies(tmp_path, 3, models()[0]))
    held = {
        tuple((path.name, path.read_bytes()) for path in sorted(folder.iterdir()))
        for folder in copies.values()
    }
    assert held == {
        tuple((path.name, path.read_bytes()) for path in sorted(models()[0].glob("*.py")))
    }


def test_peers_judge_by_all_hidden_cases(assignment: Assignment, tmp_path: Path) -> None:
    """The solution is right by what peers are given, and each sort of mistake is not."""
    work = write_cases(assignment, tmp_path)
    for function in assignment.functions:
        cases = work[function.name]["cases"]
        text = (assignment.hidden / f"test_{function.name}.py").read_text("utf-8")
        written = {line[4:].partition("(")[0] for line in text.splitlines() if "def test_" in line}
        assert {case["name"].partition("[")[0] for case in cases} == written
    by_name = {model.parent.name: model for model in models()}
    solution, stubs, accumulates, farid, wei = _checked(
        tmp_path,
        assignment.solutions,
        assignment.stubs,
        by_name["amara_okafor"],
        by_name["farid_rahmani"],
        by_name["wei_zhang"],
    )
    assert solution == accumulates == dict.fromkeys(work, "")
    assert stubs == dict.fromkeys(work, "NotImplementedError")
    assert farid["rnn_cell_backward"] == "AssertionError"  # dba without keepdims
    assert farid["rnn_forward"] == ""
    assert wei["compare_with_torch"] == "AssertionError"  # gradients are not cleared


CHECKING = """\
import json, os, sys
import numpy, replay, torch

for folder in sys.argv[1:]:
    told = {}
    if os.fork():
        os.wait()
        continue
    os.chdir(folder)
    sys.path.insert(0, folder)
    for name in replay.load():
        try:
            replay.check(name)
            told[name] = ""
        except Exception as error:
            told[name] = type(error).__name__
    print("told", json.dumps(told), flush=True)
    os._exit(0)
"""


def _checked(given: Path, *submissions: Path) -> list[dict[str, str]]:
    """Check submissions as peers do: the exception of each function, "" where it is right."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", CHECKING, *submissions],
        env={"PYTHONPATH": str(given)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        dict(json.loads(line.removeprefix("told ")))
        for line in done.stdout.splitlines()
        if line.startswith("told ")
    ]


def test_a_run_is_charged_for_processes_it_leaves_behind(tmp_path: Path) -> None:
    """Processor time of a child that outlives its parent by a moment is counted."""
    burn = "import time\nwhile time.process_time() < 1: pass\nopen('burnt', 'w').close()\n"
    program = (
        "import os, subprocess, sys, time\n"
        "subprocess.Popen(['sh', '-c', sys.executable + ' burn.py & exit 0']).wait()\n"
        "while not os.path.exists('burnt'): time.sleep(0.01)\n"
    )
    (tmp_path / "burn.py").write_text(burn, "utf-8")
    assert run([sys.executable, "-c", program], tmp_path).cpu >= 1


def test_a_run_that_fails_is_no_result(tmp_path: Path) -> None:
    """An exit code that is not due is an error with the end of what was said."""
    with pytest.raises(RuntimeError, match=r"ended with 7: so it goes$"):
        run([sys.executable, "-c", "print('so it goes'); raise SystemExit(7)"], tmp_path)


def test_a_run_leaves_other_processes_alone(tmp_path: Path) -> None:
    """How a child ended that is not the run's own is for its parent to hear."""
    other = subprocess.Popen([sys.executable, "-c", "raise SystemExit(7)"])
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    run([sys.executable, "-c", ""], tmp_path)
    assert other.wait() == 7


def test_a_report_without_a_test_is_no_success(tmp_path: Path) -> None:
    """A pytest that ran nothing found no function right."""
    report = tmp_path / "report.xml"
    report.write_text("<testsuites><testsuite/></testsuites>", "utf-8")
    assert _right(report, ("softmax",)) == 0
    case = '<testcase name="test_case[{}-case3]">{}</testcase>'
    told = case.format("softmax", "<failure/>") + case.format("rnn_forward", "")
    report.write_text(f"<testsuites>{told}</testsuites>", "utf-8")
    assert _right(report, ("softmax", "rnn_forward")) == 1


def test_memory_of_a_lane_is_its_share_of_all_that_judges() -> None:
    """Peaks are of one moment; near the end means the last tenth but one.

    Of three lanes the first judges nothing: the others are forked from it.
    """
    samples = [
        Sample(1.0, 50.0, {6: (20.0, 200.0), 7: (100.0, 50.0), 8: (90.0, 80.0)}),
        Sample(8.5, 60.0, {6: (20.0, 160.0), 7: (110.0, 50.0), 8: (95.0, 50.0)}),
        Sample(9.9, 70.0, {7: (130.0, 10.0)}),
    ]
    assert memory(Cost(12.0, 10.0, samples)) == {
        "peak": 590.0,
        "lane": 270.0,
        "judge": 110.0,
        "command": 60.0,
    }


COST: dict[str, Any] = {
    **SIGNED,
    "of_ours": 200,
    "of_peers": 8,
    "limit": [0.020, 0.018, 0.025],
    "rounds": {
        cost.OURS: [{"cpu": 0.05, "wall": 0.03, "memory": 700.0}],
        "nbgrader autograde": [
            {"cpu": 3.0, "wall": 4.0, "memory": 390.0},
            {"cpu": 5.0, "wall": 6.0, "memory": 400.4},
            {"cpu": 4.0, "wall": 5.0, "memory": 380.0},
        ],
    },
    "what": {"nbgrader autograde": "a notebook"},
    "why_not": {"check50": "it cannot be installed: no such package"},
}
GROWTH: dict[str, Any] = {
    **SIGNED,
    "cores": 2,
    "classes": [
        {
            "size": size,
            "cpu": cpu,
            "wall": wall,
            "peak": 700,
            "lane": 340,
            "judge": 90,
            "command": 60,
        }
        for size, cpu, wall in ((20, 6.0, 4.0), (100, 10.0, 6.0), (1000, 55.0, 30.0))
    ],
}
CLUSTER: dict[str, Any] = {
    **SIGNED,
    "cores": 2,
    "size": 100,
    "few": 10,
    "start": 0.05,
    "here": {"cpu": 10.0, "wall": 6.0},
    "there": {"command": 0.5, "others": 11.5, "wall": 7.0},
    "bytes_out": 5 * 1024.0,
    "bytes_back": 3 * 1024.0,
}


def test_the_table_of_costs() -> None:
    """Tools stand by what they cost, with medians, spread and ratios; one left out says why."""
    rows = [line for line in cost.text(COST).splitlines() if line.startswith("| ")]
    assert rows[2:] == [
        "| the limit: one process, no isolation | 20 (18 to 25) |  |  | 1 | 0.4 |",
        "| `grade run` | 50 | 30 | 700 | 2.5 | 1 |",
        "| nbgrader autograde | 4,000 (3,000 to 5,000) | 5,000 (4,000 to 6,000) | 400 | 200 | 80 |",
        "| check50 | not measured: it cannot be installed: no such package |  |  |  |  |",
    ]


def test_the_table_of_growth() -> None:
    """A further submission costs the difference of two classes, shared by that of their sizes."""
    rows = [line for line in growth.text(GROWTH).splitlines() if line.startswith("| ")]
    assert rows[2:] == [
        "| 100 | 10.0 | 6.0 | 100 | 50 | 16.7 | 83% | 700 | 340 | 90 | 60 |",
        "| 1,000 | 55.0 | 30.0 | 55 | 50 | 33.3 | 92% | 700 | 340 | 90 | 60 |",
    ]


def test_the_arithmetic_of_a_hundred_thousand(tmp_path: Path) -> None:
    """100,000 x 50 ms are 1.4 hours of one core; the page gets them between its marks."""
    keep("growth", GROWTH, tmp_path)
    keep("cluster", CLUSTER, tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- figures: begin -->\nfigures of last year\n<!-- figures: end -->\nafter\n",
        "utf-8",
    )
    large.write_figures(tmp_path, page)
    text = page.read_text("utf-8")
    assert text.startswith("before\n<!-- figures: begin -->\n\nMeasured on a machine, a day")
    assert text.endswith("\n\n<!-- figures: end -->\nafter\n")
    assert "100,000 submissions x 50 ms = 1.4 hours of one core" in text
    assert "takes 5.0 ms of its own for a further submission" in text  # (0.5 - 0.05) s / 90
    assert "| 2 | 37 | 45 min | 0.7 |\n| 8 | 147 | 11 min | 2.7 |" in text
    assert "last year" not in text
    large.write_figures(tmp_path, page)
    assert page.read_text("utf-8") == text


def test_the_arithmetic_waits_for_what_it_needs(tmp_path: Path) -> None:
    """Without figures of a cluster the page stays as it is."""
    keep("growth", GROWTH, tmp_path)
    page = tmp_path / "page.md"
    page.write_text("as it is", "utf-8")
    large.write_figures(tmp_path, page)
    assert page.read_text("utf-8") == "as it is"


def test_the_readme_quotes_the_figures_kept(tmp_path: Path) -> None:
    """Every figure of the section comes from what is kept; parts that never ran are left out."""
    keep("cost", COST, tmp_path)
    keep("growth", GROWTH, tmp_path)
    text = large.readme(tmp_path)
    assert "takes `grade run` 50 ms of processor time in a class of 200" in text
    assert "nbgrader autograde 4.0 s (80 times)" in text
    assert "- 1,000 different submissions take 0.5 minutes on 2 cores (33 a second" in text
    assert "first result" not in text


def test_pages_and_pictures_are_made_again_of_figures_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--pages` measures nothing, and the same figures give the same files."""
    keep("cost", COST, tmp_path)
    keep("growth", GROWTH, tmp_path)
    monkeypatch.setattr(sys, "argv", ["x", "--pages", "--results", str(tmp_path)])
    main()
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    main()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert set(first) == {
        *("cost.json", "cost.md", "cost.svg"),
        *("growth.json", "growth.md", "growth.svg"),
    }
    assert first["cost.md"].startswith(
        b"# What grading costs\n\n`python -m benchmarks x` on a machine, a day, at abc1234.\n"
    )
    assert b"nbgrader autograde" in first["cost.svg"]


def test_figures_that_are_stored_here_can_be_read() -> None:
    """Every page beside the benchmarks is the one that its figures give."""
    pages = {"cheap": cheap, "cluster": cluster, "cost": cost, "growth": growth}
    pages |= {"loops": loops, "start": start}
    for path in sorted((ROOT / "benchmarks" / "results").glob("*.json")):
        if path.stem in pages:
            found = json.loads(path.read_text("utf-8"))
            assert pages[path.stem].text(found).strip() in path.with_suffix(".md").read_text(
                "utf-8"
            )
            if path.stem in plots.PLOTS:
                assert path.with_suffix(".svg").exists()


def test_a_spread_of_one_is_a_number() -> None:
    """What was measured once has no lowest and highest."""
    assert spread([3.0]) == "3"
    assert spread([3.0, 1.0, 2.0]) == "2 (1 to 3)"


FAULTS: dict[str, Any] = {
    "students": 200,
    "kills": {"lane": {"KILL": 2, "STOP": 1}, "worker": {"KILL": 3}},
    "commands": 4,
    "rounds": 2,
    "lost": [],
    "different": ["ann_00001", "ann_00001"],
    "processes": 0,
    "folders": 1,
    "tracebacks": 0,
    "not_judged": 1,
}


def test_the_page_of_the_kills() -> None:
    """It counts signals by kind, and names whose record differs."""
    said = faults.text(FAULTS)
    assert said.startswith("6 signals were sent to processes of 4 commands that graded a\n")
    assert "| KILL | 2 | 3 |\n| STOP | 1 | 0 |\n| all | 3 | 3 |" in said
    assert "- students lost: 0\n- records that differ: 2 (ann_00001)\n" in said
    assert "- temporary folders left behind: 1\n" in said


def test_kills_at_random_lose_nothing(tmp_path: Path) -> None:
    """A small class, some kills: what comes of it is what comes of a quiet run."""
    command = ["-m", "benchmarks.faults", "--kills", "4", "--students", "3", "--chance", "1"]
    done = subprocess.run(
        [sys.executable, *command, "--work", tmp_path, "--pause", "4"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tally = json.loads((tmp_path / "tally.json").read_text())
    assert tally["lost"] == tally["different"] == []
    assert tally["processes"] == tally["folders"] == tally["tracebacks"] == 0
    assert tally["kills"]  # or nothing was tried
    assert tally["rounds"]  # or nothing was compared


def test_two_checkouts_side_by_side(tmp_path: Path) -> None:
    """Medians of both, what one is to the other, and right ones held to the other's limit."""
    before, after = paired.Side(tmp_path), paired.Side(ROOT)
    before.wall, after.wall = [9.0, 8.0, 20.0], [4.0, 4.5, 5.0]
    before.cpu, after.cpu, before.growth, after.growth = 100.0, 80.0, 12.0, -3.0
    before.right, after.right = [0.06], [0.05]
    lines = paired.report((before, after), [0.02, 0.04], 1000)
    assert lines[2:6] == [
        "| 30, new folder: last result (wall) | 9.00 s | 4.50 s | 0.50 |",
        "| 1,000: processor time | 100.0 s | 80.0 s | 0.80 |",
        "| a right one: processor time | 60.0 ms | 50.0 ms | 0.83 |",
        "",
    ]
    assert lines[6] == "Memory of the last half over the first: +12 MiB before, -3 MiB after."
    assert lines[8] == (
        "A right one takes 2.00 times the limit before, 1.67 times after (30.0 ms)."
    )
