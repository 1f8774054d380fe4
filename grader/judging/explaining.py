"""Turns an exception, as a worker tells it, into a finding that is safe to show.

The worker's word is never shown as it comes: a hostile submission could put hidden inputs into
anything that an exception holds.  Lines, names and what a file defines are read from our own
copy of the submission, and an exception's text is said anew (``grader.judging.sayings``).
"""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Collection

from grader.cases.replaying import Called
from grader.intake.stubs import HANDED_OUT
from grader.isolation.answers import Raised
from grader.judging.near_names import MOST, near_module, near_name
from grader.judging.sayings import said_anew, type_told
from grader.record import Fact, Finding
from grader.source import newer
from grader.source.imports import imported_modules
from grader.source.parsing import Parsed

_REFUSED = {"PermissionError", "FileNotFoundError", "OSError"}
_REFUSALS = (
    (
        re.compile(
            r"open\(.*['\"](?:w|a|x|r\+|wb|ab)['\"]|write_|mkdir|mkdtemp|mkstemp|TemporaryFile|"
            r"TemporaryDirectory|makedirs|touch\(|savefig|savetxt|to_csv|(?:np|torch)\.save|"
            r"\.dump\(|FileHandler|basicConfig|unlink|remove|sqlite3|chmod|symlink|gettempdir"
        ),
        "write a file",
    ),
    (re.compile(r"\basyncio\b"), "run an event loop"),
    (re.compile(r"socket|connect|urlopen|requests|http"), "open a network connection"),
    (re.compile(r"\bkill|killpg|pidfd_send|pthread_kill"), "signal a process"),
    (
        re.compile(
            r"subprocess|fork|Popen|system|exec[lv]|spawn|multiprocessing|\bPool\(|ProcessPool"
        ),
        "start a process",
    ),
    (
        re.compile(
            r"open\(|read_|listdir|scandir|walk|glob|iterdir|load|fromfile|memmap|getmtime|stat\("
        ),
        "read a file",
    ),
)
_RELATIVE = re.compile(r"from\s*\.")
_TAKES = re.compile(r"[\w.]+\(\) takes (?:from \d+ to )?\d+ positional arguments? but .*")
_NO_ATTRIBUTE = re.compile(r"module '([\w.]{1,60})' has no attribute '(\w{1,60})'(?:\..*)?")
_UNKNOWN_NAME = re.compile(r"\w+\(\) got (?:an unexpected keyword argument|some positional-only)")
_FROM = re.compile(r"from\s+([\w.]+)\s+import\s*(\S)")
_NOT_THERE = re.compile(r"cannot import name '(\w{1,60})' from '([\w.]{1,60})'.*")
_OF_NUMPY = {"AxisError", "LinAlgError"}
_EXIT = {"SystemExit", "KeyboardInterrupt"}


def finding_of(
    raised: Raised,
    files: Parsed,
    called: Called,
    file: str,
    contract: Collection[str] = (),
    known: Collection[str] | None = None,
) -> Finding:
    """Return what can be said of an exception in a call of one function of a submission.

    ``file`` is where that function belongs, ``contract`` holds all names that the assignment
    asks for, ``known`` all that may be told: the submission's names where it is not given.
    """
    where = _own_line(raised, files)
    place: dict[str, Fact] = {"file": where[0], "line": where[1], "source_line": where[2]}
    text = said_anew(raised.text, files.names if known is None else known)
    bases = set(raised.bases)
    if raised.type == "StandInError" and raised.name in {*contract, *files.imported}:
        return Finding("neighbour absent", "", {"name": raised.name})
    if later := _of_newer_library(raised, files):
        return later
    if absent := _absent(raised, files, {**place, "file": place["file"] or file}):
        return absent
    if raised.importing:
        return _importing(raised, files, file, place, text)
    if raised.type == "NoFunctionError" and not raised.frames:
        return _no_function(raised, files, called.name, file, contract)
    if "NotImplementedError" in bases and "NotImplementedError" in where[2]:
        return Finding("not written yet", "", {})
    if "RecursionError" in bases:
        return Finding("too deep", "", {"file": where[0], "line": where[1]})
    if "MemoryError" in bases:
        return Finding("memory", "", {})
    if bases & _EXIT:
        return Finding("exited", "", {"error": next(iter(sorted(bases & _EXIT)))})
    if "TypeError" in bases and not raised.frames:
        takes = _takes(files.tree(file), called.name)
        if _TAKES.fullmatch(raised.text) and takes is not None and takes < called.positional:
            facts: dict[str, Fact] = {"takes": takes, "given": called.positional}
            return Finding("signature", "", {"name": called.name, **facts})
        if _UNKNOWN_NAME.match(raised.text):
            return Finding("parameter names", "", {})
    if bases & _REFUSED and (tried := _tried(where[2])):
        return Finding("refused", "", {"what": tried})
    similar = near_name(text, files, contract)
    told: dict[str, Fact] = {"error": _error_name(raised, files), "detail": text, **place}
    return Finding("raised", "", {**told, "similar": similar} if similar else told)


