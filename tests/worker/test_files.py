"""Files that student code may open though none is on the disk."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.authoring.new import new_assignment
from grader.course import Course, read_points
from grader.errors import UsageProblem
from grader.worker.files import save_through_open
from tests.command import grade, hand_in, results, right

READS = {
    "open": "import json\nK = json.load(open('k.json'))",
    "path": "from pathlib import Path\nK = int((Path(__file__).parent / 'k.json').read_text())",
    "absolute": "import os\nK = int(open(os.path.abspath('k.json'), 'rb').read())",
    "numpy": "import numpy as np\nK = int(np.loadtxt('k.json'))",
}
WRITES = {
    "log": "import logging\nlogging.basicConfig(filename='log.txt')\nlogging.error('x')",
    "folder made": "import os\nos.makedirs('a/b', exist_ok=True)\nopen('a/b/c', 'w').write('1')",
    "numbers": "import numpy as np\nnp.savetxt('a.txt', [1.0])\nassert np.loadtxt('a.txt') == 1",
    "much": "with open('a.bin', 'wb') as f:\n    for _ in range(3000): f.write(bytes(2**20))",
    "again": "with open('a.txt', 'w') as f:\n    f.write('1')\nassert open('a.txt').read() == '1'",
}
REFUSED = {
    "other": "K = open('other.txt').read()",
    "temporary": "import tempfile\nT = tempfile.mkdtemp()",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one function whose students may read k.json."""
    new_assignment(Course(tmp_path), "leaky")
    return tmp_path


def test_what_is_read_and_written(course: Path) -> None:
    """Data files that the assignment names are there; what is written goes nowhere."""
    own = right(course)
    in_a_call = own.replace("):\n", "):\n    open('seen.txt', 'a').write('seen')\n", 1)
    assert in_a_call != own
    sources = {name: f"{code}\n{own}" for name, code in {**READS, **WRITES, **REFUSED}.items()}
    sources["call"] = in_a_call
    hand_in(course, **sources)
    for name in READS:
        (course / "submitted" / name / "leaky" / "k.json").write_text("7")
    toml = course / "hidden" / "leaky" / "assignment.toml"
    text = toml.read_text("utf-8")
    toml.write_text('data = ["k.json"]\n' + text, "utf-8")
    assert grade("run", "leaky", where=course).code == 0
    scores = {name: results(course, name)["score"] for name in sources}
    assert scores == {
        **dict.fromkeys({**READS, **WRITES, "call": 0}, 10),
        **dict.fromkeys(REFUSED, 0),
    }
    said = {name: results(course, name)["tests"][0]["output"] for name in REFUSED}
    assert "reads a file as soon as it is imported, and no file but" in said["other"]
    assert "writes files as soon as it is imported, and there is no disk" in said["temporary"]
    shutil.rmtree(course / "submitted")
    toml.write_text(text, "utf-8")
    hand_in(course, open=sources["open"])
    (course / "submitted" / "open" / "leaky" / "k.json").write_text("7")
    assert grade("run", "leaky", where=course).code == 0
    assert results(course, "open")["score"] == 0


def test_pytorch_asks_for_the_file_it_writes(tmp_path: Path) -> None:
    """A path goes through Python's own open, which can refuse it; a file goes on as it is."""
    saved = []
    module = SimpleNamespace(save=lambda obj, f: saved.append(f), serialization=SimpleNamespace())
    save_through_open(module)
    module.save([], tmp_path / "z.pt")
    module.serialization.save([], buffer := io.BytesIO())
    assert saved[0].name == str(tmp_path / "z.pt")
    assert (saved[0].closed, saved[1] is buffer, buffer.closed) == (True, True, False)


@pytest.mark.parametrize("names", ['"a/b.txt"', '"x.py"', "1", '"."', '"a", "b", ' * 11])
def test_data_files_that_are_none(course: Path, names: str) -> None:
    """Names of files, no paths, no modules, and not many."""
    toml = course / "hidden" / "leaky" / "assignment.toml"
    toml.write_text(f"data = [{names}]\n" + toml.read_text("utf-8"), "utf-8")
    with pytest.raises(UsageProblem) as problem:
        read_points(toml)
    assert '"data" must be up to 20 file names' in problem.value.message
