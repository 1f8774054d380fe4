"""Copies are found however they are disguised; independent right work is not."""

from __future__ import annotations

from pathlib import Path

from grader.course import find_course
from grader.similarity.pairs import Files, near_identical
from grader.similarity.side_by_side import look_alikes
from tests.disguise import disguised

ROOT = Path(__file__).resolve().parents[2]
TASK = find_course(ROOT).assignment("rnn_bptt")
KEPT = tuple(function.name for function in TASK.functions)


def sources(folder: Path) -> Files:
    """Return the Python files of a folder."""
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}


SAMPLE = {
    path.name: sources(path / "rnn_bptt")
    for path in sorted((ROOT / "samples" / "rnn_bptt" / "submitted").iterdir())
}
STUB, SOLUTION = sources(TASK.stubs), sources(TASK.solutions)
INDEPENDENT = ("amara_okafor", "benedikt_vogel", "chen_xiaoyu")


def pairs(submissions: dict[str, Files]) -> set[tuple[str, str]]:
    """Return who is listed with whom."""
    found = near_identical(submissions, STUB, SOLUTION, KEPT)
    return {(pair.first, pair.second) for group in found.groups for pair in group.pairs}


def test_independent_right_work_is_not_listed() -> None:
    """Three full solutions in styles of their own are nobody's copy."""
    listed = {name for pair in pairs(SAMPLE) for name in pair}
    assert not listed & set(INDEPENDENT)


def test_a_disguised_copy_is_listed() -> None:
    """New names, no comments, another layout: the pair comes up, and only that pair."""
    copied = {**SAMPLE, "zz_copy": disguised(dict(SAMPLE["benedikt_vogel"]), KEPT)}
    assert pairs(copied) - pairs(SAMPLE) == {("benedikt_vogel", "zz_copy")}


def test_copies_of_one_are_one_group() -> None:
    """Six submissions of one program, two of them disguised: one group, and no pair too many."""
    own = dict(SAMPLE["benedikt_vogel"])
    clones = {f"clone{number}": own for number in range(3)}
    hidden = {"hidden1": disguised(own, KEPT), "hidden2": {**disguised(own, KEPT), "x.py": b""}}
    found = near_identical({**SAMPLE, **clones, **hidden}, STUB, SOLUTION, KEPT)
    (group,) = [one for one in found.groups if "benedikt_vogel" in one.students]
    assert group.students == ("benedikt_vogel", "clone0", "clone1", "clone2", "hidden1", "hidden2")
    assert len(group.pairs) == 5
    assert group.lowest > 0.95
    assert group.highest == 1.0


def test_untouched_stubs_are_nobody_s_copy() -> None:
    """What everybody was handed is not counted."""
    assert pairs({name: STUB for name in ("a", "b", "c")}) == set()


def test_the_two_are_laid_side_by_side() -> None:
    """Lines that both have carry the same number on both sides."""
    copy = disguised(dict(SAMPLE["benedikt_vogel"]), KEPT)
    found = look_alikes({**SAMPLE, "zz_copy": copy}, STUB, SOLUTION, KEPT)
    pair = next(one for one in found.pairs if one.second == "zz_copy")
    assert pair.share > 0.95
    for file in pair.files:
        mine = {number for _, number in file.first if number}
        theirs = {number for _, number in file.second if number}
        assert mine
        assert mine == theirs


def test_what_does_not_parse_is_said() -> None:
    """A broken file is compared as far as it can be read, and named."""
    found = look_alikes(SAMPLE, STUB, SOLUTION, KEPT)
    assert [(one.student, one.file) for one in found.left_out] == [("pedro_alves", "rnn_cell.py")]
