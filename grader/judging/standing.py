"""What is known so far of one function of a submission, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.cases.case import LENT, OWN, Case
from grader.cases.comparing import Mismatch
from grader.cases.replaying import Called, Explain
from grader.course import Function
from grader.diagnosis.recognising import Diagnosis
from grader.isolation.answers import GroupAnswer, Raised, Reply, Stopped
from grader.judging.explaining import finding_of
from grader.judging.lending import methods_of
from grader.judging.near_names import near_key
from grader.judging.sayings import told
from grader.judging.scoring import CaseVerdict, Verdict, better, verdict, whole
from grader.record import Finding, FunctionResult, Status
from grader.source.parsing import Parsed
from grader.source.reading import Source

_HOPELESS = {"missing function", "not callable", "missing file", "signature"}
"""Findings that no right neighbour can mend."""


@dataclass
class Standing:
    """One function's verdicts, with the student's own neighbours and beside lent ones.

    ``cases`` are its hidden cases, ``reference`` the right function, ``files`` what was handed
    in, ``contract`` all that the assignment asks for, ``public`` all names of its stubs.
    ``called`` names the lent neighbours that answered; ``stopped`` says that it came to no end,
    ``hopeless`` that no neighbour can mend it, ``unimported`` that its file could not be imported
    beside the student's own; ``beside_right`` that the lent ones stand in the place of right ones
    alone.  ``broke_rules`` says what its process sent that no function can answer.
    ``answers`` and ``wrong`` are by way of judging: what it answered, and by case what was wrong.
    """

    function: Function
    cases: Sequence[Case]
    reference: Callable[..., Any]
    files: Parsed
    contract: frozenset[str]
    public: frozenset[str]
    own: Verdict | None = None
    lent: Verdict | None = None
    called: tuple[str, ...] = ()
    stopped: bool = False
    hopeless: bool = False
    unimported: bool = False
    beside_right: bool = False
    broke_rules: Finding | None = None
    cpu_seconds: float = 0.0
    answers: dict[str, GroupAnswer] = field(default_factory=dict)
    wrong: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether it is right, if only beside lent neighbours."""
        return any(one is not None and one.full for one in (self.own, self.lent))

    @property
    def right_by_itself(self) -> bool:
        """Whether it is right with the student's own neighbours."""
        return self.own is not None and self.own.full

    @property
    def raised(self) -> bool:
        """Whether it raised something beside the student's own neighbours."""
        answer = self.answers.get(OWN)
        replies = () if answer is None else answer.replies
        return any(isinstance(one, Raised) for some in replies for one in some or ())

    def give_up(self, finding: Finding) -> None:
        """Take note of why it cannot be judged any further."""
        self.own, self.hopeless = whole(self.function, finding), True
        if finding.kind == "broke rules":
            self.broke_rules = finding

    def take(self, mode: str, answer: GroupAnswer) -> None:
        """Compare its answers with what was due."""
        self.cpu_seconds += answer.cpu_seconds
        self.stopped = answer.stopped is not None
        self.answers[mode] = answer

        def explain(raised: Raised, called: Called) -> Finding:
            function, finding = self.function, self.explain(raised, called)
            self.hopeless |= (
                (finding.kind in _HOPELESS and called.name in ("", function.name))
                or (finding.kind == "not written yet" and self._raised_here(raised))
                or (finding.kind == "syntax error" and finding.facts["file"] == function.file)
            )
            if mode == OWN:
                self.unimported |= raised.importing
            return finding

        if answer.stopped is not None and answer.stopped.kind == "broke rules":
            self.broke_rules = Finding("broke rules", "", answer.stopped.facts)
            judged = whole(self.function, self.broke_rules)
        else:
            judged = self._compared(mode, answer, explain)
            self.hopeless &= not any(map(_answered, answer.replies))
        if mode == OWN:
            self.own = judged
        else:
            self.lent = judged

    def _compared(self, mode: str, answer: GroupAnswer, explain: Explain) -> Verdict:
        verdicts = [
            CaseVerdict(
                case.criterion,
                case.decides,
                [
                    replace(
                        one, finding=told(self._of_key(one), self.files.names, self.files.numbers)
                    )
                    for one in case.judge(mode, replies, stopped, explain)
                ],
            )
            for case, replies, stopped in self.replies(answer)
        ]
        self.wrong[mode] = [
            frozenset(one.finding.output for one in case.mismatches) for case in verdicts
        ]
        return verdict(self.function, verdicts)

    def _of_key(self, one: Mismatch) -> Finding:
        """Return what is wrong; of a missing key, what lacks it and the key that is there instead.

        What is called by the key itself is a part of what was returned.
        """
        finding, key = one.finding, one.finding.facts.get("key")
        if finding.kind != "missing key":
            return finding
        facts = dict(finding.facts)
        if finding.output not in ("", key):
            facts["of"] = finding.output
        due = one.due if isinstance(one.due, dict) else ()
        if isinstance(one.got, dict):
            facts["similar"] = near_key(str(key), one.got, due, self.files.names)
        return replace(finding, facts={name: fact for name, fact in facts.items() if fact != ""})

    def replies(
        self, answer: GroupAnswer
    ) -> Iterator[tuple[Case, Sequence[Reply] | None, Stopped | None]]:
        """Yield each case with what came back for it."""
        for case, replies in zip(self.cases, answer.replies, strict=True):
            yield case, replies, answer.stopped

    def explain(self, raised: Raised, called: Called) -> Finding:
        """Return what can be said of an exception in one of its cases."""
        named = called if called.name else called._replace(name=self.function.name)
        known = self.files.names | self.public
        return finding_of(raised, self.files, named, self.function.file, self.contract, known)

    def _raised_here(self, raised: Raised) -> bool:
        """Whether an exception comes from the function itself, not from a neighbour."""
        if not raised.frames:
            return False
        file, _, name = raised.frames[-1]
        methods = methods_of(self.reference)
        names = {self.function.name} if methods is None else {"__init__", *methods}
        return file == self.function.file and name in names

    def result(
        self, diagnosis: Diagnosis | None, source: Source, right: frozenset[str]
    ) -> FunctionResult:
        """Return the result that stands; ``right`` are the submission's functions that are.

        Without a ``diagnosis`` no mistake is named.
        """
        if self.own is None and self.lent is None:
            return self.not_judged()
        chosen = self._chosen()
        if self.broke_rules is not None and not chosen.score:
            return self._of_broken_rules(self.broke_rules)
        used_lent = chosen is self.lent and (self.own is None or chosen.score > self.own.score)
        mistakes: Mapping[str, tuple[str, ...]] = {}
        if not chosen.full and diagnosis is not None:
            mistakes = diagnosis.explained(
                self.function, chosen.findings, self.answers, self.mode, source, right
            )
        return FunctionResult(
            name=self.function.name,
            status=Status.PASSED if chosen.full else Status.FAILED,
            score=chosen.score,
            max_score=self.function.points,
            criteria=chosen.criteria,
            finding=next(iter(chosen.findings), None),
            others=chosen.others,
            mistakes=tuple(mistakes),
            explains=tuple(mistakes.values()),
            unexplained=self._unexplained(chosen, mistakes),
            lent=tuple(name for name in self.called if name not in right) if used_lent else (),
            cpu_seconds=self.cpu_seconds,
        )

    def _unexplained(
        self, chosen: Verdict, mistakes: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        """Return the wrong outputs that no mistake explains, () where one may explain them all."""
        if not mistakes or not all(mistakes.values()):
            return ()
        named = {name for some in mistakes.values() for name in some}
        if not named <= self.function.outputs.keys():
            return ()  # they are keys of one output
        outputs = (one for one in chosen.criteria if one.name in self.function.outputs)
        return tuple(one.name for one in outputs if not one.passed and one.name not in named)

    def _of_broken_rules(self, finding: Finding) -> FunctionResult:
        """Return the result where its process sent what no function can answer."""
        return FunctionResult(
            self.function.name,
            Status.BROKE_RULES,
            0.0,
            self.function.points,
            whole(self.function, finding).criteria,
            finding,
            cpu_seconds=self.cpu_seconds,
        )

    def not_judged(self) -> FunctionResult:
        """Return the result where the grader itself failed."""
        return FunctionResult(
            self.function.name,
            Status.NOT_JUDGED,
            None,
            self.function.points,
            finding=Finding("grader fault"),
        )

    @property
    def score(self) -> float:
        """The points that stand."""
        return self._chosen().score

    @property
    def mode(self) -> str:
        """The judging that counts: beside the student's own neighbours, or beside lent ones."""
        return LENT if self._chosen() is self.lent else OWN

    def _chosen(self) -> Verdict:
        if self.own is None:
            assert self.lent is not None
            return self.lent
        return better(self.own, self.lent, beside_right=self.beside_right)


def _answered(replies: Sequence[Reply] | None) -> bool:
    """Whether all calls of a case returned something."""
    return bool(replies) and not any(isinstance(one, Raised) for one in replies or ())
