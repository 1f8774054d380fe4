"""The story of a run: submissions in, lanes at work, records out, and nothing lost on the way."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from grader.course import Assignment
from grader.errors import NotJudgedProblem
from grader.intake.discovery import Handle
from grader.intake.folders import Unavailable
from grader.intake.submission import NOTES, Submission
from grader.phrases import Phrases
from grader.record import LIMITS_ONLY, Report
from grader.reports import grades_csv, html, markdown, results_json
from grader.running.blank_reports import not_judged
from grader.running.book import Book, readable
from grader.running.cluster import Cluster
from grader.running.lanes import Lanes
from grader.running.results_folder import ResultsFolder
from grader.running.settings import Settings, fingerprint
from grader.running.working_lane import WorkingLane

_MOST_GONE = 3
"""Submissions one after the other that cannot be read any more: then the run stops."""

OnReport = Callable[[Report, bool], None]
"""Called with each report as it comes, and whether it stood from an earlier run."""

Files = Mapping[str, bytes]

STUDENT_FILES: Mapping[str, Callable[[Report, Phrases, Files], str]] = {
    "results.json": lambda report, phrases, _: results_json.dumps(report, phrases),
    "feedback.md": lambda report, phrases, _: markdown.feedback(report, phrases),
    "feedback.html": lambda report, phrases, files: html.page(report, phrases, files=files),
}
"""The files of one student's folder, and what writes them; the page shows lines of the source."""


