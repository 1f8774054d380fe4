"""Makes what students receive of an assignment from what the instructor keeps.

Five kinds of files are made: a stub of each solution, the notebook, what stands in ``handout/``
beside the solutions, all of these in the course's language; the files every assignment is handed
out with; and the hints.  Whatever else stands in the folder is the instructor's and left alone.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from grader.authoring.known_answers import KNOWN, known_answers
from grader.authoring.notebook import notebook_source, student_notebook
from grader.authoring.stubs import is_notebook, looks_made, read_source, stub_of
from grader.authoring.texts import Say, in_markdown, in_python
from grader.authoring.translating import WORDS, translation, words
from grader.course import PACKAGE, Assignment
from grader.errors import UsageProblem, did_you_mean, quoted
from grader.phrases.catalogue import load_hints
from grader.whole_files import PUBLIC, write_whole

HANDOUT = PACKAGE / "handout"
HINTS = "hints.json"
HOMEWORK = "checks/homework.json"


def build_assignment(assignment: Assignment) -> list[Path]:
    """Write the files students receive, and remove stubs whose solution has gone.

    Returns the paths that were written or removed: none, if everything was in place.  Each file
    is written whole or not at all, and none before all could be made; UsageProblem says what is
    wrong with a solution, or why a file cannot be written.
    """
    folder = assignment.stubs
    made = _made(assignment)
    different = [name for name, content in made.items() if _differs(folder / name, content)]
    for name in different:
        _write(folder / name, made[name])
    touched = [folder / name for name in different]
    for path in _left_over(folder, made):
        with _said(path):
            path.unlink()
        touched.append(path)
    return touched


def stale(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each file in the students' folder that the command would change."""
    folder = assignment.stubs
    made = _made(assignment)
    for name, content in made.items():
        if not os.path.lexists(folder / name):
            yield f"{name} is missing"
        elif _differs(folder / name, content):
            yield f"{name} is not what the command makes"
    for path in _left_over(folder, made):
        yield f"{path.name} is the stub of a solution that is not there"


def _made(assignment: Assignment) -> dict[str, str]:
    """Return the text of every file the command makes, by its name in the students' folder."""
    say = translation(assignment)
    made = {name: in_python(text, say) for name, text in _stubs(assignment.solutions).items()}
    taken = {path.stem for path in HANDOUT.iterdir()}
    for name in made:
        if Path(name).stem in taken:
            raise UsageProblem(
                f"{quoted(assignment.solutions / name)} has the name of a file that every "
                "assignment is handed out with. Give it another name."
            )
    for path in sorted(HANDOUT.rglob("*.py")):
        name = path.relative_to(HANDOUT).as_posix()
        if not _is_another(assignment.stubs / name, path):
            made[name] = read_source(path)
    made |= _handed_out(assignment, say)
    made[WORDS] = words(assignment)
    made[HOMEWORK] = _homework(assignment)
    made[KNOWN] = known_answers(assignment)
    made[HINTS] = _hints(assignment)
    notebook = notebook_source(assignment)
    if notebook is not None:
        made[f"{notebook.stem}.ipynb"] = student_notebook(assignment, notebook, say)
    return made


def _handed_out(assignment: Assignment, say: Say) -> dict[str, str]:
    """Return what stands in ``handout/`` of the solutions, in the course's language."""
    made = {}
    for path in sorted(assignment.handed_out.glob("*")):
        if path.name.startswith((".", "__")):
            continue
        said = {".md": in_markdown, ".py": in_python}.get(path.suffix, _as_it_is)
        try:
            made[path.name] = said(read_source(path), say)
        except SyntaxError as error:
            raise UsageProblem(
                f"Line {error.lineno} of {quoted(path)} is not valid Python ({error.msg}). Mend it."
            ) from error
    return made


def _as_it_is(text: str, _say: Say) -> str:
    return text


def _stubs(solutions: Path) -> dict[str, str]:
    stubs = {}
    for path in sorted(solutions.glob("*.py")):
        source = read_source(path)
        if not is_notebook(source):
            stubs[path.name] = stub_of(source, path)
    if not stubs:
        raise UsageProblem(
            f"There are no solutions in {quoted(solutions)}. Put the solved .py files there."
        )
    return stubs


def _is_another(path: Path, ours: Path) -> bool:
    """Tell whether a file, by its first line, is the instructor's own of the same name."""
    try:
        first = path.read_bytes().partition(b"\n")[0].strip()
    except OSError:
        return False
    return first != ours.read_bytes().partition(b"\n")[0].strip()


def _hints(assignment: Assignment) -> str:
    """Return the hints as hint.py reads them: the contract's order, then by language."""
    names = [function.name for function in assignment.functions]
    hints: dict[str, dict[str, list[str]]] = {name: {} for name in names}
    for path in sorted(assignment.hidden.glob("hints.*.toml")):
        try:
            by_function = load_hints(path)
        except ValueError as error:
            raise UsageProblem(str(error)) from error
        for name, steps in by_function.items():
            if name not in hints:
                raise UsageProblem(
                    f"{quoted(path)} has a hint to {quoted(name)}, which is no function of "
                    f"{assignment.name}.{did_you_mean(name, names)}"
                )
            hints[name][path.name.split(".")[1]] = list(steps)
    return json.dumps(hints, indent=2, ensure_ascii=False) + "\n"


def _homework(assignment: Assignment) -> str:
    """Return what the checks at home have to know of the course."""
    known = {
        "name": assignment.name,
        "language": assignment.language,
        "python": assignment.python,
        "numpy": assignment.numpy,
        "data": " ".join(assignment.data),
    }
    return json.dumps(known, indent=2, ensure_ascii=False) + "\n"


def _left_over(folder: Path, made: dict[str, str]) -> Iterator[Path]:
    for path in sorted(folder.glob("*.py")):
        if path.name not in made and path.is_file() and looks_made(read_source(path)):
            yield path


def _differs(path: Path, content: str) -> bool:
    try:
        return path.is_symlink() or path.read_bytes() != content.encode()
    except OSError:
        return True


def _write(path: Path, content: str) -> None:
    with _said(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content, PUBLIC)


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageProblem(
            f"{quoted(path)} cannot be written ({error.strerror}). Make room or correct its "
            "permissions, and run the command again."
        ) from error
