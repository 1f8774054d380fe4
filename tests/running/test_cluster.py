"""Grading on a real Dask cluster: a scheduler and two workers, each a process of its own."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed", reason="Dask is not installed")

from click.testing import CliRunner

from grader.commands.main import main
from grader.running import cluster
from tests import attack_class
from tests.command import PATIENCE, hand_in, right, small_course

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "rnn_bptt" / "submitted"
STUDENTS = ("amara_okafor", "diego_fuentes", "kavya_nair", "noor_haddad", "uma_krishnan")
GRADE = (sys.executable, "-c", "from grader.commands.main import main; main()")
TERMS = ("--seed", "5", "--timeout", "2")


class Dask:
    """A scheduler and two workers of one thread; whatever was killed, ``mend`` starts again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self.file = folder / "none yet"

    def mend(self) -> None:
        """Start what is not there."""
        if self.scheduler is None or self.scheduler.poll() is not None:
            self.end()
            self.file = self._folder / f"scheduler-{time.monotonic_ns()}.json"
            self.scheduler = self._start(
                "dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                "--dashboard-address", ":0", "--scheduler-file", str(self.file),
            )  # fmt: skip
            self.workers = [self._worker(number) for number in (1, 2)]
        for number, worker in enumerate(self.workers, 1):
            if worker.poll() is not None:
                self.workers[number - 1] = self._worker(number)
        wait_for_workers(self.file, self.workers)

    def end(self) -> None:
        """End the workers, which ask the scheduler first if it is there, and then the scheduler."""
        there = self.scheduler is not None and self.scheduler.poll() is None
        for process in self.workers:
            process.terminate() if there else process.kill()
        for process in (*self.workers, *([self.scheduler] if self.scheduler else [])):
            if process is self.scheduler:
                process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _worker(self, number: int) -> subprocess.Popen[bytes]:
        return self._start(
            "dask_worker", "--scheduler-file", str(self.file), "--nthreads", "1",
            "--no-dashboard", "--host", "127.0.0.1", "--name", f"worker-{number}", "--no-nanny",
        )  # fmt: skip

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """The cluster of all tests."""
    made = Dask(tmp_path_factory.mktemp("dask"))
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def dask(kept: Dask) -> Dask:
    """The cluster, with nothing of it killed."""
    kept.mend()
    return kept


