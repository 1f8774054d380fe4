"""Whatever text a worker puts into a reply, none of it comes out anywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cases.replaying import Called
from grader.course import find_course
from grader.intake.submission import Submission
from grader.isolation.answers import GroupAnswer, Raised, Reply, Value
from grader.isolation.lane import Worker
from grader.judging.explaining import finding_of
from grader.judging.judge import Judge
from grader.judging.sayings import said_anew, told, type_told
from grader.phrases import Phrases
from grader.record import Fact, Finding
from grader.reports import grades_csv, html, markdown, results_json, text
from grader.source.parsing import Parsed
from grader.worker.wire import Odd
from tests.judges import JudgeOf

TASK = find_course(Path(__file__).parents[2]).assignment("rnn_bptt")
FILES = {path.name: path.read_bytes() for path in TASK.solutions.glob("*.py")}

MARK = "zq31415926"
"""Stands in no file of the submission."""

TEXTS = (
    MARK,
    f"name '{MARK}' is not defined",
    f"cannot access local variable '{MARK}' where it is not associated with a value",
    f"module 'numpy' has no attribute '{MARK}'",
    f"module '{MARK}' has no attribute 'tanh'",
    f"'{MARK}' object has no attribute 'append'",
    f"'list' object has no attribute '{MARK}'",
    f"'{MARK}'",
    f"No module named '{MARK}'",
    f"No module named 'numpy.{MARK}'",
    f"cannot import name 'softmax' from 'rnn_cell' ({MARK}/rnn_cell.py)",
    f"cannot import name '{MARK}' from 'rnn_cell' (rnn_cell.py)",
    f"'{MARK}' object is not callable",
    f"'list' object is not {MARK}",
    f"'{MARK}' object does not support item assignment",
    f"unsupported operand type(s) for @: '{MARK}' and 'list'",
    f"unsupported operand type(s) for @: 'list' and '{MARK}'",
    f"{MARK} index out of range",
    f"list indices must be integers or slices, not {MARK}",
    f"only integers, slices (`:`), ellipsis {MARK}",
    f"{MARK}() takes 2 positional arguments but 31415926 were given",
    f"softmax() missing 1 required positional argument: '{MARK}'",
    f"{MARK}() missing 1 required positional argument: 'z'",
    f"softmax() got an unexpected keyword argument '{MARK}'",
    "operands could not be broadcast together with shapes (314,159) (265,31415926)",
    "shapes (314,159) and (31415926,2) not aligned: 159 (dim 1) != 31415926 (dim 0)",
    "could not broadcast input array from shape (314,31415926) into shape (159)",
    "cannot reshape array of size 31415926 into shape (2,)",
    "index 31415926 is out of bounds for axis 0 with size 3",
    "axis 31415926 is out of bounds for array of dimension 3",
    "too many indices for array: array is 31415926-dimensional, but 3 were indexed",
    "not enough values to unpack (expected 31415926, got 3)",
    f"invalid syntax. Perhaps you forgot {MARK}",
)
TYPES = (
    "ValueError", "TypeError", "KeyError", "AttributeError", "NameError", "ImportError",
    "ModuleNotFoundError", "SyntaxError", "NoFunctionError", "StandInError",
    "NotImplementedError", "RecursionError", "PermissionError", "SystemExit", MARK,
)  # fmt: skip
VALUES = (
    Odd(MARK), Odd(f"array of {MARK}"), MARK, [MARK], {MARK: 1.0}, (MARK, Odd(MARK)),
    {"dxt": Odd(MARK), MARK: 0.0},
)  # fmt: skip


def raised() -> Iterator[Raised]:
    """Every type of exception with a mark in its text, its name, its bases and its frames."""
    for place, kind in enumerate(TYPES):
        for number, said in enumerate(TEXTS):
            framed = ((), (("rnn_cell.py", 20, MARK), (MARK, 3, MARK)))[number % 2]
            importing = (number + place) % 3 == 0
            bases = (kind, MARK, "Exception")
            yield Raised(0, kind, bases, importing, framed, said, MARK)


def replies() -> list[Reply]:
    """Return all that a worker may say of a single step."""
    return [*raised(), *(Value(0, one) for one in VALUES)]


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


def files_of(judge: Judge, submission: Submission) -> str:
    """Judge a submission and return all that is written of it."""
    report = judge.judge(submission)
    phrases = Phrases.load()
    return "\n".join(
        (
            text.feedback(report, phrases),
            markdown.feedback(report, phrases),
            html.page(report, phrases, files=FILES),
            results_json.dumps(report, phrases),
            grades_csv.grades([report]),
        )
    )


def test_no_word_of_it_comes_out(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither into what students read nor into what other systems do."""
    waiting = replies()

    def forged(self: Worker, groups: object, lender: object = None) -> list[GroupAnswer]:
        answers = []
        for group in groups:  # type: ignore[attr-defined]
            said = waiting.pop() if waiting and group.function else None
            each = (said,) if said is not None else None
            answers.append(GroupAnswer((each,) * len(group.cases)))
        return answers

    monkeypatch.setattr(Worker, "ask", forged)
    submission = Submission("sam", FILES, (), "")
    while waiting:
        told = files_of(judge, submission)
        assert MARK not in told
        assert "31415926" not in told
        assert "softmax" in told


