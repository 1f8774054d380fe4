"""Rules for known mistakes that show in no numbers: exceptions, types, names, precision.

A rule looks at a finding and, for an exception, at the worker's own words for it.  Those are
not to be trusted, nor ever shown: they only choose one of the keys below.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from grader.diagnosis.catalogue import Rules
from grader.diagnosis.exception_patterns import (
    BY_KIND,
    BY_TEXT,
    FOLLOWS_FROM_ARGUMENTS,
    GONE_FROM_NUMPY,
    SHAPE_ERRORS,
)
from grader.diagnosis.rule_evidence import NO_NAME, Evidence
from grader.diagnosis.same_numbers import are_alike, is_one_column
from grader.record import Fact, Finding
from grader.source.reading import Source

_SAID_ITSELF = frozenset(
    {"argument changed", "argument returned", "result changed later", "extra key"}
)
"""Findings that say what is wrong in the cases about rules: nothing is left to be guessed."""


def recognised_by_rule(
    findings: Sequence[Finding],
    evidence: Evidence,
    own: Rules,
) -> Iterator[str]:
    """Yield the keys of mistakes that findings show; ``own`` are the assignment's for them.

    What numbers explain, and what may follow from the first thing wrong, needs no rule.
    """
    spoilt = {one.output for one in findings if one.kind != "result changed later"}
    told = False
    for number, finding in enumerate(findings):
        text, body = evidence.text(finding), evidence.source.own
        key = "state_kept_between_calls" if _was_right_at_first(finding, evidence) else ""
        key = key or next((key for key, fits in own.items() if fits(finding, text, body)), "")
        key = key or _of_finding(finding, evidence)
        if key and (
            (number == 0 and not evidence.explained)
            or finding.kind in ("argument changed", "missing key")
            or (finding.kind == "result changed later" and finding.output not in spoilt)
        ):
            told = True
            yield key
    kinds = {finding.kind for finding in findings if not _is_left_over(finding, evidence)}
    keeps = evidence.in_rules_alone and evidence.source.keeps
    if keeps and not told and not kinds & _SAID_ITSELF:
        yield "state_kept_between_calls"


def _is_left_over(finding: Finding, evidence: Evidence) -> bool:
    """Whether a key is too many that the function has nowhere written: it is another call's."""
    key = finding.facts.get("key")
    written = re.search(rf"[\"']{re.escape(str(key))}[\"']", evidence.source.own)
    return finding.kind == "extra key" and not written


def _of_finding(finding: Finding, evidence: Evidence) -> str:
    kind, facts = finding.kind, finding.facts
    if kind == "raised":
        return _of_exception(finding, evidence)
    if kind == "dtype" and facts.get("due", "float64") == "float64":
        dtype = str(facts.get("dtype", ""))
        narrow = {"float32": "float32", "float16": "float32"}
        return narrow.get(dtype, "whole_numbers" if "int" in dtype else "")
    if kind == "returned nothing":
        return _of_nothing(evidence)
    if kind in ("type", "length") and not finding.output:
        return _of_form(finding)
    if kind in ("not numbers", "type") and "object" in str(facts.get("type", "")):
        appends = re.search(r"\b(\w+)\s*=\s*np\.append\(\s*\1\b", evidence.source.text)
        return "np_append_on_a_list" if appends else "array_of_objects"
    if kind == "shape":
        if is_one_column(evidence.named(finding.output), facts.get("due")):
            return "column_spread"
        return _of_shape(facts.get("shape"), facts.get("due"), evidence)
    if kind == "precision":
        if not evidence.source.imprecise:
            return "approximated"
        return "" if evidence.source.approximates else "float32"
    if kind in ("values", "not finite"):
        return _of_values(finding, evidence)
    if kind == "missing key":
        return _of_key(str(facts.get("key", "")), evidence)
    if kind in ("memory", "too large answer") and not evidence.source.grows:
        return ""
    if kind == "cpu limit" and not evidence.source.endless:
        return ""  # it may only be slow
    return BY_KIND.get(kind, "")


def _of_form(finding: Finding) -> str:
    """Tell what was returned in place of a dict or a tuple."""
    if finding.kind == "length":
        return "other_number_of_results"
    got, due = finding.facts.get("type"), finding.facts.get("due")
    if due == "dict":
        return "dict_expected" if got in ("tuple", "list", "array") else ""
    return "one_result_of_several" if due == "tuple" and got in ("array", "float") else ""


def _of_shape(shape: Fact, due: Fact, evidence: Evidence) -> str:
    """Tell axes that changed places, sizes of another example, and results beside the one due."""
    if not isinstance(shape, tuple) or not isinstance(due, tuple) or shape == due:
        return ""
    alone = len(evidence.function.outputs) == 1 and not evidence.keys
    several = alone and any(isinstance(data, tuple) for data in evidence.returned())
    if several and len(shape) == len(due) + 1:
        return "other_number_of_results"
    alike = zip(shape, due, strict=True) if len(shape) == len(due) else ()
    if evidence.source.sizes & {got for got, size in alike if got != size}:
        return "sizes_written_into_code"
    if sorted(map(str, shape)) != sorted(map(str, due)) or len(set(due)) < len(due):
        return ""
    return {2: "transposed", 3: "axes_in_other_order"}.get(len(due), "")


def _was_right_at_first(finding: Finding, evidence: Evidence) -> bool:
    """Whether an output of a wrong length or shape, or with a key too many, was right at first."""
    source = evidence.source
    kinds = ("length", "shape", "extra key")
    is_later = finding.kind in kinds and finding.output and evidence.begins_right
    return bool(is_later) and source.keeps and not source.sizes