@dataclass
class Run:
    """One run over a class: what it is given, and what it has found out so far.

    ``reports`` are those of this run's submissions, ``others`` those of students who were judged
    earlier and are not among them; ``damaged`` are such students whose results cannot be read.
    ``mended`` are those whose earlier results were not as a run had written them: they are judged
    anew.  ``book`` has what waits for a yes, ``faults`` says why a student was not judged,
    ``unread`` why the files of one could not be read any more.  ``cluster`` is the address of a
    Dask scheduler whose workers judge, None for lanes on this machine; ``warm`` is one of
    these that was started before.
    """

    assignment: Assignment
    settings: Settings
    folder: ResultsFolder
    phrases: Phrases
    jobs: int
    force: bool = False
    cluster: str | None = None
    warm: WorkingLane | None = None
    book: Book = field(init=False)
    reports: dict[str, Report] = field(default_factory=dict)
    others: dict[str, Report] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    stood: set[str] = field(default_factory=set)
    isolation: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    missing_lanes: list[str] = field(default_factory=list)
    _verdicts: dict[str, Report] = field(default_factory=dict)
    _same: dict[str, list[Submission]] = field(default_factory=dict)
    _at_work: dict[str, Files] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fingerprint = fingerprint(self.assignment, self.settings)
        self.expect()

    def expect(self, *, sure: bool = True, reason: str = "") -> None:
        """Say whether grades of unchanged submissions may change, and why (see ``Book``)."""
        seed, cases = self.settings.seed, self.fingerprint
        self.book = Book(self.folder, seed, cases, sure=sure, reason=reason)

    def grade(self, handles: Iterable[Handle], on_report: OnReport) -> None:
        """Judge every submission that changed, write each result as it comes, then the class.

        The class's files are written from what is there even if the run is interrupted.
        """
        try:
            handles = list(handles)
            with self._lanes(len(handles)) as lanes:
                self.faults, self.missing_lanes = lanes.faults, lanes.missing
                for report in lanes.judge(self._changed(handles, on_report)):
                    self.isolation = lanes.isolation
                    files = self._at_work.pop(report.digest)
                    self._take(report, files, on_report)
                    for twin in self._same.pop(report.digest):
                        self._take(same_files(report, twin), files, on_report)
        except BaseException:
            with contextlib.suppress(NotJudgedProblem):  # what stopped the run is said instead
                self._write_class()
            raise
        self._write_class()

    def _lanes(self, expected: int) -> Lanes | Cluster:
        if self.cluster is None:
            return Lanes(self.assignment, self.settings, self.jobs, self.warm, expected)
        return Cluster(self.cluster, self.assignment, self.settings)

    def _changed(self, handles: Iterable[Handle], on_report: OnReport) -> Iterator[Submission]:
        """Read submissions one after the other, and yield those that have to be judged.

        Earlier results of unchanged ones stand, and of several with the same files only the
        first is judged.
        """
        gone = 0
        for handle in handles:
            student = handle.student
            stored = self.folder.previous(student)
            earlier = self._earlier(student, stored)
            try:
                submission = handle.read()
            except Unavailable as fault:
                gone = gone + 1 if fault.gone else 0
                if gone == _MOST_GONE:
                    raise
                self._pass_over(student, fault, earlier, on_report)
                continue
            gone, digest = 0, submission.digest
            waiting = None if self.force else self.book.waiting(student)
            if earlier is not None and not self.force and self._stands(earlier, digest):
                language = results_json.language_of(stored)
                self._let_stand(earlier, submission, language, on_report)
            elif waiting is not None and self._stands(waiting, digest):
                self._take(told(waiting, submission), submission.files, on_report)
            elif digest in self._verdicts:
                twin = same_files(self._verdicts[digest], submission)
                self._take(twin, submission.files, on_report)
            elif digest in self._same:
                self._same[digest].append(submission)
            else:
                self._same[digest], self._at_work[digest] = [], submission.files
                yield submission

    def _pass_over(
        self, student: str, fault: Unavailable, earlier: Report | None, on_report: OnReport
    ) -> None:
        """Leave a student out whose files were there before; an earlier result stands."""
        self.unread[student] = fault.message
        if earlier is None or not earlier.judged:
            nothing = Submission(student, {}, (), "")
            self._take(not_judged(self.assignment, self.settings, nothing), {}, on_report)

    def _earlier(self, student: str, stored: object | None) -> Report | None:
        """Return a student's earlier report; None where there is none that can be believed."""
        if stored is None:
            return None
        try:
            report = results_json.from_results(stored)
        except results_json.OtherVersion:
            return None
        except ValueError:
            report = None
        if report is None or report.student != student:
            self.mended.append(student)
            return None
        return report

    def _stands(self, earlier: Report, digest: str) -> bool:
        weak = earlier.isolation == LIMITS_ONLY and not self.settings.weak
        due = (digest, self.fingerprint)
        return earlier.judged and not weak and (earlier.digest, earlier.fingerprint) == due

    def _let_stand(
        self, stored: Report, submission: Submission, language: str, on_report: OnReport
    ) -> None:
        """Take an earlier verdict, with what is known now of whose work it is and where it lay."""
        report = told(stored, submission)
        same = language == self.phrases.language and report == stored
        if not (same and self.folder.holds(report.student, STUDENT_FILES)):
            self.folder.write(report.student, student_files(report, self.phrases, submission.files))
        self.book.settle(report.student)
        self.stood.add(report.student)
        self._know(report)
        on_report(report, True)

    def _take(self, report: Report, files: Files, on_report: OnReport) -> None:
        write = functools.partial(student_files, phrases=self.phrases, files=files)
        report = self.book.take(report, write)
        self._know(report)
        on_report(report, False)

    def _know(self, report: Report) -> None:
        self.reports[report.student] = report
        if report.judged:
            self._verdicts.setdefault(report.digest, report)

    @property
    def standing(self) -> dict[str, Report]:
        """The reports that stand: what waits for a yes does not."""
        waiting = {student: one.earlier for student, one in self.book.staged.items()}
        return {**self.reports, **waiting}

    def say_yes(self) -> None:
        """Have the grades that wait take the place of those that stand."""
        self.book.say_yes()
        self._write_class()

    def _write_class(self) -> None:
        self.damaged.clear()
        for student, stored in self.folder.students(but=self.reports):
            report = readable(stored)
            if report is None or report.student != student:
                self.damaged.append(student)
            else:
                self.others[student] = report
        write_class(self.folder, self.assignment, {**self.others, **self.standing})


def write_class(
    folder: ResultsFolder, assignment: Assignment, reports: Mapping[str, Report]
) -> None:
    """Write the class's table of a results folder."""
    functions = [function.name for function in assignment.asked]
    text = grades_csv.grades([reports[name] for name in sorted(reports)], functions)
    folder.write_class({"grades.csv": text})


def same_files(report: Report, submission: Submission) -> Report:
    """Return the report on another student's submission that holds the same files."""
    twin = replace(report, student=submission.student, seconds=0.0, same_files=True)
    return told(twin, submission)


def told(report: Report, submission: Submission) -> Report:
    """Return a verdict on the same files with what else is known of this submission."""
    judged = tuple(one for one in report.remarks if one.kind not in NOTES)
    remarks = (*judged, *(one for one in submission.notes if one not in judged))
    return replace(report, remarks=remarks, identities=submission.identities)


def student_files(report: Report, phrases: Phrases, files: Files) -> dict[str, str]:
    """Return the files of one student's folder, by name; ``files`` are the submission's."""
    return {name: write(report, phrases, files) for name, write in STUDENT_FILES.items()}
