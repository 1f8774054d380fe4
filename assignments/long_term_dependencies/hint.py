"""Gives a hint to one function of the homework, one step at a time.

python hint.py                  what there are hints to
python hint.py softmax          the first step; again: the next one
python hint.py softmax --all    all steps
"""

from __future__ import annotations

import argparse
import difflib
import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

HINTS = Path(__file__).with_name("hints.json")
SEEN = Path(__file__).with_name(".hints_seen.json")

_WORDS = runpy.run_path(str(Path(__file__).with_name("checks") / "words.py"))
said: Callable[[str], str] = _WORDS["said"]


def main(arguments: list[str] | None = None) -> str | None:
    """Print a hint; return a sentence if there is none to print."""
    parser = argparse.ArgumentParser(description=said("Give a hint, one step at a time."))
    parser.add_argument("name", nargs="?", help=said("the function; without it, all are listed"))
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--step", type=int, help=said("show this step, counted from 1"))
    which.add_argument("--all", action="store_true", help=said("show all steps"))
    parser.add_argument("--lang", choices=_WORDS["languages"](), help=said("the language"))
    asked = parser.parse_args(arguments)
    if asked.lang:
        _WORDS["choose"](asked.lang)

    try:
        hints = _steps(json.loads(HINTS.read_text(encoding="utf-8")), _WORDS["language"]())
    except (OSError, ValueError, AttributeError):
        return said("The hints cannot be read: hints.json is missing or damaged. Fetch it again.")
    seen = _seen()
    if asked.name is None:
        for name, steps in hints.items():
            count = min(seen.get(name, 0), len(steps))
            print(f"{name:24}" + said(f"{count} of {len(steps)} steps seen"))
        print("\n" + said("python hint.py NAME gives the next step of its hint."))
        return None
    if asked.name not in hints:
        return said(f'There is no hint to "{asked.name}".') + _near(asked.name, list(hints))

    name, steps = asked.name, hints[asked.name]
    total = len(steps)
    if asked.all:
        shown = range(total)
    elif asked.step is not None:
        if not 1 <= asked.step <= total:
            one = asked.step
            return said(f"The hint to {name} has the steps 1 to {total}; there is no step {one}.")
        shown = range(asked.step - 1, asked.step)
    elif seen.get(name, 0) < total:
        shown = range(seen.get(name, 0), seen.get(name, 0) + 1)
    else:
        print(said("You have seen all steps of this hint. Once more:"))
        shown = range(total)
    for index in shown:
        print(said(f"{name}, step {index + 1} of {total}:") + " " + steps[index])
    more = "Try it. For the next step, ask again."
    print(said(more if shown.stop < total else "That was the last step."))
    _remember({**seen, name: max(seen.get(name, 0), shown.stop)})
    return None


def _steps(data: dict[str, dict[str, list[str]]], spoken: str) -> dict[str, list[str]]:
    """Return the steps of every hint that there is, in English where need be."""
    hints = {name: steps.get(spoken) or steps.get("en") for name, steps in data.items()}
    return {name: steps for name, steps in hints.items() if steps}


def _near(name: str, known: list[str]) -> str:
    by_lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    if near:
        return " " + said(f'Did you mean "{by_lower[near[0]]}"?')
    return " " + said(f"There are hints to: {', '.join(known)}.")


def _seen() -> dict[str, int]:
    """Return how many steps of each hint were shown before; none if that is not known."""
    try:
        data = json.loads(SEEN.read_text(encoding="utf-8"))
        return {name: count for name, count in data.items() if isinstance(count, int) and count > 0}
    except (OSError, ValueError, AttributeError):
        return {}


def _remember(seen: dict[str, int]) -> None:
    try:
        SEEN.write_text(json.dumps(seen), encoding="utf-8")
    except OSError as error:
        print(said(f"({SEEN.name}: {error.strerror}; --step 2)"), file=sys.stderr)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    problem = main()
    if problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
