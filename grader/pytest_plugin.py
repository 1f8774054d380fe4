"""Adds ``--submission`` to pytest where it is told to run hidden cases; see ``grader.by_hand``.

pytest loads this module at every start in the environment it is installed in, other people's
projects included: it imports nothing until it is needed, and does nothing unless a folder with
hidden cases is named, or is where pytest runs.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.cases.marks import MARKS

_POINTS_FILE = "assignment.toml"
_OURS = pytest.StashKey[bool]()
_ONE_WORD = (
    "Write --submission=PATH as one word: pytest takes a path that stands by itself for a place of "
    "tests, and has read the settings that somebody has put there."
)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]
) -> None:
    """Add the options of hidden cases, where there are some to run."""
    here = early_config.invocation_params.dir
    named = [here / one.partition("::")[0] for one in args if not one.startswith("-")]
    if not any(map(_holds_cases, named)) and not _holds_cases(here):
        return
    early_config.stash[_OURS] = True
    group = parser.getgroup("hidden cases")
    group.addoption("--submission", type=Path, help="the submission to run hidden cases against")
    group.addoption("--seed", type=int, default=0, help="seed of the drawn values (default 0)")
    group.addoption("--allow-weak-isolation", action="store_true", help="as of grade run")
    _take_no_submission_for_tests(early_config, parser, args)


def _take_no_submission_for_tests(
    early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]
) -> None:
    """Have the word after ``--submission`` be its path, before any conftest.py is looked for.

    Until now it was a place of tests, whose settings pytest may have taken: that is refused.
    """
    known = parser.parse_known_args(args, namespace=copy.copy(early_config.option))
    early_config.known_args_namespace = known
    settings = early_config.inipath
    if "--submission" in args and known.submission is not None and settings is not None:
        given = (early_config.invocation_params.dir / known.submission).resolve()
        if given == settings.resolve() or given in settings.resolve().parents:
            raise pytest.UsageError(_ONE_WORD)


def pytest_configure(config: pytest.Config) -> None:
    """Set up a worker where a submission is named; know the marks of hidden cases anyway."""
    if not config.stash.get(_OURS, False):
        return
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    path = config.getoption("--submission")
    if path is not None:
        from grader.by_hand import ByHand

        config.pluginmanager.register(ByHand(config, path), "unrolled-by-hand")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse hidden cases without a submission: there is nobody to ask."""
    ours = config.stash.get(_OURS, False) and any(_holds_cases(item.path) for item in items)
    if ours and config.getoption("--submission") is None:
        raise pytest.UsageError("Hidden cases need a submission: add --submission=PATH.")


def _holds_cases(path: Path) -> bool:
    """Whether a path is a folder with an assignment's hidden cases, in one, or holds some."""
    try:
        folder = path if path.is_dir() else path.parent
        return (folder / _POINTS_FILE).is_file() or any(folder.glob(f"*/{_POINTS_FILE}"))
    except OSError:
        return False
