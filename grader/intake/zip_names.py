"""Names of a zip's members: UTF-8, or what the writer's system used without saying so.

Zips made on Chinese and Japanese systems hold names in GBK, Big5 or Shift-JIS
and nothing that tells which.  All names of a zip are decoded alike, by the encoding in which
their characters are the commonest: detectors that look for a language need more text than a few
names have (charset-normalizer tells one GBK name in ten).
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Sequence

MAX_SAMPLE = 20_000
"""Bytes of names that an encoding is chosen by."""
_UNLIKELY = 1e-6
_PLAUSIBLE = -11.5
"""Mean log likelihood of a character that names reach in their own encoding; others do not."""


def member_names(items: Sequence[zipfile.ZipInfo]) -> tuple[list[str], bool]:
    """Return the members' names, and whether they are in an encoding that could not be told."""
    raw = [_raw(item) for item in items]
    unknown = [one for one in raw if isinstance(one, bytes)]
    if not unknown:
        return [str(one) for one in raw], False
    encoding = encoding_of(unknown)
    names = [
        one if isinstance(one, str) else _decoded(one, encoding or "cp437", item)
        for one, item in zip(raw, items, strict=True)
    ]
    doubtful = not encoding and not all(
        char.isascii() or (char.isalpha() and char < "\u0250") for name in names for char in name
    )
    return names, doubtful


def _raw(item: zipfile.ZipInfo) -> str | bytes:
    """Return a name that is certain, or its bytes; many programs do not say that it is UTF-8."""
    if item.flag_bits & 0x800 or item.orig_filename.isascii():
        return item.orig_filename
    try:
        raw = item.orig_filename.encode("cp437")
    except UnicodeError:
        return item.orig_filename
    try:
        return raw.decode("utf-8")
    except UnicodeError:
        return raw


def _decoded(raw: bytes, encoding: str, item: zipfile.ZipInfo) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeError:
        return item.orig_filename


def encoding_of(names: Sequence[bytes]) -> str:
    """Return the East Asian encoding that fits all names best; "" where none does."""
    sample = b"\n".join(names)[:MAX_SAMPLE]
    fits = {encoding: _fit(sample, encoding) for encoding in _LIKELY}
    best = max(fits, key=lambda encoding: fits[encoding])
    return best if fits[best] >= _PLAUSIBLE else ""


def _fit(sample: bytes, encoding: str) -> float:
    """Return the mean log likelihood of the characters that are not ASCII.

    One between Latin letters, or with one in its own bytes, is not likely: it is Western.
    """
    try:
        text = sample.decode(encoding)
    except UnicodeError:
        return -math.inf
    likely, total, wide = _LIKELY[encoding], 0.0, 0
    for before, char, after in zip("\n" + text, text, text[1:] + "\n", strict=False):
        if not char.isascii():
            raw = char.encode(encoding)
            begun, ended = _is_latin(before), _is_latin(after) or _is_latin(chr(raw[-1]))
            total += math.log(_UNLIKELY if begun and ended else likely(raw))
            wide += 1
    return total / wide if wide else -math.inf


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _gbk(char: bytes) -> float:
    if len(char) != 2 or char[1] < 0xA1 or not 0xB0 <= char[0] <= 0xF7:
        return 0.02 / 15_000
    return 0.85 / 3755 if char[0] <= 0xD7 else 0.13 / 3008


def _big5(char: bytes) -> float:
    return 0.95 / 5401 if len(char) == 2 and 0xA4 <= char[0] <= 0xC6 else 0.05 / 7652


def _cp932(char: bytes) -> float:
    if b"\x82\x9f" <= char <= b"\x82\xf1" or b"\x83\x40" <= char <= b"\x83\x96":
        return 0.35 / 170  # kana
    if len(char) == 2 and b"\x88\x9f" <= char <= b"\x98\x72":
        return 0.6 / 2965
    return 0.05 / 4000 if len(char) == 2 else 1e-6


_LIKELY: dict[str, Callable[[bytes], float]] = {"gbk": _gbk, "big5": _big5, "cp932": _cp932}
"""Encodings, and how likely each character of a name is: a character set's first level holds
the common ones, and nearly all characters of names are in it or in the second."""
