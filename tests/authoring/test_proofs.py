"""What `grade verify` proves, on an assignment of one function with a slip of its author's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.commands.main import main

SOLUTION = '''"""Clusters."""

import numpy as np


def assign(points, centres):
    """Return {"labels": the nearest centre of each point, "inertia": ..., "status": ...}."""
    ### BEGIN SOLUTION
    distances = np.sum((points[:, np.newaxis] - centres) ** 2, axis=2)
    labels = np.argmin(distances, axis=1)
    inertia = float(distances.min(axis=1).sum())
    return {"labels": labels, "inertia": inertia, "status": "far" if inertia > 1 else "near"}
    ### END SOLUTION
'''

POINTS = """\
[functions.assign]
file = "clusters.py"
outputs = { labels = 4, inertia = 3, status = 1 }
small = { rules = 2 }
"""

CASES = '''import numpy as np
import pytest

pytestmark = pytest.mark.function("assign")


@pytest.fixture
def points(draw):
    return draw(6, 2)


def test_points(student, reference, points):
    """Ordinary points."""
    student.assign(points, points[:3]).agrees_with(reference.assign(points, points[:3]))


def test_near(student):
    """Points that are centres."""
    due = {"labels": np.array([0, 1]), "inertia": 0.0, "status": "near"}
    student.assign(np.eye(2), np.eye(2)).agrees_with(due)


@pytest.mark.criterion("rules")
def test_rules(student, reference, points):
    """Arguments are left alone, and a later call changes no earlier answer."""
    first = student.assign(points, points[:3])
    first.leaves_arguments_alone()
    student.assign(points, points[3:])
    first.looked_at_again().agrees_with(reference.assign(points, points[:3]))
'''

CATALOGUE = """import numpy as np

from grader.kit import Mistakes, State, family, work_out

ASSIGN = {
    "distances": lambda s: np.sum((s.points[:, None] - s.centres) ** 2, axis=2),
    "labels": lambda s: np.argmin(s.distances, axis=1),
    "inertia": lambda s: float(s.distances.min(axis=1).sum()),
    "status": lambda s: "far" if s.inertia > 1 else "near",
}


def assign(h, points, centres):
    s = work_out(h, State(points=points, centres=centres), ASSIGN)
    return {name: getattr(s, name) for name in ("labels", "inertia", "status")}


VARIANTS = {
    "farthest_centre": [{"labels": lambda s: np.argmax(s.distances, axis=1)}],
    "root_in_inertia": [{"inertia": lambda s: float(np.sqrt(s.distances.min(axis=1)).sum())}],
}
CATALOGUE = Mistakes(families={"assign": family(ASSIGN, assign)}, variants={"assign": VARIANTS})
"""

WORDS = """\
[farthest_centre]
cause = "Each point is given the farthest centre."
next = "try two points that are centres"

