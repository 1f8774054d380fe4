"""Sentences with gaps, chosen and filled by facts.

A template is one of three things, and they nest:

* a text, ``"{output} has shape {shape}; it must be {due}."``; a gap ``{steps:list}`` writes a
  tuple as a list, ``0, 2``;
* a list of templates: the first one whose gaps can all be filled is used;
* a table with ``by``, the name of a fact: the entry named as the fact's value is used (a
  tuple counts by its length), or else ``other``.  Plural forms are such tables.

So a language is a file of whole sentences, and no code puts words together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.phrases.plain import MOST_ITEMS, fact_text, number
from grader.record import Fact

Template = str | list["Template"] | dict[str, "Template"]

GAP = re.compile(r"\{(\w+)(:list)?\}")


@dataclass(frozen=True)
class Medium:
    """How a medium writes the words of a sentence, and the code-like facts in its gaps."""

    words: Callable[[str], str] = str
    code: Callable[[str], str] = str


class Spoken(str):
    """A fact in words, not in code; it begins a sentence with a capital letter."""

    __slots__ = ()


PLAIN = Medium()
"""Plain text, as a terminal, CSV and JSON show it."""


def fill(
    template: Template, facts: Mapping[str, Fact], medium: Medium = PLAIN, separator: str = ", "
) -> str | None:
    """Return the sentence that the facts make of a template, or None where a fact is missing.

    A fact that is None or an empty text counts as missing, and so does an empty list; as it
    stands, an empty tuple is the shape of a single number.
    """
    if isinstance(template, list):
        sentences = (fill(item, facts, medium, separator) for item in template)
        return next((sentence for sentence in sentences if sentence is not None), None)
    if isinstance(template, dict):
        chosen = _choose(template, facts)
        return None if chosen is None else fill(chosen, facts, medium, separator)
    parts: list[str] = []
    end = 0
    for gap in GAP.finditer(template):
        value = facts.get(gap[1])
        if value is None or value == "" or (gap[2] and value == ()):
            return None
        parts.append(medium.words(template[end : gap.start()]))
        if isinstance(value, Spoken) and gap.start() == 0:
            value = Spoken(value[:1].upper() + value[1:])
        parts.append(_gap_text(value, gap[2] is not None, medium, separator))
        end = gap.end()
    parts.append(medium.words(template[end:]))
    return "".join(parts)


def gaps(template: Template) -> set[str]:
    """Return the names of all facts that a template may ask for."""
    if isinstance(template, str):
        return {gap[1] for gap in GAP.finditer(template)}
    if isinstance(template, list):
        return set().union(*map(gaps, template))
    by = template["by"]
    asked = {by} if isinstance(by, str) else set()
    return asked.union(*(gaps(item) for key, item in template.items() if key != "by"))


def check(template: object, where: str) -> Template:
    """Return the template if it is well formed; ValueError says what is wrong, and where."""
    if isinstance(template, str) and template.strip():
        if "\n" in template:
            raise ValueError(f"{where} must stand on one line.")
        return template
    if isinstance(template, list) and template:
        return [check(item, f"{where}[{index}]") for index, item in enumerate(template)]
    if isinstance(template, dict):
        if not isinstance(template.get("by"), str):
            raise ValueError(f"{where} needs by, the name of the fact it is chosen by.")
        return {key: check(item, f"{where}.{key}") for key, item in template.items()}
    raise ValueError(f"{where} must be a text, a list of texts, or a table with by.")


def _choose(template: dict[str, Template], facts: Mapping[str, Fact]) -> Template | None:
    by = template["by"]
    value = facts.get(by) if isinstance(by, str) else None
    if isinstance(value, bool):
        key = "true" if value else "false"
    elif isinstance(value, tuple):
        key = str(len(value))
    elif isinstance(value, int | float):
        key = number(value)
    else:
        key = "other" if value is None else value
    # A submission may send the value "by", which names no sentence.
    return template[key] if key in template and key != "by" else template.get("other")


def _gap_text(value: Fact, as_list: bool, medium: Medium, separator: str) -> str:
    if as_list and isinstance(value, tuple):
        items = [_gap_text(item, False, medium, separator) for item in value[:MOST_ITEMS]]
        return separator.join([*items, "…"] if len(value) > MOST_ITEMS else items)
    text = fact_text(value)
    if isinstance(value, Spoken):
        return medium.words(text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return medium.words(text)
    return medium.code(text)
