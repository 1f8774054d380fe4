"""Nothing of whoever calls reaches the hidden cases, and they reach nobody else's tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import environment, grade, hand_in, results, right, small_course

MEDDLING = "raise SystemExit('meddled')\n"
SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = -k nothing_at_all\n",
    "tox.ini": "[pytest]\npython_functions = nothing_*\n",
    "setup.cfg": "[tool:pytest]\npython_files = nothing.py\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-k nothing_at_all"\n',
    "conftest.py": MEDDLING,
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course below a project with tests of its own; one submission that is wrong at an edge."""
    course = small_course(tmp_path / "course")
    for folder in (tmp_path, course):
        for name, text in SETTINGS.items():
            (folder / name).write_text(text)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "meddling.py").write_text(MEDDLING)
    source = right(course).replace("return np", "return -1 if x.shape[1] == 1 else np")
    hand_in(course, ann=source)
    return course


@pytest.mark.parametrize(
    "theirs",
    [
        {"PYTEST_ADDOPTS": "-k 'not edge'"},
        {"PYTEST_ADDOPTS": "-n 2", "PYTEST_PLUGINS": "meddling"},
        {"PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error", "PYTHONHASHSEED": "5"},
    ],
    ids=lambda theirs: " ".join(theirs.values()),
)
def test_the_callers_environment_changes_no_score(course: Path, theirs: dict[str, str]) -> None:
    """Neither options, plugins and settings of the caller's, nor a project's above the course."""
    env = {"PYTHONPATH": str(course.parent / "theirs"), **theirs}
    done = grade("run", "leaky", where=course, **env)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("ann\t9 of 10 points\t")
    again = grade("run", "leaky", where=course)
    assert "1 submission, 1 unchanged since the last run" in again.out.splitlines()
    check = grade("check", "submitted/ann/leaky", where=course, **env)
    assert (check.code, check.err) == (0, "")
    assert check.out.startswith("leaky   9 of 10 points")


def test_the_fingerprint_holds_the_cases(course: Path) -> None:
    """One case fewer, though by no change of any file, is another fingerprint."""
    fingerprints = set()
    cases = course / "hidden/leaky/test_leaky_sum.py"
    switch = course / "switch"
    text = cases.read_text("utf-8")
    cases.write_text(
        text.replace(
            "import pytest\n",
            f"import os\nimport pytest\nKEEP = (0.0, 0.7) if os.path.exists({str(switch)!r}) "
            "else (0.0, 0.7, 1.0)\n",
            1,
        ).replace("[0.0, 0.7, 1.0]", "KEEP"),
        "utf-8",
    )
    for _ in range(2):
        done = grade("run", "leaky", "--seed", "5", where=course)
        assert (done.code, done.err) == (0, "")
        fingerprints.add(results(course, "ann")["extra_data"]["record"]["fingerprint"])
        switch.write_text("")
        refused = grade("run", "leaky", "--force", where=course)
        (course / "graded/leaky/.run/tried").unlink()
        if len(fingerprints) == 1:
            assert refused.code == 3
            assert refused.err.startswith(
                "Error: Nothing can be judged: the hidden cases are not the ones that the run "
                "began with. "
            )
    assert len(fingerprints) == 2


FOREIGN = """\
import pytest

@pytest.mark.function("theirs")
@pytest.mark.criterion
def test_of_theirs(request):
    assert request.config.getoption("--submission") == 5
    assert request.config.getoption("--seed") == "x"
"""
FOREIGN_CONFTEST = """\
def pytest_addoption(parser):
    parser.addoption("--submission", type=int, default=5)
    parser.addoption("--seed", default="x")
    parser.addoption("--allow-weak-isolation", default=None)
"""


def test_a_foreign_project_is_left_alone(tmp_path: Path) -> None:
    """In the same environment, marks and options of the same names are its own."""
    (tmp_path / "test_theirs.py").write_text(FOREIGN)
    (tmp_path / "conftest.py").write_text(FOREIGN_CONFTEST)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    function: theirs\n    criterion: theirs\naddopts = "
        "--strict-markers\nfilterwarnings = error\n"
    )
    for options in ((), ("--submission", "5"), ("test_theirs.py",)):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.splitlines()[-1].startswith("1 passed")
