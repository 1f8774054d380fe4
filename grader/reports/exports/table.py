"""A CSV file as it is: its cells with their places, so that some can be filled in and no byte
of the others changes.

Its encoding, delimiter and line ends are found out and kept: UTF-8 with or without the mark of
the byte order, UTF-16, GBK and Windows' code page 1252; commas, semicolons and tabs.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

_WORKBOOKS = (b"PK\3\4", b"\xd0\xcf\x11\xe0")
"""What .xlsx and .ods begin with, which are zips, and .xls."""

MAX_BYTES = 64 * 2**20
"""Bytes of a file that is read."""
_DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r"sep=(.)(\r\n|\r|\n)", re.I)
"""The first line by which Excel tells itself the delimiter."""


@dataclass(frozen=True)
class Cell:
    """A cell's text, and where it stands in the text of the file, quotes included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file; ``header`` is the place of the row with the columns' names."""

    text: str
    encoding: str
    mark: bytes
    delimiter: str
    rows: list[list[Cell]]
    header: int = 0

    @property
    def names(self) -> list[str]:
        """Return the columns' names, without the space around them."""
        return [cell.text.strip() for cell in self.rows[self.header]]

    def body(self) -> list[int]:
        """Return the places of the rows below the header that hold anything."""
        below = range(self.header + 1, len(self.rows))
        return [row for row in below if any(cell.text.strip() for cell in self.rows[row])]

    def at(self, row: int, column: int) -> str:
        """Return a cell's text without the space around it, "" where a row is too short."""
        cells = self.rows[row]
        return cells[column].text.strip() if column < len(cells) else ""

    def filled(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with some cells, by row and column, replaced; rows grow to hold them."""
        pieces: list[str] = []
        done = 0
        for (row, column), text in sorted(cells.items()):
            found = self.rows[row]
            if column < len(found):
                start, end, before = found[column].start, found[column].end, ""
            else:
                start = end = found[-1].end
                before = self.delimiter * (column - len(found) + 1)
            pieces += [self.text[done:start], before, self._written(text)]
            done = end
        whole = "".join([*pieces, self.text[done:]])
        return self.mark + whole.encode(self.encoding)

    def _written(self, text: str) -> str:
        plain = not any(one in text for one in (self.delimiter, '"', "\n", "\r"))
        return text if plain else '"' + text.replace('"', '""') + '"'


def read_table(data: bytes) -> Table:
    """Read a CSV file; ValueError says why it is none."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    if data.startswith(_WORKBOOKS):
        raise ValueError("it is a workbook, as Excel saves it, and no text")
    text, encoding, mark = _decoded(data)
    if "\0" in text:
        raise ValueError("it is no text")
    start = 0
    excel = _SEP.match(text)
    if excel:
        delimiter, start = excel[1], excel.end()
    else:
        delimiter = _delimiter(text)
    rows = _rows(text, delimiter, start)
    header = next(
        (i for i, row in enumerate(rows) if sum(bool(c.text.strip()) for c in row) > 1), -1
    )
    if header < 0:
        raise ValueError("it has no columns" if text.strip() else "it has no rows")
    table = Table(text, encoding, mark, delimiter, rows, header)
    if not table.body():
        raise ValueError("it has no rows below its header")
    return table


def _decoded(data: bytes) -> tuple[str, str, bytes]:
    """Return the text, its encoding, and the mark of the byte order in front of it."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding, mark
            except UnicodeError as error:
                raise ValueError(f"it is not the {encoding.upper()} text it says it is") from error
    nulls = [data[:4000:2].count(0), data[1:4000:2].count(0)]
    guesses = ["utf-8"]
    if max(nulls) > len(data[:4000]) / 8:
        guesses.insert(0, "utf-16-be" if nulls[0] > nulls[1] else "utf-16-le")
    guesses += ["gb18030", "cp1252"] if _looks_chinese(data) else ["cp1252"]
    for encoding in guesses:
        try:
            text = data.decode(encoding)
            if text.encode(encoding) == data:
                return text, encoding, b""
        except UnicodeError:
            continue
    return data.decode("latin-1"), "latin-1", b""


def _looks_chinese(data: bytes) -> bool:
    """Whether bytes that are not ASCII come in pairs as GBK's do, rather than one by one."""
    try:
        text = data.decode("gb18030")
    except UnicodeError:
        return False
    wide = [char for char in text if not char.isascii()]
    common = 0
    for before, char, after in zip("\n" + text, text, text[1:] + "\n", strict=False):
        if not char.isascii():
            raw = char.encode("gb18030")
            letters = before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
            common += len(raw) == 2 and raw[0] >= 0xA1 and raw[1] >= 0xA1 and not letters
    return bool(wide) and common >= 0.8 * len(wide)


def _delimiter(text: str) -> str:
    line = next((line for line in re.split(r"\r\n|\r|\n", text) if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    counts = [bare.count(one) for one in _DELIMITERS]
    return _DELIMITERS[counts.index(max(counts))]


def _rows(text: str, delimiter: str, start: int) -> list[list[Cell]]:
    escaped = re.escape(delimiter)
    cell = re.compile(
        rf'("(?:[^"]|"")*"[^{escaped}\r\n]*|[^{escaped}\r\n]*)({escaped}|\r\n|\r|\n|\Z)'
    )
    rows: list[list[Cell]] = [[]]
    place = start
    while True:
        match = cell.match(text, place)
        assert match is not None
        raw = match[1]
        shown = raw[1:].rpartition('"')[0].replace('""', '"') if raw.startswith('"') else raw
        if raw.startswith('"') and raw.count('"') == 1:  # a lone quote is a character
            shown = raw
        rows[-1].append(Cell(shown, match.start(1), match.end(1)))
        place = match.end()
        if match[2] == "":
            break
        if match[2] != delimiter:
            if place >= len(text):
                break
            rows.append([])
    return rows
