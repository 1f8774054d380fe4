"""The rungs of the ladder, lowest first, and the facts that each one's sentences may name.

Every language's file says ``what`` and ``next`` of every rung.  Beside its own facts a
sentence may name ``output``, and ``variable``, which is ``output`` where it could be the name
of a variable; a next step may name ``function`` too.
"""

from __future__ import annotations

from collections.abc import Mapping

SUBMISSION: Mapping[str, frozenset[str]] = {
    "missing file": frozenset({"file", "similar", "notebook", "archive", "document"}),
    "empty file": frozenset({"file"}),
    "unreadable file": frozenset({"file"}),
    "too large file": frozenset({"file", "limit_kib"}),
    "binary file": frozenset({"file"}),
    "not a regular file": frozenset({"file", "what"}),
    "not utf-8": frozenset({"file", "line"}),
    "link out of submission": frozenset({"file"}),
    "too many files": frozenset({"limit", "limit_kib"}),
    "unread zip": frozenset({"file", "what"}),
    "names of a zip": frozenset({"file"}),
    "read from": frozenset({"paths"}),
    "left aside": frozenset({"file", "from", "left", "rule"}),
    "from notebook": frozenset({"file", "names", "notebook"}),
    "stub beside": frozenset({"file", "similar"}),
    "long file": frozenset({"file"}),
    "unexplained": frozenset(),
}
IMPORT: Mapping[str, frozenset[str]] = {
    "syntax error": frozenset({"file", "line", "source_line", "detail"}),
    "newer syntax": frozenset({"file", "line", "source_line", "needs", "has"}),
    "newer library": frozenset({"name", "needs", "has", "file", "line"}),
    "missing import": frozenset({"file", "line", "module", "similar"}),
    "relative import": frozenset({"file", "line", "source_line"}),
    "handed out import": frozenset({"file", "line", "module"}),
    "missing name": frozenset({"file", "line", "source_line", "name", "module", "listed"}),
    "import failed": frozenset({"file", "line", "source_line", "error", "detail"}),
    "import refused": frozenset({"file", "line", "source_line", "what"}),
    "import died": frozenset({"file", "reason"}),
}
DEFINITION: Mapping[str, frozenset[str]] = {
    "missing function": frozenset({"file", "name", "similar"}),
    "not callable": frozenset({"file", "name", "type"}),
    "signature": frozenset({"name", "takes", "given"}),
}
RUNNING: Mapping[str, frozenset[str]] = {
    "rests on": frozenset({"name"}),
    "neighbour absent": frozenset({"name"}),
    "not written yet": frozenset(),
    "raised": frozenset({"error", "detail", "similar", "file", "line", "source_line"}),
    "exited": frozenset({"error"}),
    "died": frozenset({"reason"}),
    "cpu limit": frozenset({"seconds"}),
    "wall limit": frozenset({"seconds"}),
    "too deep": frozenset({"file", "line"}),
    "memory": frozenset({"mib"}),
    "broke rules": frozenset({"rule"}),
    "nonsense reply": frozenset(),
    "refused": frozenset({"what"}),
}
RETURN: Mapping[str, frozenset[str]] = {
    "returned nothing": frozenset(),
    "holds itself": frozenset(),
    "type": frozenset({"type", "due"}),
    "length": frozenset({"length", "due"}),
    "missing key": frozenset({"key", "of", "similar"}),
    "extra key": frozenset({"key"}),
    "not numbers": frozenset({"type"}),
    "dtype": frozenset({"dtype", "due"}),
    "shape": frozenset({"shape", "due"}),
    "not detached": frozenset(),
    "ragged": frozenset(),
    "too large answer": frozenset(),
    "not finite": frozenset({"nan"}),
    "precision": frozenset(),
    "values": frozenset({"where", "wrong", "of", "steps", "keys"}),
}
RULES: Mapping[str, frozenset[str]] = {
    "argument changed": frozenset({"argument"}),
    "argument returned": frozenset({"argument"}),
    "result changed later": frozenset(),
    "differs when called again": frozenset(),
    "memory grows": frozenset(),
    "parameter names": frozenset(),
    "half not computed by": frozenset({"half", "by"}),
}

GRADER_FAULT = "grader fault"
"""Not the student's doing: the function is not judged."""

UNKNOWN = "unknown"
"""What is said of a kind that this version has no sentence for."""

RUNGS: Mapping[str, frozenset[str]] = {
    **SUBMISSION,
    **IMPORT,
    **DEFINITION,
    **RUNNING,
    **RETURN,
    **RULES,
    GRADER_FAULT: frozenset(),
    UNKNOWN: frozenset(),
}
