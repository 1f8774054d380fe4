"""What students test themselves with: it is about this contract, and the solution passes it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from grader.authoring.known_answers import public_tests
from grader.authoring.proofs.at_home import Trial, first_failure, trials_of
from grader.authoring.proofs.bench import Bench, Checked, Fault, checked
from grader.cases.reference import importable
from grader.course import Assignment, imports_torch


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the check; none where there are no public tests.

    The tests run here, on the solution: those of a file that imports PyTorch are left out, for
    the judge never imports it, and so are those that take fixtures.
    """
    task = bench.assignment
    with public_tests(task) as tests, importable(task.solution):
        if tests is None:
            return
        faults = list(_strangers(task, tests)) or list(_failures(bench, tests))
    yield checked("the public tests are about this contract, and the solution passes them", faults)


def _strangers(task: Assignment, tests: ModuleType) -> Iterator[Fault]:
    """Yield what FILES, which says what is to be handed in, has otherwise than the contract."""
    due: dict[str, list[str]] = {}
    for function in task.functions:
        due.setdefault(function.file, []).append(function.name)
    files: Any = getattr(tests, "FILES", None)
    told = list(files.values()) if isinstance(files, dict) else [None]
    if not all(isinstance(one, list | tuple) for one in told):
        yield Fault(f"test_public.py needs FILES = {due}")
        return
    for file in due:
        for name in due[file]:
            if name not in files.get(file, []):
                yield Fault(f"FILES of test_public.py has no {name} in {file}", name)
    for file, names in dict(files).items():
        for name in names:
            if name not in due.get(file, []):
                yield Fault(f"FILES of test_public.py has {name} in {file}, and no contract")


def _failures(bench: Bench, tests: ModuleType) -> Iterator[Fault]:
    """Yield the functions of the solution that fail a test of their own."""
    for function in bench.assignment.functions:
        if not imports_torch(bench.assignment.solution[function.file]):
            for trial in filter(_is_whole, trials_of(tests, function.name)):
                if said := first_failure([trial]):
                    test = trial.func.__name__
                    yield Fault(f"the solution fails {test}: {said}", function.name)
                    break


def _is_whole(trial: Trial) -> bool:
    """Whether a test can be called as it is: it waits for no fixture."""
    try:
        inspect.signature(trial).bind()
    except TypeError:
        return False
    return True
