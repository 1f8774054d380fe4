"""Keeps pytest's output in this folder short, and ends it with how far you are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Shorten what pytest prints, unless it was asked for something else."""
    config.addinivalue_line("markers", "torch: imports PyTorch, which takes a while")
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "short"
    if config.option.reportchars == "fE":
        config.option.reportchars = ""
    config.pluginmanager.register(Progress(config))


class Progress:
    """Counts the functions whose tests all pass.

    FILES in test_public.py says which functions there are; a test belongs to the function
    whose name follows test_ in its own.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._files: Mapping[str, Iterable[str]] = {}
        self._tests: dict[str, set[str]] = defaultdict(set)
        self._of_files: set[str] = set()
        self._left_out: set[str] = set()
        self._passed: set[str] = set()
        self._failed: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note which tests there are, before -k leaves some out."""
        for item in items:
            self._files = getattr(getattr(item, "module", None), "FILES", self._files)
        for item in items:
            name = getattr(item, "originalname", item.name)
            self._tests[self._function(name)].add(item.nodeid)
            if name == "test_submission":
                self._of_files.add(item.nodeid)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note which tests are left out."""
        self._left_out.update(item.nodeid for item in items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show one line, and no traceback, of what is still to be written."""
        unwritten = call.excinfo and "is still to be written" in str(call.excinfo.value)
        style = self._config.option.tbstyle
        if unwritten:
            self._config.option.tbstyle = "line"  # to quote what nobody sees takes long
        try:
            report = yield
        finally:
            self._config.option.tbstyle = style
        if call.excinfo and unwritten:
            last = call.excinfo.traceback[-1]
            report.longrepr = f"{Path(last.path).name}:{last.lineno + 1}: {call.excinfo.exconly()}"
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went."""
        if report.failed:
            self._failed.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self._passed.add(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Say how far you are, below everything else."""
        yield
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        functions = [name for name in self._names() if not self._tests[name] & self._left_out]
        if terminal and functions and not self._config.option.collectonly and not self._in_part():
            for line in self._lines(functions):
                terminal.write_line(line)

    def _lines(self, functions: list[str]) -> Iterable[str]:
        done = [name for name in functions if self._tests[name] <= self._passed]
        yield ""
        yield f"[{_bar(len(done), len(functions))}] {len(done)} of {len(functions)} functions done"
        to_do = [name for name in functions if name not in done]
        if self._of_files & self._failed:
            yield "Next: look at test_submission above: it says what is wrong with your files."
        elif to_do:
            name, tests = to_do[0], self._tests[to_do[0]]
            yield f"Next: {name} ({len(tests & self._passed)} of its {len(tests)} tests pass)"
            yield f"      pytest -k {name}        runs its tests alone"
            yield f"      python hint.py {name}   gives a hint, one step at a time"
        elif len(functions) < len(self._names()):
            yield "Next: run pytest without options, for all the functions."
        else:
            yield "Next: hand it in. The grader takes other numbers and sizes, and asks the same."

    def _in_part(self) -> bool:
        """Tell whether some tests were not even collected: nobody can say what is done then."""
        named = any("::" in argument for argument in self._config.args)
        return named or bool(getattr(self._config.option, "lf", False))

    def _names(self) -> list[str]:
        return [name for names in self._files.values() for name in names]

    def _function(self, test: str) -> str:
        """Return the function a test belongs to, "" if to none."""
        fitting = (name for name in self._names() if f"{test}_".startswith(f"test_{name}_"))
        return max(fitting, key=len, default="")


def _bar(done: int, total: int) -> str:
    return "#" * done + "." * (total - done)
