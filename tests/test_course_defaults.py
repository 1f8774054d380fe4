"""grade.toml: a course's own defaults for options, -q, and what other programs read."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from grader.authoring.proofs.bench import Checked
from grader.commands.defaults import MAY
from grader.commands.main import main
from grader.commands.options import QUIET, VERBOSE, json_option, quiet_option
from grader.commands.shown_checks import show_checks
from grader.phrases import Phrases
from grader.reports import results_json
from tests.classes import class_of
from tests.command import FORGETS_NOTHING, GRADE, ROOT, environment, grade, hand_in, small_course
from tests.command import right as right_of


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with the stored result of one student who has something wrong."""
    (tmp_path / "solutions" / "rnn_bptt").mkdir(parents=True)
    one = next(one for one in class_of(30) if one.score is not None and one.score < 100)
    folder = tmp_path / "graded" / "rnn_bptt" / "ann"
    folder.mkdir(parents=True)
    text = results_json.dumps(replace(one, student="ann"), Phrases.load())
    (folder / "results.json").write_text(text, "utf-8")
    return tmp_path


def shown(course: Path, *options: str, defaults: str = "") -> tuple[int, str, str]:
    """Run `grade show` with some grade.toml; its exit code, output and complaint."""
    (course / "grade.toml").write_text(defaults, "utf-8")
    done = CliRunner().invoke(main, ["show", "rnn_bptt", "ann", "--course", str(course), *options])
    return done.exit_code, done.stdout, done.stderr


def test_defaults_of_the_course(course: Path) -> None:
    """Those of a command count before those of all, and what is typed before both."""
    assert "Start with" in shown(course)[1]
    assert "先看" in shown(course, defaults='lang = "zh"')[1]
    assert "Start with" in shown(course, defaults='lang = "zh"\n[show]\nlang = "en"\n')[1]
    assert "Start with" in shown(course, "--lang", "en", defaults='lang = "zh"')[1]
    assert "Start with" in shown(course, defaults='[run]\nlang = "zh"\n')[1]


@pytest.mark.parametrize(
    ("defaults", "said"),
    [
        ("lang = ?", "is not valid TOML: Invalid value (at line 1, column 8). Correct the file."),
        ("lang = 3", '"lang": must be a text, not 3.'),
        ('lang = "fr"', "\"lang\": must be one of en, zh, not 'fr'."),
        ('[run]\njobs = "2"', None),  # another command's: said by that command
        ("[run]\nnope = 1", '"run.nope" is not an option with a default. Known are: '),
        ("job = 1", '"job" is not an option with a default. Did you mean "jobs"?'),
        ("yes = true", '"yes" is not an option with a default. Known are: '),
        ("[rum]\njobs = 1", '"rum" is no command. Did you mean "run"?'),
        ("timeout = 3", '"timeout" has no place: put it into assignment.toml beside '),
        ("[show]\nlang = true", '"lang": must be a text, not True.'),
    ],
)
def test_defaults_that_do_not_fit(course: Path, defaults: str, said: str | None) -> None:
    """One sentence with the file and the key, and exit code 2."""
    code, out, err = shown(course, defaults=defaults)
    if said is None:
        assert code == 0
        return
    assert (code, out) == (2, "")
    assert err.startswith(f'Error: {"In " * ("TOML" not in said)}"{course}/grade.toml"')
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_defaults_that_are_no_file(course: Path, make: Callable[[Path], None]) -> None:
    """A folder is none, and a pipe would have the command wait."""
    make(course / "grade.toml")
    done = CliRunner().invoke(main, ["show", "rnn_bptt", "ann", "--course", str(course)])
    said = f'Error: "{course}/grade.toml" is no file. Put a file in its place.\n'
    assert (done.exit_code, done.stderr) == (2, said)


KEPT = {"quiet": QUIET, "verbose": VERBOSE}
FLAGS = [
    (name, command, option)
    for name, command in main.commands.items()
    for option in command.params
    if isinstance(option, click.Option) and option.is_flag
    for long in option.opts
    if long.removeprefix("--") in MAY
]


