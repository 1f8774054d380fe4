"""Words for findings: from the facts of a record to sentences a student can act on.

The sentences stand in ``<language>.toml`` beside this module, one entry per rung of the
ladder, and in ``mistakes/<language>.toml``, one entry for each mistake that is recognised in
any assignment; an assignment adds its own mistakes, and hints.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from grader.phrases.catalogue import Catalogue, Mistake, load_notes
from grader.phrases.checked import rungs, words
from grader.phrases.ladder import GRADER_FAULT, UNKNOWN
from grader.phrases.plain import number, printable
from grader.phrases.template import PLAIN, Medium, Spoken, Template, fill
from grader.record import Fact, Finding, FunctionResult, Place, Status

__all__ = [
    "PLAIN", "Medium", "Phrases", "finding_of", "languages", "notes", "number", "printable",
]  # fmt: skip

FOLDER = Path(__file__).parent

WHOLE = "values"
"""What the criterion is called of a function whose one answer has no name: it is "the answer"."""


@dataclass(frozen=True)
class Phrases:
    """All that is said to students in one language; it holds no instructor's note.

    ``separator`` stands between the items of a list, ``between`` between two sentences, ``colon``
    between a label and what it labels.  ``spoken`` says in words, as a part of a sentence, what
    outputs are that have no name in a student's code.
    """

    language: str
    separator: str
    between: str
    colon: str
    names: Mapping[str, str]
    spoken: Mapping[str, str]
    rungs: Mapping[str, Mapping[str, Template]]
    words: Mapping[str, Template]
    catalogue: Catalogue

    @classmethod
    def of(cls, hidden: Path, language: str = "en") -> Self:
        """Read the sentences of a language with what an assignment's folder has in it.

        Mistakes and hints are taken where the files are there, in English where there are none
        in the language; errors as of ``load``.
        """
        return cls.load(
            language,
            catalogue=_own(hidden, "mistakes", language),
            hints=_own(hidden, "hints", language),
        )

    @classmethod
    def load(
        cls, language: str = "en", *, catalogue: Path | None = None, hints: Path | None = None
    ) -> Self:
        """Read the sentences of a language, and the mistakes and hints of an assignment.

        ``catalogue`` is the assignment's ``mistakes.<language>.toml``, ``hints`` its
        ``hints.<language>.toml``.  ValueError says what is wrong with a file; OSError is
        raised where one cannot be read.
        """
        if language not in languages():
            raise ValueError(
                f"There are no sentences in the language {language!r}; "
                f"choose one of: {', '.join(languages())}."
            )
        data = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        shared = FOLDER / "mistakes" / f"{language}.toml"
        return cls(
            language=language,
            separator=data["separator"],
            between=data["between"],
            colon=data["colon"],
            names=data.get("names", {}),
            spoken=data["spoken"],
            rungs=rungs(data["rungs"], f"{language}.toml"),
            words=words(data["words"], f"{language}.toml"),
            catalogue=Catalogue.load([shared, catalogue] if catalogue else [shared], hints),
        )

    def what(self, finding: Finding, medium: Medium = PLAIN) -> str:
        """Say what is wrong: one sentence, or two."""
        return self._say(finding.kind, "what", self._facts(finding), medium)

    def when(self, result: FunctionResult, medium: Medium = PLAIN) -> str:
        """Say for which sizes it shows first, and in how many more cases; "" without sizes.

        Where an output is right by itself, the criteria are named in whose cases it is not.
        """
        finding = finding_of(result)
        if finding is None or not finding.sizes:
            return ""
        sizes = self.separator.join(f"{key}={value}" for key, value in finding.sizes.items())
        said = self.word("when", {"sizes": sizes, "more": finding.more}, medium)
        if names := self._only_in(result, finding):
            said += self.word("when only", {"criteria": names}, medium)
        return said

    def _only_in(self, result: FunctionResult, finding: Finding) -> tuple[str, ...]:
        """Return the criteria that fail, where what is wrong has one of its own that does not."""
        if not any(one.name == finding.output and one.passed for one in result.criteria):
            return ()
        failed = (one.name for one in result.criteria if one.judged and not one.passed)
        return tuple(Spoken(self.name(one)) for one in failed)

    def cause(self, result: FunctionResult, medium: Medium = PLAIN) -> str:
        """Say which known mistakes it is, a sentence each; "" where none was recognised.

        What explains some of the wrong outputs alone says which; what none explains is named.
        """
        explains = dict(zip(result.mistakes, result.explains, strict=False))
        said = []
        for name in result.mistakes:
            if known := self.catalogue.mistakes.get(name):
                cause, outputs = medium.words(known.cause), explains.get(name, ())
                about = self.word("cause of", {"outputs": self._all_called(outputs)}, medium)
                said.append(f"{about}{self.colon}{cause}" if outputs else cause)
        if said and result.unexplained:
            rest = self._all_called(result.unexplained)
            said.append(self.word("cause rest", {"outputs": rest}, medium))
        return self.between.join(said)

    def where(self, result: FunctionResult, medium: Medium = PLAIN) -> str:
        """Say which lines to look at, a sentence for each place; "" where none is known.

        Two lines for the same output are one sentence: the mistake is in one of them.
        """
        if lines := _either(result):
            one = result.places[0]
            facts = {**lines, "output": self._called(one.output), "how": _how(one)}
            return self.word("where either", facts, medium)
        return self.between.join(self._where(place, medium) for place in result.places)

    def _where(self, place: Place, medium: Medium) -> str:
        facts: dict[str, Fact] = {
            **_lines(place),
            "how": _how(place),
            "output": self._called(place.output),
        }
        return self.word("where line" if "line" in facts else "where lines", facts, medium)

    def next(self, result: FunctionResult, medium: Medium = PLAIN) -> str:
        """Name the one thing to do next; "" where nothing is wrong."""
        for mistake in self._known(result):
            return medium.words(mistake.next)
        finding = finding_of(result)
        if finding is None:
            return ""
        if finding.kind == "values" and len(result.places) == 1:
            return self.word("next where", _lines(result.places[0]), medium)
        if finding.kind == "values" and result.either and result.places[0].proved:
            return self.word("next either", _either(result), medium)
        if finding.kind == "values" and (names := self._only_in(result, finding)):
            return self.word("next only", {"criteria": names}, medium)
        facts = {**self._facts(finding), "function": result.name}
        if finding.raised_on_purpose:
            return self.word("next raise", facts, medium)
        return self._say(finding.kind, "next", facts, medium)

    def hint_of(self, result: FunctionResult, medium: Medium = PLAIN) -> str:
        """Say more of the mistake that ``next`` is about; "" where there is none, or no hint."""
        return next((medium.words(known.hint) for known in self._known(result)), "")

    def _known(self, result: FunctionResult) -> list[Mistake]:
        mistakes = (self.catalogue.mistakes.get(name) for name in result.mistakes)
        return [mistake for mistake in mistakes if mistake is not None]

    def next_of_remark(self, finding: Finding, medium: Medium = PLAIN) -> str:
        """Name the one thing to do about a remark on the submission as a whole."""
        return self._say(finding.kind, "next", self._facts(finding), medium)

    def name(self, criterion: str) -> str:
        """Return what a criterion is called in this language; names of code stay as they are."""
        return self.names.get(criterion, criterion)

    def _called(self, output: str) -> str:
        """Return what an output is called in a sentence: in words where no code names it."""
        return Spoken(self.spoken[output]) if output in self.spoken else self.name(output)

    def _all_called(self, outputs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self._called, outputs))

    def hints(self, function: str) -> tuple[str, ...]:
        """Return the steps of the hint to a function, smallest first; none if it has none."""
        return self.catalogue.hints.get(function, ())

    def word(
        self, name: str, facts: Mapping[str, Fact] | None = None, medium: Medium = PLAIN
    ) -> str:
        """Return one of the texts around the findings (the keys of ``WORDS``)."""
        return fill(self.words[name], facts or {}, medium, self.separator) or ""

    def _facts(self, finding: Finding) -> dict[str, Fact]:
        facts: dict[str, Fact] = {**finding.facts}
        if facts.get("line") == 0:
            # Line 0 is no line of the student's own files.
            del facts["line"]
        return facts | self._of_output(finding.output, finding, facts.pop("part", ""))

    def _of_output(self, output: str, finding: Finding, part: Fact) -> dict[str, Fact]:
        """Return what an output is called, or the part of it that is meant, in code or in words."""
        if output != WHOLE and output.isidentifier() and output not in self.spoken:
            in_code = f"{output}{part}"
            called = in_code if part else self._called(output)
            return {"output": called, "variable": in_code, "keys": None}
        called = "" if output == WHOLE else self._called(output)
        keys = finding.facts.get("keys")
        if finding.kind != "values" and isinstance(keys, tuple) and keys:
            called = Spoken(self.word("part of", {"part": keys[0], "output": called}))
        return {"output": called} if called else {}

    def _say(self, kind: str, part: str, facts: Mapping[str, Fact], medium: Medium) -> str:
        rung = self.rungs.get(kind, self.rungs[UNKNOWN])
        sentence = fill(rung[part], facts, medium, self.separator)
        if sentence is None:
            sentence = fill(self.rungs[UNKNOWN][part], facts, medium, self.separator)
        return sentence or ""


def languages() -> list[str]:
    """Return the languages there are sentences in, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def notes(hidden: Path, language: str = "en") -> dict[str, str]:
    """Return the instructor's notes to the mistakes of an assignment and to the common ones."""
    own = _own(hidden, "mistakes", language)
    return load_notes([FOLDER / "mistakes" / f"{language}.toml", *([own] if own else [])])


def _own(hidden: Path, what: str, language: str) -> Path | None:
    paths = (hidden / f"{what}.{one}.toml" for one in (language, "en"))
    return next((path for path in paths if path.exists()), None)


def finding_of(result: FunctionResult) -> Finding | None:
    """Return what there is to say about a result: its finding, or a general one if it has none."""
    if result.status is Status.PASSED:
        return None
    if result.finding is not None:
        return result.finding
    return Finding(GRADER_FAULT if result.status is Status.NOT_JUDGED else UNKNOWN)


def _how(place: Place) -> str:
    return "proved" if place.proved else "alone" if place.alone else ""


def _either(result: FunctionResult) -> dict[str, Fact]:
    """Return the facts of two lines of which one is wrong, {} where the places are no such."""
    if not result.either:
        return {}
    one, other = result.either
    return {"file": one.file, "line": one.first, "other": other.first}


def _lines(place: Place) -> dict[str, Fact]:
    one = place.first == place.last
    lines = {"line": place.first} if one else {"first": place.first, "last": place.last}
    return {"file": place.file, **lines}
