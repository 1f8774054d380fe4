"""What a class asks of its instructor: tasks, each with its students by what they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from markupsafe import Markup, escape

from grader.phrases import Phrases, printable
from grader.record import Fact, Finding, Report
from grader.reports import statistics
from grader.reports.html import HTML
from grader.reports.totals import Totals

Why = TypeVar("Why", bound=Hashable)

Lines = Sequence[tuple[str, int]]
"""The lines of a file, each with the number of what it shares with the other, 0 for nothing."""


_NO_REASON = Markup()


@dataclass(frozen=True)
class Doubt:
    """One reason to ask who handed in, or when.

    ``kind`` is "sender" (``names`` are the accounts that sent it), "time" (what the submission
    says, and what its folder in the exchange does), "link" (its path), "account" (the one to which
    all belongs; about nobody in particular) or "unknown" (not in the exchange any more).
    """

    kind: str
    student: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alike:
    """Two submissions to look at side by side: file by file, lines and what they share."""

    first: str
    second: str
    share: float
    files: tuple[tuple[str, Lines, Lines], ...]


@dataclass(frozen=True)
class Group:
    """Students whose submissions are alike; the shares, from 0 to 1, are over its pairs."""

    students: tuple[str, ...]
    lowest: float
    highest: float


@dataclass(frozen=True)
class Likeness:
    """What the comparison of sources found.

    ``pairs`` of the groups can be looked at side by side; ``left_out`` are students and files of
    which lines do not parse.  ``compared`` is False where the sources were not to be had.
    """

    groups: Sequence[Group] = ()
    pairs: Sequence[Alike] = ()
    left_out: Sequence[tuple[str, str]] = ()
    compared: bool = True

    @property
    def more(self) -> int:
        """How many pairs would join the groups and are not shown."""
        return sum(len(group.students) - 1 for group in self.groups) - len(self.pairs)


@dataclass(frozen=True)
class Known:
    """What is known of a class beside the reports on its students.

    ``staged`` are students with changed grades that wait for a yes, ``entries`` what came in and
    is not graded, ``absent`` who is in the roster and handed in nothing.
    """

    totals: Totals = field(default_factory=Totals)
    likeness: Likeness = field(default_factory=Likeness)
    doubts: Sequence[Doubt] = ()
    staged: Sequence[str] = ()
    entries: Sequence[str] = ()
    absent: Sequence[str] = ()


@dataclass(frozen=True)
class Row:
    """Students who share a reason; ``pair`` is the number of the pair that shows it, 0 for none."""

    students: tuple[str, ...]
    why: Markup = _NO_REASON
    pair: int = 0


@dataclass(frozen=True)
class Task:
    """Something to do: its ``name`` among the texts, and how it is done.

    ``people`` says whether the rows are of students, or else of entries.
    """

    name: str
    rows: tuple[Row, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    people: bool = True

    @property
    def students(self) -> tuple[str, ...]:
        """All whom it is about, each once."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.students))


def tasks(reports: Sequence[Report], known: Known, phrases: Phrases) -> list[Task]:
    """Return what is to be done, the most pressing first; [] where nothing is."""
    assignment = reports[0].assignment
    run = f"grade run {assignment}"
    book = {"command": f"{run} --gradebook"}
    looks = statistics.needs_a_look(reports)
    found = [
        Task("unjudged", tuple(_unjudged(reports, looks, phrases)), {"command": run}),
        Task("staged", _plain(known.staged), {"command": f"{run} --yes"}),
        Task("look", tuple(_tried(_tried_by(looks), phrases))),
        Task("unread", tuple(_unread(reports, phrases))),
        Task("crashed", tuple(_tried(statistics.crashed(reports), phrases))),
        Task("senders", tuple(_doubtful(known.doubts, phrases)), book),
        Task("alike", tuple(_alike(known.likeness, phrases))),
        Task("ungraded", tuple(_ungraded(reports, known.totals, phrases)), book),
        Task("entries", _plain(known.entries), {"file": "entries.csv"}, people=False),
        Task("absent", _plain(known.absent)),
    ]
    return [task for task in found if task.rows]


