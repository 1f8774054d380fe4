"""A submission's text is read, quoted and changed in the encoding that it declares."""

from __future__ import annotations

import ast

import pytest

from grader.decoding import as_utf8, text_of
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.record import FunctionResult
from grader.reports.excerpt import excerpts
from grader.similarity.tokens import read
from tests.edited import SOLUTIONS, TASK
from tests.judges import JudgeOf


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("gbk", "# coding: gbk\n状态 = 1\n"),
        ("gb18030", "#!/usr/bin/python\n# -*- coding: GB18030 -*-\n状态 = 1\n"),
        ("latin-1", "# vim: set fileencoding=latin-1 :\r\nétat = 1\r\n"),
        ("cp1252", "\r# coding: windows-1252\rétat = 1\r"),
        ("shift_jis", "# coding: shift_jis\n状態 = 1\ncoding = 2\n"),
        ("utf-8", "# coding: utf8\nétat = 1\n"),
        ("utf-8", "x = 1\n# coding: latin-1\nétat = 1\n"),
        ("utf-8-sig", "# coding: utf-8\nétat = 1\n"),
        ("gbk", "# coding: gbk coding: utf-8\n# coding: latin-1\ncoding = '状态'\n"),
    ],
)
def test_as_python_reads_it(encoding: str, written: str) -> None:
    """In the text, and in UTF-8, where Python makes the same tree of it."""
    content = written.encode(encoding)
    assert text_of(content).removeprefix("\ufeff") == written
    again = as_utf8(content)
    assert ast.dump(ast.parse(again)) == ast.dump(ast.parse(content))
    assert len(again.decode("utf-8-sig")) == len(written)
    again.decode("utf-8")


@pytest.mark.parametrize(
    "encoding",
    ["idna", "punycode", "utf-7", "rot13", "unicode_escape", "utf-16", "hex", "mbcs", "nobody's"],
)
def test_what_is_read_as_utf8(encoding: str) -> None:
    """What is no text, or takes long, or is not known; and what is not in what it declares."""
    content = f"# coding: {encoding}\né = 1\n".encode()
    assert text_of(content) == content.decode()
    assert as_utf8(content) == content
    assert text_of(b"# coding: gbk\n\xff\n") == "# coding: gbk\n\ufffd\n"


def _judged(judge: Judge, cell: str, encoding: str) -> tuple[FunctionResult, Submission]:
    files = {name: text.encode() for name, text in SOLUTIONS.items()}
    files["rnn_cell.py"] = f"# coding: {encoding}\n{cell}".encode(encoding)
    submission = Submission("ann", files, (), "d")
    wrong = [one for one in judge.judge(submission).functions if one.score != one.max_score]
    assert [one.name for one in wrong] == ["rnn_cell_forward"]
    return wrong[0], submission


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_line_is_quoted_and_its_names_told(judge_of: JudgeOf, encoding: str) -> None:
    """Whatever the encoding, in the message and on the page; and changes of it prove the line."""
    line = "    上次 = a_prev.状态  # 上一步的状态"
    head = SOLUTIONS["rnn_cell.py"].split("def rnn_cell_forward")
    body = head[1].split('"""', 2)
    cell = f'{head[0]}def rnn_cell_forward{body[0]}"""{body[1]}"""\n{line}{body[2]}'
    result, submission = _judged(judge_of(TASK.name), cell, encoding)
    assert result.finding is not None
    facts = result.finding.facts
    assert facts["source_line"] == line.strip()
    assert facts["detail"] == "'numpy.ndarray' object has no attribute '状态'"
    assert line in [one.text for some in excerpts(result, submission.files) for one in some.lines]
    assert line in read(submission.files)["rnn_cell.py"].text
    (place,) = result.places
    assert (place.first, place.last, place.proved) == (facts["line"], facts["line"], True)
