"""The language of feedback: the one asked for, or else the one kept, or else the assignment's."""

from __future__ import annotations

from pathlib import Path

from grader.course import POINTS_FILE, Assignment
from grader.errors import UsageProblem, quoted
from grader.phrases import Phrases, languages
from grader.running.stored_results import kept_language


def phrases_of(task: Assignment, lang: str | None = None, out: Path | None = None) -> Phrases:
    """Return the words for an assignment's students.

    ``lang`` is the language asked for, ``out`` a results folder, which keeps what was asked for
    before.  UsageProblem where there are no words in a language, or they cannot be read.
    """
    if lang is None and out is not None and (kept := kept_language(out)) in languages():
        lang = kept
    elif lang is None and task.language not in languages():
        raise UsageProblem(
            f'In {quoted(task.hidden / POINTS_FILE)}, "language" must be one of '
            f"{', '.join(languages())}, not {task.language!r}."
        )
    try:
        return Phrases.of(task.hidden, task.language if lang is None else lang)
    except ValueError as error:
        raise UsageProblem(str(error)) from error
