"""Says what the checks say in the language of the course, or in the one that was asked for.

The checks are written in English; words.json has, by language, another sentence for each, where
{name} stands for what the checks fill in.
"""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

ENGLISH = "en"
_HERE = Path(__file__).resolve().parent
_ASKED = "HOMEWORK_LANGUAGE"
_WIDE = "\u3001-\u9fff\uff01-\uff65"
"""Chinese characters and their stops: no blank stands between two of them."""
_GAP = re.compile(r"\{\w+\}")


def language() -> str:
    """Return the language that was asked for, or the course's."""
    return os.environ.get(_ASKED) or str(_read("homework.json").get("language", ENGLISH))


def choose(asked: str) -> None:
    """Speak this language from now on, in what is started from here as well."""
    os.environ[_ASKED] = asked


def languages() -> list[str]:
    """Return the languages there are."""
    return sorted({ENGLISH, *_read("words.json")})


def said(text: str) -> str:
    """Return what the checks say in the language; what has no translation stays as it is."""
    spoken = language()
    return text if spoken == ENGLISH else _said(text, spoken)


@functools.cache
def _said(text: str, spoken: str) -> str:
    table = _read("words.json").get(spoken, {})
    if not isinstance(table, dict) or not text.strip():
        return text
    if text in table:
        return str(table[text])
    for pattern, names, other in _patterns(spoken):
        found = pattern.fullmatch(text)
        if found:
            parts = [_said(part, spoken) for part in found.groups()]
            return _filled(other, dict(zip(names, parts, strict=True)))
    return text


def _filled(text: str, parts: dict[str, str]) -> str:
    filled = _GAP.sub(lambda gap: parts.get(gap[0], gap[0]), text)
    return re.sub(rf"(?<=[{_WIDE}]) (?=[{_WIDE}])", "", filled)


@functools.cache
def _patterns(spoken: str) -> list[tuple[re.Pattern[str], list[str], str]]:
    """Return the sentences with gaps: whole ones first, then the fullest, which says most."""
    table = _read("words.json").get(spoken, {})
    made = []
    for text in sorted(table, key=lambda one: (one[-1] != ".", -len(_GAP.sub("", one)))):
        names = _GAP.findall(text)
        if names:
            pattern = "(.+?)".join(map(re.escape, _GAP.split(text)))
            made.append((re.compile(pattern, re.DOTALL), names, table[text]))
    return made


@functools.cache
def _read(name: str) -> dict[str, Any]:
    try:
        data = json.loads((_HERE / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
