"""What may be lent to a function is read off its solution, and never goes in a circle."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Function, find_course
from grader.judging.relation import lending_relation, relation_of

COURSE = find_course(Path(__file__).parents[2])


def relation(**sources: str) -> dict[str, set[str]]:
    """Return what may be lent among the functions f, g and h, by the modules of a solution."""
    functions = [
        Function(name, f"{module}.py", {"out": 1.0}, {})
        for module, source in sources.items()
        for name in ("f", "g", "h")
        if f"def {name}(" in source or f"class {name}" in source
    ]
    found = relation_of({f"{name}.py": text.encode() for name, text in sources.items()}, functions)
    return {name: set(others) for name, others in found.items() if others}


def test_rnn_bptt() -> None:
    """A function is lent what its solution is made of; no way back is lent a way forth."""
    found = lending_relation(COURSE.assignment("rnn_bptt"))
    assert {name: set(others) for name, others in found.items()} == {
        "softmax": set(),
        "rnn_cell_forward": {"softmax"},
        "rnn_cell_backward": set(),
        "rnn_forward": {"softmax", "rnn_cell_forward"},
        "rnn_backward": {"rnn_cell_backward"},
        "RNNCell": set(),
        "compare_with_torch": {"RNNCell"},
    }


def test_long_term_dependencies() -> None:
    """Its functions stand each by itself."""
    found = lending_relation(COURSE.assignment("long_term_dependencies"))
    assert set().union(*found.values()) == set()


@pytest.mark.parametrize(
    ("sources", "due"),
    [
        ({"one": "def f(): g()\ndef g(): h()\ndef h(): 1\n"}, {"f": {"g", "h"}, "g": {"h"}}),
        ({"one": "def f(): help_me()\ndef help_me(): g()\ndef g(): 1\n"}, {"f": {"g"}}),
        ({"one": "from two import g as k\ndef f(): k()\n", "two": "def g(): 1\n"}, {"f": {"g"}}),
        ({"one": "import two\ndef f(): two.g()\n", "two": "def g(): 1\n"}, {"f": {"g"}}),
        ({"one": "import two as t\ndef f(): t.g()\n", "two": "def g(): 1\n"}, {"f": {"g"}}),
        (
            {"one": "def f():\n    from two import g\n    g()\n", "two": "def g(): 1\n"},
            {"f": {"g"}},
        ),
        ({"one": "def f(): return [k(x) for x in 'ab']\nk = g = lambda x: 1\ndef g(x): 1\n"}, {}),
        ({"one": "def f(): k()\ndef g(): 1\nk = g\n"}, {"f": {"g"}}),
        ({"one": "class f:\n    def go(self): g()\ndef g(): 1\n"}, {"f": {"g"}}),
        ({"one": "try:\n    x = 1\nexcept E:\n    def f(): g()\ndef g(): 1\n"}, {"f": {"g"}}),
        # neither a text, a comment, an attribute of something else nor a variable is a call
        ({"one": "def f(x): 'g'; x.g  # g\ndef g(): 1\n"}, {}),
        ({"one": "def f(g): g()\ndef g(): 1\n"}, {}),
        ({"one": "def f():\n    g = 1\n    return g\ndef g(): 1\n"}, {}),
        # nor is what a file imports and the function does not come to
        ({"one": "from two import g\ndef f(): 1\n", "two": "def g(): 1\n"}, {}),
        # of two that reach each other neither is lent
        ({"one": "def f(): g()\ndef g(): f(); h()\ndef h(): 1\n"}, {"f": {"h"}, "g": {"h"}}),
        ({"one": "def f(): f()\n"}, {}),
    ],
)
def test_what_a_solution_reaches(sources: dict[str, str], due: dict[str, set[str]]) -> None:
    """Calls lead from one contract function to the next, through whatever lies between."""
    assert relation(**sources) == due
