"""What a piece of code is called by: the last of its names."""

from __future__ import annotations

import ast


def name_of(node: ast.AST) -> str:
    """Return the name of a variable, or of the attribute that is asked for; "" for all else."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
