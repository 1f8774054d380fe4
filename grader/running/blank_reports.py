"""Reports on submissions that no judge came to an end with: nobody's fault, or their own."""

from __future__ import annotations

from grader.course import Assignment
from grader.intake.submission import Submission
from grader.program import now, version
from grader.record import Criterion, Finding, FunctionResult, Report, Status
from grader.running.settings import Settings, fingerprint


def not_judged(assignment: Assignment, settings: Settings, submission: Submission) -> Report:
    """Return the report on a submission that the grader itself failed on."""
    finding = Finding("grader fault")
    results = tuple(
        FunctionResult(one.name, Status.NOT_JUDGED, None, one.points, finding=finding)
        for one in assignment.asked
    )
    return _report(assignment, settings, submission, results, "")


def broke_rules(
    assignment: Assignment, settings: Settings, submission: Submission, rule: str, isolation: str
) -> Report:
    """Return the report on a submission that takes a judge more than judging one may."""
    finding = Finding("broke rules", "", {"rule": rule})
    results = tuple(
        FunctionResult(
            one.name,
            Status.BROKE_RULES,
            0.0,
            one.points,
            tuple(
                Criterion(name, points, 0.0, False)
                for name, points in {**one.outputs, **one.small}.items()
            ),
            finding,
        )
        for one in assignment.asked
    )
    return _report(assignment, settings, submission, results, isolation)


def _report(
    assignment: Assignment,
    settings: Settings,
    submission: Submission,
    results: tuple[FunctionResult, ...],
    isolation: str,
) -> Report:
    return Report(
        assignment=assignment.name,
        student=submission.student,
        functions=results,
        digest=submission.digest,
        fingerprint=fingerprint(assignment, settings),
        isolation=isolation,
        judged_at=now(),
        version=version(),
        remarks=submission.remarks,
        identities=submission.identities,
    )
