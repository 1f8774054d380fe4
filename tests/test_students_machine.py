"""What is handed out, on a student's machine: another Python, NumPy and pytest, odd folders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAME = "long_term_dependencies"
KEPT = Path(sys.prefix, "students")
"""Environments are made once: they take longer than all that is tried in them."""

OLDEST = ("3.11", "numpy==1.26.*", "pytest==8.*")
NEWEST = ("3.13", "numpy>=2", "pytest>=9")


def interpreter(version: str) -> str:
    """Return a Python of a version, or this one where none of that version is installed."""
    kept = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(
        f"versions/{version}.*/bin/python{version}"
    ))  # fmt: skip
    for one in (*map(str, kept), shutil.which(f"python{version}")):
        if (
            one
            and subprocess.run([one, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return one
    return sys.executable


@pytest.fixture(scope="module", params=[OLDEST, NEWEST], ids=["oldest", "newest"])
def python(request: pytest.FixtureRequest) -> Path:
    """The Python of an environment that has NumPy and pytest, and nothing of ours."""
    version, *packages = request.param
    place = KEPT / re.sub(r"\W+", "_", "_".join(request.param))
    found = place / "bin/python"
    if not (place / "made").exists():
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([interpreter(version), "-m", "venv", "--without-pip", place], check=True)
        pip = [sys.executable, "-m", "pip", "--python", found, "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-q", *packages], check=True)
        (place / "made").touch()
    return found


def run(python: Path, folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run a command of the homework; its exit code and lines."""
    done = subprocess.run(
        [python, "-X", "utf8", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST")},
    )  # fmt: skip
    return done.returncode, done.stdout.splitlines()


def test_what_is_handed_out_runs_there(python: Path, tmp_path: Path) -> None:
    """In a folder with a blank and Chinese letters, with Windows line ends, in both languages."""
    folder = tmp_path / "作业 3"
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "assignments" / NAME, folder, ignore=skip)
    for path in (ROOT / "solutions" / NAME).glob("*.py"):
        if path.stem != NAME:
            shutil.copy(path, folder)
    stabilize = folder / "stabilize.py"
    text = stabilize.read_text("utf-8")
    assert text.count("np.clip(gradient, -limit, limit)") == 1
    stabilize.write_text(
        text.replace("np.clip(gradient, -limit, limit)", "np.minimum(gradient, limit)"), "utf-8"
    )
    for path in folder.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    code, said = run(python, folder, "check.py")
    assert code == 1
    assert said[1:7] == [
        "[####.###] 7 of 8 functions done",
        " + backpropagate_error",
        " + growth_factors",
        " + residual_forward",
        " + residual_backward",
        " x clip_by_value: 4 of its 5 tests pass",
    ]
    assert "     Cause     Entries are clipped on one side only." in said
    code, said = run(python, folder, "check.py", "clip_by_value", "--lang", "zh")
    assert code == 1
    assert "     原因      只裁剪了一侧。" in said
    code, said = run(python, folder, "-m", "pytest", "-q", "-k", "clip_by_value")
    assert code == 1
    assert len(said) <= 40
    assert "     Cause     Entries are clipped on one side only." in said
    assert run(python, folder, "hint.py", "clip_by_value")[1][0].startswith("clip_by_value, step 1")
