"""Turns an exception, as a worker tells it, into a finding that is safe to show.

The worker's word is never shown as it comes: a hostile submission could put hidden inputs into
an exception's text.  Lines are read from our own copy of the submission, and an exception's
text is shown only where it has the form of a well-known message whose names stand in the
submission itself.
"""

from __future__ import annotations

import builtins
import functools
import re
from collections.abc import Mapping

from grader.isolation.answers import Raised
from grader.record import Fact, Finding
from grader.source import newer

_SIZES = r"\(?\d{1,3}(?:,\s?\d{0,3}){0,4}\)?"
_SAFE_TEXTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"name '(\w+)' is not defined(?:\. Did you mean: '(\w+)'\?)?",
        r"cannot access local variable '(\w+)' where it is not associated with a value",
        r"module '([\w.]+)' has no attribute '(\w+)'",
        r"'[\w.]+' object has no attribute '(\w+)'",
        r"'(\w+)'",
        r"No module named '([\w.]+)'",
        r"cannot import name '(\w+)' from '([\w.]+)' \([\w./ ]+\)",
        r"'[\w.]+' object is not (?:subscriptable|callable|iterable)",
        r"'[\w.]+' object does not support item assignment",
        r"unsupported operand type\(s\) for [-+*/@%&|^<>=]{1,3}: '[\w.]+' and '[\w.]+'",
        r"(?:list|tuple|string) index out of range",
        r"(?:list|tuple) indices must be integers or slices, not \w+",
        r"only integers, slices \(`:`\), ellipsis \(`\.\.\.`\), numpy\.newaxis \(`None`\) "
        r"and integer or boolean arrays are valid indices",
        r"index \d{1,6} is out of bounds for axis \d with size \d{1,6}",
        r"too many indices for array: array is \d-dimensional, but \d were indexed",
        rf"operands could not be broadcast together with shapes (?:{_SIZES}\s?){{1,4}}",
        rf"could not broadcast input array from shape {_SIZES} into shape {_SIZES}",
        rf"shapes {_SIZES} and {_SIZES} not aligned: \d{{1,3}} \(dim \d\) != \d{{1,3}} \(dim \d\)",
        r"matmul: Input operand \d has a mismatch in its core dimension \d, with gufunc signature "
        r"[(),?\w>-]+ \(size \d{1,3} is different from \d{1,3}\)",
        rf"cannot reshape array of size \d{{1,4}} into shape {_SIZES}",
        r"axis \d is out of bounds for array of dimension \d",
        r"(\w+)\(\) takes (?:from \d to )?\d positional arguments? but \d (?:was|were) given",
        r"(\w+)\(\) missing \d required positional arguments?: '(\w+)'(?:,? and '(\w+)')?",
        r"(\w+)\(\) got an unexpected keyword argument '(\w+)'",
        r"not enough values to unpack \(expected \d, got \d\)",
        r"too many values to unpack \(expected \d(?:, got \d)?\)",
        r"(?:float |integer )?division by zero",
        r"setting an array element with a sequence\.",
        r"the matrix must be square|Last 2 dimensions of the array must be square",
    )
)
_REFUSALS = (
    (
        re.compile(r"open\(.*['\"](?:w|a|x|r\+|wb|ab)['\"]|write_|mkdir|unlink|remove|sqlite3"),
        "write a file",
    ),
    (re.compile(r"socket|connect|urlopen|requests|http"), "open a network connection"),
    (re.compile(r"\bkill|killpg|pidfd_send|pthread_kill"), "signal a process"),
    (re.compile(r"subprocess|fork|Popen|system|exec[lv]|spawn|multiprocessing"), "start a process"),
    (re.compile(r"open\(|read_|listdir|scandir|walk|glob|iterdir|load"), "read a file"),
)
_NO_ATTRIBUTE = re.compile(r"module '([\w.]{1,60})' has no attribute '(\w{1,60})'(?:\..*)?")
_UNKNOWN_NAME = re.compile(r"\w+\(\) got (?:an unexpected keyword argument|some positional-only)")
_OF_NUMPY = {"AxisError", "LinAlgError"}
_EXIT = {"SystemExit", "KeyboardInterrupt"}


def finding_of(raised: Raised, files: Mapping[str, bytes], function: str, file: str) -> Finding:
    """Return what can be said of an exception in one function of a submission."""
    where = _own_line(raised, files)
    place: dict[str, Fact] = {"file": where[0], "line": where[1], "source_line": where[2]}
    text = _safe_text(raised, files)
    bases = set(raised.bases)
    if raised.type == "StandInError" and _is_name_of(raised.name, files):
        return Finding("neighbour absent", "", {"name": raised.name})
    if later := _of_newer_library(raised, files):
        return later
    if raised.importing:
        return _importing(raised, files, file, place, text)
    if raised.type == "NoFunctionError" and not raised.frames:
        if raised.text:
            facts = {"file": file, "name": function, "type": _word(raised.text)}
            return Finding("not callable", "", facts)
        return Finding("missing function", "", {"file": file, "name": function, "similar": ""})
    if "NotImplementedError" in bases:
        return Finding("not written yet", "", {})
    if "RecursionError" in bases:
        return Finding("too deep", "", {"file": where[0], "line": where[1]})
    if "MemoryError" in bases:
        return Finding("memory", "", {})
    if bases & _EXIT:
        return Finding("exited", "", {"error": next(iter(sorted(bases & _EXIT)))})
    takes = re.fullmatch(
        r"\w+\(\) takes (\d) positional arguments? but (\d) (?:was|were) given", text
    )
    if takes and "TypeError" in bases and not raised.frames:
        counts = {"takes": int(takes[1]), "given": int(takes[2])}
        return Finding("signature", "", {"name": function, **counts})
    if "TypeError" in bases and not raised.frames and _UNKNOWN_NAME.match(raised.text):
        return Finding("parameter names", "", {})
    if bases & {"PermissionError", "FileNotFoundError"} and (tried := _tried(where[2])):
        return Finding("refused", "", {"what": tried})
    return Finding("raised", "", {"error": _error_name(raised, files), "detail": text, **place})