def _plain(students: Sequence[str]) -> tuple[Row, ...]:
    return (Row(tuple(students)),) if students else ()


def _unjudged(
    reports: Sequence[Report], looks: Iterable[statistics.Look], phrases: Phrases
) -> Iterator[Row]:
    asked = {report.student: len(report.functions) for report in reports}

    def why(functions: tuple[str, ...]) -> Markup:
        return Markup(phrases.separator).join(map(code, functions)) if functions else _all(phrases)

    yield from _rows(
        (
            (look.student, look.not_judged if len(look.not_judged) < asked[look.student] else ())
            for look in looks
            if look.not_judged
        ),
        why,
    )


def _all(phrases: Phrases) -> Markup:
    return Markup(phrases.word("report all", {}, HTML))


def _tried_by(looks: Iterable[statistics.Look]) -> Iterator[tuple[str, str, Finding]]:
    for look in looks:
        for name, finding in look.tried:
            yield look.student, name, finding


def _tried(found: Iterable[tuple[str, str, Finding]], phrases: Phrases) -> Iterator[Row]:
    def why(said: tuple[str, str]) -> Markup:
        name, what = said
        return code(name) + phrases.colon + Markup(what) if name else Markup(what)

    pairs = ((student, (name, phrases.what(one, HTML))) for student, name, one in found)
    yield from _rows(pairs, why)


def _unread(reports: Sequence[Report], phrases: Phrases) -> Iterator[Row]:
    pairs = ((who, phrases.what(one, HTML)) for who, one in statistics.unread(reports))
    yield from _rows(pairs, Markup)


def _doubtful(doubts: Iterable[Doubt], phrases: Phrases) -> Iterator[Row]:
    for one in doubts:
        facts: dict[str, Fact]
        if one.kind == "sender":
            word, facts = "report sent by", {"accounts": one.names}
        elif one.kind == "time":
            word, facts = "report times", {"said": one.names[0], "named": one.names[1]}
        elif one.kind == "link":
            word, facts = "report linked", {"file": one.names[0]}
        elif one.kind == "account":
            word, facts = "report one account", {"account": one.names[0]}
        else:
            continue  # most of a class, once the exchange has been emptied
        students = (one.student,) if one.student else ()
        yield Row(students, Markup(phrases.word(word, facts, HTML)))


def _alike(likeness: Likeness, phrases: Phrases) -> Iterator[Row]:
    places = {(one.first, one.second): place for place, one in enumerate(likeness.pairs, 1)}
    for group in likeness.groups:
        low, high = round(100 * group.lowest), round(100 * group.highest)
        facts: dict[str, Fact] = {"high": high} if low == high else {"low": low, "high": high}
        word = phrases.word("report same" if low == 100 else "report alike", facts, HTML)
        members = set(group.students)
        shown = (place for pair, place in places.items() if members.issuperset(pair))
        yield Row(group.students, Markup(word), next(shown, 0))


def _ungraded(reports: Sequence[Report], totals: Totals, phrases: Phrases) -> Iterator[Row]:
    if totals.found is None:
        return
    found = totals.found
    yield from _rows(
        (
            (report.student, name)
            for report in reports
            if report.student in found
            for name in found[report.student].waiting
        ),
        code,
    )
    absent = tuple(report.student for report in reports if report.student not in found)
    if absent:
        yield Row(absent, Markup(phrases.word("report not in the gradebook", {}, HTML)))


def _rows(pairs: Iterable[tuple[str, Why]], say: Callable[[Why], Markup]) -> Iterator[Row]:
    """Yield a row for each reason, what most have first."""
    who: dict[Why, dict[str, None]] = defaultdict(dict)
    for student, reason in pairs:
        who[reason][student] = None
    for reason, students in sorted(who.items(), key=lambda item: -len(item[1])):
        yield Row(tuple(students), say(reason))


def code(name: str) -> Markup:
    """Write a name of code, which a narrow page may break between its words."""
    words = (escape(printable(word)) for word in name.split("_"))
    return Markup("<code>") + Markup("_<wbr>").join(words) + Markup("</code>")
