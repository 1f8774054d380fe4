"""A submission's text, decoded as Python does: by what its first two lines declare (PEP 263)."""

from __future__ import annotations

import re
from encodings import normalize_encoding
from encodings.aliases import aliases

_DECLARED = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"[ \t\f]*(?:#.*)?$")
_LINE = re.compile(rb"\r\n|\r|\n")
_BREAK = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_COMMENT = re.compile(r"[ \t\f]*#")
_MARK = b"\xef\xbb\xbf"

_NO_TEXT = re.compile(r".*_codec|rot_13|mbcs|utf_7|utf_16.*|utf_32.*")
_KNOWN = frozenset(name for name in aliases.values() if not _NO_TEXT.fullmatch(name)) | {
    *("cp720", "cp737", "cp856", "cp874", "cp875", "cp1006", "koi8_t", "koi8_u", "mac_croatian"),
    *("iso8859_1", "mac_arabic", "mac_farsi", "mac_romanian", "utf_8_sig"),
}
"""Encodings of text of the standard library whose time grows as the text does: idna's does not."""


def text_of(content: bytes) -> str:
    """Return a file's text; what is in no encoding that is known here is read as UTF-8.

    What cannot be read then is a mark in its place, and so are a line's breaks what they were.
    """
    encoding = _encoding(content)
    if encoding != "utf_8":
        try:
            return content.decode(encoding)
        except (UnicodeError, LookupError):  # Python reads no such file
            pass
    return content.decode("utf-8", "replace")


def as_utf8(content: bytes) -> bytes:
    """Return a file as Python reads it in UTF-8, line for line: a tree then counts its bytes.

    A file that is in UTF-8 already is left as it is.
    """
    if _encoding(content) == "utf_8":
        return content
    first, second, *rest = [*_BREAK.split(text_of(content), maxsplit=2), ""]
    head = (
        one.replace("coding", "------") if _COMMENT.match(one) else one for one in (first, second)
    )
    return "".join([*head, *rest]).encode("utf-8", "replace")


def _encoding(content: bytes) -> str:
    """Return the encoding that a file declares, where it is one of those known here."""
    if content.startswith(_MARK):
        return "utf_8"
    for line in _LINE.split(content, maxsplit=2)[:2]:
        if declared := _DECLARED.match(line):
            name = normalize_encoding(declared[1].decode("ascii", "replace")).lower()
            name = aliases.get(name, name)
            return name if name in _KNOWN else "utf_8"
        if not _NO_CODE.match(line):
            break
    return "utf_8"
