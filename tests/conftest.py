"""What all tests share: the last line of a run, and the judge that golden submissions meet."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import tests.quick_start.sitecustomize  # noqa: F401  what notebooks are looked at by
from grader.isolation.sandbox import Sandbox, SandboxError
from tests.judges import JudgeOf, shared_judges
from tests.public_runs import Warm, warm_process
from tests.warm_commands import end_servers

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option by which a run fails on a skip that nobody has agreed to."""
    parser.addoption(
        "--allowed",
        type=Path,
        help="fail on a skip's reason or an isolation level that is not a line of this file",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find out, once, how well submissions are isolated here."""
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # as whoever runs in the background has it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "attack: a golden submission that means harm")
    config.addinivalue_line("markers", "torch: a public test of a homework that needs PyTorch")
    try:
        with Sandbox.start(torch=False, weak=True) as sandbox:
            level = sandbox.ready().level
    except SandboxError as error:
        level = f"none ({error})"
    config.stash[LEVEL] = level


LEVEL = pytest.StashKey[str]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what takes longest begin first, so that no core is idle at the end.

    That is the files of few tests that take long, and then those of many tests.
    """
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.name not in LONG, -tests[item.path]))


LONG = {
    "test_assignments.py",
    "test_benchmarks.py",
    "test_book.py",
    "test_bundle.py",
    "test_by_hand.py",
    "test_class_report.py",
    "test_cli.py",
    "test_cluster.py",
    "test_commands.py",
    "test_feedback.py",
    "test_formgrader.py",
    "test_fuzz.py",
    "test_gradebook.py",
    "test_hidden_gated.py",
    "test_html.py",
    "test_interruption.py",
    "test_killed_workers.py",
    "test_language.py",
    "test_machine_faults.py",
    "test_mutants.py",
    "test_new.py",
    "test_notebook.py",
    "test_notebooks_run.py",
    "test_points.py",
    "test_privacy.py",
    "test_proofs.py",
    "test_recognising.py",
    "test_second_assignment.py",
    "test_seeding.py",
    "test_senders.py",
    "test_sharing.py",
    "test_students_machine.py",
    "test_surroundings.py",
    "test_terminal.py",
    "test_totals.py",
    "test_translating.py",
    "test_week.py",
    "test_why.py",
}
"""Files that take 10 seconds or more, with few tests."""


def _skips(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports)


def _not_allowed(config: pytest.Config) -> list[str]:
    path = config.getoption("--allowed")
    if path is None:
        return []
    lines = {line.strip() for line in path.read_text("utf-8").splitlines()}
    said = [*_skips(config), f"isolation: {config.stash[LEVEL]}"]
    return [one for one in said if one not in lines]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run red where something did not run that has to."""
    if session.exitstatus == pytest.ExitCode.OK and _not_allowed(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """End the run with one line: skips by reason, and the isolation level."""
    skips = _skips(config)
    listed = "; ".join(f"{count} x {reason}" for reason, count in sorted(skips.items()))
    total = f"{skips.total()} skipped" + (f" ({listed})" if listed else "")
    for one in _not_allowed(config):
        terminalreporter.write_line(f"not allowed here: {one}", red=True)
    terminalreporter.write_line(f"{total}; isolation: {config.stash[LEVEL]}")


@pytest.fixture(scope="session")
def isolation_level(pytestconfig: pytest.Config) -> str:
    """How well submissions are isolated here."""
    return pytestconfig.stash[LEVEL]


@pytest.fixture(scope="session")
def judge_of() -> Iterator[JudgeOf]:
    """A function that returns the judge of an assignment, the same for all tests."""
    yield from shared_judges()


@pytest.fixture(scope="session", autouse=True)
def warm_commands() -> Iterator[None]:
    """End the processes that commands were run in, when all tests have ended."""
    yield
    end_servers()


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """A process in which runs of the public tests take a fraction of what a fresh one does."""
    yield from warm_process(tmp_path_factory.mktemp("runs"))