def _of_values(finding: Finding, evidence: Evidence) -> str:
    """Tell what makes numbers wrong in some of the cases, or other ones every time."""
    if evidence.source.random:
        return "random_numbers"
    if evidence.begins_right and evidence.source.keeps:
        return "state_kept_between_calls"
    if evidence.source.shares and any(map(are_alike, evidence.returned())):
        return "one_array_under_several_names"
    return "sizes_written_into_code" if evidence.source.sizes & evidence.sizes_of_right else ""


def _of_key(key: str, evidence: Evidence) -> str:
    """Tell a key with another name from one that is left out."""
    for data in evidence.returned():
        if isinstance(data, dict) and key not in data:
            others = [_bare(name) for name in data if name not in evidence.keys]
            as_many = len(others) == len(evidence.keys - data.keys())
            cutoff = 0.42 if as_many else 0.6
            near = difflib.get_close_matches(_bare(key), others, n=1, cutoff=cutoff)
            return "key_misnamed" if near else "key_missing"
    return ""


def _of_nothing(evidence: Evidence) -> str:
    """Tell a None in the place of one result from a function that returns nothing."""
    body = evidence.source.own
    if any(data is None for data in evidence.returned()):
        if evidence.source.empty:
            return "nothing_written"
        returns = re.search(r"^[ \t]+return[ \t]+\S", body, re.MULTILINE)
        return (
            "placeholder_left" if returns and re.search(r"=\s*None\b", body) else "return_missing"
        )
    reads, placeholder = evidence.source.reads_grad, evidence.source.placeholder
    if reads and placeholder:  # it may be either
        return ""
    return "gradient_not_asked_for" if reads else "placeholder_left" if placeholder else ""


def _bare(name: str) -> str:
    return name.lower().replace("_", "")


def _of_exception(finding: Finding, evidence: Evidence) -> str:
    error, line = finding.facts.get("error"), str(finding.facts.get("source_line", ""))
    raised, text = evidence.raised(), evidence.text(finding)
    if re.search(r"\bnp\.append\b", line) and error in ("ValueError", "TypeError"):
        return "np_append_on_a_list"
    if error == "AttributeError" and re.search(rf"\b(np|numpy)\.({GONE_FROM_NUMPY})\b", line):
        return "gone_from_numpy"
    if re.match(
        r"assert\s+(False|0)\b|raise\b.*\b(todo|(not|un)\W*(yet )?(done|finished))", line, re.I
    ):
        return "stopped_on_purpose"
    if finding.raised_on_purpose:
        return ""  # no pattern knows why
    key = next((key for key, words in BY_TEXT if re.fullmatch(words, text, re.DOTALL)), "")
    key = "no_such_key" if error == "KeyError" else key
    if key == "attribute_not_there" and not evidence.source.defines(text.split("'")[1]):
        return ""
    if key == "names_of_pytorch" and not _method_in(line, text.partition("(")[0]):
        return "called_with_other_arguments"
    if key == "append_returns_nothing" and not evidence.source.replaces_by_append:
        return "none_is_used"
    if key == "gradient_not_asked_for" and "NoneType" in text and not evidence.source.goes_back:
        return "none_is_used"
    if key == "none_is_used" and not line:  # who called it found nothing
        return "nothing_written" if evidence.source.empty else "return_missing"
    if key in SHAPE_ERRORS:
        later = raised[0] is None and all(raised[1:3])
        if later and evidence.source.keeps and not evidence.source.sizes:
            return "state_kept_between_calls"
        if _strange_sizes(text, finding, evidence.source):
            return "sizes_written_into_code"
    if key in FOLLOWS_FROM_ARGUMENTS and _in_a_right_one(error, evidence):
        return "neighbour_given_other_arguments"
    return key


def _method_in(line: str, name: str) -> bool:
    """Whether a line calls a method, or a function of a module, of a name of NumPy's."""
    bare = name.removeprefix("_").removeprefix("a") if name[:2] == "_a" else name.lstrip("_")
    return re.search(rf"\.a?{re.escape(bare)}\(", line) is not None


def _in_a_right_one(error: Fact, evidence: Evidence) -> bool:
    """Whether an exception came up below the function, in another one that is right."""
    raised = (one for one in evidence.raised() if one and error in (one.type, *one.bases, NO_NAME))
    frames = next((one.frames for one in raised), ())
    owners = {evidence.source.owner(file, line) for file, line, _ in frames}
    return bool(owners & evidence.right - {evidence.function.name})


def _strange_sizes(text: str, finding: Finding, source: Source) -> bool:
    """Whether a size is written into the function as a number."""
    known = {0, 1, *finding.sizes.values()}
    said = re.findall(r"\([\d, ]+\)|size \d+|different from \d+", text)
    shapes = [set(_numbers([one])) for one in said]
    if any(shape - {1} and shape - {1} <= source.sizes for shape in shapes):
        return True
    if finding.sizes and any((shape - known) & source.sizes for shape in shapes):
        return True
    line = finding.facts.get("line")
    around = source.around(line) if isinstance(line, int) else ""
    around = re.sub(r"\bfor _\w* in range\(\d+\)", "", around)  # so many of the same
    made = re.findall(r"\b(?:reshape|zeros|ones|empty|randn|range)\(+([\d, ]+)\)", around)
    return any(number > 1 for number in _numbers(made))


def _numbers(texts: Sequence[str]) -> Iterator[int]:
    for text in texts:
        yield from map(int, re.findall(r"\d{1,9}", text))
