"""The bank of wrong submissions: what each is, and which names of its causes are right."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.classes import ROOT

BANK = ROOT / "tests" / "bank"


@dataclass(frozen=True)
class Entry:
    """One wrong submission.

    ``files`` are all it hands in, ``own`` the names of those in which it differs from its base,
    and of those that it leaves out.  ``wrong`` gives for each wrong function the labels of its
    mistakes; ``unseen`` says that its author took the mistake for one that nobody catalogues.
    ``broken`` are the files that Python cannot read.
    """

    name: str
    files: Mapping[str, bytes]
    own: frozenset[str]
    wrong: Mapping[str, tuple[str, ...]]
    unseen: bool
    broken: frozenset[str]

    def write(self, folder: Path) -> Path:
        """Write the submission as a student hands it in, into a new folder of its name."""
        place = folder / self.name
        place.mkdir()
        for name, content in self.files.items():
            (place / name).write_bytes(content)
        return place


def read_bank(assignment: str) -> Iterator[Entry]:
    """Read every entry of an assignment's bank, by name."""
    bank = BANK / assignment
    for path in sorted(bank.glob("*/entry.toml")):
        said = tomllib.loads(path.read_text("utf-8"))
        missing = said.get("missing", [])
        own = _python_files(path.parent)
        files = {**_python_files(bank / "bases" / said["base"]), **own}
        yield Entry(
            name=path.parent.name,
            files={name: content for name, content in files.items() if name not in missing},
            own=frozenset([*own, *missing]),
            wrong={
                function: (labels,) if isinstance(labels, str) else tuple(labels)
                for function, labels in said["wrong"].items()
            },
            unseen=said.get("unseen", False),
            broken=frozenset(said.get("broken", [])),
        )


def read_bases(assignment: str) -> Mapping[str, Mapping[str, bytes]]:
    """Read the right submissions that the entries are made from."""
    bases = BANK / assignment / "bases"
    return {path.name: _python_files(path) for path in sorted(bases.iterdir())}


def read_labels(assignment: str) -> Mapping[str, tuple[str, ...]]:
    """Read which keys of the catalogue name each label's mistake rightly; none for some."""
    text = (BANK / assignment / "labels.toml").read_text("utf-8")
    return {label: tuple(keys) for label, keys in tomllib.loads(text).items()}


def _python_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}
