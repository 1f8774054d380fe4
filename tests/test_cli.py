"""What the commands say to whoever asks wrongly, and with which exit code."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.command import ROOT, SAMPLE, grade


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "rnn_bpt"], 'Error: There is no assignment "rnn_bpt". Did you mean "rnn_bptt"?\n'),
        (
            ["show", "x", "alice"],
            f'Error: There is no assignment "x". The assignments of "{ROOT}" are: '
            "gated_rnn, long_term_dependencies, rnn_bptt.\n",
        ),
        (
            ["run", "rnn_bptt", "--course", "/"],
            'Error: Neither "/" nor a folder above it holds assignments/ or solutions/. '
            "Change into the course's folder, name it with --course, or make one with "
            "`grade init`.\n",
        ),
        (
            ["run", "rnn_bptt", "--course", "/not there"],
            'Error: The course folder "/not there" is not there. Give another one with --course.\n',
        ),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    """One sentence on what is wrong and what to do, and exit code 2."""
    done = grade(*arguments)
    assert (done.code, done.out, done.err) == (2, "", said)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "rnn_bptt", "--jobs", "0"],
        ["run", "rnn_bptt", "--timeout", "never"],
        ["run", "rnn_bptt", "--timeout", "nan"],
        ["run", "rnn_bptt", ""],
        ["run", "rnn_bptt", "--out", ""],
        ["export", "rnn_bptt", "--format", "excel"],
        ["nonsense"],
    ],
)
def test_options_that_do_not_fit(arguments: list[str]) -> None:
    """Click says which, without a traceback, and exits with 2."""
    done = grade(*arguments)
    assert done.code == 2
    assert done.err.startswith("Usage: grade ")
    assert "Traceback" not in done.err


def test_no_submissions(tmp_path: Path) -> None:
    """It says where it looked and for what."""
    done = grade("run", "rnn_bptt", tmp_path, "--out", tmp_path / "out")
    assert done.code == 2
    assert done.err.startswith("Error: ")
    assert f'"{tmp_path}"' in done.err
    assert "rnn_cell.py" in done.err
    assert not (tmp_path / "out").exists()


def test_out_is_a_file(tmp_path: Path) -> None:
    """What is there is left alone."""
    (tmp_path / "out").write_text("mine")
    done = grade("run", "rnn_bptt", SAMPLE / "amara_okafor", "--out", tmp_path / "out")
    assert done.code == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_out_among_the_submissions(tmp_path: Path) -> None:
    """Results never mix with what they are about."""
    shutil.copytree(SAMPLE / "amara_okafor", tmp_path / "submitted" / "amara_okafor")
    before = sorted(tmp_path.rglob("*"))
    done = grade("run", "rnn_bptt", tmp_path / "submitted", "--out", tmp_path / "submitted" / "out")
    assert done.code == 2
    assert "would lie among the submissions" in done.err
    assert sorted(tmp_path.rglob("*")) == before


def test_help_lists_every_command() -> None:
    """And each has a help of its own."""
    done = grade("--help")
    assert done.code == 0
    for name in ("run", "show", "check", "build", "verify", "report", "export", "bundle", "new"):
        assert f"  {name} " in done.out
        assert grade(name, "--help").out.startswith(f"Usage: grade {name} ")


def test_help_of_export_says_what_gradescope_imports() -> None:
    """So that nobody looks for an import that is not there."""
    said = " ".join(grade("export", "--help").out.split())
    assert "Gradescope itself imports no grades: it is an assignment's autograder that sets" in said


def test_check_prints_and_writes_nothing(tmp_path: Path) -> None:
    """A quick look at one folder; the assignment is found by its files."""
    shutil.copytree(SAMPLE / "farid_rahmani" / "rnn_bptt", tmp_path / "farid")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = grade("check", tmp_path / "farid", "--seed", "3")
    assert done.code == 0, done.err
    assert done.out.startswith("farid   95 of 100 points   isolation: ")
    assert "     What   dba has shape (4,); it must be (4, 1).\n" in done.out
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


def test_check_of_nothing(tmp_path: Path) -> None:
    """It names what a submission holds."""
    done = grade("check", tmp_path)
    assert done.code == 2
    assert done.err.startswith(f'Error: No submission was found in "{tmp_path}". ')


def test_the_course_is_what_build_makes() -> None:
    """What is committed is up to date; tests/test_assignments.py verifies it."""
    built = grade("build", "rnn_bptt")
    assert built.code == 0
    assert built.out == f"{ROOT / 'assignments' / 'rnn_bptt'} is up to date\n"


def test_a_broken_hidden_case_is_nobody_s_fault(tmp_path: Path) -> None:
    """Nothing is judged, nobody gets a score, and exit code 3 says so."""
    for part in ("assignments", "solutions"):
        shutil.copytree(ROOT / part / "rnn_bptt", tmp_path / part / "rnn_bptt")
    shutil.copytree(ROOT / "grader" / "hidden" / "rnn_bptt", tmp_path / "hidden" / "rnn_bptt")
    (tmp_path / "hidden" / "rnn_bptt" / "test_softmax.py").write_text("1 +", "utf-8")
    done = grade("run", "rnn_bptt", SAMPLE / "amara_okafor", "--course", tmp_path)
    assert done.code == 3
    assert done.err.startswith("Error: Nothing can be judged: the hidden cases in ")
    assert "test_softmax.py" in done.err
    assert not list((tmp_path / "graded" / "rnn_bptt").glob("*/results.json"))


def test_an_own_course_needs_no_fork(tmp_path: Path) -> None:
    """Points changed in a course of one's own count there."""
    for part in ("assignments", "solutions"):
        shutil.copytree(ROOT / part / "rnn_bptt", tmp_path / part / "rnn_bptt")
    shutil.copytree(ROOT / "grader" / "hidden" / "rnn_bptt", tmp_path / "hidden" / "rnn_bptt")
    points = tmp_path / "hidden" / "rnn_bptt" / "assignment.toml"
    text = points.read_text("utf-8").replace("{ values = 2 }", "{ values = 12 }")
    points.write_text(text, "utf-8")
    done = grade("run", "rnn_bptt", SAMPLE / "amara_okafor", where=tmp_path)
    assert done.code == 0, done.err
    assert done.out.startswith("amara_okafor\t110 of 110 points\n")
    assert (tmp_path / "graded" / "rnn_bptt" / "grades.csv").exists()