def _of_newer_library(raised: Raised, files: Mapping[str, bytes]) -> Finding | None:
    """Name what of the standard library only a newer Python has, where the submission names it."""
    dotted = raised.name if raised.type in ("StandInError", "ModuleNotFoundError") else ""
    if match := _NO_ATTRIBUTE.fullmatch(raised.text):
        dotted = f"{match[1]}.{match[2]}"
    if not re.fullmatch(r"[\w.]{1,80}", dotted):
        return None
    if not all(_mentions(files, part) for part in dotted.split(".")):
        return None
    later = newer.library(dotted)
    file, line = newer.asked_for(files, dotted)
    if later is not None:
        facts: dict[str, Fact] = {
            "name": dotted,
            "needs": newer.written(later.needs),
            "has": newer.written(newer.HERE),
            "file": file,
            "line": line,
        }
        return Finding("newer library", "", facts)
    if raised.type == "StandInError" and "." in dotted:  # no Python has it
        return Finding("missing import", "", {"file": file, "line": line, "module": dotted})
    return None


def _tried(source_line: str) -> str:
    """Say what a line that the sandbox refused was about to do; "" if it does not show."""
    for pattern, what in _REFUSALS:
        if pattern.search(source_line):
            return what
    return ""


def _importing(
    raised: Raised,
    files: Mapping[str, bytes],
    file: str,
    place: dict[str, Fact],
    text: str,
) -> Finding:
    bases = set(raised.bases)
    if "SyntaxError" in bases:
        facts = place if place["file"] else {**place, "file": file}
        later = newer.syntax(files.get(str(facts["file"]), b""))
        if later is not None:
            return _newer_syntax(str(facts["file"]), later, files)
        return Finding("syntax error", "", {**facts, "detail": _syntax_text(raised.text)})
    named = re.fullmatch(r"[\w.]{1,60}", raised.name)
    if "ModuleNotFoundError" in bases and named and _mentions(files, raised.name.split(".")[0]):
        facts = {"file": place["file"] or file, "line": place["line"], "module": raised.name}
        return Finding("missing import", "", facts)
    error = _error_name(raised, files)
    return Finding(
        "import failed",
        "",
        {**place, "file": place["file"] or file, "error": error, "detail": text},
    )


def _newer_syntax(file: str, later: newer.Newer, files: Mapping[str, bytes]) -> Finding:
    lines = _lines(files[file])
    facts: dict[str, Fact] = {
        "file": file,
        "line": later.line,
        "source_line": lines[later.line - 1].strip()[:200] if later.line <= len(lines) else "",
        "needs": newer.written(later.needs),
        "has": newer.written(newer.HERE),
    }
    return Finding("newer syntax", "", facts)


def _own_line(raised: Raised, files: Mapping[str, bytes]) -> tuple[str, int, str]:
    """Return the innermost of the student's own lines, read from our copy of the file."""
    for name, line, _ in reversed(raised.frames):
        if name in files:
            lines = _lines(files[name])
            if 1 <= line <= len(lines):
                return name, line, lines[line - 1].strip()[:200]
    return "", 0, ""


@functools.lru_cache(maxsize=4)
def _lines(content: bytes) -> list[str]:
    """Return a file's lines as Python counts them; a file that is told of often is read once."""
    return re.split("\r\n|\r|\n", content.decode("utf-8", "replace"))


def _safe_text(raised: Raised, files: Mapping[str, bytes]) -> str:
    for pattern in _SAFE_TEXTS:
        match = pattern.fullmatch(raised.text)
        if match and all(_mentions(files, name) for name in match.groups() if name):
            return raised.text
    return ""


def _mentions(files: Mapping[str, bytes], name: str) -> bool:
    """Whether a name stands in the submission: then showing it reveals nothing."""
    word = name.encode("utf-8", "replace")
    return any(word in content for content in files.values())


def _is_name_of(name: str, files: Mapping[str, bytes]) -> bool:
    """Whether a text is a Python name that stands in the submission."""
    return name.isidentifier() and _mentions(files, name)


def _error_name(raised: Raised, files: Mapping[str, bytes]) -> str:
    """Return the exception's type; an own type only by a name the submission holds."""
    if (
        raised.bases
        and raised.type == raised.bases[0]
        and re.fullmatch(r"[A-Z]\w{2,40}", raised.type)
    ):
        known = hasattr(builtins, raised.type) or raised.type in _OF_NUMPY
        return raised.type if known else "an exception"
    if re.fullmatch(r"\w{1,60}", raised.type) and _mentions(files, raised.type):
        return raised.type
    return "an exception"


def _word(text: str) -> str:
    return text if re.fullmatch(r"\w{1,40}", text) else "object"


def _syntax_text(text: str) -> str:
    """Return Python's own words on a syntax error: it is found before any hidden input arrives."""
    return re.sub(r"\s+", " ", text)[:120]
