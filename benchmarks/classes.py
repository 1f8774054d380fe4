"""Makes classes of any size from the sample class, in its proportions.

Every submission differs from every other by a comment, so that none is judged once for several.
Students whose work loops for ever are left out unless they are asked for: what a loop costs is
set by the limit, not by the grader.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples" / "rnn_bptt" / "submitted"
LOOPS = {"quentin_dubois"}


def make_class(folder: Path, size: int, assignment: str = "rnn_bptt") -> Path:
    """Write ``size`` different submissions as an nbgrader tree and return its folder."""
    models = sorted(path for path in SAMPLES.iterdir() if path.name not in LOOPS)
    for number in range(size):
        model = models[number % len(models)]
        target = folder / f"{model.name}_{number:05}" / assignment
        target.mkdir(parents=True)
        for source in (model / assignment).glob("*.py"):
            text = source.read_text("utf-8") + f"\n# submission {number}\n"
            (target / source.name).write_text(text, "utf-8")
    return folder
