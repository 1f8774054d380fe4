"""`grade verify` finds what students would not see at home, and words that mislead them."""

import dataclasses
import re
from pathlib import Path

import pytest

from grader.authoring.proofs import at_home
from grader.authoring.proofs.bench import Bench
from grader.course import find_course
from grader.judging.judge import Judge

ROOT = Path(__file__).resolve().parents[2]
NAME = "long_term_dependencies"


@pytest.fixture(scope="module")
def judge(judge_of):
    """A judge of the assignment."""
    return judge_of(NAME)


def faults(judge: Judge, folder: Path, function: str, *changes: tuple[str, str]) -> list[str]:
    """What the check finds of one function, where the public tests were changed."""
    assignment = find_course(ROOT).assignment(NAME)
    text = (assignment.stubs / "test_public.py").read_text("utf-8")
    for pattern, instead in changes:
        text, count = re.subn(pattern, instead, text, flags=re.DOTALL)
        assert count
    (folder / "test_public.py").write_text(text, "utf-8")
    only = tuple(one for one in assignment.functions if one.name == function)
    task = dataclasses.replace(assignment, stubs=folder, functions=only)
    (check,) = at_home.prove(Bench(task, judge, 0, False, lambda things, _: things))
    return list(map(str, check.faults))


def test_what_costs_much_and_passes_at_home_is_named(judge, tmp_path):
    """Without the tests that show numbers, a wrong derivative would be a surprise."""
    numbers = r"def test_(growth_factors_(?:example|numbers|zero|at_any_size))\("
    found = faults(judge, tmp_path, "growth_factors", (numbers, r"def \1("))
    assert any("norm_not_rooted costs" in one and "passes all public tests" in one for one in found)


def test_a_test_may_import_what_it_tries(judge, tmp_path):
    """A mistake is in the place of the homework's function there, too."""
    numbers = r"def test_(growth_factors_(?:example|numbers|zero|at_any_size))\("
    plain = r"""
def test_growth_factors_imported():
    from gradient_flow import growth_factors

    delta = np.stack([np.full((2, 1), one) for one in (9.0, 3.0, 2.0)], axis=2)
    assert np.allclose(growth_factors(delta), [3.0, 1.5])


EXAMPLES ="""
    changes = (numbers, r"def \1("), (r"\nEXAMPLES =", plain)
    found = faults(judge, tmp_path, "growth_factors", *changes)
    assert not any("norm_not_rooted" in one for one in found), found


def test_what_names_another_quantity_is_found(judge, tmp_path):
    """A sentence about dba where dh0 is wrong misleads."""
    swapped = (r'expect\("dh0", gradients\["dh0"\], \[\[7.0\]\]',
               'expect("dba", gradients["dh0"], [[7.0]]')  # fmt: skip
    found = faults(judge, tmp_path, "residual_backward", swapped)
    assert any("is told as 'dba is wrong.', and wrong is" in one for one in found), found