@pytest.mark.parametrize(
    ("name", "command", "option"), FLAGS, ids=lambda one: getattr(one, "name", one)
)
def test_what_the_course_turned_on_is_turned_off_by_hand(
    course: Path, name: str, command: click.Command, option: click.Option
) -> None:
    """Every flag that may have a default has a form that takes it back."""
    (long,) = (one for one in option.opts if one.startswith("--"))
    (course / "grade.toml").write_text(f"{long.removeprefix('--')} = true\n")
    given = [arg.name for arg in command.params if isinstance(arg, click.Argument) and arg.required]
    typed = [*map(str, given), *(["--gradescope"] if name == "bundle" else [])]
    for more, on in (([], True), ([option.secondary_opts[0]], False)):
        arguments = [*typed, "--course", str(course), *more]
        with click.Context(main) as group, command.make_context(name, arguments, group) as made:
            assert {**made.meta, **made.params}[KEPT.get(option.name, option.name)] is on


@pytest.mark.parametrize("options", [(), ("-q",), ("--json",), ("-q", "--json")])
def test_checks_in_silence(options: tuple[str, ...]) -> None:
    """-q leaves those that found a fault; JSON was asked for and comes all the same."""
    checks = [Checked("all is well"), Checked("points", ("a is 3",)), Checked("two", ("b", "c"))]

    @click.command()
    @json_option
    @quiet_option
    def verify(as_json: bool) -> None:
        show_checks("leaky", lambda watch: iter(checks), as_json=as_json)

    done = CliRunner().invoke(verify, options)
    wrong = "wrong  points: a is 3\nwrong  two\n         b\n         c\n"
    assert done.exit_code == 1
    if "--json" in options:
        assert [one["ok"] for one in json.loads(done.stdout)["checks"]] == [True, False, False]
        assert done.stderr == ""
    elif options:
        assert (done.stdout, done.stderr) == (
            "",
            f"{wrong}Error: 2 of the checks of leaky failed\n",
        )
    else:
        assert done.stdout == f"ok     all is well\n{wrong}"


def test_feedback_as_json(course: Path) -> None:
    """It is results.json, as it stands."""
    stored = (course / "graded/rnn_bptt/ann/results.json").read_text("utf-8")
    assert json.loads(shown(course, "--json")[1]) == json.loads(stored)


def test_a_run_for_programs_and_for_silence(tmp_path: Path) -> None:
    """--json prints one JSON text and -q nothing; what needs somebody is said all the same."""
    course = small_course(tmp_path)
    hand_in(course, ann=right_of(course), bea=FORGETS_NOTHING)
    (course / "submitted" / "left.rar").write_bytes(b"x")
    done = grade("run", "leaky", "--json", "-q", where=course)
    told = json.loads(done.out)
    scores = {one["student"]: (one["score"], one["unchanged"]) for one in told["students"]}
    assert scores == {"ann": (10.0, False), "bea": (0.0, False)}
    assert told["students"][1]["note"].startswith("leaky_sum: ")
    assert told["isolation"].startswith("isolation: ")
    assert told["entries"] == {"graded": 2, "not graded": 1}
    assert told["not_graded"][0]["entry"] == str(course / "submitted" / "left.rar")
    assert (done.code, told["staged"], told["not_judged"]) == (3, [], [])
    assert 'left.rar"' in done.err
    quiet = grade("run", "leaky", "-q", where=course)
    assert (quiet.code, quiet.out) == (3, "")
    assert 'left.rar"' in quiet.err


def test_a_class_is_no_submission() -> None:
    """`grade check` says so of a whole download, and what to do with it."""
    done = CliRunner().invoke(main, ["check", str(ROOT / "samples" / "rnn_bptt" / "submitted")])
    assert done.exit_code == 2
    assert (
        "is a class: it holds 21 submissions. Name one of them, or grade them all: " in done.stderr
    )


def test_shell_completion() -> None:
    """The script that README names comes out, and completes commands."""
    env = {**environment(), "_GRADE_COMPLETE": "bash_complete", "COMP_WORDS": "grade ve"}
    done = subprocess.run(
        [GRADE], env={**env, "COMP_CWORD": "1"}, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["plain,verify"]
