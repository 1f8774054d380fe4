"""Functions that only a notebook defines: taken where it is asked for, and nothing else run."""

from __future__ import annotations

import json
from pathlib import Path

from grader.intake.folders import DiskFolder
from grader.intake.listing import Root
from grader.intake.submission import Submission, read_roots
from grader.phrases import Phrases
from tests.intake.making import TASK, put, put_all

STUB = (TASK.stubs / "rnn_cell.py").read_bytes()
CELLS = [
    "%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt\n!ls",
    "open('/tmp/was-run', 'w')\nEPS = 1e-8\nrandom = np.random.rand(3)\n",
    "def softmax(z):\n    return 1\n",
    "def broken(:\n",
    "%%bash\ndef softmax(z): pass",
    "def helper(z):\n    return np.exp(z) + EPS\n\n\n@staticmethod\ndef unused(): ...\n",
    "%%time\ndef softmax(z):\n    return helper(z)\n",
    "from rnn_cell import softmax\n",
    "def rnn_forward(x, a0, p):\n    return rnn_cell_forward(x, a0, p), softmax(x)\n",
    "def rnn_cell_forward(xt, a, p):\n    return softmax(xt)\n",
    "plt.plot(softmax(1))",
]


def notebook(*cells: str) -> bytes:
    """Return a notebook with some cells of code."""
    made = [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "x"}, *made]}).encode()


def read(folder: Path, *, from_notebook: bool = True) -> Submission:
    """Read a submission."""
    root = Root(DiskFolder(folder))
    return read_roots([root], "ann", TASK, from_notebook=from_notebook)


def remarks(submission: Submission) -> list[str]:
    """Return all that is said of the submission as a whole."""
    return [Phrases.load().what(remark) for remark in submission.remarks]


CELL = """import numpy as np
EPS = 1e-8
def helper(z):
    return np.exp(z) + EPS
def softmax(z):
    return helper(z)
def rnn_cell_forward(xt, a, p):
    return softmax(xt)
"""
SEQUENCE = """from rnn_cell import rnn_cell_forward
from rnn_cell import softmax
def rnn_forward(x, a0, p):
    return rnn_cell_forward(x, a0, p), softmax(x)
"""


def test_definitions_imports_and_literals(tmp_path: Path) -> None:
    """The last of each name, with what it needs; functions of other files are imported."""
    put(tmp_path / "hw.ipynb", notebook(*CELLS))
    submission = read(tmp_path)
    files = {name: content.decode() for name, content in submission.files.items()}
    assert files == {"rnn_cell.py": CELL, "rnn_sequence.py": SEQUENCE}
    assert remarks(submission) == [
        "These were taken from the notebook hw.ipynb into rnn_cell.py, with what they need of it: "
        "softmax, rnn_cell_forward.",
        "These were taken from the notebook hw.ipynb into rnn_sequence.py, with what they need of "
        "it: rnn_forward.",
    ]


def test_without_being_asked(tmp_path: Path) -> None:
    """Nothing is taken, and it is said that the notebook is there."""
    put(tmp_path / "hw.ipynb", notebook(*CELLS))
    submission = read(tmp_path, from_notebook=False)
    assert dict(submission.files) == {}
    assert remarks(submission) == [
        f"{file} is missing; the notebook hw.ipynb is there, and only .py files are read."
        for file in ("rnn_cell.py", "rnn_sequence.py")
    ]


def test_only_what_a_file_lacks(tmp_path: Path) -> None:
    """A function that is written in the file stays; one that is still the stub's is taken."""
    own = STUB.decode().replace("softmax", "softmax_", 1) + "\ndef softmax(z):\n    return 2\n"
    put(tmp_path / "rnn_cell.py", own.encode())
    put(tmp_path / "hw.ipynb", notebook(*CELLS))
    text = read(tmp_path).files["rnn_cell.py"].decode()
    assert text.startswith(own.rstrip())
    added = text.removeprefix(own.rstrip())
    assert added.strip() == "def rnn_cell_forward(xt, a, p):\n    return softmax(xt)"


def test_notebooks_that_are_none(tmp_path: Path) -> None:
    """Whatever is wrong with one, nothing is raised and nothing taken."""
    for content in (b"", b"{}", b"[" * 100_000, b'{"cells": [1, {"cell_type": "code"}]}', b"\xff"):
        put(tmp_path / "hw.ipynb", content)
        assert dict(read(tmp_path).files) == {}
    huge = notebook("def softmax(z): ...\n" + "a;" * 200_000)
    put(tmp_path / "hw.ipynb", huge)
    assert dict(read(tmp_path).files) == {}
    put(tmp_path / "hw.ipynb", notebook("def softmax(z): ...\n") + b" " * 2**22)
    assert dict(read(tmp_path).files) == {}


def test_cells_that_are_written_into_a_file(tmp_path: Path) -> None:
    """They are code, whatever the version of the notebook's format."""
    cells = ["%%writefile rnn_cell.py\nimport math\ndef softmax(z):\n    return z\n"]
    put(tmp_path / "hw.ipynb", notebook(*cells))
    taken = b"def softmax(z):\n    return z\n"
    assert read(tmp_path).files["rnn_cell.py"] == taken
    old = {"cell_type": "code", "input": cells[0].partition("\n")[2]}
    put(tmp_path / "hw.ipynb", json.dumps({"worksheets": [{"cells": [old]}]}).encode())
    assert read(tmp_path).files["rnn_cell.py"] == taken


def test_a_notebook_of_which_nothing_can_be_taken(tmp_path: Path) -> None:
    """It is named, with what is to be done with it."""
    for content in (notebook("if True:\n    def softmax(z): ...\n"), b'"def softmax(z'):
        put(tmp_path / "hw.ipynb", content)
        submission = read(tmp_path)
        assert dict(submission.files) == {}
        assert remarks(submission) == [
            "rnn_cell.py is missing; the notebook hw.ipynb is there, and only .py files are read."
        ]


def test_a_notebook_beside_finished_files(tmp_path: Path) -> None:
    """Is not even read."""
    put_all(tmp_path, *TASK.files)
    for file in TASK.files:
        names = [one.name for one in TASK.functions if one.file == file]
        put(tmp_path / file, "".join(f"{name} = 1\n" for name in names).encode())
    put(tmp_path / "hw.ipynb", notebook(*CELLS))
    assert set(read(tmp_path).files) == set(TASK.files)
    assert remarks(read(tmp_path)) == []
