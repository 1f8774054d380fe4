"""Feedback in the language that was asked for, in every file, and never in two at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import (
    FORGETS_NOTHING,
    SAMPLE,
    files,
    grade,
    hand_in,
    refused,
    results,
    right,
    small_course,
)

UNKNOWN = "Error: There are no sentences in the language 'fr'; choose one of: en, zh.\n"

NEXT = "用自己的话说出 leaky.py 第 4 行算出或改动了什么，再读代码框架，看它应当是什么"
IN_MARKDOWN = NEXT.replace("leaky.py", "`leaky.py`")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A class of two: ann has it right, ben forgets nothing."""
    course = small_course(tmp_path)
    hand_in(course, ann=right(course), ben=FORGETS_NOTHING)
    return course


def written(course: Path) -> dict[str, bytes]:
    """Return the files of all students."""
    return files(course / "graded/leaky")


def languages(course: Path) -> set[str]:
    """Return the languages that the students' pages say they are in."""
    pages = (course / "graded/leaky").glob("*/feedback.html")
    return {page.read_text("utf-8").split('<html lang="')[1][:2] for page in pages}


def test_a_class_in_chinese(course: Path) -> None:
    """All files and what is printed are Chinese, and say the same as in English."""
    done = grade("run", "leaky", "--lang", "zh", "--seed", "7", where=course)
    assert done.code == 0, done.err
    assert "ann\t10 / 10 分\n" in done.out
    assert "ben\t0 / 10 分\tleaky_sum：h 的 15 个元素中有 12 个不对。\n" in done.out
    found = results(course, "ben")
    assert found["output"] == (f"0 / 10 分   隔离：完整\n先看 leaky_sum：{NEXT}")
    (test,) = found["tests"]
    assert test["output"] == (
        "问题：h 的 15 个元素中有 12 个不对。\n出错条件：n=3、T=5（另有 3 个隐藏用例）\n"
        "位置：请看 leaky.py 第 4 行：只要那里的数值正确，其余的就都正确。\n"
        f"下一步：{NEXT}"
    )
    assert (course / "graded/leaky/ben/feedback.md").read_text("utf-8") == (
        "# 反馈：`leaky`\n\n`ben`：**0 / 10 分** (隔离：完整)\n\n## x `leaky_sum`：0 / 10 分\n\n"
        "- **问题：** `h` 的 15 个元素中有 12 个不对。\n"
        "- **出错条件：** `n=3、T=5`（另有 3 个隐藏用例）\n"
        "- **位置：** 请看 `leaky.py` 第 4 行：只要那里的数值正确，其余的就都正确。\n"
        f"- **下一步：** {IN_MARKDOWN}\n\n---\n\n"
        f"**先看** `leaky_sum`：{IN_MARKDOWN}\n"
    )
    page = (course / "graded/leaky/ben/feedback.html").read_text("utf-8")
    assert '<html lang="zh">' in page
    assert "<title>反馈：leaky, ben</title>" in page
    assert "<dt>问题</dt><dd><code>h</code> 的 15 个元素中有 12 个不对。</dd>" in page
    assert '<th scope="row">边界尺寸</th>' in page
    shown = grade("show", "leaky", "ben", where=course)
    assert shown.out == (
        "ben   0 / 10 分   隔离：完整\n\n"
        " x leaky_sum              0 / 10 分\n"
        "     问题      h 的 15 个元素中有 12 个不对。\n"
        "     出错条件  n=3、T=5（另有 3 个隐藏用例）\n"
        "     位置      请看 leaky.py 第 4 行：只要那里的数值正确，其余的就都正确。\n"
        f"     下一步    {NEXT}\n\n"
        f"先看 leaky_sum：{NEXT}\n\n"
    )
    assert grade("show", "leaky", "ben", "--lang", "zh", where=course).out == shown.out
    assert (
        "h is wrong in 12 of its 15"
        in grade("show", "leaky", "ben", "--lang", "en", where=course).out
    )


