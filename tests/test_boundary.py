"""Imports run one way, and the untrusted side imports nothing of the grader."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "grader"
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if not {"hidden", "handout"} & set(path.parts)
)

ALLOWED = {
    "worker": {"worker"},
    "course": {"course", "errors"},
    "isolation": {"isolation", "worker", "record", "errors", "scratch"},
    "intake": {"intake", "source", "course", "record", "errors"},
    "source": {"source", "decoding"},
    "cases": {"cases", "isolation", "worker", "course", "record", "errors"},
    "diagnosis": {
        *("diagnosis", "cases", "source", "isolation", "worker"),
        *("course", "record", "errors"),
    },
    "kit": {"kit", "diagnosis", "cases", "record"},
    "judging": {
        *("judging", "diagnosis", "cases", "source", "isolation", "worker", "intake"),
        *("course", "record", "errors", "program", "decoding"),
    },
    "phrases": {"phrases", "record"},
    "reports": {"reports", "phrases", "record", "errors", "decoding"},
    "similarity": {"similarity", "decoding"},
    "running": {
        *("running", "judging", "cases", "isolation", "worker", "intake", "phrases", "reports"),
        *("course", "record", "errors", "whole_files", "program", "scratch"),
    },
    "authoring": {
        *("authoring", "running", "judging", "diagnosis", "cases", "source", "isolation"),
        *("intake", "phrases", "course", "record", "errors", "whole_files"),
    },
    "gradescope": {
        *("gradescope", "running", "intake", "phrases", "reports"),
        *("course", "record", "errors", "whole_files"),
    },
    "nbgrader_bridge": {
        *("nbgrader_bridge", "running", "authoring", "intake", "phrases", "reports"),
        *("course", "record", "errors", "whole_files"),
    },
}
"""What the modules of each package may import; a new arrow is added here or not at all."""

LEAVES = {
    "decoding": set[str](),
    "program": set[str](),
    "scratch": set[str](),
    "record": set[str](),
    "errors": set[str](),
    "whole_files": {"errors"},
}


def imported(path: Path) -> Iterator[str]:
    """Yield the first part, below grader, of all that a module imports of it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                yield path.parent.relative_to(PACKAGE).parts[0]
            elif node.module == "grader":
                yield from (name.name for name in node.names)
            elif node.module and node.module.startswith("grader."):
                yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.startswith("grader."):
                    yield name.name.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    """Records know nothing, renderers know records, judges know workers, the command knows all."""
    parts = path.relative_to(PACKAGE).parts
    allowed = ALLOWED.get(parts[0]) if len(parts) > 1 else LEAVES.get(path.stem)
    if allowed is None:  # the commands, and what serves them only
        assert "commands" not in set(imported(path)) or parts[0] == "commands"
        return
    assert set(imported(path)) <= allowed


def test_a_worker_imports_what_it_may() -> None:
    """The standard library, NumPy, msgpack, and PyTorch late: no other package."""
    others: set[str] = set()
    for path in (PACKAGE / "worker").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                others |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                others.add(node.module.split(".")[0])
    import sys

    assert others - set(sys.stdlib_module_names) == {"numpy", "msgpack", "torch"}


def test_torch_is_imported_late() -> None:
    """No module of the grader imports PyTorch where it is loaded."""
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            assert "torch" not in names, path
