"""What the columns of a roster hold: by their names, and by what stands in them where the
names are in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grader.reports.exports.table import Table

_NUMBERS = {
    *("sid", "studentid", "sisuserid", "idnumber", "studentnumber", "matriculationnumber"),
    *("matrikelnummer", "idnummer", "numerodidentification", "numerodeidnumber", "学号", "學號"),
    *("studentno", "orgdefinedid", "numerodeid"),
}
_LOGINS = {
    *("sisloginid", "username", "login", "loginid", "user", "userid", "netid", "unixid"),
    *("anmeldename", "benutzername", "nomdutilisateur", "nombredeusuario", "用户名", "用戶名"),
    *("githubusername", "student"),
}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PARTICIPANT = re.compile(r"(\D*?)\s*(\d+)", re.S)
_GRADES = {
    *("grade", "bewertung", "note", "calificacion", "valutazione", "nota", "cijfer", "成绩"),
    *("成績", "評定", "оценка", "ocena", "karakter", "betyg", "arvosana", "puntuacion"),
}
"""What Moodle calls the grades of its worksheet."""


def bare(text: str) -> str:
    """Return a text without case, accents, spaces and signs."""
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(one for one in decomposed.casefold() if one.isalnum())


@dataclass(frozen=True)
class Columns:
    """The places of the columns that tell whose line it is; ``participant`` is Moodle's."""

    canvas: int = -1
    participant: int = -1
    numbers: tuple[int, ...] = ()
    addresses: tuple[int, ...] = ()
    logins: tuple[int, ...] = ()
    names: tuple[int, ...] = field(default=())


def columns_of(table: Table) -> Columns:
    """Find the columns of a roster."""
    keys = [bare(name) for name in table.names]
    body = table.body()
    places = range(len(keys))
    of_canvas = "student" in keys and {"sisuserid", "sisloginid", "section"} & set(keys)
    addresses = tuple(place for place in places if _holds(table, body, place, _ADDRESS))
    canvas = keys.index("id") if of_canvas and "id" in keys else -1
    return Columns(
        canvas=canvas,
        participant=-1 if of_canvas else _participants(table, body),
        numbers=tuple(place for place in places if keys[place] in _NUMBERS),
        addresses=addresses,
        logins=tuple(
            place
            for place in places
            if keys[place] in _LOGINS and not (of_canvas and keys[place] == "student")
        ),
        names=tuple(place for place in places if place not in addresses and place != canvas),
    )


def _holds(table: Table, body: Sequence[int], place: int, pattern: re.Pattern[str]) -> bool:
    """Whether most of what stands in a column is of one form."""
    told = [text for row in body if (text := table.at(row, place))]
    return bool(told) and sum(bool(pattern.fullmatch(text)) for text in told) > len(told) / 2


def _participants(table: Table, body: Sequence[int]) -> int:
    """Return the column of "Participant 30001", in whatever language; -1 where there is none.

    A student number such as s30001 is none: Moodle writes a word of a language, with a space
    behind it where that language has spaces.
    """
    for place in range(min(3, len(table.names))):
        texts = [table.at(row, place) for row in body]
        words = [match[1] if (match := _PARTICIPANT.fullmatch(text)) else "" for text in texts]
        word = words[0] if words and len(set(words)) == 1 else ""
        spaced = all(text[len(word) : len(word) + 1].isspace() for text in texts)
        if len(word) > 1 and (spaced or not word.isascii()):
            return place
    return -1


def participant(text: str) -> str:
    """Return the number in "Participant 30001"."""
    match = _PARTICIPANT.fullmatch(text)
    return match[2] if match else ""


def grade_column(table: Table, columns: Columns, names: Iterable[str], wanted: str | None) -> int:
    """Return the place of the column for the grades, -1 where none is recognised.

    ValueError says that several may be meant, or that the one that is wanted is not there.
    """
    headers = table.names
    if wanted is not None:
        exact = [place for place, name in enumerate(headers) if name == wanted.strip()]
        if len(exact) != 1:
            how = "there more than once" if exact else "not there"
            raise ValueError(f'the column "{wanted}" is {how}; it has: {", ".join(headers)}')
        return exact[0]
    keys = {bare(name) for name in names}
    for pattern in (
        r"(?P<name>.*?)",
        r"(?P<name>.*?)\s*\(\d+\)",
        r"(?:[^:]+:)?\s*(?P<name>.*?)\s*(?:\([^()]*\))?",
    ):
        found = [
            place
            for place, name in enumerate(headers)
            if (match := re.fullmatch(pattern, name, re.S)) and bare(match["name"]) in keys
        ]
        if len(found) > 1:
            found = [place for place in found if re.search(r"\((?:Real|Punkte)\)", headers[place])]
            if len(found) != 1:
                raise ValueError("several of its columns may be meant; name one with --column")
        if found:
            return found[0]
    grades = [place for place, name in enumerate(headers) if bare(name) in _GRADES]
    if columns.participant >= 0 and len(grades) == 1:
        return grades[0]
    if columns.participant >= 0 and (place := _before_maximum(table)) > 0:
        return place
    return -1


def _before_maximum(table: Table) -> int:
    """Return the column that stands before the only one with the same number in every row."""
    body = table.body()
    found = [
        place
        for place in range(1, len(table.names))
        if len({table.at(row, place) for row in body}) == 1
        and number_of(table.at(body[0], place)) is not None
    ]
    return found[0] - 1 if len(found) == 1 else -1


def number_of(text: str) -> float | None:
    """Return the number that a cell holds, with a point or a comma; None where it holds none."""
    if not re.fullmatch(r"\d{1,9}(?:[.,]\d{1,9})?", text):
        return None
    return float(text.replace(",", "."))
