"""Making what students receive, and looking through it for what they must not have."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.authoring.build import HANDOUT, HINTS, HOMEWORK
from grader.authoring.known_answers import KNOWN
from grader.authoring.stubs import is_notebook, read_source
from grader.authoring.translating import WORDS
from grader.authoring.verify import verify_assignment
from grader.commands.main import main
from grader.course import find_course

ROOT = Path(__file__).resolve().parents[2]
BUILT = "long_term_dependencies"
"""An assignment of the repository: tests/test_assignments.py sees that all are up to date."""

SOLUTION = '''\
"""Twice and half."""

import math
### BEGIN SOLUTION
from operator import add
### END SOLUTION


class Halver:
    """Halves."""

    def half(self, x):
        """Return x / 2."""
        ### BEGIN SOLUTION
        # One line of code, and this comment does not count.
        return math.ldexp(1.0, -1) * x
        ### END SOLUTION


def twice(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    first_summand = second_summand = x

    total = add(first_summand, second_summand)
    return total
    ### END SOLUTION
'''

STUB = '''\
"""Twice and half."""

import math


class Halver:
    """Halves."""

    def half(self, x):
        """Return x / 2."""
        # TODO (about 1 line)
        raise NotImplementedError("Halver.half is still to be written")


def twice(x):
    """Return 2 x."""
    # TODO (about 3 lines)
    raise NotImplementedError("twice is still to be written")
'''

POINTS = """\
[functions.twice]
file = "doubling.py"
outputs = { values = 2 }
"""

CONFTEST = """\
import pytest


@pytest.fixture
def numbers(draw):
    return draw(2, 3)
"""

CASE = """\
import pytest

pytestmark = pytest.mark.function("twice")


def test_secretly_doubled(student, numbers):
    student.twice(numbers).agrees_with(numbers + numbers)
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one small assignment, built."""
    folder = tmp_path / "course"
    for name in ("assignments", "solutions", "hidden"):
        (folder / name / "tiny").mkdir(parents=True)
    (folder / "solutions/tiny/doubling.py").write_text(SOLUTION)
    (folder / "hidden/tiny/assignment.toml").write_text(POINTS)
    (folder / "hidden/tiny/hints.en.toml").write_text('twice = ["Once more."]\n')
    (folder / "hidden/tiny/conftest.py").write_text(CONFTEST)
    (folder / "hidden/tiny/test_twice.py").write_text(CASE)
    (folder / "assignments/tiny/README.md").write_text("# Tiny\n")
    code, said = grade(folder, "build")
    assert code == 0, said
    return folder


def grade(course: Path, command: str, assignment: str = "tiny") -> tuple[int, str]:
    """Run a command on a course; its exit code and all it prints."""
    done = CliRunner().invoke(main, [command, assignment, "--course", str(course)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


# --- grade build ------------------------------------------------------------------------------


def test_the_committed_stubs_are_what_the_command_makes(tmp_path: Path) -> None:
    """Built from nothing, every made file is byte for byte the one that is handed out."""
    name = BUILT
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "solutions" / name, tmp_path / "solutions" / name, ignore=skip)
    shutil.copytree(ROOT / "grader/hidden" / name, tmp_path / "hidden" / name, ignore=skip)
    code, said = grade(tmp_path, "build", name)
    assert code == 0
    made = contents(tmp_path / "assignments" / name)
    solutions = (ROOT / "solutions" / name).glob("*.py")
    texts = {path: is_notebook(read_source(path)) for path in solutions}
    assert made.keys() == {
        HINTS,
        *(f"{path.stem}.ipynb" if notebook else path.name for path, notebook in texts.items()),
        HOMEWORK,
        KNOWN,
        WORDS,
        *contents(ROOT / "solutions" / name / "handout"),
        *(path.relative_to(HANDOUT).as_posix() for path in HANDOUT.rglob("*.py")),
    }
    assert len(said.splitlines()) == len(made)
    committed = contents(ROOT / "assignments" / name)
    for file, content in made.items():
        assert committed[file] == content, file


def test_a_region_becomes_a_to_do_that_names_its_function(course: Path) -> None:
    """In a function or a method; outside every function a region goes without a trace."""
    assert (course / "assignments/tiny/doubling.py").read_text() == STUB
    assert json.loads((course / "assignments/tiny" / HINTS).read_text()) == {
        "twice": {"en": ["Once more."]}
    }


def test_build_says_what_it_wrote_and_touches_nothing_else(course: Path) -> None:
    """A second time nothing is to do; a change is written, the instructor's files never."""
    stubs = course / "assignments/tiny"
    before = contents(stubs)
    assert grade(course, "build") == (0, f"{stubs} is up to date\n")
    (stubs / "doubling.py").write_text("changed by hand\n")
    (stubs / HINTS).unlink()
    assert grade(course, "build") == (
        0,
        f"wrote {stubs}/doubling.py\nwrote {stubs}/hints.json\n",
    )
    assert contents(stubs) == before
    assert before["README.md"] == b"# Tiny\n"