ODD_KINDS = """class M(type):
    __name__ = property(lambda cls: 1 / 0)
    __mro__ = property(lambda cls: 5)
    __module__ = property(lambda cls: 1 / 0)

    def __hash__(cls):
        raise SystemExit


class E(ValueError, metaclass=M):
    __traceback__ = __class__ = property(lambda self: 1 / 0)


class Unread(SyntaxError):
    filename, lineno = "rnn_cell.py", [1, 2]


"""


@pytest.mark.parametrize(("kind", "told"), [("E", "ValueError"), ("Unread", "SyntaxError")])
def test_an_exception_that_says_odd_things_of_itself_is_one_all_the_same(
    judge: Judge, kind: str, told: str
) -> None:
    """What it is, and where it came up, is not asked of what the student wrote about it."""
    text = FILES["rnn_cell.py"].decode()
    head = "def rnn_cell_backward(da_next, cache):\n"
    assert text.count(head) == 1
    text = text.replace(head, f"{ODD_KINDS}{head}    raise {kind}()\n")
    handed_in = {**FILES, "rnn_cell.py": text.encode()}
    found = judge.judge(Submission("ada", handed_in, (), ""), explain=False).functions
    (result,) = (one for one in found if one.name == "rnn_cell_backward")
    assert result.finding is not None
    line = text.splitlines().index(f"    raise {kind}()") + 1
    assert (result.finding.kind, result.finding.facts["line"]) == ("raised", line)
    assert result.finding.facts["error"] in (kind, told)


def test_names_of_the_submission_are_told() -> None:
    """What stands in it tells nothing new, and helps."""
    names = {"softmax", "np", "numpy", "z"}
    assert said_anew("name 'softmax' is not defined", names) == "name 'softmax' is not defined"
    assert said_anew("'numpy.ndarray' object is not callable", names) == (
        "'numpy.ndarray' object is not callable"
    )
    assert said_anew("name 'soft' is not defined", names) == ""
    assert (type_told("set", names), type_told("z", names), type_told("zz", names)) == (
        "set",
        "z",
        "object",
    )


def test_an_exception_that_a_library_keeps_for_itself_goes_by_its_kind() -> None:
    """NumPy's own names say nothing; one that only says that it is one has none."""

    def error(kind: str, *bases: str) -> Fact:
        one = Raised(0, kind, (kind, *bases, "Exception"), False, (), "", "")
        return finding_of(one, Parsed(FILES), Called("softmax", 1), "rnn_cell.py").facts["error"]

    assert error("UFuncTypeError", "TypeError") == "TypeError"
    assert error(MARK, f"{MARK}Error", "ValueError") == "ValueError"
    assert error(MARK) == "an exception"


