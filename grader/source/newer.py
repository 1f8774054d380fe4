"""What a submission asks of a Python newer than this one: found from its text alone.

A text that this Python cannot read is written again without what came later (strings of Python
3.12, type parameters, ``type`` statements, ...); where it can be read then, that is the reason.
"""

from __future__ import annotations

import ast
import functools
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from grader.source.later import LATER
from grader.source.parsing import Parsed

Version = tuple[int, int]
HERE: Version = sys.version_info[:2]

MOST_STRINGS = 2000
"""Formatted strings of a file that are tried one by one."""
DEEPEST = 40
"""Strings within the fields of formatted strings within each other."""
MOST_LOOKED_INTO = 600_000
"""Letters of all strings that are looked into, those within others once for each around them."""

_BRACKETS = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_DEFINITION = re.compile(
    rf"^([ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+)[ \t]*({_BRACKETS})(?=[ \t]*[(:])", re.M
)
_TYPE = re.compile(rf"^([ \t]*)type[ \t]+(\w+)[ \t]*({_BRACKETS})?[ \t]*=(?!=)", re.M)
_EXCEPT = re.compile(r"^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:", re.M)
_START = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Newer:
    """Something that only a newer Python has: the version, and the line where it is asked for."""

    needs: Version
    line: int
    name: str = ""


def written(version: Version) -> str:
    """Return a version as it is written: 3.12."""
    return f"{version[0]}.{version[1]}"


@functools.lru_cache(maxsize=8)
def syntax(content: bytes) -> Newer | None:
    """Return the newest syntax of a file that this Python cannot read, if nothing else is wrong."""
    parsed = Parsed({"file.py": content})
    if parsed.unread or parsed.readable("file.py"):
        return None
    text = re.sub("\r\n|\r", "\n", parsed.text("file.py").removeprefix("\ufeff"))
    found: list[Newer] = []
    try:
        bare = _without_strings(text, found, [MOST_LOOKED_INTO])
    except (_UnendedError, RecursionError):
        return None
    bare = _DEFINITION.sub(lambda match: _type_parameters(match, found), bare)
    bare = _TYPE.sub(lambda match: _type_statement(match, found), bare)
    bare = _EXCEPT.sub(lambda match: _except(match, found), bare)
    found = [one for one in found if one.needs > HERE]
    if not found or not Parsed({"file.py": bare.encode()}).readable("file.py"):
        return None
    needs = max(one.needs for one in found)
    return Newer(needs, min(one.line for one in found if one.needs == needs))


def needed_for(dotted: str) -> Newer | None:
    """Return which version a name of the standard library came with, if this one lacks it."""
    needs = LATER.get(dotted)
    return Newer(needs, 0, dotted) if needs is not None and needs > HERE else None


def asked_for(files: Parsed, dotted: str) -> tuple[str, int]:
    """Return the file and the line that import a name of the standard library; ("", 0) if none."""
    module, _, name = dotted.rpartition(".")
    for file in files:
        for node in ast.walk(files.tree(file)):
            if not isinstance(node, ast.ImportFrom) or node.level or node.module != module:
                continue
            if name in [alias.name for alias in node.names]:
                return file, node.lineno
    return "", 0


class _UnendedError(Exception):
    """A string has no end, so that something else is wrong, or there is too much to look into."""


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _type_parameters(match: re.Match[str], found: list[Newer]) -> str:
    needs = (3, 13) if "=" in match[2] else (3, 12)
    found.append(Newer(needs, _line(match.string, match.start(1))))
    return match[1] + "\\\n" * match[2].count("\n")


def _type_statement(match: re.Match[str], found: list[Newer]) -> str:
    needs = (3, 13) if match[3] and "=" in match[3] else (3, 12)
    found.append(Newer(needs, _line(match.string, match.start(2))))
    return f"{match[1]}{match[2]} ="


def _except(match: re.Match[str], found: list[Newer]) -> str:
    found.append(Newer((3, 14), _line(match.string, match.start(2))))
    return f"{match[1]}({match[2]}):"


