"""`python check.py` as a student runs it, on machines of many kinds."""

import json
import os
import re
import subprocess
import sys
import time

import pytest

from grader.handout.checks.raised import rows_of
from tests.public_runs import ENVIRONMENT, change, hand_out, run_fresh, solve

RNN, LTD = "rnn_bptt", "long_term_dependencies"
SOFTMAX = "exp_z / np.sum(exp_z, axis=0, keepdims=True)"
MOST_LINES = 40
AFTER_SYNTAX_ERROR = 25
MOST_OF_A_FAILURE = 15


@pytest.fixture
def rnn(tmp_path):
    """The first two files of rnn_bptt solved, in a folder whose name has blanks and Chinese."""
    return solve(RNN, hand_out(RNN, tmp_path / "第 2 次作业 rnn"))


@pytest.fixture
def ltd(tmp_path):
    """The other assignment, which needs no PyTorch and so is quick to try, solved."""
    return solve(LTD, hand_out(LTD, tmp_path / "第 3 次作业"))


def check(folder, *arguments, python=sys.executable, **environment):
    """Run the command; the exit code, and what it prints where."""
    done = subprocess.run(
        [python, "check.py", *arguments],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_one_function_is_tried_alone(ltd):
    """What is right is said in two lines; nothing of pytest's own is printed."""
    assert check(ltd, "growth_factors") == (
        0,
        "\n[#] 1 of 1 functions done\n + growth_factors\n"
        "Next: run python check.py, for all the functions.\n",
        "",
    )


def test_what_a_function_needs_comes_next(rnn):
    """Not the function itself, which cannot get any further before."""
    change(rnn, "rnn_cell.py", "a_next = np.tanh(", "raise NotImplementedError\n    a_next = (")
    code, said, _ = check(rnn, "rnn_forward")
    assert code == 1
    assert "What      rnn_cell_forward raises NotImplementedError" in said
    assert "Next: rnn_cell_forward\n" in said


def test_a_name_that_is_none(ltd):
    """The nearest is offered, and it is wrong usage."""
    assert check(ltd, "growth_factor_s") == (
        2,
        'No test has "growth_factor_s" in its name. Did you mean "growth_factors"?\n',
        "",
    )


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "Stopped at line {line} of gradient_flow.py: {text}"),
        ("zh", "已停止，当时运行到 gradient_flow.py 第 {line} 行：{text}"),
    ],
)
def test_ctrl_c_says_where_it_was(ltd, lang, told):
    """The way out of a loop without an end: the name that was asked for is not called unknown."""
    text = "raise KeyboardInterrupt"
    change(ltd, "gradient_flow.py", "norms = np.sqrt(", f"{text}\n    norms = np.sqrt(")
    lines = (ltd / "gradient_flow.py").read_text("utf-8").splitlines()
    line = lines.index(f"    {text}") + 1
    code, said, _ = check(ltd, "growth_factors", "--lang", lang)
    assert (code, said) == (2, "\n" + told.format(line=line, text=text) + "\n")


def test_what_ctrl_c_stopped_is_not_called_untried(ltd):
    """Among all functions it is the one that was running."""
    change(
        ltd, "gradient_flow.py", "norms = np.sqrt(", "raise KeyboardInterrupt\n    norms = np.sqrt("
    )
    _, said, _ = check(ltd)
    assert " x growth_factors: it was running when you stopped\n" in said
    assert " . residual_forward: not tried\n" in said


def test_tests_that_did_not_run_are_not_counted_as_failed(warm, ltd):
    """With -x pytest stops at the first that fails."""
    change(ltd, "gradient_flow.py", "= Waa.T @ delta", "= Waa @ delta")
    said = warm.run(ltd, "-x", "-k", "backpropagate_error").said
    assert re.search(r" x backpropagate_error: \d+ of the \d+ of its tests that ran pass\n", said)


def test_what_the_tests_need_and_is_not_installed_is_not_blamed_on_the_student(tmp_path):
    """Nothing that the function returns is wrong."""
    rows = rows_of(
        ModuleNotFoundError("No module named 'torch'", name="torch"), "RNNCell", tmp_path
    )
    assert rows == {
        "What": "The tests of RNNCell need torch, which is not installed here.",
        "Next": "install it: pip install torch",
    }


def failure_lines(said):
    """The lines that tell the first failure."""
    return [line for line in said.splitlines() if line.startswith("     ")]


BROKEN = {
    "wrong numbers": ("gradient_flow.py", "= Waa.T @ delta", "= Waa @ delta", MOST_LINES),
    "an exception": ("residual_rnn.py", "dz @ h_prev.T", "h_prev @ dz", MOST_LINES),
    "a syntax error": ("stabilize.py", "def clip_by_value(", "def clip_by_value((", 25),
    "large arrays": ("gradient_flow.py", "return delta", "return -delta", MOST_LINES),
    "every function of a file": ("stabilize.py", "import numpy as np", "np = None", MOST_LINES),
}


