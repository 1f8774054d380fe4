"""Which names the functions of a submission come to, by the code that was made of its files.

A function that another stands in the place of is still known by its code; who has none under its
name, for it was put together while the file ran, comes to nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from types import CodeType

_MOST = 20_000
"""Functions and classes that are looked at."""


class Reached:
    """The names that the code of each function or class has, and on from there."""

    def __init__(self, files: Iterable[CodeType] = ()) -> None:
        self._files = list(files)
        self._uses: dict[str, set[str]] | None = None

    def by(self, names: Iterable[str], ends: Collection[str] = ()) -> set[str]:
        """Return ``names``, and all that the functions and classes of these names come to.

        From those in ``ends`` nobody goes on.
        """
        if self._uses is None:
            self._uses = _uses(self._files)
        waiting = list(names)
        found: set[str] = set(waiting)
        while waiting:
            name = waiting.pop()
            more = set() if name in ends else self._uses.get(name, set()) - found
            found |= more
            waiting += more
        return found


def _uses(files: list[CodeType]) -> dict[str, set[str]]:
    """Return what the code of each name uses; what is within another is used by that, too."""
    uses: dict[str, set[str]] = {}
    waiting = [(one, "") for file in files for one in _parts(file)]
    for _ in range(_MOST):
        if not waiting:
            break
        code, around = waiting.pop()
        name = code.co_name
        uses.setdefault(name, set()).update(code.co_names, code.co_freevars)
        if around:
            uses[around].add(name)
        waiting += [(one, name) for one in _parts(code)]
    return uses


def _parts(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]