def test_another_language_writes_all_anew_and_judges_nothing(course: Path) -> None:
    """The verdicts stay to the byte, times included; no file stays behind in the old language."""
    assert grade("run", "leaky", where=course).code == 0
    english = written(course)
    record = results(course, "ben")["extra_data"]["record"]
    assert languages(course) == {"en"}

    assert grade("run", "leaky", "--lang", "zh", where=course).code == 0
    chinese = written(course)
    assert languages(course) == {"zh"}
    assert results(course, "ben")["extra_data"]["record"] == record
    for name, content in chinese.items():
        assert (content == english[name]) == (name in ("grades.csv", "entries.csv")), name

    assert grade("run", "leaky", where=course).code == 0
    assert written(course) == chinese, "the language last asked for is kept"

    assert grade("run", "leaky", "--lang", "en", where=course).code == 0
    assert written(course) == english


def test_one_student_in_another_language(course: Path) -> None:
    """Whoever is left in another language gets the class's with the next run of all."""
    assert grade("run", "leaky", "--lang", "zh", where=course).code == 0
    assert grade("run", "leaky", "--lang", "en", "--student", "ben", where=course).code == 0
    assert languages(course) == {"en", "zh"}
    assert grade("run", "leaky", where=course).code == 0
    assert languages(course) == {"en"}


def test_a_course_has_a_language(course: Path) -> None:
    """assignment.toml says which is taken where none is asked for; --lang goes before it."""
    points = course / "hidden/leaky/assignment.toml"
    points.write_text('language = "zh"\n' + points.read_text("utf-8"), "utf-8")
    submission = course / "submitted/ben/leaky"
    assert "的 15 个元素中有" in grade("check", submission, where=course).out
    assert "of its 15 entries" in grade("check", submission, "--lang", "en", where=course).out
    assert grade("run", "leaky", where=course).code == 0
    assert languages(course) == {"zh"}
    points.write_text(points.read_text("utf-8").replace('"zh"', '"fr"'), "utf-8")
    said = f'Error: In "{points}", "language" must be one of en, zh, not \'fr\'.\n'
    assert refused("run", "leaky", where=course) == (2, said)
    assert refused("check", submission, where=course) == (2, said)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "leaky"),
        ("show", "leaky", "ann"),
        ("check", "submitted/ann/leaky"),
        ("feedback", "leaky"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_language_that_is_not_there(course: Path, arguments: tuple[str, ...]) -> None:
    """It is named, with those that are, and nothing is judged or written."""
    assert refused(*arguments, "--lang", "fr", where=course) == (2, UNKNOWN)
    assert not (course / "graded").exists()


def test_a_kept_language_that_is_gone(course: Path) -> None:
    """What the folder keeps is no order: where it cannot be followed the course's is taken."""
    assert grade("run", "leaky", "--lang", "zh", where=course).code == 0
    kept = course / "graded/leaky/.run/language"
    for damaged in (b"fr\n", b"\xff", b""):
        kept.write_bytes(damaged)
        assert "元素" not in grade("show", "leaky", "ben", where=course).out
        done = grade("run", "leaky", where=course)
        assert (done.code, languages(course)) == (0, {"en"})


def test_recognised_mistakes_in_chinese(tmp_path: Path) -> None:
    """The cause and the next step of an assignment's own mistakes are Chinese, too."""
    out = tmp_path / "out"
    done = grade("run", "rnn_bptt", SAMPLE / "grace_kimani", "--lang", "zh", "--out", out)
    assert done.code == 0, done.err
    found = json.loads((out / "grace_kimani/results.json").read_text("utf-8"))
    said = next(test["output"] for test in found["tests"] if test["name"] == "rnn_cell_backward")
    assert "原因：偏置的梯度是对样本的均值，而不是和。\n" in said, said
    assert said.endswith("下一步：看一看在权重的梯度里，矩阵乘法是怎样处理各个样本的")
