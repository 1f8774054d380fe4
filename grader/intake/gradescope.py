"""The bulk download of Gradescope: numbered folders, and a file that says whose they are.

``submission_metadata.yml`` has an entry per folder (``submission_12345``) with its
``:submitters``, each of them with ``:name``, ``:sid`` and ``:email``; a group has several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from grader.errors import quoted
from grader.intake.folders import FILE, Folder, TooLarge, shown, subfolders
from grader.intake.listing import Entry, Listing, counted, named

METADATA = "submission_metadata.yml"
MAX_METADATA = 256 * 2**20
"""Bytes of the metadata, which hold the results of Gradescope's own autograder too."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads plain text and makes nothing of it: a student number keeps its leading zeros."""

_FOLDER = re.compile(r"submission_\d+")


def gradescope(folder: Folder, kinds: Mapping[str, str], _: object) -> Listing | None:
    """Return the students of a Gradescope download, or None where this is none."""
    numbered = [name for name in subfolders(kinds) if _FOLDER.fullmatch(name)]
    metadata = kinds.get(METADATA) == FILE
    if not metadata and not numbered:
        return None
    listing = Listing()
    submitters = _submitters(folder, listing) if metadata else {}
    if not metadata:
        listing.warnings.append(
            f"{quoted(folder.origin)} looks like a download of Gradescope but has no "
            f"{quoted(METADATA)}: students go by the names of their folders."
        )
    folders = [name for name in subfolders(kinds) if name in numbered or name in submitters]
    for name in folders:
        place = folder.enter(name).alone()
        students = submitters.get(name) or [(shown(name), "")]
        listing.entries += [Entry(student, place, number) for student, number in students]
    unnamed = [name for name in folders if submitters and not submitters.get(name)]
    if unnamed:
        listing.warnings.append(
            f"{quoted(METADATA)} names nobody for {counted(len(unnamed), 'folder', 'folders')}, "
            f"graded under its own name: {named(unnamed)}."
            if len(unnamed) == 1
            else f"{quoted(METADATA)} names nobody for {len(unnamed)} folders, graded under "
            f"their own names: {named(unnamed)}."
        )
    strangers = (name for name in kinds if name != METADATA and name not in folders)
    listing.warn_of_strangers(strangers, folder, "a download of Gradescope")
    return listing if listing.entries else None


def _submitters(folder: Folder, listing: Listing) -> dict[str, list[tuple[str, str]]]:
    """Return who handed in each folder, as names and numbers (or addresses)."""
    try:
        table = yaml.load(folder.read(METADATA, MAX_METADATA), _LOADER)
    except (yaml.YAMLError, OSError, TooLarge, ValueError, RecursionError):
        table = None
    if not isinstance(table, dict):
        listing.warnings.append(
            f"{quoted(f'{folder.origin}/{METADATA}')} cannot be read as YAML: "
            "students go by the names of their folders."
        )
        return {}
    return {str(name): list(_people(record, str(name))) for name, record in table.items()}


def _people(record: Any, folder: str) -> Iterator[tuple[str, str]]:
    people = record.get(":submitters") if isinstance(record, dict) else None
    for person in people if isinstance(people, list) else []:
        if not isinstance(person, dict):
            continue
        name, sid, email = (_text(person.get(f":{key}")) for key in ("name", "sid", "email"))
        yield name or sid or email or folder, sid or email


def _text(value: object) -> str:
    """Return a text that can be part of a file's name."""
    if not isinstance(value, str):
        return ""
    text = value.encode("utf-8", "replace").decode("utf-8").replace("/", "_").replace("\0", "")
    return text.strip() if text.strip(" .") else ""
