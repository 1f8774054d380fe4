"""The texts that only the instructor's page about a class has, and the facts that each may name."""

from __future__ import annotations

from collections.abc import Mapping

_PLAIN = (
    "skip", "contents", "submissions", "mean", "median", "quartiles", "range", "nothing", "all",
    "same", "side by side", "pairs", "no pairs", "not in the gradebook", "learn", "cause", "who",
    "students", "nothing wrong", "several", "numbers", "by function", "points", "seconds",
    "scores chart", "functions chart", "seconds chart", "mean points", "criteria", "about criteria",
    "criterion", "passed", "separates", "no telling", "time", "everybody", "wrong first", "copied",
    "do", "search", "none found", "previous", "following", "unknown", "sort",
    "sort back", "sort off",
)  # fmt: skip

REPORT: Mapping[str, frozenset[str]] = {
    **{f"report {name}": frozenset() for name in _PLAIN},
    "report title": frozenset({"assignment"}),
    "report made": frozenset({"time"}),
    "report behind": frozenset({"students", "command"}),
    "report without": frozenset({"gradebook"}),
    "report of": frozenset({"part", "whole"}),
    "report from to": frozenset({"low", "high"}),
    "report passed of": frozenset({"passed", "judged", "share"}),
    "report count": frozenset({"count"}),
    "report share": frozenset({"count", "share"}),
    "report more": frozenset({"count"}),
    "report task": frozenset({"task"}),
    "report how": frozenset({"task", "command", "file"}),
    "report sent by": frozenset({"accounts"}),
    "report times": frozenset({"said", "named"}),
    "report linked": frozenset({"file"}),
    "report one account": frozenset({"account"}),
    "report alike": frozenset({"low", "high"}),
    "report pair": frozenset({"first", "second", "share"}),
    "report more alike": frozenset({"count"}),
    "report not compared": frozenset({"command"}),
    "report left out": frozenset({"student", "file"}),
    "report rarer": frozenset({"count"}),
    "report few": frozenset({"count"}),
    "report took": frozenset({"median", "most"}),
    "report amount": frozenset({"amount"}),
    "report copy": frozenset({"addresses", "without"}),
    "report copy names": frozenset({"count"}),
    "report shown": frozenset({"first", "last", "all"}),
    "report found": frozenset({"all"}),
    "report each": frozenset({"choice"}),
}
