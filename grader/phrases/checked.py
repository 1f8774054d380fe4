"""The sentences of a language's file, each held against the facts that it may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.phrases.ladder import RUNGS
from grader.phrases.template import Template, check, gaps
from grader.phrases.words import WORDS


def rungs(data: dict[str, Any], source: str) -> dict[str, dict[str, Template]]:
    """Return what is said of each kind of finding; ValueError says what is wrong with a file."""
    found: dict[str, dict[str, Template]] = {}
    for kind, facts in RUNGS.items():
        rung = data.get(kind, {})
        allowed = facts | {"output", "variable"}
        found[kind] = {
            "what": _checked(rung.get("what"), allowed, f"{source}: {kind}.what"),
            "next": _checked(rung.get("next"), allowed | {"function"}, f"{source}: {kind}.next"),
        }
    _refuse_strangers(data, RUNGS, source)
    return found


def words(data: dict[str, Any], source: str) -> dict[str, Template]:
    """Return the texts around the findings; ValueError says what is wrong with a file."""
    _refuse_strangers(data, WORDS, source)
    return {
        name: _checked(data.get(name), facts, f"{source}: {name}") for name, facts in WORDS.items()
    }


def _checked(template: object, allowed: frozenset[str], where: str) -> Template:
    checked = check(template, where)
    strangers = sorted(gaps(checked) - allowed)
    if strangers:
        raise ValueError(f"{where} names a fact it does not get: {', '.join(strangers)}.")
    return checked


def _refuse_strangers(
    data: Mapping[str, Any], known: Mapping[str, frozenset[str]], source: str
) -> None:
    for name in data:
        if name not in known:
            raise ValueError(f"{source}: {name!r} is not a text that is ever shown.")
