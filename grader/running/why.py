"""Answers "why?": the hidden cases behind one function's points, on the class's own seed."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader.course import Assignment, Course
from grader.errors import UsageProblem, did_you_mean, quoted
from grader.intake.discovery import discover
from grader.intake.submission import Submission
from grader.judging.evidence import CaseEvidence, due_of, evidence, how_far
from grader.phrases import Phrases, finding_of
from grader.record import FunctionResult
from grader.reports.entry import entry, shown
from grader.running.settings import Settings
from grader.running.start import open_judge
from grader.running.stored_results import kept_notebooks, stored_report

_THRESHOLD = 400
"""Numbers of an array that are written out whole."""


@dataclass(frozen=True)
class Question:
    """Whose function is asked about; ``case`` counts from 1, None is the first that is wrong.

    ``for_student`` leaves out what is hidden.
    """

    student: str
    function: str
    case: int | None = None
    for_student: bool = False


def answer(
    course: Course,
    task: Assignment,
    out: Path,
    paths: Sequence[Path],
    question: Question,
    phrases: Phrases,
    *,
    timeout: float,
    weak: bool,
) -> Iterator[str]:
    """Judge the submission once more on the kept seed and yield the answer's lines.

    UsageProblem where there are no results of the student or the submission is not to be found.
    """
    earlier = stored_report(out, question.student, task)
    submission = _found(course, task, out, paths, question.student)
    seed = _seed(out)
    with open_judge(task, Settings(seed, timeout, weak)) as judge:
        standing, result = judge.examine(submission, question.function)
        cases = evidence(standing)
    if submission.digest != earlier.digest:
        yield "(The files are not those of the last run any more: this is what they earn now.)"
    yield from listing(cases, result, phrases, question)
    chosen = _chosen(cases, question)
    if chosen is None:
        return
    yield ""
    yield from opened(chosen, result, phrases, question)
    if not question.for_student:
        place = _place(course, task, paths, question.student)
        yield ""
        yield "Run it again:"
        hidden = shlex.quote(f"{task.hidden}/{chosen.name}")
        given = shlex.quote(f"--submission={place}")
        yield f"  pytest {hidden} {given} --seed {seed}"


def listing(
    cases: Sequence[CaseEvidence], result: FunctionResult, phrases: Phrases, question: Question
) -> Iterator[str]:
    """Yield the points, criterion by criterion, and whether each case is right."""
    said = entry(result, phrases)
    yield f"{said.name}   {said.score}{f'   {said.aside}' if said.aside else ''}"
    for criterion in result.criteria:
        right = criterion.passed
        verdict = "-" if not criterion.judged else "right" if right else "wrong"
        verdict = phrases.word("why verdict", {"verdict": verdict})
        scaled = right and criterion.earned < criterion.points
        facts = {
            "name": _named(criterion.name, phrases),
            "earned": shown(criterion.earned),
            "points": shown(criterion.points),
        }
        share = f" {phrases.word('why share')}" if scaled else ""
        yield f"  {verdict:<5}  {phrases.word('why criterion', facts)}{share}"
    for one in cases:
        named = "" if question.for_student else f"   {one.name}"
        case = phrases.word("why case", {"number": one.number})
        yield f"  {case:<8} {_verdict(one, result, phrases)}{named}"
    finding = finding_of(result)
    if not cases and finding:  # of a file that is missing or no text: nothing was asked of it
        yield f"  {phrases.what(finding)}"


def _verdict(one: CaseEvidence, result: FunctionResult, phrases: Phrases) -> str:
    whole = phrases.word("why whole")
    outputs = tuple(dict.fromkeys(m.finding.output or whole for m in one.wrong))
    free = f"; {phrases.word('why free')}" if one.wrong and not _criteria(one, result) else ""
    judges = f" ({_named(one.criterion, phrases)}{free})" if one.criterion else ""
    if not one.tried:
        return phrases.word("why not tried")
    if outputs:
        return f"{phrases.word('why wrong', {'outputs': outputs})}{judges}"
    return f"{phrases.word('why verdict', {'verdict': 'right'})}{judges}"


def _named(criterion: str, phrases: Phrases) -> str:
    return phrases.name(criterion) or criterion


def _chosen(cases: Sequence[CaseEvidence], question: Question) -> CaseEvidence | None:
    """Return the case to open: the one asked for, or else the first that is wrong."""
    if not cases:
        return None
    if question.case is None:
        return next((one for one in cases if one.wrong), None)
    if question.case > len(cases):
        raise UsageProblem(f"{question.function} has {len(cases)} hidden cases.")
    return cases[question.case - 1]


def opened(
    one: CaseEvidence, result: FunctionResult, phrases: Phrases, question: Question
) -> Iterator[str]:
    """Yield a case: what went in, what came back and was due unless hidden, and what it costs."""
    sizes = ", ".join(f"{name}={size}" for name, size in one.sizes.items())
    case = phrases.word("why opened", {"number": one.number})
    yield f"{case}{f', {sizes}' if sizes else ''}"
    if not question.for_student:
        yield f"  {one.says}"
        for number, call in enumerate(one.calls, 1):
            yield f"  call {number}: {call.name}"
            yield from _values(call.arguments)
    if not one.tried:
        yield f"  {phrases.word('why not tried')}"
    for mismatch in one.wrong if one.tried else ():
        yield f"  {phrases.what(mismatch.finding)}"
        if question.for_student or mismatch.due is None:
            continue
        yield from _values({"got": mismatch.got, "due": due_of(mismatch)})
        far = how_far(mismatch)
        if far is not None:
            distance, place = far
            where = f" at {list(place)}" if place else ""
            yield f"    off by {distance:.3g} at most{where}"
    costs = tuple(
        f"{_named(name, phrases)} {shown(criterion.points - criterion.earned)}"
        for name in _criteria(one, result)
        for criterion in result.criteria
        if criterion.name == name and not criterion.passed
    )
    if costs:
        yield f"  {phrases.word('why costs', {'costs': costs})}"
    elif one.wrong:
        yield f"  {phrases.word('why no costs')}"


def _criteria(one: CaseEvidence, result: FunctionResult) -> Iterable[str]:
    """Return the criteria that a case's mismatches cost.

    A small criterion's are those of outputs that are right otherwise (``grader.judging.scoring``).
    """
    if one.criterion:
        wrong = {each.name for each in result.criteria if not each.passed}
        counts = any(mismatch.finding.output not in wrong for mismatch in one.wrong)
        return [one.criterion] if counts else []
    named = dict.fromkeys(mismatch.finding.output for mismatch in one.wrong)
    return [criterion.name for criterion in result.criteria] if "" in named else named


def _values(values: Mapping[str, Any]) -> Iterator[str]:
    with np.printoptions(precision=12, threshold=_THRESHOLD, linewidth=100):
        for name, value in _flat(values):
            first, *rest = repr(value).splitlines() or [""]
            shape = f" {value.shape}" if isinstance(value, np.ndarray) else ""
            yield f"    {name}{shape} = {first}"
            yield from (f"      {line}" for line in rest)


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield values by name, those in dictionaries by the dictionary's name and their key."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}[{key!r}]", item) for key, item in value.items())
        else:
            yield name, value


def _seed(out: Path) -> int:
    try:
        return int((out / ".run" / "seed").read_text("ascii"))
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"{quoted(out)} has no seed that can be read. Run `grade run` there first."
        ) from error


def _found(
    course: Course, task: Assignment, out: Path, paths: Sequence[Path], student: str
) -> Submission:
    place = course.folder / "submitted"
    found = discover(paths, task, submitted=place, from_notebook=kept_notebooks(out))
    for handle in found.submissions:
        if handle.student == student:
            return handle.read()
    known = [handle.student for handle in found.submissions]
    raise UsageProblem(
        f"There is no submission of {quoted(student)} there.{did_you_mean(student, known)} "
        "Name the folder or zip that the class was graded from."
    )


def _place(course: Course, task: Assignment, paths: Sequence[Path], student: str) -> Path:
    """Return where a submission may stand, for the command that runs a case again."""
    for base in (*paths, course.folder / "submitted"):
        for place in (base / student / task.name, base / student):
            if place.is_dir():
                return place
    return Path("PATH")