def test_identical_submissions_are_judged_once(tmp_path: Path) -> None:
    """The result says so, and names nobody."""
    for student in ("ann", "bert", "cem"):
        shutil.copytree(SAMPLE / "diego_fuentes" / "rnn_bptt", tmp_path / student / "rnn_bptt")
    out = tmp_path / "out"
    done = grade("run", "rnn_bptt", *(tmp_path / name for name in ("ann", "bert", "cem")),
                 "--out", out)  # fmt: skip
    assert done.code == 0, done.err
    assert (
        "3 submissions, 2 with the same files as another one, and judged with it"
        in done.out.splitlines()
    )
    scores = [line.split(",")[1] for line in (out / "grades.csv").read_text().splitlines()[1:]]
    assert scores == ["95", "95", "95"]
    assert "bert" not in (out / "ann" / "results.json").read_text("utf-8")


def test_hostile_names(tmp_path: Path) -> None:
    """Spaces, line breaks, other alphabets and bytes that are no text: all graded, all told."""
    names = ["with space", "line\nbreak", "李 雷", "=1+1", "CON", "Ann", "ann"]
    folders = [os.fsencode(tmp_path / "s" / name) for name in names]
    folders.append(os.fsencode(tmp_path / "s") + b"/raw\xff")
    for folder in folders:
        os.makedirs(folder + b"/rnn_bptt")
        shutil.copy(
            os.fsencode(SAMPLE / "noor_haddad" / "rnn_bptt" / "rnn_cell.py"),
            folder + b"/rnn_bptt/rnn_cell.py",
        )
    done = grade("run", "rnn_bptt", tmp_path / "s", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert "8 submissions, 7 with the same files as another one, and judged with it" in done.out
    assert len(list((tmp_path / "out").glob("*/results.json"))) == 8
    assert "line\\nbreak\t0 of 100 points" in done.out


def test_any_locale(tmp_path: Path) -> None:
    """In a strict ASCII locale students keep the names that they have on disk."""
    for name in ("Zoë", "李雷"):
        place = tmp_path / "s" / name
        shutil.copytree(SAMPLE / "noor_haddad" / "rnn_bptt", place)
    ascii_only = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    out = tmp_path / "out"
    done = grade("run", "rnn_bptt", tmp_path / "s", "--out", out, **ascii_only)
    assert (done.code, done.err) == (0, "")
    assert "李雷\t" in done.out
    names = [line.split(",")[0] for line in (out / "grades.csv").read_text("utf-8").splitlines()]
    assert names == ["student", "Zoë", "李雷"]
    assert (out / "Zoë" / "results.json").exists()
    shown = grade("show", "rnn_bptt", "Zoë", "--out", out, **ascii_only)
    assert shown.out.startswith("Zoë   ")
