"""The story of a run: submissions in, lanes at work, records out, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from grader.course import Assignment
from grader.intake.discovery import Handle
from grader.intake.submission import Submission
from grader.lanes import Lanes
from grader.phrases import Phrases
from grader.record import Report
from grader.reports import grades_csv, markdown, results_json
from grader.results_folder import ResultsFolder
from grader.terms import Terms, fingerprint

OnReport = Callable[[Report, bool], None]
"""Called with each report as it comes, and whether it stood from an earlier run."""


@dataclass
class Run:
    """One run over a class: what it is given, and what it has found out so far."""

    assignment: Assignment
    terms: Terms
    folder: ResultsFolder
    phrases: Phrases
    jobs: int
    force: bool = False
    reports: dict[str, Report] = field(default_factory=dict)
    isolation: str = ""

    def grade(self, handles: Iterable[Handle], on_report: OnReport) -> None:
        """Judge every submission that changed, write each result as it comes, then the class.

        The class's files are written from what is there even if the run is interrupted.
        """
        try:
            with Lanes(self.assignment, self.terms, self.jobs) as lanes:
                for report in lanes.judge(self._changed(handles, on_report)):
                    self.isolation = lanes.isolation.isolation if lanes.isolation else ""
                    self._keep(report)
                    on_report(report, False)
        finally:
            self._write_class()

    def _changed(self, handles: Iterable[Handle], on_report: OnReport) -> Iterator[Submission]:
        """Read submissions one after the other; let earlier results of unchanged ones stand."""
        due = fingerprint(self.assignment, self.terms)
        for handle in handles:
            submission = handle.read()
            earlier = None if self.force else self.earlier(submission.student)
            if (
                earlier is not None
                and earlier.judged
                and (earlier.digest, earlier.fingerprint) == (submission.digest, due)
            ):
                self.reports[submission.student] = earlier
                on_report(earlier, True)
            else:
                yield submission

    def earlier(self, student: str) -> Report | None:
        """Return the report that stands in the results folder, if it can be read."""
        stored = self.folder.previous(student)
        if stored is None:
            return None
        try:
            return results_json.from_results(stored)
        except ValueError:  # written by another version, or damaged: it is judged again
            return None

    def _keep(self, report: Report) -> None:
        self.reports[report.student] = report
        self.folder.write(report.student, student_files(report, self.phrases))

    def _write_class(self) -> None:
        reports = [self.reports[name] for name in sorted(self.reports)]
        functions = [function.name for function in self.assignment.functions]
        self.folder.write_class({"grades.csv": grades_csv.grades(reports, functions)})


def student_files(report: Report, phrases: Phrases) -> Mapping[str, str]:
    """Return the files of one student's folder."""
    return {
        "results.json": results_json.dumps(report, phrases),
        "feedback.md": markdown.feedback(report, phrases),
    }
