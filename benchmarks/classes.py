"""Makes classes of any size from the sample class, right and wrong in its proportions.

Every submission is another program: variables are called otherwise and every function holds a
constant of its own, so that nothing that is judged once for several is judged once here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from benchmarks.variants import another

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = "rnn_bptt"
SAMPLES = ROOT / "samples" / ASSIGNMENT / "submitted"
LOOPS, ABORTS, ATTACKS = "quentin_dubois", "rosa_delgado", "victor_hale"

LOOPING = {
    "rnn_cell.py": ("softmax", "rnn_cell_forward", "rnn_cell_backward"),
    "rnn_sequence.py": ("rnn_forward", "rnn_backward"),
    "numpy_vs_torch.py": ("compare_with_torch",),
}
_LOOP = "def {name}(*arguments):\n    while True:\n        pass\n\n\n"
_LOOPING_CELL = (
    "class RNNCell:\n    def __init__(self, *arguments):\n        while True:\n            pass\n"
)


def models(but: Sequence[str] = (LOOPS,)) -> list[Path]:
    """Return the folders of the sample class's submissions, those named left out.

    The one that loops is left out where nothing else is said: what a loop costs is set by the
    limit, not by the grader.
    """
    students = sorted(path for path in SAMPLES.iterdir() if path.name not in but)
    return [student / ASSIGNMENT for student in students]


def make_class(folder: Path, size: int, looping: int = 0) -> Path:
    """Write ``size`` different submissions as an nbgrader tree and return its folder.

    ``looping`` of them, spread evenly, loop for ever in every function.
    """
    loops = {(2 * place + 1) * size // (2 * looping) for place in range(looping)}
    for number, model in enumerate(islice(cycle(models()), size)):
        name = "looping" if number in loops else model.parent.name
        target = folder / f"{name}_{number:05}" / ASSIGNMENT
        target.mkdir(parents=True)
        for file, text in looping_files() if number in loops else _files(model):
            (target / file).write_text(another(text, number), "utf-8")
    return folder


def make_different(folder: Path, size: int, of: Sequence[Path]) -> Path:
    """Write ``size`` different submissions made of some folders in turn."""
    for number, model in enumerate(islice(cycle(of), size)):
        target = folder / f"{model.parent.name}_{number:05}" / ASSIGNMENT
        target.mkdir(parents=True)
        for file, text in _files(model):
            (target / file).write_text(another(text, number), "utf-8")
    return folder


def make_copies(folder: Path, size: int, model: Path) -> Path:
    """Write ``size`` submissions that all hold the Python files of one folder."""
    for number in range(size):
        target = folder / f"copy_{number:05}" / ASSIGNMENT
        target.mkdir(parents=True)
        for file, text in _files(model):
            (target / file).write_text(text, "utf-8")
    return folder


def submissions(folder: Path) -> dict[str, Path]:
    """Return the submissions of a made class, by student."""
    return {student.name: student / ASSIGNMENT for student in sorted(folder.iterdir())}


def looping_files() -> Iterator[tuple[str, str]]:
    """Yield the files of a submission whose every function loops for ever."""
    for file, names in LOOPING.items():
        cell = _LOOPING_CELL if file == "numpy_vs_torch.py" else ""
        yield file, "".join(_LOOP.format(name=name) for name in names) + cell


def _files(model: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(model.glob("*.py")):
        yield path.name, path.read_text("utf-8")
