"""What is kept beside the seed: read as it was written, or worked out anew."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.cases.keeping import Store
from grader.course import find_course
from grader.diagnosis.observing import Observed
from grader.diagnosis.table import Table
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
    """No witness is asked, no mistake run on the few cases, alone or with another."""
    first = result(tmp_path)
    assert first.score < 25
    for kind, name in ((WitnessBox, "_ask"), (Variants, "singles"), (Pairs, "_try")):
        monkeypatch.setattr(kind, name, lambda *_: pytest.fail("it is worked out again"))
    assert result(tmp_path) == first


def seen(number: float) -> dict[tuple[str, tuple[str, ...]], Observed]:
    """What was seen in one place: a number and a zero."""
    return {("", ("dx",)): Observed(((2,),), np.array([number, 0.0]))}


@pytest.mark.parametrize(
    ("part", "odd"),
    [
        (2, np.zeros(2)),
        (3, np.zeros((1, 1))),
        (4, np.array([0, 5], np.int32)),
        (5, np.array([0, 2], np.int32)),
        (5, np.array([-1, 0], np.int32)),
        (5, np.array([0], np.int32)),
    ],
)
def test_a_table_of_other_mistakes_is_refused(part: int, odd: object) -> None:
    """One that is whole finds what it found; every number in it is looked at."""
    table = Table([seen(1.0), seen(2.0)])
    (row,) = table.packed()
    assert Table.unpacked([row], 2).fits(seen(2.0)) == table.fits(seen(2.0))
    assert table.fits(seen(2.0)) == {("", ("dx",)): frozenset({1})}
    row[part] = odd
    with pytest.raises(ValueError, match="dx"):
        Table.unpacked([row], 2)