def wait_for_workers(file: Path, workers: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the cluster is there: these workers, and none that was killed."""
    from distributed import Client

    deadline = time.monotonic() + PATIENCE
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    with Client(scheduler_file=str(file), set_as_default=False) as client:
        due = {worker.pid for worker in workers}
        until(lambda: set(client.run(os.getpid, on_error="return").values()) == due)


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """Some of the sample class."""
    for student in STUDENTS:
        shutil.copytree(SAMPLE / student, tmp_path / "submitted" / student)
    return tmp_path / "submitted"


SLEEPS = "import time\ntime.sleep(0.3)\n"
"""Makes judging last, and takes no processor time."""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A small course, and a class of 25 right submissions, no two of them the same."""
    course = small_course(tmp_path / "course")
    names = [f"student_{number}" for number in range(25)]
    hand_in(course, **{name: SLEEPS + right(course, name) for name in names})
    return course


def grade(
    where: Path, *options: str | Path, assignment: str = "leaky"
) -> subprocess.CompletedProcess[str]:
    """Grade a class."""
    return subprocess.run(
        [*GRADE, "run", assignment, *options, *TERMS],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@contextlib.contextmanager
def grading(course: Path, dask: Dask) -> Iterator[subprocess.Popen[str]]:
    """Grade the small class through the cluster, and go on once the first result is there."""
    with subprocess.Popen(
        [*GRADE, "run", "leaky", *TERMS, "--cluster", str(dask.file)],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline()
        try:
            yield running
        finally:
            running.kill()  # if a test ended before it


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def records(out: Path) -> dict[str, Any]:
    """Return the stored records, but for times and for the seal that holds them."""
    found = {}
    for path in out.glob("*/results.json"):
        results = json.loads(path.read_text("utf-8"))
        text = json.dumps(results)
        text = re.sub(r'"(seconds|cpu_seconds|execution_time)": [\d.e-]+', r'"\1": 0', text)
        found[path.parent.name] = json.loads(text)
        del found[path.parent.name]["extra_data"]["seal"]
        del found[path.parent.name]["extra_data"]["record"]["judged_at"]
    return found


def test_the_same_results_as_on_one_machine(dask: Dask, submitted: Path, tmp_path: Path) -> None:
    """To the byte, times apart; a second run judges nothing."""
    here = grade(ROOT, submitted, "--out", tmp_path / "here", assignment="rnn_bptt")
    command = (submitted, "--out", tmp_path / "there", "--cluster", dask.file)
    there = grade(ROOT, *command, assignment="rnn_bptt")
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert records(tmp_path / "here") == records(tmp_path / "there")
    assert (tmp_path / "here" / "grades.csv").read_text() == (
        tmp_path / "there" / "grades.csv"
    ).read_text()
    assert "isolation: full" in there.stdout
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "there").rglob("*.json")}
    again = grade(ROOT, *command, assignment="rnn_bptt")
    assert again.returncode == 0
    assert written == {path: path.stat().st_mtime_ns for path in written}


def test_attacks_earn_on_a_cluster_what_they_earn_here(dask: Dask, tmp_path: Path) -> None:
    """Each is held to the same by the lane of a Dask worker, and nobody else is touched."""
    submitted = tmp_path / "submitted"
    shutil.copytree(SAMPLE / "amara_okafor", submitted / "amara_okafor")
    for name in attack_class.ATTACKS:
        attack_class.write(name, submitted / name / "rnn_bptt")
    command = (submitted, "--out", tmp_path / "out", "--cluster", dask.file)
    done = grade(ROOT, *command, assignment="rnn_bptt")
    assert done.returncode == 0, done.stderr
    with open(tmp_path / "out" / "grades.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["amara_okafor"]["score"] == "100"
    for name in attack_class.ATTACKS:
        due = attack_class.due(name)
        assert {function: float(rows[name][function]) for function in due} == due


def test_the_language_is_that_of_this_machine(dask: Dask, course: Path) -> None:
    """Workers judge and know no language; all pages are written here, in the one asked for."""
    done = grade(course, "--cluster", dask.file, "--lang", "zh")
    assert done.returncode == 0, done.stderr
    pages = list((course / "graded/leaky").glob("*/feedback.html"))
    assert len(pages) == 25
    for page in pages:
        assert '<html lang="zh">' in page.read_text("utf-8")


def test_another_version_is_refused_by_name(
    dask: Dask, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no worker left the run is refused, and says which one has what."""
    from grader.running import cluster_worker

    monkeypatch.chdir(course)
    monkeypatch.setattr(cluster_worker, "grader_digest", lambda: "another")
    done = CliRunner().invoke(main, ["run", "leaky", "--cluster", str(dask.file)])
    assert done.exit_code == 2, done.output
    assert re.search(
        r"The Dask worker tcp://\S+ is refused: it has the grader \w{12}, here it is another\.",
        done.stderr,
    )


def test_no_scheduler(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says that nobody answers, and what an address looks like."""
    monkeypatch.chdir(course)
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 1)
    for address in ("tcp://127.0.0.1:9", " "):
        done = CliRunner().invoke(main, ["run", "leaky", "--cluster", address])
        assert done.exit_code == 2
        assert done.stderr == (
            f'Error: No Dask scheduler answers at "{address}". Give its address, such as '
            "tcp://host:8786, or the path of its scheduler file.\n"
        )


def test_a_killed_worker_costs_nothing(dask: Dask, course: Path) -> None:
    """The other one judges what it was at."""
    with grading(course, dask) as running:
        dask.workers[0].kill()
        said = running.communicate()
    assert running.returncode == 0, said
    with open(course / "graded/leaky/grades.csv", newline="") as file:
        scores = {row["student"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {f"student_{number}": "10" for number in range(25)}


def test_a_result_lost_with_its_worker_is_made_again(dask: Dask, course: Path) -> None:
    """A worker dies when it has judged, and before the run has taken what it judged."""
    from distributed import Client

    with (
        Client(scheduler_file=str(dask.file), set_as_default=False) as client,
        grading(course, dask) as running,
    ):
        running.send_signal(signal.SIGSTOP)  # it takes nothing more
        until(lambda: not any(client.processing().values()))
        names = {worker["name"]: address for address, worker in workers_of(client).items()}
        assert client.has_what()[names["worker-1"]], "it holds no result"
        dask.workers[0].kill()
        until(lambda: len(workers_of(client)) == 1)
        running.send_signal(signal.SIGCONT)
        out, err = running.communicate()
    assert running.returncode == 0, err
    assert "\n25 submissions\n" in out


@pytest.mark.parametrize("lost", ["worker", "scheduler"])
def test_a_cluster_that_is_gone(lost: str, dask: Dask, course: Path) -> None:
    """The run ends and says so; what was judged is written, and the next run judges the rest."""
    assert dask.scheduler is not None
    with grading(course, dask) as running:
        for process in dask.workers if lost == "worker" else [dask.scheduler]:
            process.kill()
        _, err = running.communicate()
    done = len(records(course / "graded/leaky"))
    assert 1 <= done < 25
    assert running.returncode == 3, err
    assert err == (
        f'Error: The cluster at "{dask.file}" has lost its {"last " * (lost == "worker")}{lost}. '
        f"Start it again, then go on. {done} of 25 submissions are done and written; "
        "the same command goes on with the rest.\n"
    )
    again = grade(course)
    assert again.returncode == 0
    assert f"25 submissions, {done} unchanged since the last run" in again.stdout


def workers_of(client: Any) -> dict[str, Any]:
    """Return what the scheduler knows of its workers, by address."""
    known: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return known