def _no_function(
    raised: Raised, files: Parsed, name: str, file: str, contract: Collection[str]
) -> Finding:
    """Say that a contract name is missing, or stands for what cannot be called."""
    if raised.text:
        kind = type_told(raised.text, files.names)
        return Finding("not callable", "", {"file": file, "name": name, "type": kind})
    defined = [
        node.name
        for node in files.tree(file).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in contract
    ]
    near = [] if len(defined) > MOST else difflib.get_close_matches(name, defined, n=1)
    similar = next(iter(near), "")
    return Finding("missing function", "", {"file": file, "name": name, "similar": similar})


def _takes(tree: ast.Module, name: str) -> int | None:
    """Return how many positional arguments a function takes at most; None where it is unclear."""
    found = [node for node in tree.body if getattr(node, "name", "") == name]
    if not found or not isinstance(found[-1], ast.FunctionDef) or found[-1].args.vararg:
        return None
    arguments = found[-1].args
    return len(arguments.posonlyargs) + len(arguments.args)


def _of_newer_library(raised: Raised, files: Parsed) -> Finding | None:
    """Name what of the standard library only a newer Python has, where the submission names it."""
    dotted = raised.name if raised.type in ("StandInError", "ModuleNotFoundError") else ""
    if match := _NO_ATTRIBUTE.fullmatch(raised.text):
        dotted = f"{match[1]}.{match[2]}"
    if not files.names.issuperset(dotted.split(".")):
        return None
    later = newer.needed_for(dotted)
    file, line = newer.asked_for(files, dotted)
    if later is not None and (file or raised.type != "StandInError"):
        facts: dict[str, Fact] = {
            "name": dotted,
            "needs": newer.written(later.needs),
            "has": newer.written(newer.HERE),
            "file": file,
            "line": line,
        }
        return Finding("newer library", "", facts)
    if raised.type == "StandInError" and file:  # no Python has it
        absent: dict[str, Fact] = {"file": file, "line": line, "module": dotted}
        similar = near_module(dotted, files)
        return Finding("missing import", "", {**absent, "similar": similar} if similar else absent)
    return None


def _newer_syntax(file: str, files: Parsed) -> Finding | None:
    """Name the Python that a file's syntax needs, where this one is only too old for it."""
    later = newer.syntax(files.in_utf8(file))
    if later is None:
        return None
    facts: dict[str, Fact] = {
        "file": file,
        "line": later.line,
        "source_line": _line(files, file, later.line) or "",
        "needs": newer.written(later.needs),
        "has": newer.written(newer.HERE),
    }
    return Finding("newer syntax", "", facts)


def _tried(source_line: str) -> str:
    """Say what a line that the sandbox refused was about to do; "" if it does not show."""
    for pattern, what in _REFUSALS:
        if pattern.search(source_line):
            return what
    return ""


