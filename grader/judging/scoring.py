"""Turns what is wrong in each case into criteria, points and the one message that helps most.

An output is right or wrong over all its cases.  A small criterion is judged on the outputs
that are right and scaled by the share of the output points earned; a function with no right
output earns nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.cases.comparing import Mismatch
from grader.cases.mask import MASK
from grader.course import Function
from grader.record import Criterion, Finding

LADDER = (
    "missing file", "empty file", "unreadable file", "too large file", "binary file",
    "not utf-8", "not a regular file", "link out of submission",
    "syntax error", "missing import", "relative import", "handed out import",
    "missing name", "import failed", "import died",
    "missing function", "not callable", "signature", "parameter names",
    "rests on", "neighbour absent", "not written yet", "raised", "exited", "too deep", "memory",
    "cpu limit", "wall limit", "died", "refused", "broke rules", "nonsense reply",
    "returned nothing", "holds itself", "type", "length", "missing key", "extra key",
    "too large answer",
    "not numbers", "not detached", "ragged", "dtype", "shape", "not finite", "precision", "values",
    "half not computed by", "argument changed", "argument returned",
    "result changed later", "differs when called again",
    "memory grows",
)  # fmt: skip
"""Rungs, lowest first: what a student should hear of before anything that follows from it."""

_EVERYWHERE = frozenset(LADDER[: LADDER.index("raised")])
"""Rungs that do not depend on the inputs: no sizes are worth telling."""

_ENDS = frozenset({"cpu limit", "wall limit", "died"})
"""What ends a function: in its later cases nobody has seen whether it would, too."""

_RUNG = {kind: number for number, kind in enumerate(LADDER)}


@dataclass(frozen=True)
class CaseVerdict:
    """What was wrong in one case; ``criterion`` is "" where the case decides the outputs.

    What is wrong with no output in particular is so with all that the case ``decides``.
    """

    criterion: str
    decides: Sequence[str]
    mismatches: Sequence[Mismatch]


@dataclass(frozen=True)
class Verdict:
    """A function's criteria, its score, and what is wrong, most useful first."""

    criteria: tuple[Criterion, ...]
    findings: tuple[Finding, ...]

    @property
    def score(self) -> float:
        """The points earned."""
        return sum(criterion.earned for criterion in self.criteria)

    @property
    def full(self) -> bool:
        """Whether every criterion is passed."""
        return all(criterion.passed for criterion in self.criteria)

    @property
    def others(self) -> int:
        """How many more outputs or rules are wrong than the one that is spoken of first.

        An output that is wrong in several ways is one all the same.
        """
        outputs = {criterion.name for criterion in self.criteria}
        wrong = {
            ("", one.output) if one.output in outputs else (one.kind, one.output)
            for one in self.findings
        }
        return max(0, len(wrong) - 1)


def verdict(function: Function, cases: Iterable[CaseVerdict]) -> Verdict:
    """Score one function from the verdicts on all its cases."""
    cases = list(cases)
    wrong = _wrong_outputs(function, cases)
    criteria = [
        Criterion(name, points, 0.0 if name in wrong else points, name not in wrong)
        for name, points in function.outputs.items()
    ]
    share = sum(one.earned for one in criteria) / sum(function.outputs.values())
    for name, points in function.small.items():
        passed = share > 0 and not any(
            one.finding.output not in wrong
            for case in cases
            if case.criterion == name
            for one in case.mismatches
        )
        earned = points * share if passed else 0.0
        criteria.append(Criterion(name, points, earned, passed, judged=share > 0))
    return Verdict(tuple(criteria), _findings(cases, wrong))


def _wrong_outputs(function: Function, cases: Iterable[CaseVerdict]) -> set[str]:
    wrong: set[str] = set()
    for case in cases:
        if case.criterion:
            continue
        for one in case.mismatches:
            known = one.finding.output in function.outputs
            wrong |= {one.finding.output} if known else set(case.decides)
    return wrong


def _findings(cases: Iterable[CaseVerdict], wrong: set[str]) -> tuple[Finding, ...]:
    """Merge what is the same in several cases, and put the lowest rung first.

    A small criterion's findings about outputs that are wrong anyway say nothing new.
    """
    first: dict[tuple[str, str], Finding] = {}
    count: Counter[tuple[str, str]] = Counter()
    small: dict[tuple[str, str], bool] = {}
    for case in cases:
        for one in case.mismatches:
            if case.criterion and one.finding.output in wrong:
                continue
            key = (one.finding.kind, one.finding.output)
            first.setdefault(key, _unpictured(one.finding) if case.criterion else one.finding)
            small.setdefault(key, bool(case.criterion))
            count[key] += 1
    order = sorted(first, key=lambda key: (small[key], _RUNG.get(key[0], len(_RUNG))))
    return tuple(
        replace(first[key], sizes={}, more=0)
        if key[0] in _EVERYWHERE
        else replace(first[key], more=0 if key[0] in _ENDS else count[key] - 1)
        for key in order
    )


def _unpictured(finding: Finding) -> Finding:
    """Take the mask off a finding: at an edge size it is next to a value."""
    facts = {name: fact for name, fact in finding.facts.items() if name not in MASK}
    return replace(finding, facts=facts)


def whole(function: Function, finding: Finding) -> Verdict:
    """Score a function that could not be called at all."""
    return verdict(function, [CaseVerdict("", tuple(function.outputs), [Mismatch(finding)])])


def better(own: Verdict, lent: Verdict | None, *, beside_right: bool = False) -> Verdict:
    """Choose the judging that counts: nobody pays for a neighbour's mistake.

    Where both give the same, the lent one speaks, for what it found is the function's own;
    ``beside_right``, where the student's neighbours are right too, what the student sees speaks.
    """
    if lent is None or own.score > lent.score:
        return own
    return own if beside_right and own.score == lent.score else lent