def test_what_an_answer_was_made_of() -> None:
    """A key or a type that the submission made up is told only where it stands in its files."""
    names = {"dWya", "Mine"}
    extra = {key: told(Finding("extra key", "", {"key": key}), names) for key in ("dWya", MARK)}
    assert [one.facts["key"] for one in extra.values()] == ["dWya", ""]
    for kind in ("type", "not numbers"):
        kinds = [told(Finding(kind, "", {"type": one}), names) for one in ("set", "Mine", MARK)]
        assert [one.facts["type"] for one in kinds] == ["set", "Mine", "object"]
    assert Phrases.load().what(extra[MARK]) == (
        "The dict it returns has a key that is not asked for."
    )


SIZES = {"n_x": 3, "n_a": 4, "m": 6}


@pytest.mark.parametrize(
    "shape", [(4,), (1, 4), (4, 6), (6, 4, 1), (7,), (5, 1), (0, 4), (24,), (3, 6), (4, 37)]
)
def test_a_shape_that_comes_of_the_sizes_is_told(shape: tuple[int, ...]) -> None:
    """One more or less, two beside or times each other, or a small number in the submission."""
    finding = Finding("shape", "dba", {"shape": shape, "due": (4, 1)}, SIZES)
    assert told(finding, (), {37}) == finding


@pytest.mark.parametrize("shape", [(1171, 1), (4, 314), (37, 1), (1, 3, 4, 6)])
def test_a_shape_that_was_made_up_is_not_told(shape: tuple[int, ...]) -> None:
    """It could spell a hidden input: only what is due is said."""
    for language, said in (
        ("en", "dba has a shape that comes of no sizes of the case; it must be (4, 1)."),
        ("zh", "dba 的形状与本用例的任何尺寸都不符，应当是 (4, 1)。"),
    ):
        found = told(Finding("shape", "dba", {"shape": shape, "due": (4, 1)}, SIZES), ())
        assert Phrases.load(language=language).what(found) == said
    assert "shape" not in found.facts


def test_a_length_that_was_made_up_is_not_told() -> None:
    """As a shape."""
    for length, said in (
        (4, "The answer has length 4; it must have length 3."),
        (1171, "The answer has another length; it must have length 3."),
    ):
        found = told(Finding("length", "", {"length": length, "due": 3}, SIZES), ())
        assert Phrases.load().what(found) == said


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python has the name")
@pytest.mark.parametrize(
    ("kind", "asks"),
    [
        ("AttributeError", b"import itertools\nitertools.batched(x, 2)\n"),
        ("StandInError", b"from itertools import batched\n"),
    ],
)
def test_what_came_later_is_named_only_where_it_is_asked_for(kind: str, asks: bytes) -> None:
    """A worker could choose among hundreds of names, and say something by that."""
    text = "module 'itertools' has no attribute 'batched'"
    said = Raised(0, kind, (kind,), importing=False, frames=(), text=text, name="itertools.batched")
    found = {
        source: finding_of(said, Parsed({"m.py": source}), Called("f", 0), "m.py").kind
        for source in (asks, b"import itertools\n")
    }
    assert list(found.values()) == ["newer library", "raised"]


def test_what_is_absent_is_named_only_where_it_is_imported() -> None:
    """Else a worker could choose among all words of the submission."""
    said = Raised(0, "StandInError", (), importing=False, frames=(), text="", name="GATES")
    kinds = {
        source: finding_of(said, Parsed({"m.py": source}), Called("f", 0), "m.py", ["f"]).kind
        for source in (b"from cell import GATES\n", b"GATES = 1\n")
    }
    assert list(kinds.values()) == ["neighbour absent", "raised"]
    lent = replace(said, name="f")
    assert finding_of(lent, Parsed({}), Called("g", 0), "m.py", ["f"]).kind == "neighbour absent"
