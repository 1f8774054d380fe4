"""Adds ``--submission`` to pytest where this package is installed; see ``grader.by_hand``.

pytest loads this module at every start, so it imports nothing until it is needed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cases.marks import MARKS


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of hidden cases."""
    group = parser.getgroup("hidden cases")
    group.addoption("--submission", type=Path, help="the submission to run hidden cases against")
    group.addoption("--draw-seed", type=int, default=0, help="seed of the drawn values (default 0)")
    group.addoption("--allow-weak-isolation", action="store_true", help="as of grade run")


def pytest_configure(config: pytest.Config) -> None:
    """Set up a worker where a submission is named; know the marks of hidden cases anyway."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    path = config.getoption("--submission")
    if path is not None:
        from grader.by_hand import ByHand

        config.pluginmanager.register(ByHand(config, path), "unrolled-by-hand")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse hidden cases without a submission: there is nobody to ask."""
    hidden = any(item.get_closest_marker("function") for item in items)
    if hidden and config.getoption("--submission") is None:
        raise pytest.UsageError("Hidden cases need a submission: add --submission PATH.")
