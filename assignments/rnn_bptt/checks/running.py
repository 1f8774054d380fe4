"""The part of pytest that watches the tests of this folder and ends a run with one screen."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from .causes import Causes
from .raised import is_unwritten, owner_of, rows_of, stopped_at
from .screen import Tried, screen
from .submission import problem
from .telling import Rows, Wrong, as_text, in_order
from .words import language, said

PUBLIC = "test_public.py"


class Progress:
    """Counts the functions whose tests all pass, and tells what is wrong with the first other.

    FILES in test_public.py says which functions there are; a test belongs to the function
    whose name follows test_ in its own.
    """

    def __init__(self, config: pytest.Config, folder: Path, activate: Callable[[], None]) -> None:
        self._config = config
        self._folder = folder
        self._activate = activate
        self._files: Mapping[str, Iterable[str]] = {}
        self._tried: dict[str, Tried] = {}
        self._problems: dict[str, Rows] = {}
        self._broken: list[str] = []
        self._stopped = self._running = ""
        self._causes = Causes({}, "en")
        self._ran = 0
        option = config.option
        self._short = getattr(option, "tbstyle", "auto") == "auto"
        if getattr(option, "reportchars", "") == "fE" and self._short:
            option.reportchars = ""

    # --- what there is to try -----------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note which tests there are, before -k leaves some out."""
        for item in self._ours(items):
            if item.path.name == PUBLIC:
                module = getattr(item, "module", None)
                if module and self._files is not module.FILES:
                    self._files = module.FILES
                    examples = getattr(module, "EXAMPLES", {})
                    self._causes = Causes(examples, language())
        for file, names in self._files.items():
            self._tried.update({name: Tried(name, file) for name in names})
        for item in self._ours(items):
            if name := self._function(item):
                self._tried[name].tests.add(item.nodeid)
        named = any("::" in argument for argument in self._config.args)
        in_part = named or getattr(self._config.option, "lf", False)
        for one in self._tried.values():
            one.left_out = in_part or not one.tests

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note which functions are not tried as a whole."""
        for item in self._ours(items):
            if name := self._function(item):
                self._tried[name].left_out = True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Check the files of what is tried, once, before any test runs."""
        if self._config.option.collectonly:
            return
        self._activate()
        ours = self._ours(session.items)
        names = {self._function(item) for item in ours}
        asked = {_file_of(item) for item in ours}
        for file, functions in self._files.items():
            tried = file in asked or names & set(functions)
            wrong = problem(file, self._files) if tried else None
            if wrong:
                self._problems[file] = wrong.rows
                for name in functions:
                    self._tried[name].refused = True

    # --- how it goes --------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put rows in the place of a traceback, where a test of the homework fails."""
        error = call.excinfo.value if call.excinfo else None
        style = getattr(self._config.option, "tbstyle", "")
        told = error is not None and self._is_told(item, error)
        if told and style:
            self._config.option.tbstyle = "line"  # to quote what nobody sees takes long
        try:
            report = yield
        finally:
            if style:
                self._config.option.tbstyle = style
        if error is not None and told:
            report.longrepr = self._tell(item, error)
            report.sections = [] if self._short else report.sections
        return report

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note which test is running."""
        self._running = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note which tests pass, and which of a student's own do not."""
        one = self._of(report.nodeid)
        self._ran += report.when == "call"
        if one and report.when == "call" and report.passed:
            one.passed.add(report.nodeid)
        elif one and report.failed and report.nodeid not in one.wrong and not one.unwritten:
            one.wrong[report.nodeid] = {"What": f"{report.nodeid.rpartition('::')[2]} fails."}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file of tests that cannot be read at all."""
        if report.failed and (self._folder / Path(report.nodeid).name).is_file():
            self._broken.append(f"{report.nodeid}: {str(report.longrepr).splitlines()[-1][:200]}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note where Ctrl-C found the run."""
        if isinstance(excinfo.value, KeyboardInterrupt):
            self._stopped = stopped_at(excinfo.value, self._folder)
            if one := self._of(self._running):
                one.stopped = True

    def _is_told(self, item: pytest.Item, error: BaseException) -> bool:
        if not self._ours([item]) or isinstance(error, KeyboardInterrupt | pytest.skip.Exception):
            return False
        return item.path.name == PUBLIC or isinstance(error, Wrong) or is_unwritten(error)

    def _tell(self, item: pytest.Item, error: BaseException) -> str:
        one = self._tried.get(self._function(item))
        if is_unwritten(error):
            name = re.split(r"[ .]", str(error))[0]
            if one and (not one.unwritten or name == one.name):
                one.unwritten = name
            return f"NotImplementedError: {error}"
        owner = owner_of(error, self._folder)
        name = owner if owner in self._tried else one.name if one else owner
        rows = error.rows if isinstance(error, Wrong) else rows_of(error, name, self._folder)
        if getattr(error, "at_import", False) and self._problems:
            rows = self._problems.get(one.file if one else "", next(iter(self._problems.values())))
        elif one and item.path.name == PUBLIC:
            rows = {**rows, **self._cause(one, error, owner)}
        if one:
            one.wrong[item.nodeid] = rows
            if not isinstance(error, Wrong):
                one.raised.add(rows["What"])
        return as_text(in_order(rows))

    def _cause(self, one: Tried, error: BaseException, owner: str) -> Rows:
        """Return what more is known of a failure: its cause, or what has to be right before."""
        if before := self._causes.rests_on(one.name):
            one.rests_on = before
            return {"Next": f"get {before} right first: {one.name} rests on it"}
        if not isinstance(error, Wrong):
            return self._causes.of_exception(error) if owner == one.name else {}
        if one.cause is None:
            one.cause = self._causes.of_numbers(one.name)
        return one.cause

    # --- what is said of it -------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None, None, None]:
        """Leave out of pytest's own report what the screen tells."""
        stats = terminalreporter.stats
        failed = stats.get("failed", [])
        if self._short and failed:
            stats["failed"] = [one for one in failed if not self._is_on_screen(one)]
        try:
            yield
        finally:
            if self._short and failed:
                stats["failed"] = failed

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Say how far you are, below everything else."""
        yield
        if self._problems and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if not self._config.option.collectonly:
            for line in self._lines():
                told = said(line)
                terminal.write_line(told) if terminal else print(told)

    def _is_on_screen(self, report: pytest.TestReport) -> bool:
        if not isinstance(report.longrepr, str):
            return False
        told = {as_text(in_order(rows)) for rows in self._problems.values()}
        return self._of(report.nodeid) is not None or report.longrepr in told

    def _lines(self) -> Iterator[str]:
        for line in self._broken:
            yield f"These tests cannot be read: {line}"
        if self._stopped:
            yield from ["", self._stopped]
        if self._ran or self._problems:
            said = list(screen(self._tried.values(), self._problems))
            yield from ["", *said] if said else []
        elif self._tried and not self._stopped and (near := self._near()):
            yield near

    def _near(self) -> str:
        asked = getattr(self._config.option, "keyword", "")
        if not asked:
            return ""
        near = difflib.get_close_matches(asked.lower(), [one.lower() for one in self._tried], n=1)
        names = [one for one in self._tried if one.lower() in near]
        known = ", ".join(self._tried)
        hint = f'Did you mean "{names[0]}"?' if names else f"There are: {known}."
        return f'No test has "{asked}" in its name. {hint}'

    # --- which test belongs to what -----------------------------------------------------------

    def _ours(self, items: Iterable[pytest.Item]) -> list[pytest.Item]:
        return [item for item in items if item.path.parent == self._folder]

    def _of(self, nodeid: str) -> Tried | None:
        return next((one for one in self._tried.values() if nodeid in one.tests), None)

    def _function(self, item: pytest.Item) -> str:
        """Return the function a test belongs to, "" if to none."""
        test = getattr(item, "originalname", item.name)
        fitting = (name for name in self._tried if f"{test}_".startswith(f"test_{name}_"))
        return max(fitting, key=len, default="")


def _file_of(item: pytest.Item) -> str:
    """Return the file of the homework that a test of the submission checks, "" for other tests."""
    call: Any = getattr(item, "callspec", None)
    of_files = call and getattr(item, "originalname", "") == "test_submission"
    return str(call.params.get("file", "")) if of_files else ""
