"""Every catalogued mistake is one: it changes an answer, is told apart, named, and has words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from grader.authoring.proofs.bench import Bench, Checked, Fault, Replies, checked, lost
from grader.cases.case import LENT
from grader.course import Assignment, Function
from grader.diagnosis.catalogue import Hooks, Mistakes, load_mistakes
from grader.diagnosis.observing import ABSENT, looked_at
from grader.diagnosis.variants import Variants, differences
from grader.isolation.answers import GroupAnswer, Raised, Reply, Value
from grader.judging.scoring import Verdict
from grader.phrases import languages
from grader.phrases.catalogue import Catalogue

PACKAGE_WORDS = "mistakes"


def words(assignment: Assignment, mistakes: Mistakes) -> Checked:
    """Check that every mistake has words in every language of the assignment, and no other."""
    faults: list[Fault | str] = []
    shared = languages()
    for language in shared:
        path = assignment.hidden / f"mistakes.{language}.toml"
        if not path.exists():
            if language == assignment.language or language == "en":
                faults.append(f"{path.name} is missing: a catalogue needs words")
            continue
        try:
            own = Catalogue.load([path]).mistakes
            common = Catalogue.load([_common(language)]).mistakes
        except ValueError as error:
            faults.append(str(error))
            continue
        named: set[str] = set()
        for function in assignment.functions:
            keys = mistakes.keys(function.name)
            named |= keys
            for key in sorted(keys - own.keys() - common.keys()):
                faults.append(
                    Fault(f"the mistake {key} has no words in {path.name}", function.name)
                )
        for key in sorted(own.keys() - named - common.keys()):
            faults.append(f"{path.name} has words for {key}, which no function is known to make")
    return checked("every catalogued mistake has words, and all words a mistake", faults)


def _common(language: str) -> Any:
    import grader.phrases

    return grader.phrases.FOLDER / PACKAGE_WORDS / f"{language}.toml"


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the checks of the catalogue; none where the assignment has no catalogue."""
    mistakes = load_mistakes(bench.assignment)
    if mistakes is None:
        return
    yield words(bench.assignment, mistakes)
    faults = list(_strangers(bench.assignment, mistakes))
    if not faults:
        for function in bench.assignment.functions:
            faults += Ways(bench, mistakes, function).faults()
    count = sum(len(several) for some in mistakes.variants.values() for several in some.values())
    yield checked(
        "every catalogued mistake costs points, is told from all others, and is named",
        faults,
        f"{count} ways to make a mistake",
    )


def _strangers(assignment: Assignment, mistakes: Mistakes) -> Iterator[Fault]:
    """Yield what the catalogue names that is not there: functions, quantities."""
    names = {function.name for function in assignment.functions}
    for table in (mistakes.families, mistakes.variants, mistakes.rules, mistakes.quantities):
        for name in sorted(set(table) - names):
            yield Fault("the catalogue names this function, assignment.toml does not", name)
    for name, some in mistakes.variants.items():
        if some and name not in mistakes.families:
            yield Fault("the catalogue has mistakes of it, but no family", name)
            continue
        for key, several in some.items():
            for hooks in several:
                for hook in sorted(set(hooks) - set(mistakes.families[name].hooks)):
                    yield Fault(f"the mistake {key} changes {hook!r}, no quantity of it", name)


class Way(NamedTuple):
    """One of the ways to make a known mistake."""

    key: str
    number: int
    hooks: Hooks


class Ways:
    """The known mistakes of one function."""

    def __init__(self, bench: Bench, mistakes: Mistakes, function: Function) -> None:
        self._bench, self._function = bench, function
        self.all: Sequence[Way] = [
            Way(key, number, hooks)
            for key, several in mistakes.variants.get(function.name, {}).items()
            for number, hooks in enumerate(several if bench.thorough else several[:1])
        ]
        self._listed = mistakes.variants.get(function.name, {})
        self._solution: Replies = bench.solution[function.name, LENT]

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with its mistakes."""
        if not self._listed:
            return
        name = self._function.name
        known = self._bench.judge.diagnosis.known(name)
        variants = known.variants
        right = list(variants.answers({}))
        if any(data is ABSENT for some in right for data in some):
            yield Fault("the catalogue's family raises where the solution answers", name)
            return
        family = GroupAnswer(tuple(self._as_replies(right)))
        wrong = sorted(lost(self._bench.judged(self._function, LENT, _whole(family))))
        if wrong:
            yield Fault(
                "the catalogue's family answers otherwise than the solution", name, wrong[0]
            )
            return
        singles = list(variants.singles())
        for one in singles:
            if not one.changes:
                yield Fault(f"the mistake {one.keys[0]} changes nothing", name)
        for one, other in itertools.combinations(singles, 2):
            if one.keys != other.keys and not any(differences(one.seen, other.seen)):
                keys = f"{one.keys[0]} and {other.keys[0]}"
                yield Fault(f"the mistakes {keys} cannot be told apart", name)
        for way in self._bench.watch(self.all, f"mistakes of {name}"):
            yield from self._of_way(variants, way)

    def _of_way(self, variants: Variants, way: Way) -> Iterator[Fault]:
        name, key = self._function.name, way.key
        answers = list(variants.answers(way.hooks))
        if all(data is ABSENT for some in answers for data in some):
            yield Fault(f"the mistake {key} raises in every case", name)
            return
        answer = GroupAnswer(tuple(self._as_replies(answers)))
        judged = self._bench.judged(self._function, LENT, _whole(answer))
        self._bench.verdicts[name, key, way.number] = judged
        if judged.full:
            yield Fault(f"the mistake {key} costs nothing", name)
            return
        found, *_ = self._bench.judge.diagnosis.known(name).explain(LENT, answer)
        if found != (key,):
            said = ", ".join(found) or "nothing"
            yield Fault(f"the mistake {key} is recognised as {said}", name)

    def judged(self, way: Way) -> Verdict:
        """Return what the function is worth with one of its mistakes."""
        name = self._function.name
        kept = self._bench.verdicts.get((name, way.key, way.number))
        if kept is not None:
            return kept
        variants = self._bench.judge.diagnosis.known(name).variants
        answer = GroupAnswer(tuple(self._as_replies(variants.answers(way.hooks))))
        return self._bench.judged(self._function, LENT, _whole(answer))

    def _as_replies(self, answers: Sequence[Sequence[Any]]) -> Iterator[tuple[Reply, ...]]:
        """Yield a case's replies: the solution's, but for what the judged function answers."""
        for case, replies, some in zip(
            self._bench.cases(self._function), self._solution, answers, strict=True
        ):
            mine: Mapping[int, Any] = dict(zip(looked_at(case, LENT), some, strict=True))
            ended = [step for step, data in mine.items() if data is ABSENT]
            yield (
                *(
                    Value(one.step, mine.get(one.step, one.data))
                    for one in replies
                    if isinstance(one, Value) and one.step < min(ended, default=1 << 30)
                ),
                *(Raised(step, "Exception", (), False, (), "", "") for step in ended[:1]),
            )


def _whole(answer: GroupAnswer) -> Replies:
    return [replies or () for replies in answer.replies]
