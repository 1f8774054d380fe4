"""Fingerprints of a unit: winnowing, after Schleimer, Wilkerson and Aiken (SIGMOD 2003).

Every run of K tokens has a hash; of every W neighbouring hashes the smallest is kept.  Two units
that share a run of K + W - 1 tokens therefore share a fingerprint, wherever the run stands.
Hashes are the same in every process, so that a report made twice is the same.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence

from grader.similarity.tokens import Unit

K = 16
"""Tokens of a run: about two lines."""

W = 8
"""Neighbouring runs of which one is kept."""

_PRIME = 2**61 - 1
_BASE = 0x1F3D5B79A2C4E6


def fingerprints(units: Iterable[Unit]) -> frozenset[int]:
    """Return the fingerprints of some units together."""
    return frozenset(one for unit in units for one in _kept(hashes([token.text for token in unit])))


def hashes(texts: Sequence[str]) -> list[int]:
    """Return the hash of every run of K tokens, by Karp and Rabin's rolling polynomial."""
    leading = pow(_BASE, K, _PRIME)
    values = [_value(text) for text in texts]
    rolling, found = 0, []
    for place, value in enumerate(values):
        rolling = (rolling * _BASE + value) % _PRIME
        if place >= K:
            rolling = (rolling - values[place - K] * leading) % _PRIME
        if place >= K - 1:
            found.append(rolling)
    return found


def _kept(found: Sequence[int]) -> Iterator[int]:
    if found:
        for start in range(max(1, len(found) - W + 1)):
            yield min(found[start : start + W])


@functools.lru_cache(maxsize=100_000)
def _value(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=7).digest())
