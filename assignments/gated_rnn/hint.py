"""Gives a hint to one function of the homework, one step at a time.

python hint.py                  what there are hints to
python hint.py softmax          the first step; again: the next one
python hint.py softmax --all    all steps
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import sys
from pathlib import Path

HINTS = Path(__file__).with_name("hints.json")
SEEN = Path(__file__).with_name(".hints_seen.json")

WORDS = {
    "en": {
        "listed": "{name:24}{seen} of {total} steps seen",
        "usage": "\npython hint.py NAME gives the next step of its hint.",
        "step": "{name}, step {step} of {total}: {text}",
        "more": "Try it. For the next step, ask again.",
        "last": "That was the last step.",
        "again": "You have seen all steps of this hint. Once more:",
        "none": 'There is no hint to "{name}".',
        "near": ' Did you mean "{near}"?',
        "known": " There are hints to: {known}.",
        "no step": "The hint to {name} has the steps 1 to {total}; there is no step {step}.",
        "no hints": "The hints cannot be read: hints.json is missing or damaged. Fetch it again.",
    },
    "zh": {
        "listed": "{name:24}已看 {seen} 步，共 {total} 步",
        "usage": "\npython hint.py 函数名：给出该函数的下一步提示。",
        "step": "{name}，第 {step} 步，共 {total} 步：{text}",
        "more": "先试一试。想看下一步，就再运行一次。",
        "last": "这是最后一步。",
        "again": "这个提示的所有步骤都已看过。再列一遍：",
        "none": "没有“{name}”的提示。",
        "near": "是不是“{near}”？",
        "known": "有提示的函数：{known}。",
        "no step": "{name} 的提示只有第 1 到第 {total} 步，没有第 {step} 步。",
        "no hints": "读不到提示：hints.json 缺失或已损坏，请重新获取。",
    },
}


def main(arguments: list[str] | None = None) -> str | None:
    """Print a hint; return a sentence if there is none to print."""
    parser = argparse.ArgumentParser(description="Give a hint, one step at a time.")
    parser.add_argument("name", nargs="?", help="the function; without it, all are listed")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--step", type=int, help="show this step, counted from 1")
    which.add_argument("--all", action="store_true", help="show all steps")
    parser.add_argument("--lang", choices=sorted(WORDS), default=_language(), help="the language")
    asked = parser.parse_args(arguments)
    words = WORDS[asked.lang]

    try:
        hints = _steps(json.loads(HINTS.read_text(encoding="utf-8")), asked.lang)
    except (OSError, ValueError, AttributeError):
        return words["no hints"]
    seen = _seen()
    if asked.name is None:
        for name, steps in hints.items():
            count = min(seen.get(name, 0), len(steps))
            print(words["listed"].format(name=name, seen=count, total=len(steps)))
        print(words["usage"])
        return None
    if asked.name not in hints:
        return words["none"].format(name=asked.name) + _near(asked.name, list(hints), words)

    name, steps = asked.name, hints[asked.name]
    total = len(steps)
    if asked.all:
        shown = range(total)
    elif asked.step is not None:
        if not 1 <= asked.step <= total:
            return words["no step"].format(name=name, total=total, step=asked.step)
        shown = range(asked.step - 1, asked.step)
    elif seen.get(name, 0) < total:
        shown = range(seen.get(name, 0), seen.get(name, 0) + 1)
    else:
        print(words["again"])
        shown = range(total)
    for index in shown:
        print(words["step"].format(name=name, step=index + 1, total=total, text=steps[index]))
    print(words["more" if shown.stop < total else "last"])
    _remember({**seen, name: max(seen.get(name, 0), shown.stop)})
    return None


def _language() -> str:
    chosen = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, chosen), "").startswith("zh") else "en"


def _steps(data: dict[str, dict[str, list[str]]], language: str) -> dict[str, list[str]]:
    """Return the steps of every hint that there is, in English where need be."""
    hints = {name: steps.get(language) or steps.get("en") for name, steps in data.items()}
    return {name: steps for name, steps in hints.items() if steps}


def _near(name: str, known: list[str], words: dict[str, str]) -> str:
    by_lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    if near:
        return words["near"].format(near=by_lower[near[0]])
    return words["known"].format(known=", ".join(known))


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
        print(f"({SEEN.name}: {error.strerror}; --step 2)", file=sys.stderr)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    problem = main()
    if problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
