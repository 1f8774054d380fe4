"""What is kept beside the seed: read as it was written, or worked out anew."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.cases.keeping import Store
from grader.course import find_course
from grader.diagnosis.two_mistakes import Pairs
from grader.diagnosis.variants import Variants
from grader.intake.submission import Submission
from grader.record import FunctionResult
from grader.running.settings import Settings
from grader.running.start import WitnessBox, open_judge
from tests.command import ROOT

TASK = find_course(ROOT).assignment("rnn_bptt")
DATA = {"numbers": np.arange(3.0), "place": ("", ("dx", 1)), "which": [1, None, "two"]}


def test_what_is_kept_is_read_by_the_same_cases_alone(tmp_path: Path) -> None:
    """It is for the instructor alone; what another seed left goes with the first that is kept."""
    store = Store(tmp_path / "kept", "one seed")
    assert store.read("table") is None
    store.write("table", DATA)
    found = store.read("table")
    assert found["numbers"].tolist() == [0.0, 1.0, 2.0]
    assert (found["place"], found["which"]) == (DATA["place"], DATA["which"])
    (path,) = (tmp_path / "kept").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    other = Store(tmp_path / "kept", "another seed")
    assert other.read("table") is None
    other.write("table", DATA)
    assert store.read("table") is None
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_what_is_damaged_is_not_there(tmp_path: Path) -> None:
    """A byte less, none at all, another one."""
    store = Store(tmp_path, "a seed")
    store.write("table", DATA)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for damaged in (whole[:-1], b"", whole[:40] + b"x" + whole[41:]):
        path.write_bytes(damaged)
        assert store.read("table") is None


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path) -> None:
    """No disk and no odd key of a course stops a run."""
    (tmp_path / "file").touch()
    odd = {"a": object()}
    for store, data in ((Store(tmp_path / "file", ""), DATA), (Store(tmp_path, ""), odd)):
        store.write("table", data)
        assert store.read("table") is None


def result(kept: Path) -> FunctionResult:
    """Judge a backward pass that no mistake explains, and no two."""
    settings = Settings(3, weak=True, repair=False, kept=str(kept))
    files = {path.name: path.read_bytes() for path in TASK.solutions.glob("*.py")}
    right, odd = b"dz = da_next * (1 - a_next**2)", b"dz = da_next * (1 - a_next) + 0.1234"
    cell = files["rnn_cell.py"].replace(right, odd)
    assert cell != files["rnn_cell.py"]
    with open_judge(TASK, settings) as judge:
        submission = Submission("s", {**files, "rnn_cell.py": cell}, (), "")
        (found,) = (
            one for one in judge.judge(submission).functions if one.name == "rnn_cell_backward"
        )
    return replace(found, cpu_seconds=0.0)


def test_a_second_run_works_nothing_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No witness is asked, no mistake and no pair of two is run on the few cases; all is as it was.

    Kept data that is whole, but of other mistakes, is not taken for these.
    """
    first = result(tmp_path / "kept")
    assert first.score < 25
    with monkeypatch.context() as patch:
        for kind, name in ((WitnessBox, "_ask"), (Variants, "singles"), (Pairs, "_try")):
            patch.setattr(kind, name, lambda *_: pytest.fail("it is worked out again"))
        assert result(tmp_path / "kept") == first
    fingerprint = f"{TASK.fingerprint()} 3"
    store = Store(tmp_path / "kept", fingerprint)
    for name, odd in (("alone", [[[]], []]), ("two", [[], [["", (), 1, 2, 3, 4]]])):
        assert store.read(f"rnn_cell_backward-{name}") is not None
        store.write(f"rnn_cell_backward-{name}", odd)
    assert result(tmp_path / "kept") == first
    assert len(store.read("rnn_cell_backward-alone")[0]) > 1
