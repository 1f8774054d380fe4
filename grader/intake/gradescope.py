"""The bulk download of Gradescope: numbered folders, and a file that says whose they are.

``submission_metadata.yml`` has an entry per folder (``submission_12345``) with its
``:submitters``, each of them with ``:name``, ``:sid`` and ``:email``; a group has several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from grader.course import Assignment
from grader.errors import quoted
from grader.intake.folders import FILE, Folder, TooLarge, shown, subfolders
from grader.intake.listing import Entry, Listing, Root, counted, named
from grader.record import Identity

METADATA = "submission_metadata.yml"
MAX_METADATA = 256 * 2**20
"""Bytes of the metadata, which hold the results of Gradescope's own autograder too."""
MAX_PEOPLE = 100
"""Submitters of one folder."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads plain text and makes nothing of it: a student number keeps its leading zeros."""

_FOLDER = re.compile(r"submission_(\d+)")


def gradescope(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment
) -> tuple[Listing, dict[str, str]]:
    """Return the students of a Gradescope download, and the entries that are not theirs."""
    numbered = [name for name in subfolders(kinds) if _FOLDER.fullmatch(name)]
    metadata = kinds.get(METADATA) == FILE
    listing = Listing()
    if not metadata and not numbered:
        return listing, dict(kinds)
    submitters = _submitters(folder, listing) if metadata else {}
    if not metadata:
        listing.warnings.append(
            f"{quoted(folder.origin)} looks like a download of Gradescope but has no "
            f"{quoted(METADATA)}: students go by the names of their folders."
        )
    folders = [name for name in subfolders(kinds) if name in numbered or name in submitters]
    known: dict[str, str] = {}
    for name in sorted(folders, key=_rank, reverse=True):
        where = f"{folder.origin}/{shown(name)}"
        root = Root(folder.enter(name).alone())
        people = submitters.get(name) or []
        entries = []
        for one in people:
            student = _student(one, name)
            if student in known:
                listing.warnings.append(
                    f"{quoted(student)} handed in both {quoted(known[student])} and "
                    f"{quoted(name)}; the later one counts."
                )
                continue
            known[student] = name
            others = tuple(other for other in people if other is not one)
            entries.append(Entry(student, (root,), (one, *others)))
        if entries or not people:
            listing.grade(where, entries or [Entry(shown(name), (root,), (_nobody(name),))])
        else:
            listing.ignore(where, "all who handed it in have a later one")
    _warn_of_unnamed(listing, [name for name in folders if submitters and not submitters.get(name)])
    for name in sorted(submitters.keys() - set(folders), key=_rank):
        who = named(_student(one, name) for one in submitters[name])
        if submitters[name]:
            listing.leave(f"{folder.origin}/{shown(name)}", f"its folder is not there ({who})")
    if metadata:
        listing.ignore(f"{folder.origin}/{METADATA}", "Gradescope's list of who handed in what")
    taken = {METADATA, *folders}
    return listing, {name: kind for name, kind in kinds.items() if name not in taken}


def _rank(name: str) -> tuple[int, str]:
    match = _FOLDER.fullmatch(name)
    return (len(match[1]), match[1]) if match else (0, name)


def _student(one: Identity, folder: str) -> str:
    """Return the name of a student's results, made of what is known of this student alone."""
    if not one.name:
        return one.user or one.email or shown(folder)
    return f"{one.name}_{one.user or one.email or shown(folder)}"


def _nobody(folder: str) -> Identity:
    match = _FOLDER.fullmatch(folder)
    return Identity(system="gradescope", submission=match[1] if match else shown(folder))


def _warn_of_unnamed(listing: Listing, unnamed: list[str]) -> None:
    if unnamed:
        own = "its own name" if len(unnamed) == 1 else "their own names"
        listing.warnings.append(
            f"{quoted(METADATA)} names nobody for {counted(len(unnamed), 'folder', 'folders')}, "
            f"graded under {own}: {named(unnamed)}."
        )


def _submitters(folder: Folder, listing: Listing) -> dict[str, list[Identity]]:
    """Return who handed in each folder."""
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


def _people(record: Any, folder: str) -> Iterator[Identity]:
    if not isinstance(record, dict):
        return
    people, history = record.get(":submitters"), record.get(":history")
    match = _FOLDER.fullmatch(folder)
    for person in people[:MAX_PEOPLE] if isinstance(people, list) else []:
        if not isinstance(person, dict):
            continue
        name, sid, email = (_text(person.get(f":{key}")) for key in ("name", "sid", "email"))
        if name or sid or email:
            yield Identity(
                system="gradescope",
                user=sid,
                submission=match[1] if match else folder,
                name=name,
                email=email,
                attempt=len(history) + 1 if isinstance(history, list) else 0,
            )


def _text(value: object) -> str:
    """Return a text that can be part of a file's name."""
    if not isinstance(value, str):
        return ""
    text = value.encode("utf-8", "replace").decode("utf-8").replace("/", "_").replace("\0", "")
    return text.strip()[:200] if text.strip(" .") else ""
