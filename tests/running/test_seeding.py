"""Seeds: tried out on the solutions, drawn again where they leave too little room, then kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import grade, hand_in, right, small_course

NARROW = '''

@pytest.mark.parametrize("size", [Signal(2, 5)], ids=str)
def test_a_narrow_draw(student, reference, signal, size):
    """On every second seed the solution uses up half of the tolerance."""
    due = reference.leaky_sum(signal, 0.5)
    off = 0.5 * (1e-10 + 1e-9 * abs(due)) if signal[0, 0] > 0 else 0.0
    student.leaky_sum(signal, 0.5).agrees_with(due + off)
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one right submission, and a case that leaves little room on some seeds."""
    course = small_course(tmp_path / "course")
    hand_in(course, ann=right(course))
    return course


def append(course: Path, text: str) -> None:
    """Add a hidden case."""
    path = course / "hidden/leaky/test_leaky_sum.py"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_a_seed_that_leaves_too_little_room(course: Path) -> None:
    """Asked for, it is refused and nothing is kept; drawn, it gives way to another."""
    append(course, NARROW)
    out = course / "out"
    refused = passed = None
    for seed in range(30):
        done = grade("run", "leaky", "--seed", str(seed), "--out", out / str(seed), where=course)
        if done.code == 0:
            passed = seed
        else:
            refused = seed
            assert (done.code, done.out) == (2, "")
            assert done.err == (
                f"Error: The seed {seed} draws numbers that come too near to the limits of what is "
                "let pass, in 1 of the hidden cases of leaky_sum. Give another one with --seed, or "
                "leave it out: one is then drawn that does not.\n"
            )
            assert not (out / str(seed) / ".run/seed").exists()
        if None not in (refused, passed):
            break
    assert refused is not None
    assert passed is not None
    # a kept seed that the new cases make narrow gives way
    folder = course / "graded/leaky/.run"
    folder.mkdir(parents=True)
    (folder / "seed").write_text(f"{refused}\n")
    done = grade("run", "leaky", where=course)
    assert (done.code, done.err) == (0, "")
    kept = (folder / "seed").read_text().strip()
    assert kept != str(refused)
    again = grade("run", "leaky", "--seed", kept, "--out", out / "again", where=course)
    assert (again.code, again.err) == (0, "")


def test_solutions_that_no_seed_suits(course: Path) -> None:
    """It is the course that is to blame, and it is said which case."""
    append(course, NARROW.replace("signal[0, 0] > 0", "True"))
    done = grade("run", "leaky", where=course)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "Error: Nothing can be judged: the solution of leaky_sum does not pass the hidden case "
        "test_leaky_sum.py::test_a_narrow_draw[Signal(n=2, T=5)] with room to spare; "
        "try `grade verify`.\n"
    )
