"""A catalogue that an author has written wrongly is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.known_answers import known_answers
from grader.course import Assignment, Course
from grader.diagnosis.catalogue import load_mistakes
from grader.errors import UsageProblem

PARTS = {
    "solutions/peaks/peaks.py": "def peak(x):\n    return max(x)\n",
    "hidden/peaks/assignment.toml": (
        '[functions.peak]\nfile = "peaks.py"\noutputs = { p = 2 }\n'
    ),
    "hidden/peaks/mistakes.py": """\
from grader.kit import Mistakes, State, family, work_out

PEAK = {"p": lambda s: max(s.x)}


def peak(h, x):
    return work_out(h, State(x=x), PEAK).p


VARIANTS = {"least": [{"p": lambda s: min(s.x)}]}
CATALOGUE = Mistakes(families={"peak": family(PEAK, peak)}, variants={"peak": VARIANTS})
""",
    "hidden/peaks/mistakes.en.toml": (
        '[least]\ncause = "It is the least."\nnext = "try two numbers"\n'
    ),
    "assignments/peaks/test_public.py": """\
from checks import load

FILES = {"peaks.py": ["peak"]}
EXAMPLES = {"peak": lambda: load("peak", FILES)([1.0, 2.0])}
""",
}  # fmt: skip


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """One function with one known mistake."""
    for place, text in PARTS.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, "utf-8")
    return Course(tmp_path).assignment("peaks")


def test_what_is_right_is_taken(assignment: Assignment) -> None:
    """The mistake is known, and what it answers to the public example."""
    catalogue = load_mistakes(assignment)
    assert catalogue is not None
    assert catalogue.keys("peak") == {"least"}
    assert known_answers(assignment)


CATALOGUES = {
    "an import": (
        ("import Mistakes,", "import Mistake,"),
        '"{path}" cannot be imported (ImportError: cannot import name \'Mistake\' from '
        "'grader.kit'",
    ),
    "its name": (("CATALOGUE =", "CATALOG ="), '"{path}" does not define CATALOGUE. Write it.'),
    "its kind": (
        ("CATALOGUE = Mistakes(", "CATALOGUE = dict("),
        'In "{path}", CATALOGUE must be a Mistakes of grader.kit.',
    ),
    "a family": (
        ("family(PEAK, peak)", "peak"),
        '"{path}" cannot be imported (ValueError: families[\'peak\'] must be a family(...)). '
        "Mend it.",
    ),
    "no list": (
        ('[{"p": lambda s: min(s.x)}]', '{"p": lambda s: min(s.x)}'),
        '"{path}" cannot be imported (ValueError: variants[\'peak\'][\'least\'] must be a list of '
        "ways to make the mistake). Mend it.",
    ),
    "no dict": (
        ('[{"p": lambda s: min(s.x)}]', "[lambda s: min(s.x)]"),
        '"{path}" cannot be imported (ValueError: variants[\'peak\'][\'least\'] must have a dict '
        "for each way to make it). Mend it.",
    ),
    "no function": (
        ("lambda s: min(s.x)", "0.0"),
        '"{path}" cannot be imported (ValueError: variants[\'peak\'][\'least\'] must compute '
        "'p' by a function). Mend it.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", CATALOGUES)
def test_a_catalogue_is_refused(assignment: Assignment, part: str) -> None:
    """What is wrong, where, and what to do."""
    (old, new), said = CATALOGUES[part]
    path = assignment.hidden / "mistakes.py"
    _change(path, old, new)
    with pytest.raises(UsageProblem) as refused:
        load_mistakes(assignment)
    assert refused.value.message.startswith(said.format(path=path))


WORDS = {
    "words without next": (
        ("hidden/peaks/mistakes.en.toml", "next =", "hint ="),
        "mistakes.en.toml: the mistake 'least' has no next; give it one sentence.",
    ),
    "words that are no TOML": (
        ("hidden/peaks/mistakes.en.toml", 'cause = "', "cause = "),
        "mistakes.en.toml is not valid TOML: ",
    ),
    "an example that raises": (
        ("assignments/peaks/test_public.py", "[1.0, 2.0]", "1.0"),
        "In test_public.py, EXAMPLES['peak'] raises, or answers no numbers, where peak is right. "
        "Have it return what load('peak', FILES) answers.",
    ),
    "public tests that cannot be imported": (
        ("assignments/peaks/test_public.py", "FILES =", "import numpi\n\nFILES ="),
        '"{course}/assignments/peaks/test_public.py" cannot be imported (ModuleNotFoundError: No '
        "module named 'numpi'). Mend it.",
    ),
}


@pytest.mark.parametrize("part", WORDS)
def test_what_is_told_at_home_is_refused(assignment: Assignment, tmp_path: Path, part: str) -> None:
    """Words and public examples alike."""
    (place, old, new), said = WORDS[part]
    _change(tmp_path / place, old, new)
    with pytest.raises(UsageProblem) as refused:
        known_answers(assignment)
    assert refused.value.message.startswith(said.replace("{course}", str(tmp_path)))


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
