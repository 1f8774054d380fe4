"""Finds the line of a roster that each graded student has: numbers first, then addresses and
logins, then names.  What fits more than one line, or a line that fits more than one student, is
a doubt and never decided.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from grader.record import Identity, Report
from grader.reports.exports.columns import Columns, bare, columns_of, participant
from grader.reports.exports.table import Table


@dataclass(frozen=True)
class Owner:
    """Somebody whose work was graded: the name of the results, and what is known of them."""

    student: str
    identities: tuple[Identity, ...] = ()


@dataclass
class Matched:
    """The lines that have an owner, by row; who has none, who is in doubt, and idle lines."""

    lines: dict[int, str] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)
    doubts: dict[str, list[int]] = field(default_factory=dict)
    idle: list[int] = field(default_factory=list)


def owners_of(reports: Sequence[Report]) -> list[Owner]:
    """Return whose work some reports are on."""
    return [Owner(report.student, report.identities) for report in reports]


def match(table: Table, owners: Sequence[Owner]) -> Matched:
    """Match owners to the lines of a roster."""
    lookup = _Lookup(table, columns_of(table))
    matched = Matched()
    own: dict[int, list[str]] = defaultdict(list)
    shared: dict[int, list[str]] = defaultdict(list)
    for owner in owners:
        first, *others = owner.identities or (Identity(),)
        rows = lookup.rows(first, owner.student)
        if len(rows) == 1:
            own[rows[0]].append(owner.student)
        elif rows:
            matched.doubts[owner.student] = rows
        else:
            matched.strangers.append(owner.student)
        for other in others:
            rows = lookup.rows(other, "")
            if len(rows) == 1:
                shared[rows[0]].append(owner.student)
    for row, students in own.items():
        if len(students) == 1:
            matched.lines[row] = students[0]
        else:
            matched.doubts.update({student: [row] for student in students})
    for row, students in shared.items():
        if row not in own:
            matched.lines[row] = students[0]  # one submission, whoever of them it is stored under
    taken = {*matched.lines, *(row for rows in matched.doubts.values() for row in rows)}
    matched.idle = [row for row in table.body() if row not in taken]
    return matched


class _Lookup:
    """The lines of a roster by what stands in them."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self._table, self._columns = table, columns
        self._numbers = self._index(columns.numbers, str)
        self._bare = self._index(columns.numbers, lambda text: text.lstrip("0"))
        self._canvas = self._index((columns.canvas,), str)
        self._participants = self._index((columns.participant,), participant)
        self._addresses = self._index(columns.addresses, str.casefold)
        self._locals = self._index(columns.addresses, _local)
        logins = (*columns.logins, *columns.numbers)
        self._logins = self._index(logins, str)
        self._logins_folded = self._index(logins, str.casefold)
        self._names: dict[str, list[int]] = defaultdict(list)
        self._sorted: dict[str, list[int]] = defaultdict(list)
        for row in table.body():
            whole, words = _names_in([table.at(row, place) for place in columns.names])
            for one in whole:
                self._names[one].append(row)
            for one in words:
                self._sorted[one].append(row)

    def _index(self, places: Sequence[int], key: Callable[[str], str]) -> dict[str, list[int]]:
        index: dict[str, list[int]] = defaultdict(list)
        for row in self._table.body():
            for one in dict.fromkeys(key(self._table.at(row, p)) for p in places if p >= 0):
                if one:
                    index[one].append(row)
        return index

    def rows(self, one: Identity, student: str) -> list[int]:
        """Return the lines that fit, by the first thing known that fits any."""
        for index, key in self._keys(one, student):
            rows = [row for row in index.get(key, ()) if key and not self._denies(row, one)]
            if rows:
                return rows
        return []

    def _keys(self, one: Identity, student: str) -> Iterator[tuple[dict[str, list[int]], str]]:
        yield from self._numbers_of(one)
        yield self._addresses, one.email.casefold()
        known_only_by_folder = not (one.user or one.email or one.name)
        logins = [one.login] if one.login else []
        if known_only_by_folder and student:
            logins.append(student)
        for login in dict.fromkeys(logins):
            yield self._logins, login
            yield self._addresses, login.casefold()
            yield self._logins_folded, login.casefold()
            yield self._bare, login.lstrip("0")
            yield self._locals, login.casefold()
            if one.system == "github":
                for place, sign in enumerate(login):
                    if sign == "-":
                        yield self._logins_folded, login[place + 1 :].casefold()
        if one.email:
            yield self._logins_folded, one.email.casefold()
        for name in dict.fromkeys([one.name, *(logins if known_only_by_folder else [])]):
            yield self._names, bare(name)
            yield self._sorted, _by_words(name)

    def _numbers_of(self, one: Identity) -> Iterator[tuple[dict[str, list[int]], str]]:
        if one.system == "canvas":
            yield self._canvas, one.user
        elif one.system == "moodle":
            yield self._participants, one.user
        elif one.user:
            yield self._numbers, one.user
            yield self._bare, one.user.lstrip("0")

    def _denies(self, row: int, one: Identity) -> bool:
        """Whether a number, or an address, of a line says that it is somebody else's."""
        at, columns = self._table.at, self._columns
        if one.user:
            if one.system == "canvas" and columns.canvas >= 0:
                return at(row, columns.canvas) != one.user
            if one.system == "moodle" and columns.participant >= 0:
                return participant(at(row, columns.participant)) != one.user
            if one.system not in ("canvas", "moodle"):
                told = [text for place in columns.numbers if (text := at(row, place))]
                if told:
                    return one.user.lstrip("0") not in [text.lstrip("0") for text in told]
        addresses = [text.casefold() for place in columns.addresses if (text := at(row, place))]
        return bool(one.email and addresses) and one.email.casefold() not in addresses


def _local(address: str) -> str:
    return address.partition("@")[0].casefold() if "@" in address else ""


def _names_in(cells: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return the names that a line may hold: a cell, or two beside each other, in either order."""
    whole: set[str] = set()
    words: set[str] = set()
    told = [cell for cell in cells if any(one.isalpha() for one in cell)]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(told)]
    turned = [f"{b} {a}" for a, b in itertools.pairwise(told)]
    for name in (*told, *pairs, *turned):
        whole.add(bare(name))
        last, comma, first = name.partition(",")
        if comma:
            whole.add(bare(f"{first} {last}"))
        words.add(_by_words(name))
    return whole - {""}, words - {""}


def _by_words(name: str) -> str:
    """Return a name's words in an order that does not depend on which comes first."""
    words = [bare(word) for word in name.replace(",", " ").replace("_", " ").split()]
    return " ".join(sorted(filter(None, words))) if len(words) > 1 else ""
