"""What is handed out, in another language: catalogues of texts, as gettext has them (PO files).

``solutions/<name>/<language>.po`` holds, for every text of an assignment that students read, the
same in that language; ``phrases/handout/<language>.po`` what the checks say in any assignment.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.stubs import is_notebook, read_source, stub_of
from grader.authoring.texts import GAP, Say, in_markdown, in_python, sentences
from grader.course import PACKAGE, Assignment
from grader.errors import UsageProblem, quoted
from grader.phrases import languages
from grader.whole_files import PUBLIC, write_whole

ENGLISH = "en"
WORDS = "checks/words.json"
"""Where the checks find what to say in other languages."""

_HANDOUT = PACKAGE / "handout"
_OF_HANDOUT = PACKAGE / "phrases" / "handout"
_SHORT = (
    *("What", "Got", "Expected", "Error", "Cause", "Next", "Next: {0}", "Picture.", ": "),
    "{name} is still to be written",
)
"""What is said and does not look like a sentence."""
_WIDTH = 96

Text = tuple[str, str]
"""The file that a text stands in, and the text."""


@dataclass(frozen=True)
class Translation:
    """Texts in one language, by the English one; what is not there is said in English."""

    texts: Mapping[str, str]

    def __call__(self, text: str) -> str:
        """Return the text in the language."""
        return self.texts.get(text) or text


def translation(assignment: Assignment) -> Translation:
    """Return an assignment's texts in its own language."""
    if assignment.language == ENGLISH:
        return Translation({})
    path = catalogue_of(assignment, assignment.language)
    return Translation(read_catalogue(path) if path.exists() else {})


def catalogue_of(assignment: Assignment, language: str) -> Path:
    """Return where an assignment's texts of a language stand."""
    return assignment.solutions / f"{language}.po"


def handout_texts() -> Iterator[Text]:
    """Yield what the checks say, in any assignment."""
    yield from (("telling.py", text) for text in _SHORT)
    for path in sorted(_HANDOUT.rglob("*.py")):
        yield from ((path.name, text) for text in sentences(read_source(path)))


def assignment_texts(assignment: Assignment) -> Iterator[Text]:
    """Yield all that students read of an assignment, in the order of its files."""
    yield from _said_in("README.md", assignment.handed_out / "README.md", in_markdown)
    for path in sorted(assignment.solutions.glob("*.py")):
        source = read_source(path)
        if not is_notebook(source):
            yield from ((path.name, one) for one in _texts(stub_of(source, path), in_python))
    public = assignment.handed_out / "test_public.py"
    yield from _said_in(public.name, public, in_python)
    if public.is_file():
        yield from ((public.name, text) for text in sentences(read_source(public)))
    yield from notebook_texts(assignment)


def notebook_texts(assignment: Assignment) -> Iterator[Text]:
    """Yield the texts of an assignment's notebook."""
    from grader.authoring.notebook import notebook_source, student_notebook

    path = notebook_source(assignment)
    found: list[str] = []
    if path is not None:
        student_notebook(assignment, path, _noted_in(found))
        yield from ((path.name, text) for text in found)


def _said_in(name: str, path: Path, pieces: Callable[[str, Say], str]) -> Iterator[Text]:
    if path.is_file():
        yield from ((name, text) for text in _texts(read_source(path), pieces))


def _texts(source: str, pieces: Callable[[str, Say], str]) -> list[str]:
    found: list[str] = []
    pieces(source, _noted_in(found))
    return found


def _noted_in(found: list[str]) -> Say:
    def note(text: str) -> str:
        found.append(text)
        return text

    return note


# --- catalogues --------------------------------------------------------------------------------


def read_catalogue(path: Path) -> dict[str, str]:
    """Return the texts of a PO file; UsageProblem where it cannot be read."""
    from babel.messages import pofile

    try:
        with path.open("rb") as file:
            read = pofile.read_po(file, abort_invalid=True)
    except (OSError, ValueError, pofile.PoFileError) as error:
        raise UsageProblem(f"{quoted(path)} cannot be read: {error}. Correct it.") from error
    return {str(one.id): str(one.string) for one in read if one.id and one.string}


def write_catalogue(path: Path, texts: Iterator[Text], said: Mapping[str, str]) -> None:
    """Write a PO file of these texts, in their order; what is not said yet is left empty."""
    from io import BytesIO

    from babel.messages import pofile
    from babel.messages.catalog import Catalog

    catalog = Catalog()
    for file, text in texts:
        catalog.add(text, said.get(text, ""), locations=[(file, 0)])
    written = BytesIO()
    pofile.write_po(written, catalog, width=_WIDTH, omit_header=True, include_lineno=False)
    write_whole(path, written.getvalue().decode(), PUBLIC)


def update_catalogue(assignment: Assignment, language: str) -> tuple[Path, int]:
    """Add what is new to a catalogue, drop what is gone; return it, and how many texts it lacks."""
    path = catalogue_of(assignment, language)
    said = read_catalogue(path) if path.exists() else {}
    write_catalogue(path, assignment_texts(assignment), said)
    return path, len(lacking(assignment, language))


def lacking(assignment: Assignment, language: str) -> list[str]:
    """Return the texts that an assignment's catalogue of a language has not."""
    path = catalogue_of(assignment, language)
    said = read_catalogue(path) if path.exists() else {}
    texts = dict.fromkeys(text for _, text in assignment_texts(assignment))
    return [text for text in texts if not said.get(text)]


def faults(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each catalogue of an assignment that is not whole."""
    for path in sorted(assignment.solutions.glob("*.po")):
        without = lacking(assignment, path.stem)
        if without:
            first = textwrap.shorten(without[0], 60, placeholder=" ...")
            yield (
                f"{path.name} lacks {len(without)} of the texts that students read, the first is "
                f'"{first}"; `grade build {assignment.name} --texts {path.stem}` adds them, empty'
            )
        for text, other in read_catalogue(path).items():
            if not set(GAP.findall(other)) <= set(GAP.findall(text)):
                yield f'{path.name} fills a gap that "{text}" does not have'


def words(assignment: Assignment) -> str:
    """Return, as text of a file, what the checks say in every language but English."""
    public = assignment.handed_out / "test_public.py"
    own = list(sentences(read_source(public))) if public.is_file() else []
    found = {}
    for language in languages():
        handout = _OF_HANDOUT / f"{language}.po"
        path = catalogue_of(assignment, language)
        if language == ENGLISH or not handout.exists():
            continue
        said = read_catalogue(path) if path.exists() else {}
        found[language] = {
            **read_catalogue(handout),
            **{text: said[text] for text in own if said.get(text)},
        }
    return json.dumps(found, indent=0, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for _language in sys.argv[1:]:
        _path = _OF_HANDOUT / f"{_language}.po"
        write_catalogue(_path, handout_texts(), read_catalogue(_path) if _path.exists() else {})
