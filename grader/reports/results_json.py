"""Gradescope's ``results.json``, with our own record inside, and the way back.

``tests`` has exactly one entry per function.  A function that was not judged has neither score
nor status, and then the whole has no score.  ``extra_data`` holds ``format_version`` and
``record``, from which the report is rebuilt exactly, and the ``language`` of the student's files.
Its ``seal`` is a digest of all the rest: what was changed by hand does not fit it, and is not taken
for a verdict.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from grader.phrases import Phrases
from grader.record import FORMAT_VERSION, FunctionResult, Report, Status
from grader.reports.entry import (
    REMARK,
    Entry,
    begin_with,
    entries,
    entry,
    first_wrong,
    nothing_to_do,
    points,
    rounded,
)
from grader.reports.record_json import pack, unpack


class OtherVersion(ValueError):
    """Another version of the grader wrote a record."""


def to_results(report: Report, phrases: Phrases) -> dict[str, Any]:
    """Return a report as JSON data in Gradescope's schema."""
    score = {} if report.score is None else {"score": rounded(report.score)}
    results: dict[str, Any] = {
        **score,
        "execution_time": report.seconds,
        "visibility": "visible",
        "output": _summary(report, phrases),
        "output_format": "text",
        "tests": [_test(result, phrases) for result in report.functions],
        "extra_data": {
            "format_version": FORMAT_VERSION,
            "language": phrases.language,
            "record": pack(report),
        },
    }
    results["extra_data"]["seal"] = _seal(results)
    return results


def _seal(results: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all of a results.json but its seal, however it is laid out."""
    extra = {name: value for name, value in results["extra_data"].items() if name != "seal"}
    text = json.dumps({**results, "extra_data": extra}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def dumps(report: Report, phrases: Phrases) -> str:
    """Return the text of results.json: ASCII, one line, keys in a fixed order."""
    return json.dumps(to_results(report, phrases), allow_nan=False) + "\n"


def from_results(results: object) -> Report:
    """Return the report that ``to_results`` was given.

    ValueError says in one sentence what is missing, malformed or changed, OtherVersion that
    another version of the grader wrote it.
    """
    extra = results.get("extra_data") if isinstance(results, dict) else None
    if (
        not isinstance(results, dict)
        or not isinstance(extra, dict)
        or "format_version" not in extra
        or "record" not in extra
    ):
        raise ValueError("This is not a results.json of this grader: it holds no record.")
    version = extra["format_version"]
    if isinstance(version, bool) or version != FORMAT_VERSION:
        raise OtherVersion(
            f"The record has format version {version!r}; this grader reads {FORMAT_VERSION}. "
            "Grade the submission again."
        )
    if extra.get("seal") != _seal(results):
        raise ValueError("It was changed after it was written: its seal does not fit.")
    return unpack(extra["record"])


def language_of(results: object) -> str:
    """Return the language that ``to_results`` was given; "" where it is not told."""
    extra = results.get("extra_data") if isinstance(results, dict) else None
    language = extra.get("language") if isinstance(extra, dict) else None
    return language if isinstance(language, str) else ""


def loads(content: str | bytes) -> Report:
    """Return the report in a results.json, UTF-8 where it is bytes; ValueError as above."""
    try:
        results = json.loads(content if isinstance(content, str) else content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"This is not a results.json: {error}.") from error
    return from_results(results)


def _test(result: FunctionResult, phrases: Phrases) -> dict[str, Any]:
    judged = result.score is not None
    test: dict[str, Any] = {"name": result.name}
    if result.score is not None:
        test["score"] = rounded(result.score)
    test["max_score"] = rounded(result.max_score)
    if judged:
        test["status"] = "passed" if result.status is Status.PASSED else "failed"
    test["output"] = _said(entry(result, phrases), phrases)
    test["output_format"] = "text"
    return test


def _said(one: Entry, phrases: Phrases) -> str:
    aside = [one.aside] if one.aside else []
    rows = (f"{label}{phrases.colon}{sentence}" for label, sentence in one.rows)
    return "\n".join([*aside, *rows])


def _summary(report: Report, phrases: Phrases) -> str:
    score = points(report.score, report.max_score, phrases)
    isolation = phrases.word("isolation", {"isolation": report.isolation})
    remarks = [_said(one, phrases) for one in entries(report, phrases) if one.mark == REMARK]
    first = first_wrong(report)
    if first is None:
        last = nothing_to_do(report, phrases)
    else:
        begin = begin_with(first)
        last = f"{phrases.word('label first')} {begin}{phrases.colon}{phrases.next(first)}"
    return "\n".join([f"{score}   {isolation}", *remarks, last])
