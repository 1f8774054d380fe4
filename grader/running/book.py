"""The book of a results folder: which grades are written at once, and which wait for a yes.

A grade that is new, or that of a submission that has changed, is written as it comes.  One that
would change though the submission is the same (other cases, points or seed, another version) is
staged: the old one stands until somebody says yes.  Every change is a line of the history, and
what an instructor granted by hand stands over all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from grader.program import now, version
from grader.record import Report
from grader.reports import results_json
from grader.running.adjustments import Adjustments
from grader.running.history import Change, differing, grade_of
from grader.running.results_folder import ResultsFolder

Write = Callable[[Report], Mapping[str, str]]
"""Makes the files of one student's folder."""


@dataclass(frozen=True)
class Staged:
    """A grade that would change: what stands, and what it would be."""

    earlier: Report
    report: Report


class Book:
    """The grades of one results folder, as one command gives them.

    ``command`` and ``reason`` stand in the history; with ``sure`` nothing is staged.  ``staged``
    are the grades that wait, ``forgotten`` the students' functions whose adjusted points were
    given for other files than those now handed in.
    """

    def __init__(
        self,
        folder: ResultsFolder,
        seed: int | None,
        cases: str,
        *,
        command: str = "run",
        reason: str = "",
        sure: bool = True,
    ) -> None:
        self._folder, self._seed, self._cases = folder, seed, cases
        self._command, self._reason, self._sure = command, reason, sure
        self._adjustments = Adjustments(folder)
        self._number = folder.history.next_run
        self._time = now()
        self.staged: dict[str, Staged] = {}
        self.forgotten: list[tuple[str, str]] = []

    def earlier(self, student: str) -> tuple[Report | None, str]:
        """Return what stands for a student, None where there is nothing, and its language."""
        stored = self._folder.previous(student)
        report = readable(stored)
        if report is not None and report.student != student:
            report = None
        return report, results_json.language_of(stored)

    def waiting(self, student: str) -> Report | None:
        """Return what is staged for a student from an earlier run, None where nothing is."""
        return readable(self._folder.staged.results(self._folder.name_of(student)))

    def take(self, report: Report, write: Write) -> Report:
        """Write a report, or stage it; return it with the points that were given by hand."""
        report, forgotten = self._adjustments.onto(report)
        self.forgotten += [(report.student, name) for name in forgotten]
        earlier, _ = self.earlier(report.student)
        name = self._folder.name_of(report.student)
        if earlier is not None and self._needs_a_yes(earlier, report):
            self._folder.staged.put(name, write(report))
            self.staged[report.student] = Staged(earlier, report)
            return report
        self._folder.write(report.student, write(report))
        self._folder.staged.drop(name)
        self._note(earlier, report)
        return report

    def settle(self, student: str) -> None:
        """Forget what was staged for a student whose grade stands."""
        self._folder.staged.drop(self._folder.name_of(student))

    def say_yes(self) -> None:
        """Have what was staged in this run take the place of what stands."""
        for student, one in self.staged.items():
            name = self._folder.name_of(student)
            self._folder.write(student, self._folder.staged.files(name))
            self._note(one.earlier, one.report)
            self._folder.staged.drop(name)
        self.staged = {}

    def _needs_a_yes(self, earlier: Report, report: Report) -> bool:
        same_work = earlier.digest == report.digest
        changes = grade_of(earlier) != grade_of(report)
        return not self._sure and same_work and earlier.judged and changes

    def _note(self, earlier: Report | None, report: Report) -> None:
        before = None if earlier is None else grade_of(earlier)
        after = grade_of(report)
        if before == after and earlier is not None and earlier.digest == report.digest:
            return
        change = Change(
            run=self._number,
            time=self._time,
            command=self._command,
            version=version(),
            seed=self._seed,
            cases=self._cases,
            student=report.student,
            digest=report.digest,
            before=before,
            after=after,
            reason=self._reason,
            notebook=any(one.kind == "from notebook" for one in report.remarks),
        )
        self._folder.history.add([change], self._folder.access)


def readable(stored: object) -> Report | None:
    """Return the report in a results.json; None if another version wrote it, or it is damaged."""
    try:
        return results_json.from_results(stored)
    except ValueError:
        return None


def differences(one: Staged) -> Iterator[tuple[str, float | None, float | None]]:
    """Yield the functions whose score would change, with the old and the new one."""
    return differing(grade_of(one.earlier), grade_of(one.report))