@pytest.mark.parametrize("chosen", [(), ("-k", "residual"), ("-k", "clip"), ("-k", "error")])
@pytest.mark.parametrize("broken", BROKEN)
def test_pytest_prints_one_screen(warm, ltd, broken, chosen):
    """At most 40 lines, 25 after a syntax error, 15 of the first failure, whatever is chosen."""
    file, right, wrong, most = BROKEN[broken]
    source = (ltd / file).read_text("utf-8")
    assert right in source
    (ltd / file).write_text(source.replace(right, wrong, 1), "utf-8")
    said = warm.run(ltd, *chosen).said
    assert len(said.splitlines()) <= most, said
    assert len(failure_lines(said)) <= MOST_OF_A_FAILURE + 3, said


def test_nothing_is_done_while_the_submission_check_fails(ltd):
    """All tests pass at home, and the grader would refuse the file: no praise."""
    path = ltd / "rtrl.py"
    path.write_bytes("# caf\xe9\n".encode("cp1252") + path.read_bytes())
    code, said, _ = check(ltd)
    assert code == 1
    assert "Line 1 of rtrl.py is not UTF-8 text." in said
    assert "[#######.] 7 of 8 functions done\n" in said
    assert " x rtrl_gradients: its file could not be used, see above\n" in said
    assert "hand it in" not in said


SUBMISSIONS = {
    "newer syntax": (
        "type Matrix = list\n",
        "Line 2 of rtrl.py is Python newer than the grader's (3.11)",
    ),
    "newer names": (
        "from itertools import batched\n",
        "itertools.batched came with Python 3.12; the grader has 3.11.",
    ),
    "names that are gone": (
        "zero = np.product([1.0])\n",
        "numpy.product is gone since NumPy 2.0; the grader has 2.4.",
    ),
    "a file is read": (
        'text = open("README.md").read()\n',
        "Line 2 of rtrl.py opens or changes a file, which the grader does not allow.",
    ),
    "the workbench is imported": (
        "from workbench import draw\n",
        "Line 2 of rtrl.py imports workbench, which the grader does not have.",
    ),
    "the checks are imported": (
        "from checks import numerical_gradient\n",
        "Line 2 of rtrl.py imports checks, which the grader does not have.",
    ),
    "a module that nobody has": (
        "import importlib; importlib.import_module('json.tool'); import scipy.special",
        "Line 2 of rtrl.py imports scipy, which the grader does not have.",
    ),
    "an import with a dot": (
        "from .stabilize import clip_by_value\n",
        "Line 2 of rtrl.py imports with a dot, and your files are no package.",
    ),
    "a database": (
        "import sqlite3; sqlite3.connect(':memory:'); sqlite3.connect('x.db')",
        "Line 2 of rtrl.py opens or changes a file, which the grader does not allow.",
    ),
    "a file is taken away": (
        "import os; os.remove('README.md')",
        "Line 2 of rtrl.py opens or changes a file, which the grader does not allow.",
    ),
    "another folder": (
        "import os; os.chdir('..')",
        "Line 2 of rtrl.py goes to another folder, which the grader does not allow.",
    ),
    "a process": (
        "import os; os.popen('true')",
        "Line 2 of rtrl.py starts a process, which the grader does not allow.",
    ),
    "an event loop": (
        "import asyncio; asyncio.run(asyncio.sleep(0))",
        "Line 2 of rtrl.py runs an event loop, and so opens a socket, which the grader",
    ),
    "a signal": (
        "import os; os.kill(os.getpid(), 0)",
        "Line 2 of rtrl.py sends a signal to a process, which the grader does not allow.",
    ),
    "the end of Python": (
        "import os; os.abort()",
        "Line 2 of rtrl.py ends Python at once, which the grader does not allow.",
    ),
    "a password": (
        "import getpass; getpass.getpass()",
        "Line 2 of rtrl.py waits for the keyboard, which the grader does not allow.",
    ),
}


@pytest.mark.parametrize("what", SUBMISSIONS)
def test_what_the_grader_would_refuse_is_found(warm, ltd, what):
    """Whatever Python and NumPy the student has."""
    if what == "newer syntax" and sys.version_info < (3, 12):
        SUBMISSIONS[what] = (SUBMISSIONS[what][0], "Python cannot read line")
    line, said = SUBMISSIONS[what]
    source = (ltd / "rtrl.py").read_text("utf-8").split("\n")
    at = source.index("import numpy as np")
    (ltd / "rtrl.py").write_text(
        "\n".join(['import numpy as np  # """', line, *source[at + 1 :]]), "utf-8"
    )
    outcome = warm.run(ltd, "-k", "rtrl")
    assert said in " ".join(outcome.said.split()), outcome.said
    assert outcome.code == 1


