"""What students receive is made by the command, tells no secret, and helps."""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.build import stale
from grader.authoring.leaks import leaks
from grader.authoring.proofs.bench import Checked, checked
from grader.authoring.translating import faults
from grader.course import Assignment
from grader.phrases.catalogue import load_hints


def prove(assignment: Assignment) -> Iterator[Checked]:
    """Yield the checks of stubs, leaks, hints and translations."""
    yield checked("the stubs are what `grade build` makes", stale(assignment))
    yield checked("nothing for students holds a solution or a hidden case", leaks(assignment))
    yield checked("every function has a hint", _without_hint(assignment))
    if any(assignment.solutions.glob("*.po")):
        yield checked("every text for students is there in every language", faults(assignment))


def _without_hint(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each function without a hint, in every language that has hints."""
    english = assignment.hidden / "hints.en.toml"
    for path in sorted({english, *assignment.hidden.glob("hints.*.toml")}):
        try:
            hints = load_hints(path) if path.exists() else {}
        except ValueError as error:
            yield str(error)
            continue
        for function in assignment.functions:
            if not hints.get(function.name):
                yield f"{function.name} has none in {path.name}"