def test_the_stub_of_a_solution_that_has_gone_goes_too(course: Path) -> None:
    """A renamed solution leaves no old stub behind; a file of the instructor's own stays."""
    stubs = course / "assignments/tiny"
    (stubs / "own.py").write_text("print('mine')\n")
    (course / "solutions/tiny/doubling.py").rename(course / "solutions/tiny/two.py")
    assert grade(course, "build") == (0, f"wrote {stubs}/two.py\nremoved {stubs}/doubling.py\n")
    assert (stubs / "own.py").exists()
    assert (stubs / "two.py").read_text() == STUB


def test_a_conftest_of_the_instructors_own_is_left_alone(course: Path) -> None:
    """A file of a handed-out name that begins otherwise is not written over."""
    own = course / "assignments/tiny/conftest.py"
    own.write_text('"""Our own."""\n')
    code, said = grade(course, "build")
    assert (code, said) == (0, f"{own.parent} is up to date\n")
    assert own.read_text() == '"""Our own."""\n'


BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
TWICE = '    """Return 2 x."""\n'

# what is replaced in the solution, by what, and the sentence that comes of it
BROKEN = {
    "end forgotten": (
        f"return total\n{END}",
        "return total\n",
        "The solution begun at line {line} of {path} is not ended. Put ### END SOLUTION below it.",
        "### BEGIN SOLUTION\n    first",
    ),
    "begin forgotten": (
        TWICE + BEGIN,
        TWICE,
        "Line {line} of {path} ends a solution that was not begun. "
        "Put ### BEGIN SOLUTION above it.",
        "    ### END SOLUTION\n<end>",
    ),
    "nested": (
        "    total = add",
        f"{BEGIN}    total = add",
        "Line {line} of {path} begins a solution inside the one begun at line 22. "
        "End that one first, with ### END SOLUTION.",
        "    ### BEGIN SOLUTION\n    total",
    ),
    "marker spelled another way": (
        TWICE + BEGIN,
        TWICE + "    # begin solution\n",
        "Line {line} of {path} holds a marker that is not written exactly. "
        "Write ### BEGIN SOLUTION or ### END SOLUTION, on a line of its own.",
        "# begin solution",
    ),
    "nothing between": (
        "    first_summand = second_summand = x\n\n"
        "    total = add(first_summand, second_summand)\n    return total\n",
        "    # later\n",
        "The solution begun at line {line} of {path} holds no code. "
        "Put the code between its markers.",
        "### BEGIN SOLUTION\n    # later",
    ),
    "out of the block": (
        TWICE + BEGIN,
        TWICE + f"    if x:\n    {BEGIN}        x = x + 0\n",
        "The solution begun at line {line} of {path} does not end in the block it began in. "
        "Give both markers the indentation of the code between them.",
        "### BEGIN SOLUTION\n        x = x",
    ),
    "no Python": (
        "def twice(x):",
        "def twice(x)",
        "Line {line} of {path} is not valid Python (expected ':'). Mend it.",
        "def twice(x)",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_wrong_markers_give_one_sentence_and_write_nothing(course: Path, broken: str) -> None:
    """The line and the file are named, what to do is said, and the stubs stay as they were."""
    right, wrong, sentence, where = BROKEN[broken]
    path = course / "solutions/tiny/doubling.py"
    assert SOLUTION.count(right) == 1
    source = SOLUTION.replace(right, wrong)
    path.write_text(source)
    # A second solution, which could be made, is not written either.
    (path.parent / "another.py").write_text(SOLUTION)
    before = contents(course / "assignments/tiny")
    line = (source + "<end>").split(where)[0].count("\n") + 1
    said = "Error: " + sentence.format(line=line, path=f'"{path}"') + "\n"
    assert grade(course, "build") == (2, said)
    assert contents(course / "assignments/tiny") == before


def test_a_solution_without_markers_is_not_handed_out(course: Path) -> None:
    """A forgotten pair of markers would give everything away."""
    path = course / "solutions/tiny/all.py"
    path.write_text("def everything():\n    return 1\n")
    assert grade(course, "build") == (
        2,
        f'Error: "{path}" marks no solution, so students would receive all of it. '
        "Put ### BEGIN SOLUTION and ### END SOLUTION around what they are to write.\n",
    )
    assert not (course / "assignments/tiny/all.py").exists()


def test_a_hint_to_no_function_is_refused(course: Path) -> None:
    """A misspelled name would be a hint that nobody finds."""
    path = course / "hidden/tiny/hints.en.toml"
    path.write_text('twic = ["Once more."]\n')
    assert grade(course, "build") == (
        2,
        f'Error: "{path}" has a hint to "twic", which is no function of tiny. '
        'Did you mean "twice"?\n',
    )


def test_a_solution_named_like_a_handed_out_file_is_refused(course: Path) -> None:
    """Two files of one name cannot both be handed out."""
    path = course / "solutions/tiny/checks.py"
    path.write_text(SOLUTION)
    assert grade(course, "build") == (
        2,
        f'Error: "{path}" has the name of a file that every assignment is handed out with. '
        "Give it another name.\n",
    )


# --- grade verify: leaks ----------------------------------------------------------------------


def write(name: str, text: str) -> Callable[[Path], object]:
    """A fault: a file of that text among what students receive."""
    return lambda stubs: (stubs / name).write_text(text)


def in_a_notebook(stubs: Path) -> None:
    """A fault: a solution in the second cell of a notebook."""
    cells = [
        {"cell_type": "markdown", "source": ["# Notes\n"]},
        {"cell_type": "code", "source": ["x = 1\n", "total = add(first_summand, second_summand)"]},
    ]
    (stubs / "notes.ipynb").write_text(json.dumps({"cells": cells}))


def in_a_zip(stubs: Path) -> None:
    """A fault: the solution in an archive."""
    with zipfile.ZipFile(stubs / "all.zip", "w") as archive:
        archive.writestr("inner/a.py", "x = 1\n\n    total = add(first_summand, second_summand)\n")


def in_a_damaged_zip(stubs: Path) -> None:
    """A fault: an archive whose content cannot be read, so that nobody can say what it holds."""
    in_a_zip(stubs)
    content = bytearray((stubs / "all.zip").read_bytes())
    content[45] ^= 0xFF
    (stubs / "all.zip").write_bytes(content)


def a_link(stubs: Path) -> None:
    """A fault: a link out of the folder, which a copy would follow."""
    (stubs / "more.py").symlink_to(stubs.parents[1] / "solutions/tiny/doubling.py")


HELD = "holds the solution at line 22 of doubling.py"

LEAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "marker": (write("a.py", "\n### BEGIN SOLUTION\n"), "a.py, line 2, holds a solution marker"),
    "nbgrader's hidden tests": (
        write("a.py", "### BEGIN HIDDEN TESTS\n"),
        "a.py, line 1, holds a solution marker",
    ),
    "a line of a solution": (
        write("a.py", "x = 1\n\ntotal=add( first_summand, second_summand )  # mine\n"),
        f"a.py, line 3, {HELD}",
    ),
    "the name of a hidden case": (
        write("README.md", "# Tiny\n\nBeware of test_secretly_doubled.\n"),
        "README.md, line 3, names the hidden case test_secretly_doubled",
    ),
    "an import of the grader": (
        write("a.py", "import os\nfrom grader.authoring.build import stale\n"),
        "a.py, line 2, imports the grader",
    ),
    "an import of the grader among others": (
        write("a.py", "import os, numpy as np, grader\n"),
        "a.py, line 1, imports the grader",
    ),
    "an import of the grader by name": (
        write("a.py", "import importlib\nimportlib.import_module('grader.authoring.build')\n"),
        "a.py, line 2, imports the grader",
    ),
    "a solution in a notebook": (in_a_notebook, f"notes.ipynb, cell 2, line 2, {HELD}"),
    "a solution in an archive": (in_a_zip, f"all.zip (inner/a.py), line 3, {HELD}"),
    "a damaged archive": (in_a_damaged_zip, "all.zip cannot be looked into"),
    "a link": (a_link, "more.py is a link; only files are handed out"),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found_with_file_and_line(course: Path, leak: str) -> None:
    """Each kind of leak turns its check of `grade verify` red, and no other."""
    make, sentence = LEAKS[leak]
    make(course / "assignments/tiny")
    checks = list(islice(verify_assignment(find_course(course).assignment("tiny")), 3))
    assert [(one.what, "; ".join(map(str, one.faults))) for one in checks] == [
        ("the stubs are what `grade build` makes", ""),
        ("nothing for students holds a solution or a hidden case", sentence),
        ("every function has a hint", ""),
    ]


def test_lines_of_a_hidden_case_are_found_under_another_name(course: Path) -> None:
    """Three lines in a row are told apart by their company, whatever stands around them."""
    body = [
        "    student.twice(numbers).agrees_with(numbers + numbers)",
        "    student.twice(-numbers).agrees_with(-numbers - numbers)",
        "    student.twice(0 * numbers).agrees_with(0 * numbers)",
    ]
    case = course / "hidden/tiny/test_twice.py"
    case.write_text(CASE + "\n".join(body[1:]) + "\n")
    (course / "assignments/tiny/a.py").write_text("def f():\n" + "\n".join(body) + "\n")
    checks = list(islice(verify_assignment(find_course(course).assignment("tiny")), 2))
    (fault,) = checks[1].faults
    assert str(fault) == "a.py, line 2, holds lines of the hidden file test_twice.py"


def test_prose_and_public_lines_are_no_leaks(course: Path) -> None:
    """What a stub shows anyway, and a sentence that begins with import, are let be."""
    text = "The public tests\nimport nothing of the grader.\nclass Halver:\n    import math\n"
    (course / "assignments/tiny/notes.md").write_text(text)
    # A solution may repeat a line that its stub shows.
    repeated = "quarters = (0.25, 0.50, 0.75, 1.00)"
    solution = SOLUTION.replace("import math\n", f"import math\n\n{repeated}\n")
    solution = solution.replace("    total =", f"    {repeated}\n    total =")
    (course / "solutions/tiny/doubling.py").write_text(solution)
    assert grade(course, "build")[0] == 0
    assert repeated in (course / "assignments/tiny/doubling.py").read_text()
    checks = list(islice(verify_assignment(find_course(course).assignment("tiny")), 2))
    assert not checks[1].faults


# --- grade verify -----------------------------------------------------------------------------


def test_verify_is_green_where_all_is_well(course: Path) -> None:
    """Every check is named; solutions score full and stubs nothing, with two seeds."""
    assert grade(course, "verify") == (
        0,
        "ok     the stubs are what `grade build` makes\n"
        "ok     nothing for students holds a solution or a hidden case\n"
        "ok     every function has a hint\n"
        "ok     the solutions score 2 (seed 0) (within 0.0001 of every tolerance)\n"
        "ok     the stubs score 0 (seed 0)\n"
        "ok     each output is lost by what is wrong with it, and with nothing else\n"
        "ok     each small criterion is lost by what is wrong in its cases\n"
        "ok     what is lent earns nothing by itself\n"
        "ok     the solutions score 2 (seed 1) (within 0.0001 of every tolerance)\n"
        "ok     the stubs score 0 (seed 1)\n",
    )


def test_verify_is_red_where_anything_is_wrong(course: Path) -> None:
    """All faults are told in one run, and the exit code is 1."""
    stubs = course / "assignments/tiny"
    solution = course / "solutions/tiny/doubling.py"
    solution.write_text(SOLUTION.replace("return total", "return total + 1"))
    (course / "hidden/tiny/hints.en.toml").write_text("")
    (stubs / "doubling.py").write_text("import operator\n\n\ndef twice(x):\n    return x + x\n")
    (stubs / HINTS).unlink()
    (stubs / "a.py").write_text("### END SOLUTION\nimport grader\n")
    assert grade(course, "verify") == (
        1,
        "wrong  the stubs are what `grade build` makes\n"
        "         doubling.py is not what the command makes\n"
        "         hints.json is missing\n"
        "wrong  nothing for students holds a solution or a hidden case\n"
        "         a.py, line 1, holds a solution marker\n"
        "         a.py, line 2, imports the grader\n"
        "wrong  every function has a hint: twice has none in hints.en.toml\n"
        "wrong  the solutions score 2 (seed 0): twice, test_twice.py::test_secretly_doubled: "
        "0 points, not 2: The answer is wrong in every entry.\n"
        "wrong  the stubs score 0 (seed 0): twice: 2 points, not 0\n"
        "wrong  the solutions score 2 (seed 1): twice, test_twice.py::test_secretly_doubled: "
        "0 points, not 2: The answer is wrong in every entry.\n"
        "wrong  the stubs score 0 (seed 1): twice: 2 points, not 0\n"
        "Error: 7 of the checks of tiny failed\n",
    )
