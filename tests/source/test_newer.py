"""What only a newer Python can read, or has: named by its version, and by nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.course import find_course
from grader.intake.submission import Submission
from grader.source.newer import Newer, needed_for, syntax
from tests.command import ROOT
from tests.judges import JudgeOf

OF_3_11 = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="another Python reads it")


@OF_3_11
@pytest.mark.parametrize(
    ("text", "needs", "line"),
    [
        ('x = 1\ny = f"{", ".join([])}"\n', (3, 12), 2),
        ("y = f'{'a' 'b'!r:>{10}} {{'\n", (3, 12), 1),
        ("y = f\"{'\\n'.join([])}\"\n", (3, 12), 1),
        ('y = (f"{\n  1  # one\n}")\n', (3, 12), 1),
        ('y = f"{f"{f"{1}"}"}"\n', (3, 12), 1),
        ('y = f"{", ".join([]) = !r }"\n', (3, 12), 1),
        ("def f[T](x: T) -> T:\n    return x\n", (3, 12), 1),
        ("class A[T, *Ts]:\n    async def g[S: (int, str)](self): ...\n", (3, 12), 1),
        ("class A[T](list[T]): ...\n", (3, 12), 1),
        ("x = 1\ntype X = int\n", (3, 12), 2),
        ("type X[T] = list[T]\n", (3, 12), 1),
        ("def f[T = int](x): ...\n", (3, 13), 1),
        ("type X = int\ntype Y[T = int] = list[T]\n", (3, 13), 2),
        ("x = t'{1}'\n", (3, 14), 1),
        ("try:\n    1\nexcept A, B:\n    2\n", (3, 14), 3),
        ('"""def f[T](x): type X = int"""\ny = f"{", ".join([])}"\n', (3, 12), 2),
    ],
)
def test_newer_syntax(text: str, needs: tuple[int, int], line: int) -> None:
    """The version and the first line that needs it are found."""
    assert syntax(text.encode()) == Newer(needs, line)
    assert syntax(text.replace("\n", "\r\n").encode()) == Newer(needs, line)


@OF_3_11
@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "def f(:\n",
        "def f[T](x):\n    return (\n",  # wrong in any Python
        'x = f"{"\n',
        'x = "\n',
        'x = f"{1!}"\n',
        "type = 1\ntype X\n",
        "x = [1\n",
        'x = f"' + '{f"' * 100,
        "x" * 400_000,
        f'x = f"{{z{" " * 50_000}shape}}"\n',
        'x = f"' + '{f"' * 35 + "{" + " " * 250_000 + "1}" + '"}' * 35 + '"\n',
        "\0",
    ],
)
def test_what_is_wrong_in_every_python(text: str) -> None:
    """Nothing is said of a version, however long or deep it is."""
    assert syntax(text.encode()) is None


def test_names_of_the_library() -> None:
    """Each came with a version later than the oldest that is supported, and is not here."""
    assert needed_for("math.sqrt") is None
    if sys.version_info < (3, 12):
        assert needed_for("itertools.batched") == Newer((3, 12), 0, "itertools.batched")


TASK = find_course(ROOT).assignment("rnn_bptt")
RIGHT = {
    path.name: path.read_bytes()
    for path in Path(ROOT / "solutions" / "rnn_bptt").glob("*.py")
    if path.name in TASK.files
}


@OF_3_11
def test_what_a_newer_library_costs(judge_of: JudgeOf) -> None:
    """Only what uses it: the rest of the file is imported and judged."""
    cell = (
        RIGHT["rnn_cell.py"]
        .decode()
        .replace(
            "import numpy as np\n",
            "from itertools import batched\nfrom typing import override\n"
            "from warnings import deprecated\nimport numpy as np\n\n\n"
            "class A:\n    @override\n    def f(self): ...\n\n\n"
            "@deprecated('use softmax')\ndef old(z): ...\n",
            1,
        )
    )
    lines = cell.splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.startswith("def softmax"))
    body = next(i for i in range(place + 1, len(lines)) if lines[i].strip().endswith('"""'))
    lines.insert(body + 1, "    list(batched(range(4), 2))\n")
    files = {**RIGHT, "rnn_cell.py": "".join(lines).encode()}
    report = judge_of(TASK.name).judge(Submission("ann", files, (), "d"))
    wrong = [one for one in report.functions if one.score != one.max_score]
    assert [one.name for one in wrong] == ["softmax"]
    finding = wrong[0].finding
    assert finding is not None
    assert (finding.kind, finding.facts["name"]) == ("newer library", "itertools.batched")
    assert (finding.facts["needs"], finding.facts["has"]) == ("3.12", "3.11")