def _absent(raised: Raised, files: Parsed, place: dict[str, Fact]) -> Finding | None:
    """Name a module that is not there, be it a file that imports it or a function."""
    bases = set(raised.bases)
    relative = raised.text.startswith("attempted relative import")
    if "ImportError" in bases and relative and _RELATIVE.match(str(place["source_line"])):
        return Finding("relative import", "", place)
    if "ModuleNotFoundError" not in bases or raised.name not in imported_modules(files):
        return None
    facts: dict[str, Fact] = {"file": place["file"], "line": place["line"], "module": raised.name}
    if raised.name.partition(".")[0] in HANDED_OUT:
        return Finding("handed out import", "", facts)
    if similar := near_module(raised.name, files):
        facts["similar"] = similar
    return Finding("missing import", "", facts)


def _importing(
    raised: Raised, files: Parsed, file: str, place: dict[str, Fact], text: str
) -> Finding:
    bases = set(raised.bases)
    if "SyntaxError" in bases:
        told = [name for name, _, _ in raised.frames[-1:] if name in files]
        for name in (*told, file):
            fault = files.fault(name)
            if fault is not None and (later := _newer_syntax(name, files)):
                return later
            if fault is None:
                fault = files.not_compiled(name)
            if fault is not None:
                line = _line(files, name, fault.line)
                where: dict[str, Fact] = {"line": fault.line, "source_line": line}
                return Finding("syntax error", "", {"file": name, **where, "detail": fault.text})
            ran = any((one, within) == (name, "<module>") for one, _, within in raised.frames)
            if name in files.unread and not ran:
                return Finding("syntax error", "", {"file": name})
    if lacks := _not_in_file(raised, files, str(place["source_line"])):
        return Finding("missing name", "", {**place, **lacks})
    tried = _tried(str(place["source_line"])) if bases & _REFUSED else ""
    if tried:
        return Finding("import refused", "", {**place, "what": tried})
    error = _error_name(raised, files)
    imported = _own_line(raised, files, "<module>")
    if imported[0] not in ("", place["file"]):  # it calls what is in another file
        place = dict(zip(("file", "line", "source_line"), imported, strict=True))
    facts: dict[str, Fact] = {**place, "file": place["file"] or file}
    return Finding("import failed", "", {**facts, "error": error, "detail": text})


def _not_in_file(raised: Raised, files: Parsed, source_line: str) -> dict[str, Fact]:
    """Name what an import asks a file of the submission for that is not there; {} for all else."""
    imports = _FROM.match(source_line)
    match = _NO_ATTRIBUTE.fullmatch(raised.text) or _NOT_THERE.fullmatch(raised.text)
    if imports is None or match is None:
        return {}
    module, name = sorted(match.groups(), key=lambda one: one != imports[1])
    file = f"{module.replace('.', '/')}.py"
    if module != imports[1] or file not in files or name not in files.names:
        return {}
    listed: dict[str, Fact] = {"listed": "__all__"} if imports[2] == "*" else {}
    return {"name": name, "module": file, **listed}


def _own_line(raised: Raised, files: Parsed, within: str = "") -> tuple[str, int, str]:
    """Return the innermost of the student's own lines, read from our copy of the file.

    Of those of some function alone, or of a module's own, where ``within`` names it.
    """
    for name, line, function in reversed(raised.frames):
        if within not in ("", function):
            continue
        if name in files and (found := _line(files, name, line)) is not None:
            return name, line, found
    return "", 0, ""


def _line(files: Parsed, name: str, line: int) -> str | None:
    """Return a line of a file, None where it has none of that number."""
    lines = files.lines(name)
    return lines[line - 1].strip()[:200] if 1 <= line <= len(lines) else None


def _error_name(raised: Raised, files: Parsed) -> str:
    """Return the exception's type, by a name of Python's own or one that the submission holds.

    One that a library keeps for itself goes by what it is a kind of.
    """
    if raised.type in files.names:
        return raised.type
    for name in (raised.type, *raised.bases):
        known = hasattr(builtins, name) or name in _OF_NUMPY
        if known and name.endswith(_ENDS) and name not in _OF_ANYTHING:
            return name
    return "an exception"


_OF_ANYTHING = {"Exception", "BaseException"}
_ENDS = ("Error", "Exception", "Exit", "Interrupt", "Iteration", "Warning", "Group")
