"""What the checks at home say of a known mistake: the same as the feedback, or nothing."""

import functools
import importlib
import json

import pytest

from grader.authoring.known_answers import KNOWN, public_tests, right_functions, strange_in
from grader.authoring.leaks import leaks
from grader.course import PACKAGE, Course, find_course
from grader.diagnosis.catalogue import load_mistakes
from grader.phrases.catalogue import Catalogue
from tests.public_runs import ROOT, change, hand_out, solve

COURSE = find_course(ROOT)
NAMES = COURSE.names()


def words(assignment):
    """Cause and next of every mistake, as the feedback has them."""
    general = PACKAGE / "phrases/mistakes/en.toml"
    return Catalogue.load([general, assignment.hidden / "mistakes.en.toml"]).mistakes


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_is_told_as_the_feedback_tells_it_or_not_at_all(name):
    """Each way to make each mistake answers the examples; no other mistake is ever named."""
    assignment = COURSE.assignment(name)
    mistakes, said = load_mistakes(assignment), words(assignment)
    told = silent = 0
    with public_tests(assignment) as tests:
        causes = importlib.import_module("checks.causes")
        standing_in = importlib.import_module("checks").standing_in
        causes.KNOWN = assignment.stubs / KNOWN
        causes.decoded = functools.cache(
            causes.decoded
        )  # what is known is read once, not per mistake
        functions = right_functions(mistakes, mistakes.variants)
        for function in tests.EXAMPLES:
            for key, several in mistakes.variants[function].items():
                for hooks in several:
                    known = causes.Causes(tests.EXAMPLES, "en")
                    wrong = mistakes.make(function, hooks)
                    with standing_in({**functions, function: wrong}):
                        found = known.of_numbers(function)
                    due = {"Cause": said[key].cause, "Next": said[key].next}
                    assert found in ({}, due), (function, key)
                    told, silent = told + bool(found), silent + (not found)
    assert told > 2 * silent, (told, silent)


@pytest.mark.parametrize("name", NAMES)
def test_right_functions_have_no_cause(name):
    """Where every function is right nothing is named, and nothing rests on a wrong one."""
    assignment = COURSE.assignment(name)
    mistakes = load_mistakes(assignment)
    with public_tests(assignment) as tests:
        causes = importlib.import_module("checks.causes")
        causes.KNOWN = assignment.stubs / KNOWN
        known = causes.Causes(tests.EXAMPLES, "en")
        functions = right_functions(mistakes, mistakes.variants)
        with importlib.import_module("checks").standing_in(functions):
            for function in tests.EXAMPLES:
                assert known.of_numbers(function) == {}, function
                assert known.rests_on(function) == "", function


def test_the_cause_stands_in_the_screen(warm, tmp_path):
    """What, got, expected, cause and next of the first; what rests on it is not blamed."""
    folder = solve("rnn_bptt", hand_out("rnn_bptt", tmp_path / "homework"))
    change(folder, "rnn_cell.py", "dz @ a_prev.T", "dz @ a_next.T")
    said = words(COURSE.assignment("rnn_bptt"))["recurrent_gradient_from_next_state"]
    progress = warm.run(folder, "-m", "not torch").progress
    assert f"     Cause     {said.cause}\n     Next      {said.next}\n" in progress
    assert " x rnn_backward rests on rnn_cell_backward, which is not right yet\n" in progress


def test_an_exception_is_told_once_with_the_shapes(warm, tmp_path):
    """The line, what stood in it, the cause; the same words are not repeated for what follows."""
    folder = solve("rnn_bptt", hand_out("rnn_bptt", tmp_path / "homework"))
    change(folder, "rnn_cell.py", "dz @ a_prev.T", "a_prev @ dz")
    outcome = warm.run(folder, "-m", "not torch")
    assert "a_prev (1, 2), dz (1, 2)" in outcome.progress
    assert outcome.progress.count("ValueError") == 1
    assert "     Cause     The two factors of a matrix product do not fit together.\n" in (
        outcome.progress
    )
    assert "gufunc" not in outcome.said


# --- what students receive of it --------------------------------------------------------------


@pytest.fixture
def known():
    """What is handed out, decoded."""
    with public_tests(COURSE.assignment("rnn_bptt")):
        causes = importlib.import_module("checks.causes")
        text = (ROOT / "assignments/rnn_bptt" / KNOWN).read_text("utf-8")
        yield causes, causes.decoded(text)


def test_what_is_handed_out_cannot_be_read_as_it_is():
    """No sentence, key or name stands in the file."""
    text = (ROOT / "assignments/rnn_bptt" / KNOWN).read_text("utf-8")
    assert text.isascii()
    assert not any(word in text for word in ("softmax", "gradient", " ", "rnn_"))


ADDED = {
    "a case": ({"cases": [1]}, "holds more than known answers"),
    "a function": ({"right": {"secret": []}}, "names a function that is not of the contract"),
    "an array": ({"right": {"softmax": [[1.5] * 40]}}, "holds more of an answer than its marks"),
    "more digits": (
        {"right": {"softmax": [[1, 0.123456789012, 0.5]]}},
        "holds more of an answer than its marks",
    ),
    "code": (
        {"exceptions": [["x", "dz = da_next * (1 - a_next**2)"]]},
        "holds patterns of exceptions that are not the catalogue's",
    ),
    "a sentence": ({"words": {"en": {}, "zh": {}}}, "holds words that are not the catalogue's"),
}


@pytest.mark.parametrize("added", ADDED)
def test_what_must_not_be_handed_out_is_found(known, tmp_path, added):
    """Anything but marks, names, patterns and the catalogue's words is refused by name."""
    causes, data = known
    more, sentence = ADDED[added]
    assignment = COURSE.assignment("rnn_bptt")
    assert strange_in(causes.encoded(data), assignment) == ""
    assert strange_in(causes.encoded({**data, **more}), assignment) == sentence
    assert strange_in("nonsense", assignment) == "cannot be looked into"


def test_the_check_for_leaks_looks_into_it(known, tmp_path):
    """It is named as any other file is."""
    causes, data = known
    hand_out("rnn_bptt", tmp_path / "assignments/rnn_bptt")
    for part in ("solutions", "hidden"):
        source = ROOT / ("grader/hidden" if part == "hidden" else part)
        (tmp_path / part).symlink_to(source)
    path = tmp_path / "assignments/rnn_bptt" / KNOWN
    path.write_text(causes.encoded({**data, "cases": json.dumps(data["right"])}), "utf-8")
    found = list(leaks(Course(tmp_path).assignment("rnn_bptt")))
    assert found == [f"{KNOWN} holds more than known answers"]
