"""The catalogue of one assignment: its functions with every quantity behind a hook.

A *family* maps quantities to how they are rightly computed; a *hook*, named after a quantity,
computes it otherwise.  One mistake is one or several sets of hooks, each a way to make it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace as State
from typing import Any

from grader.cases.reference import import_functions
from grader.course import Assignment
from grader.diagnosis.observing import Quantities
from grader.errors import UsageProblem, quoted
from grader.record import Finding

Hooks = Mapping[str, Any]
Rules = Mapping[str, Callable[[Finding, str, str], bool]]
"""By key, what a finding must be like; the texts are that of the exception, if it is one, and
that of the function."""


@dataclass(frozen=True, eq=False)
class Family:
    """A right function with its quantities behind hooks; ``build`` makes it of all hooks."""

    hooks: Hooks
    build: Callable[[State], Any]

    @functools.cached_property
    def right(self) -> Any:
        """The right function, one and the same whenever it is asked for."""
        return self.build(State(**self.hooks))

    def make(self, hooks: Hooks) -> Any:
        """Return the function with some of its quantities computed otherwise.

        KeyError names a hook that is no quantity of the family.
        """
        strangers = hooks.keys() - self.hooks.keys()
        if strangers:
            raise KeyError(f"there is no quantity {', '.join(sorted(strangers))}")
        return self.build(State(**{**self.hooks, **hooks})) if hooks else self.right


def family(hooks: Hooks, run: Callable[..., Any]) -> Family:
    """Return the family of a function: ``run(h, ...)`` takes all hooks and its arguments."""
    return Family(hooks, lambda h: functools.partial(run, h))


@dataclass(frozen=True)
class Mistakes:
    """The catalogue of one assignment.

    ``variants`` maps function and key to the hooks of that mistake.  ``makers`` and ``probes``
    stand in, by name, for those that need PyTorch, which the judge never imports.  ``rules``
    are a function's own, for what numbers do not tell; ``exceptions`` pairs of a key and of the
    pattern of all that an exception says.  Both are tried before those of every assignment.
    ``once`` are quantities that code makes once for all that it answers, such as what it reads: an
    output that is right shows that they are.  ``unplaced`` are mistakes where nothing is computed,
    as in what a parameter is by default: no line is looked for.  ValueError names what is no
    family, or no way to make a mistake.
    """

    families: Mapping[str, Family]
    variants: Mapping[str, Mapping[str, Sequence[Hooks]]]
    quantities: Mapping[str, Quantities] = field(default_factory=dict)
    probes: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    makers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    rules: Mapping[str, Rules] = field(default_factory=dict)
    exceptions: Sequence[tuple[str, str]] = ()
    once: frozenset[str] = frozenset({"read", "times", "answer", "answers"})
    unplaced: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """See that an author's tables are such tables."""
        for name, one in self.families.items():
            if not isinstance(one, Family):
                raise ValueError(f"families[{name!r}] must be a family(...)")
        for name, some in self.variants.items():
            known = self.families[name].hooks if name in self.families else {}
            for key, several in some.items():
                where = f"variants[{name!r}][{key!r}]"
                if not isinstance(several, list | tuple):
                    raise ValueError(f"{where} must be a list of ways to make the mistake")
                for hooks in several:
                    if not isinstance(hooks, Mapping):
                        raise ValueError(f"{where} must have a dict for each way to make it")
                    for hook, how in hooks.items():
                        if callable(known.get(hook)) and not callable(how):
                            raise ValueError(f"{where} must compute {hook!r} by a function")

    def make(self, function: str, hooks: Hooks) -> Any:
        """Return a function of the contract with some of its quantities computed otherwise."""
        return self.families[function].make(hooks)

    def rules_of(self, function: str) -> Rules:
        """Return a function's rules, the patterns of exceptions among them."""
        said = {key: _saying(pattern) for key, pattern in self.exceptions}
        return {**said, **self.rules.get(function, {})}

    def keys(self, function: str) -> frozenset[str]:
        """Return the keys of all mistakes of a function, those told by rule among them."""
        return frozenset(self.variants.get(function, {})) | frozenset(self.rules_of(function))


def _saying(pattern: str) -> Callable[[Finding, str, str], bool]:
    return lambda finding, text, body: (
        finding.kind == "raised" and re.fullmatch(pattern, text, re.DOTALL) is not None
    )


def load_mistakes(assignment: Assignment) -> Mistakes | None:
    """Load an assignment's catalogue, ``CATALOGUE`` of its mistakes.py; None where it has none.

    UsageProblem where it cannot be imported, or is none.
    """
    sources = assignment.catalogue
    if not sources:
        return None
    wanted = {"CATALOGUE": "mistakes.py"}
    catalogue: Any = import_functions(sources, wanted, assignment.hidden)["CATALOGUE"]
    if not isinstance(catalogue, Mistakes):
        path = quoted(assignment.hidden / "mistakes.py")
        raise UsageProblem(f"In {path}, CATALOGUE must be a Mistakes of grader.kit.")
    return catalogue