[root_in_inertia]
cause = "The inertia adds up distances, not their squares."
next = "compute the inertia of one point on paper"
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one assignment that is right."""
    for place, text in {
        "solutions/clusters/clusters.py": SOLUTION,
        "hidden/clusters/assignment.toml": POINTS,
        "hidden/clusters/hints.en.toml": 'assign = ["Which centre is nearest?"]\n',
        "hidden/clusters/test_assign.py": CASES,
        "hidden/clusters/mistakes.py": CATALOGUE,
        "hidden/clusters/mistakes.en.toml": WORDS,
        "assignments/clusters/README.md": "Clusters.\n",
    }.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def verified(course: Path, *options: str) -> tuple[int, list[str]]:
    """Build, verify, and return the exit code and what is not ok."""
    assert CliRunner().invoke(main, ["build", "clusters", "--course", str(course)]).exit_code == 0
    done = CliRunner().invoke(main, ["verify", "clusters", "--course", str(course), *options])
    assert "Traceback" not in done.output
    return done.exit_code, [one for one in done.output.splitlines() if not one.startswith("ok ")]


def test_labels_numbers_and_words_are_judged_as_what_they_are(course: Path) -> None:
    """A right solution with integers and text scores full, and everything is proved."""
    assert verified(course) == (0, [])


Edit = tuple[str, str, str]

SLIPS: dict[str, tuple[list[Edit], list[str]]] = {
    "an output's name misspelt": (
        [("assignment.toml", "labels = 4", "lables = 4")],
        [
            "assign, test_assign.py::test_points: what is wrong in ['labels'] is put down to no "
            "output of assignment.toml, so that it costs lables, inertia, status",
        ],
    ),
    "a result without a name": (
        [("assignment.toml", ", status = 1", "")],
        [
            "assign, test_assign.py::test_points: what is wrong in ['status'] is put down to no "
            "output of assignment.toml, so that it costs labels, inertia",
        ],
    ),
    "outputs and criteria that no case is about": (
        [
            ("assignment.toml", "status = 1", "status = 1, centres = 1"),
            ("assignment.toml", "rules = 2", '"edge sizes" = 1, rules = 1'),
            ("test_assign.py", "first.looked_at_again()", "student.assign(points, points[:3])"),
        ],
        [
            "assign, centres: no case looks at its values",
            "assign: nothing makes the criterion 'edge sizes' fail",
            "assign, labels: no case looks at it again after a later call",
        ],
    ),
    "a key without words, a mistake that changes nothing, two that are one": (
        [
            ("mistakes.en.toml", "[root_in_inertia]", "[rooted]"),
            ("mistakes.py", "np.argmax(s.distances, axis=1)", "np.argmin(s.distances, axis=1)"),
            (
                "mistakes.py",
                "float(np.sqrt(s.distances.min(axis=1)).sum())}],",
                'float(np.sqrt(s.distances.min(axis=1)).sum())}],\n    "roots_again": '
                '[{"inertia": lambda s: float((s.distances.min(axis=1) ** 0.5).sum())}],',
            ),
        ],
        [
            "assign: the mistake root_in_inertia has no words in mistakes.en.toml",
            "mistakes.en.toml has words for rooted, which no function is known to make",
            "assign: the mistake farthest_centre changes nothing",
            "assign: the mistake farthest_centre costs nothing",
            "assign: the mistakes root_in_inertia and roots_again cannot be told apart",
        ],
    ),
    "an unknown quantity, and an unknown function": (
        [
            (
                "mistakes.py",
                '"root_in_inertia": [{"inertia"',
                '"root_in_inertia": [{"inertias"',
            ),
            (
                "mistakes.py",
                'variants={"assign": VARIANTS}',
                'variants={"assign": VARIANTS, "assing": {}}',
            ),
        ],
        [
            "assign: the mistake root_in_inertia changes 'inertias', no quantity of it",
            "assing: the catalogue names this function, assignment.toml does not",
        ],
    ),
    "a family that is not right": (
        [("mistakes.py", "** 2, axis=2)", "** 4, axis=2)")],
        ["assign, inertia: the catalogue's family answers otherwise than the solution"],
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_said(course: Path, slip: str) -> None:
    """In the words of the assignment: function, output, case and reason."""
    edits, due = SLIPS[slip]
    for file, old, new in edits:
        path = course / "hidden" / "clusters" / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
    code, said = verified(course)
    assert code == 1
    for sentence in due:
        assert any(one.endswith(sentence) for one in said), "\n".join(said)


BREAKS: dict[str, tuple[Callable[[str], str], str]] = {
    "an unmarked test": (
        lambda text: text.replace('pytestmark = pytest.mark.function("assign")\n', ""),
        "mark it with function",
    ),
    "a witness that is not there": (
        lambda text: text.replace("points(draw):", 'points(draw, witness):\n    witness("none")'),
        "the witness none gave no answer: it raises ",
    ),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_case_ends_in_one_sentence(course: Path, broken: str) -> None:
    """Nothing is judged, and why stands in one line."""
    change, due = BREAKS[broken]
    path = course / "hidden" / "clusters" / "test_assign.py"
    path.write_text(change(CASES), "utf-8")
    code, said = verified(course)
    assert code == 3
    (sentence,) = said
    assert due in sentence
    assert len(sentence) < 600


@pytest.mark.parametrize("part", ["hidden/clusters/witness.py", "solutions/clusters/clusters.py"])
def test_pytorch_that_assignment_toml_says_is_not_used(course: Path, part: str) -> None:
    """One short sentence, before anything is started."""
    path = course / part
    text = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{text}\n\ndef by_torch():\n    from torch import nn\n", "utf-8")
    code, said = verified(course)
    assert code == 2
    toml = course / "hidden" / "clusters" / "assignment.toml"
    assert said == [f'Error: In "{toml}", "torch" must be true: {path.name} imports PyTorch.']


def test_a_language_without_words(course: Path) -> None:
    """Nothing could be told in it."""
    toml = course / "hidden" / "clusters" / "assignment.toml"
    toml.write_text('language = "fr"\n' + POINTS, "utf-8")
    assert verified(course) == (
        2,
        [f'Error: In "{toml}", "language" must be one of en, zh, not \'fr\'.'],
    )


def test_probes_that_cannot_be_imported(course: Path) -> None:
    """They are named, and not what they keep from being judged."""
    probes = "from grader.kit import drawn\n\n\ndef twice(module):\n    return drawn\n"
    (course / "hidden" / "clusters" / "probes.py").write_text(probes, "utf-8")
    code, said = verified(course)
    assert code == 1
    assert said[:2] == [
        f"wrong  the solutions score 10 (seed {seed}): probes.py cannot be imported in a worker "
        "(ModuleNotFoundError: No module named 'grader.kit')"
        for seed in (0, 1)
    ]


def test_what_was_found_as_json(course: Path) -> None:
    """Every check with its faults."""
    import json

    path = course / "hidden" / "clusters" / "assignment.toml"
    path.write_text(POINTS.replace("status = 1", "status = 1, centres = 1"), "utf-8")
    code, said = verified(course, "--json")
    assert code == 1
    told = json.loads("\n".join(said))
    assert told["ok"] is False
    (bad,) = [one for one in told["checks"] if not one["ok"]]
    assert bad["faults"] == [
        {
            "reason": "no case looks at its values",
            "function": "assign",
            "output": "centres",
            "case": "",
        }
    ]


def test_known_submissions_are_held_to_what_is_expected(course: Path) -> None:
    """Points and causes, each by function; a file that cannot be used is said."""
    home = course / "known" / "clusters"
    for name, expected in {
        "farthest": '[scores]\nassign = 5.0\n\n[causes]\nassign = ["farthest_centre"]\n',
        "right": "",
        "scores_in_words": '[scores]\nassign = "5"\n',
        "told_in_words": '[causes]\nassign = "farthest_centre"\n',
        "wrongly_expected": "[scores]\nassign = 9\n",
    }.items():
        (home / name).mkdir(parents=True)
        (home / name / "expected.toml").write_text(f'why = "It shows."\n{expected}', "utf-8")
    far = SOLUTION.replace("np.argmin(distances", "np.argmax(distances")
    (home / "farthest" / "clusters.py").write_text(far, "utf-8")
    (home / "without").mkdir()
    code, said = verified(course)
    assert code == 1
    assert said[:5] == [
        "wrong  each known submission earns what it must, and is told why",
        "         scores_in_words: expected.toml cannot be used: scores.assign must be a number of "
        "points, not '5'",
        "         told_in_words: expected.toml cannot be used: causes.assign must be a list of "
        "mistakes, not 'farthest_centre'",
        "         without: expected.toml cannot be used: it is missing",
        "         assign, wrongly_expected: 10 points, not 9",
    ]
