"""Every language says everything that English says, and says it in that language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import grader.phrases
from grader.authoring.translating import handout_texts, read_catalogue
from grader.course import Course
from grader.diagnosis import exception_patterns, general_mistakes
from grader.diagnosis.catalogue import load_mistakes
from grader.phrases import languages
from grader.phrases.template import GAP, gaps

ROOT = Path(__file__).resolve().parents[1]
PHRASES = Path(grader.phrases.__file__).parent
ASSIGNMENTS = Course(ROOT).names()
OTHERS = [language for language in languages() if language != "en"]

PLURALS = re.compile(r"\d+|other")
ENGLISH = re.compile(r"\b(?:[A-Za-z']+ ){3,}[A-Za-z']+\b")
"""Four words in a row; a name, a line of code or an exception has fewer."""

BRACES = re.compile(r"\{[\w ]+\}")
BARE = re.compile(
    r"```.*?\n|\$[^$]*\$|`[^`]*`|pip install [a-z ]+|^ *(python|import|from|print)[^#\n]*", re.M
)
"""What of a text handed out is code."""

HAN = "\u4e00-\u9fff"
HALF_WIDTH = re.compile(rf"[{HAN}][,:;?!]|[,:;?!][{HAN}]")


def read(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds."""
    return tomllib.loads(path.read_text("utf-8"))


def catalogues(language: str) -> dict[str, dict[str, Any]]:
    """Return all mistakes of a language by the file that has them, and by key."""
    found = {"phrases": read(PHRASES / "mistakes" / f"{language}.toml")}
    for name in ASSIGNMENTS:
        found[name] = read(hidden(name) / f"mistakes.{language}.toml")
    return found


def hidden(name: str) -> Path:
    """Return the folder of an assignment's hidden cases."""
    return ROOT / "grader" / "hidden" / name


def templates(language: str) -> dict[str, Any]:
    """Return every template of a language's sentences, by its place."""
    data = read(PHRASES / f"{language}.toml")
    rungs = {f"{kind}.{part}": rung[part] for kind, rung in data["rungs"].items() for part in rung}
    return {**rungs, **data["words"]}


def choices(template: Any) -> set[tuple[str, str]]:
    """Return the values of facts that have a sentence of their own, plural forms apart."""
    if isinstance(template, list):
        return set().union(*map(choices, template))
    if not isinstance(template, dict):
        return set()
    by = template["by"]
    named = {(by, key) for key in template if key != "by" and not PLURALS.fullmatch(key)}
    return named.union(*(choices(item) for key, item in template.items() if key != "by"))


def texts(template: Any) -> Iterator[str]:
    """Yield every text of a template."""
    if isinstance(template, str):
        yield template
    elif isinstance(template, list):
        for item in template:
            yield from texts(item)
    else:
        for key, item in template.items():
            if key != "by":
                yield from texts(item)


def said(language: str) -> Iterator[tuple[str, str]]:
    """Yield all that is said in a language, each with its place."""
    for place, template in templates(language).items():
        yield from ((place, text) for text in texts(template))
    for source, mistakes in catalogues(language).items():
        for key, entry in mistakes.items():
            yield from ((f"{source}: {key}.{part}", text) for part, text in entry.items())
    for name in ASSIGNMENTS:
        for function, steps in read(hidden(name) / f"hints.{language}.toml").items():
            yield from ((f"{name}: {function}", step) for step in steps)
    for path in handed_out(language):
        for text, other in read_catalogue(path).items():
            shown = BARE.sub(" ", other)
            if re.search(rf"[{HAN}]|[a-z]{{2,}} [a-z]{{2,}}", shown) and other != text:
                yield f"{path.parent.name}: {text}", shown  # the others are formulas
    yield from read(PHRASES / f"{language}.toml").get("names", {}).items()


def handed_out(language: str) -> list[Path]:
    """Return the catalogues of what students read, in a language."""
    own = [ROOT / "solutions" / name / f"{language}.po" for name in ASSIGNMENTS]
    return [PHRASES / "handout" / f"{language}.po", *own]


def test_the_languages() -> None:
    """English and Chinese, in every part."""
    assert languages() == ["en", "zh"]
    for path in handed_out("zh"):
        assert [one.stem for one in path.parent.glob("*.po")] == OTHERS, path


