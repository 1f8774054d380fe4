"""The bundle for Gradescope, run in the folders Gradescope documents, in a root of its own."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.course import find_course
from grader.gradescope.bundle import bundle, requirements
from tests import attack_class

ROOT = Path(__file__).resolve().parents[2]
TASK = find_course(ROOT).assignment("rnn_bptt")
SEED = 987654321

IN_A_ROOT = """
set -eu
new=$(mktemp -d)
mount -t tmpfs tmpfs "$new"
for entry in /*; do
    [ "$entry" = /autograder ] || [ "$entry" = /opt ] && continue
    if [ -L "$entry" ]; then cp -d "$entry" "$new/"
    elif [ -d "$entry" ]; then mkdir "$new$entry"; mount --rbind "$entry" "$new$entry"; fi
done
mkdir -p "$new/autograder" "$new/opt/unrolled/bin"
for entry in /opt/*; do
    [ "$entry" = /opt/unrolled ] && continue  # what is this machine's own stays so
    [ -d "$entry" ] && mkdir -p "$new$entry" && mount --rbind "$entry" "$new$entry"
done
mount --bind "$1" "$new/autograder"
printf '#!/bin/sh\\nexec "%s" "$@"\\n' "$2" > "$new/opt/unrolled/bin/python"
chmod 755 "$new/opt/unrolled/bin/python"
PATH=$PATH:/usr/sbin:/sbin exec chroot "$new" /autograder/run_autograder
"""
"""A root in which /autograder is the folder of a test and /opt/unrolled its interpreter."""


def own_root() -> list[str]:
    """Return the command that runs a script with mounts of its own, as root or as if."""
    flags = ["-m"] if os.geteuid() == 0 else ["-U", "-r", "-m"]
    command = ["unshare", *flags, "sh", "-c"]
    if shutil.which("unshare") is None:
        pytest.skip("no unshare")
    tried = subprocess.run(
        [*command, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False
    )
    if tried.returncode:
        pytest.skip("no mounts of one's own")
    return command


@pytest.fixture
def autograder(tmp_path: Path) -> Path:
    """/autograder as Gradescope makes it of the zip."""
    folder = tmp_path / "autograder"
    with zipfile.ZipFile(io.BytesIO(bundle(TASK, seed=SEED, timeout=1.0, weak=False))) as archive:
        archive.extractall(folder / "source")
    (folder / "submission").mkdir()
    (folder / "results").mkdir()
    shutil.copy(folder / "source" / "run_autograder", folder / "run_autograder")
    (folder / "run_autograder").chmod(0o755)
    users = {"users": [{"name": "Alice Ash", "email": "alice@example.edu"}]}
    (folder / "submission_metadata.json").write_text(json.dumps(users), "utf-8")
    return folder


def run(autograder: Path) -> subprocess.CompletedProcess[str]:
    """Run run_autograder as Gradescope does."""
    command = [*own_root(), IN_A_ROOT, "sh", str(autograder), sys.executable]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def submit(autograder: Path, folder: Path) -> None:
    """Put a submission into place."""
    for path in folder.glob("*.py"):
        shutil.copy(path, autograder / "submission")


def test_a_right_submission(autograder: Path) -> None:
    """Full marks, one entry per function, and nothing of the seed or a case in what is shown."""
    submit(autograder, ROOT / "tests" / "golden" / "base" / "right")
    done = run(autograder)
    assert done.returncode == 0, done.stderr
    text = (autograder / "results" / "results.json").read_text("utf-8")
    results = json.loads(text)
    assert results["score"] == 100
    assert [one["name"] for one in results["tests"]] == [one.name for one in TASK.functions]
    assert results["extra_data"]["record"]["student"] == "Alice Ash"
    assert str(SEED) not in text
    assert "test_" not in text


def test_a_thief_finds_nothing(autograder: Path) -> None:
    """Source, results and metadata cannot be read or written by a submission."""
    submit(autograder, ROOT / "tests" / "golden" / "base" / "right")
    thief = """

import os

def softmax(z):
    found = []
    for path in ("/autograder/source", "/autograder/results", "/autograder"):
        try:
            found.append(os.listdir(path))
        except OSError:
            pass
    try:
        os.open("/autograder/results/results.json", os.O_WRONLY)
        found.append("written")
    except OSError:
        pass
    if found or os.getuid() in BARRED:
        raise SystemError("found")
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)
"""
    # without root there is but one user in the namespace: nobody else to become
    barred = [0] if os.geteuid() == 0 else []
    with open(autograder / "submission" / "rnn_cell.py", "a") as file:
        file.write(f"\n\nBARRED = {barred}\n{thief}")
    done = run(autograder)
    assert done.returncode == 0, done.stderr
    results = json.loads((autograder / "results" / "results.json").read_text("utf-8"))
    assert results["score"] == 100


@pytest.mark.parametrize("name", attack_class.ATTACKS)
def test_an_attack_earns_what_it_earns_elsewhere(autograder: Path, name: str) -> None:
    """Replies, lending and words are held to the same in Gradescope's container."""
    attack_class.write(name, autograder / "submission")
    done = run(autograder)
    assert done.returncode == 0, done.stderr
    text = (autograder / "results" / "results.json").read_text("utf-8")
    scores = {one["name"]: one["score"] for one in json.loads(text)["tests"]}
    due = attack_class.due(name)
    assert {function: scores[function] for function in due} == due


def test_a_missing_file_is_told(autograder: Path) -> None:
    """An empty submission is judged too, and told what is missing."""
    done = run(autograder)
    assert done.returncode == 0, done.stderr
    results = json.loads((autograder / "results" / "results.json").read_text("utf-8"))
    assert results["score"] == 0
    assert "rnn_cell.py is missing." in results["tests"][0]["output"]


def test_a_broken_course_leaves_no_score(autograder: Path) -> None:
    """A fault that is not the student's leaves no results.json, and says what it is."""
    submit(autograder, ROOT / "tests" / "golden" / "base" / "right")
    (autograder / "source" / "hidden" / "rnn_bptt" / "test_softmax.py").write_text("1 +", "utf-8")
    done = run(autograder)
    assert done.returncode == 3
    assert done.stderr.startswith("Error: Nothing can be judged: the hidden cases in ")
    assert not (autograder / "results" / "results.json").exists()


def test_what_is_in_it() -> None:
    """Scripts that run, sources that only root reads, no other assignment, the same each time."""
    data = bundle(TASK, seed=SEED, timeout=10.0, weak=False)
    assert bundle(TASK, seed=SEED, timeout=10.0, weak=False) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        modes = {one.filename: one.external_attr >> 16 for one in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o700
    assert modes["solutions/rnn_bptt/rnn_cell.py"] == 0o600
    assert not [name for name in modes if "long_term" in name or "assignments" in name]
    wanted = requirements()
    assert "torch==2.13.0" in wanted
    assert not [one for one in wanted if one.startswith(("nbgrader", "matplotlib", "ruff"))]