def test_what_a_call_writes_is_no_fault(warm, ltd):
    """It counts for nothing, here and in the grader, and may be read again."""
    made = 'import os; os.makedirs("out", exist_ok=True)'
    read = 'open("out/a.txt", "w").close(); open("out/a.txt")'
    change(ltd, "rtrl.py", "    a = a0\n", f"    a = a0\n    {made}; {read}\n")
    outcome = warm.run(ltd, "-k", "rtrl_gradients")
    assert not outcome.failed, outcome.said


def test_a_module_that_only_a_call_imports_is_found(warm, ltd):
    """Where the tests come to it; in a function for pictures it is nobody's concern."""
    change(ltd, "rtrl.py", "    a = a0\n", "    a = a0\n    from scipy.special import expit\n")
    said = " ".join(warm.run(ltd, "-k", "rtrl").said.split())
    assert "of rtrl.py imports scipy, which the grader does not have." in said


def test_harmless_things_are_no_faults(warm, ltd):
    """A demo, what may fail, a log: what the grader takes is not found fault with."""
    source = (ltd / "rtrl.py").read_text("utf-8")
    (ltd / "weights.txt").write_text("1")
    known = json.loads((ltd / "checks/homework.json").read_text("utf-8"))
    known = json.dumps(known | {"data": "weights.txt more.npz"})
    (ltd / "checks/homework.json").write_text(known, "utf-8")
    more = (
        "import contextlib, itertools, logging, os, sqlite3, sys, typing\n"
        "with contextlib.suppress(ImportError):\n    import scipy\n"
        "if typing.TYPE_CHECKING:\n    import pandas\n"
        "if sys.version_info >= (3, 12):\n    from itertools import batched\n"
        "pairs = itertools.batched if hasattr(itertools, 'batched') else None\n"
        "def picture():\n    import matplotlib.pyplot\n"
        "logging.getLogger('mine').addHandler(logging.FileHandler('run.log'))\n"
        "os.chdir(os.path.dirname(os.path.abspath(__file__)))\n"
        "open(os.devnull, 'w').close(); print(os.listdir('.'), end='')\n"
        "try:\n    open('README.md').read()\nexcept FileNotFoundError:\n    absent = True\n"
        "assert absent and open('weights.txt').read() == '1'\n"
        "assert open('run.log').read() == ''\n"
        "sqlite3.connect(':memory:')\n"
        "try:\n    os.mkdir('out')\nexcept PermissionError:\n    pass\n"
        "\ntry:\n    import matplotlib\nexcept ImportError:\n    matplotlib = None\n"
        "import warnings\nwarnings.warn('mind')\nprint('hello')\n"
        'if __name__ == "__main__":\n    import pandas\n    open("x")\n'
    )
    (ltd / "rtrl.py").write_text(source + more, "utf-8")
    outcome = warm.run(ltd, "-k", "rtrl_gradients", "-W", "ignore")
    assert not outcome.failed, outcome.said


def test_windows_line_ends_are_as_good(warm, ltd):
    """Files as a Windows editor saves them, with a mark of their encoding."""
    for path in ltd.rglob("*.py"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert not warm.run(ltd).failed


def test_two_homeworks_below_one_folder(tmp_path):
    """Run from above, each counts its own functions, with its own files."""
    for name in (RNN, LTD):
        solve(name, hand_out(name, tmp_path / name))
    (tmp_path / RNN / "helper.py").write_text("value = 1\n")
    (tmp_path / LTD / "helper.py").write_text("value = 2\n")
    for value, (name, file) in enumerate([(RNN, "rnn_cell.py"), (LTD, "rtrl.py")], start=1):
        more = f"import helper\nimport numpy as np\n\nassert helper.value == {value}\n"
        change(tmp_path / name, file, "import numpy as np\n", more)
    outcome = run_fresh(tmp_path, "-m", "not torch")
    assert not outcome.failed, outcome.said
    assert "5 of 5 functions done" in outcome.said
    assert "8 of 8 functions done" in outcome.said


def test_watching_tries_again_after_each_change(ltd):
    """A file that is saved is enough; the process goes on until it is interrupted."""
    process = subprocess.Popen(
        [sys.executable, "-u", "check.py", "growth_factors", "--watch"],
        cwd=ltd,
        env={**ENVIRONMENT, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None

        def until_waiting():
            lines = []
            while not lines or not lines[-1].startswith("Waiting for the next change"):
                lines.append(process.stdout.readline())
                assert lines[-1], lines
            return "".join(lines)

        assert "[#] 1 of 1 functions done" in until_waiting()
        change(ltd, "gradient_flow.py", "return gamma", "return -gamma")
        stamp = time.time() + 5
        os.utime(ltd / "gradient_flow.py", (stamp, stamp))
        assert "[.] 0 of 1 functions done" in until_waiting()
    finally:
        process.kill()
        process.communicate()


def test_what_is_handed_out_holds_no_cache(ltd):
    """Trying leaves nothing behind that would be handed in."""
    check(ltd, "growth_factors")
    assert not list(ltd.rglob("*.pyc"))