@pytest.mark.parametrize("language", OTHERS)
def test_the_checks_at_home_say_everything(language: str) -> None:
    """Each sentence is there, and fills no gap that the English one has not."""
    said = read_catalogue(PHRASES / "handout" / f"{language}.po")
    assert said.keys() == {text for _, text in handout_texts()}
    for text, other in said.items():
        assert set(BRACES.findall(other)) <= set(BRACES.findall(text)), text


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_sentence_at_home_and_in_the_feedback(language: str) -> None:
    """What English says alike in both places, the language says alike in both."""
    ours, theirs = templates("en"), templates(language)
    due = {}
    for place, template in ours.items():
        for one, other in zip(texts(template), texts(theirs[place]), strict=False):
            due[one] = other
    alike = {numbered(one): (one, other) for one, other in due.items()}
    seen = 0
    for text, other in read_catalogue(PHRASES / "handout" / f"{language}.po").items():
        if " " in text and numbered(text) in alike:
            one, expected = alike[numbered(text)]
            names = dict(zip(BRACES.findall(one), BRACES.findall(text), strict=True))
            for gap, name in names.items():
                expected = expected.replace(gap, name)
            assert expected == other, text
            seen += 1
    assert seen >= 5


def numbered(text: str) -> str:
    """Return a sentence with its gaps by place, whatever they are called."""
    return BRACES.sub("{}", text)


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_sentences_with_the_same_gaps(language: str) -> None:
    """Every text is there, names the same facts, and tells the same values of them apart."""
    english, other = templates("en"), templates(language)
    assert other.keys() == english.keys()
    for place, template in english.items():
        assert gaps(other[place]) == gaps(template), place
        assert choices(other[place]) >= choices(template), place
    theirs, ours = read(PHRASES / f"{language}.toml"), read(PHRASES / "en.toml")
    assert theirs.keys() - {"names"} == ours.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_mistakes_with_the_same_parts(language: str) -> None:
    """Each has a cause, a next step, a hint and a note, in English and in the language."""
    english, other = catalogues("en"), catalogues(language)
    for source, mistakes in english.items():
        assert other[source].keys() == mistakes.keys(), source
        for key in mistakes:
            parts = {"cause", "next", "hint", "note"}
            assert mistakes[key].keys() == parts, f"{source}: {key}"
            assert other[source][key].keys() == parts, f"{source}: {key}"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_mistake_has_words(name: str, language: str) -> None:
    """What can be recognised can be said, and what can be said can be recognised."""
    mistakes = load_mistakes(Course(ROOT).assignment(name))
    assert mistakes is not None
    tables: tuple[Mapping[str, Any], ...] = (mistakes.variants, mistakes.rules)
    own = {key for table in tables for some in table.values() for key in some}
    words = catalogues(language)
    assert own - words[name].keys() - words["phrases"].keys() == set()
    assert words[name].keys() - own - words["phrases"].keys() == set()
    assert (general_mistakes.KEYS | exception_patterns.KEYS) - words["phrases"].keys() - words[
        name
    ].keys() == set()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_same_hints_step_by_step(name: str, language: str) -> None:
    """As many steps to every function."""
    english, other = (read(hidden(name) / f"hints.{one}.toml") for one in ("en", language))
    assert {function: len(steps) for function, steps in other.items()} == {
        function: len(steps) for function, steps in english.items()
    }


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_criterion_has_a_name(name: str, language: str) -> None:
    """What is no name of code, such as "edge sizes", is translated."""
    names = read(PHRASES / f"{language}.toml")["names"]
    for function in Course(ROOT).assignment(name).functions:
        for criterion in (*function.outputs, *function.small):
            assert criterion in names or criterion.isidentifier(), criterion
        for criterion in function.small:
            assert criterion in names, criterion


def test_chinese_is_chinese() -> None:
    """Each text has Chinese characters and punctuation, and no English sentence."""
    count = 0
    for place, text in said("zh"):
        bare = GAP.sub("", text)
        if not re.search(r"\w", bare):
            continue  # a gap alone, such as "{sizes}"
        count += 1
        assert re.search(f"[{HAN}]", bare), f"{place}: {text}"
        assert not ENGLISH.search(bare), f"{place}: {text}"
        assert not HALF_WIDTH.search(bare), f"{place}: {text}"
    assert count > 1500


@pytest.mark.parametrize("language", languages())
def test_next_steps_end_without_a_stop(language: str) -> None:
    """A next step is one action without a full stop; a cause, a hint and a note are sentences."""
    for source, mistakes in catalogues(language).items():
        for key, entry in mistakes.items():
            place = f"{source}: {key}"
            assert not entry["next"].endswith((".", "。")), place
            assert entry["cause"].endswith((".", "。")), place
            assert entry["hint"].endswith((".", "?", "。", "？")), place
            assert entry["note"].endswith((".", "。")), place


def test_the_chinese_readme_has_the_same_commands() -> None:
    """Each command that it shows stands in the English one as well."""
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))
    shown = [
        re.split(r"  +", line)[0]
        for block in re.findall(r"^```\n(.*?)^```$", chinese, re.M | re.S)
        for line in block.splitlines()
    ]
    assert len(shown) >= 10
    for command in shown:
        assert f"\n{command}" in english, command
