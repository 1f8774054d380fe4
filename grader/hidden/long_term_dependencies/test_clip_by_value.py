import numpy as np
import pytest

from grader.kit import Exactly, Finding

pytestmark = pytest.mark.function("clip_by_value")


def test_values(student, reference, witness, gradients):
    """Entries inside and outside, under any name, in one to four dimensions."""
    clipped = student.clip_by_value(gradients, 0.75)
    clipped.agrees_with(reference.clip_by_value(gradients, 0.75))
    clipped.agrees_with(witness("clipped_by_value", gradients, 0.75))


def test_exploded_gradients(student, reference, exploded):
    """Entries far outside."""
    student.clip_by_value(exploded, 5.0).agrees_with(reference.clip_by_value(exploded, 5.0))


def test_nothing_to_clip(student, gradients):
    """Entries that are all inside stay as they are."""
    student.clip_by_value(gradients, 100.0).agrees_with(gradients)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("shape", [(1,), (1, 1), (1, 3), (1, 1, 1)], ids=str)
def test_edge_sizes(student, shape):
    """A single entry, or a single row."""
    student.clip_by_value({"g": np.full(shape, -2.5)}, 2.0).agrees_with({"g": np.full(shape, -2.0)})


@pytest.mark.criterion("edge sizes")
def test_entries_at_the_limit(student):
    """Entries of 0, and exactly at the limit, stay."""
    gradients = {"dWaa": np.array([[0.0, 0.5, -0.5]]), "dba": np.zeros((2, 1))}
    student.clip_by_value(gradients, 0.5).agrees_with(gradients)


@pytest.mark.criterion("rules")
def test_rules(student, reference, gradients, exploded):
    """Arguments are left alone, the keys are those given, a later call changes no answer."""
    first = student.clip_by_value(gradients, 0.5)
    first.leaves_arguments_alone()
    second = student.clip_by_value(exploded, 1.5)
    first.looked_at_again().agrees_with(Exactly(reference.clip_by_value(gradients, 0.5)))
    second.agrees_with(reference.clip_by_value(exploded, 1.5))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_a_new_dict(student, gradients, limit):
    """The dict it returns is not the one it was given."""
    returned = {"": Finding("argument returned", "", {"argument": "gradients"})}
    new = student.probe("is_new", "clip_by_value", {}, gradients, limit)
    new.agrees_with({"new": 1.0}, outputs=lambda path: "", otherwise=returned)