def _without_strings(text: str, found: list[Newer], room: list[int]) -> str:
    """Return a text with every string empty, lines kept; note formatted ones of a newer Python.

    ``room`` holds how many letters of strings may still be looked into; raises where there are
    more.
    """
    pieces: list[str] = []
    tried = 0
    done = 0
    for start, end, prefix in _strings(text):
        pieces.append(text[done:start])
        done = end
        whole = text[start:end]
        pieces.append('"""' + "\n" * whole.count("\n") + '"""')
        if "t" in prefix:
            found.append(Newer((3, 14), _line(text, start)))
        elif "f" in prefix and tried < MOST_STRINGS:
            tried += 1
            room[0] -= len(whole)
            if room[0] < 0:
                raise _UnendedError
            if not _reads(f"({whole})") and _fields_read(whole, room):
                found.append(Newer((3, 12), _line(text, start)))
    return "".join([*pieces, text[done:]])


def _fields_read(string: str, room: list[int]) -> bool:
    """Whether each field of a formatted string holds an expression, strings in it apart."""
    fields: list[str] = []
    _string(string, 0, 0, fields)
    bare = [_expression(_without_strings(field, [], room)) for field in fields]
    return all(_reads(f"({field}\n)") for field in bare)


def _expression(field: str) -> str:
    """Return a field of a formatted string without what may follow its expression: = and !r."""
    field = field.rstrip()
    if field.endswith(("!r", "!s", "!a")):
        field = field[:-2].rstrip()
    return field.removesuffix("=").rstrip()


def _reads(expression: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(expression)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _strings(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where the outermost strings begin and end, and their prefixes in lower case."""
    place = 0
    while place < len(text):
        char = text[place]
        if char == "#":
            place = _end_of_line(text, place)
        elif char in "\"'":
            end, _ = _string(text, place, 0)
            yield place, end, ""
            place = end
        elif char.isalnum() or char == "_":
            match = _START.match(text, place)
            if match and set(match[1].lower()) <= set("rbuft"):
                end, prefix = _string(text, place, 0)
                yield place, end, prefix
                place = end
            else:
                name = _NAME.match(text, place)
                place = name.end() if name else place + 1
        else:
            place += 1


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _string(text: str, start: int, depth: int, fields: list[str] | None = None) -> tuple[int, str]:
    """Return where a string ends, by the rules of the newest Python, and its prefix.

    ``fields`` takes the text of the expressions in it.
    """
    match = _START.match(text, start)
    if match is None or depth > DEEPEST:
        raise _UnendedError
    prefix, quote = match[1].lower(), match[2]
    place = match.end()
    while place < len(text):
        char = text[place]
        if text.startswith(quote, place):
            return place + len(quote), prefix
        if char == "\\" and not ("r" in prefix and text[place + 1 : place + 2] in "{}"):
            place += 2
        elif char == "\n" and len(quote) == 1:
            raise _UnendedError
        elif char == "{" and set(prefix) & set("ft"):
            if text.startswith("{{", place):
                place += 2
            else:
                place = _field(text, place + 1, quote, depth + 1, fields)
        else:
            place += 1
    raise _UnendedError


def _field(text: str, place: int, quote: str, depth: int, fields: list[str] | None = None) -> int:
    """Return where the replacement field that begins here ends."""
    start = place
    if depth > DEEPEST:
        raise _UnendedError
    brackets = 0
    while place < len(text):
        char = text[place]
        if char in "([{":
            brackets += 1
        elif char in "}:" and brackets == 0:
            if fields is not None:
                fields.append(text[start:place])
            return place + 1 if char == "}" else _format(text, place + 1, quote, depth)
        elif char in ")]}":
            brackets -= 1
        elif char == "#":
            place = _end_of_line(text, place)
            continue
        elif char in "\"'" or ((match := _START.match(text, place)) and match[1]):
            place, _ = _string(text, place, depth)
            continue
        elif name := _NAME.match(text, place):
            place = name.end()
            continue
        place += 1
    raise _UnendedError


def _format(text: str, place: int, quote: str, depth: int) -> int:
    """Return where a field ends whose format begins here."""
    while place < len(text):
        char = text[place]
        if char == "}":
            return place + 1
        if char == "{":
            place = _field(text, place + 1, quote, depth + 1)
        elif text.startswith(quote, place) or (char == "\n" and len(quote) == 1):
            raise _UnendedError
        else:
            place += 1
    raise _UnendedError
