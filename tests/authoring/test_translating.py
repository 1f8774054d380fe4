"""What is handed out in Chinese: the same code, cells and tests, and nothing more."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.authoring.build import HANDOUT, HOMEWORK, build_assignment
from grader.authoring.leaks import leaks
from grader.authoring.texts import in_markdown, in_python, sentences
from grader.authoring.translating import faults
from grader.commands.main import main
from grader.course import Course

ROOT = Path(__file__).resolve().parents[2]
NAMES = Course(ROOT).names()
HAN = re.compile("[\u4e00-\u9fff]")


def copied(folder: Path, name: str, language: str = "zh") -> Course:
    """Make a course of one assignment in a language, with nothing built."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "solutions" / name, folder / "solutions" / name, ignore=skip)
    shutil.copytree(ROOT / "grader/hidden" / name, folder / "hidden" / name, ignore=skip)
    speak(folder, name, language)
    return Course(folder)


def speak(folder: Path, name: str, language: str) -> None:
    """Change the course's language."""
    toml = folder / "hidden" / name / "assignment.toml"
    text = re.sub(r"^language = .*\n", "", toml.read_text("utf-8"), flags=re.MULTILINE)
    toml.write_text(f'language = "{language}"\n' + text, "utf-8")


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Course]]:
    """Every assignment, built in Chinese."""
    courses = {name: copied(tmp_path_factory.mktemp(name), name) for name in NAMES}
    for name, course in courses.items():
        build_assignment(course.assignment(name))
    return courses  # type: ignore[return-value]


def bare(source: str) -> str:
    """Return the syntax tree of a text, docstrings apart."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body[0].value.value = ""  # type: ignore[attr-defined]
    return ast.dump(tree)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_code(chinese: dict[str, Course], name: str) -> None:
    """Every Python file has the same syntax tree but for docstrings, and those are Chinese."""
    english, other = ROOT / "assignments" / name, chinese[name].assignment(name).stubs
    files = sorted(path.relative_to(other).as_posix() for path in other.rglob("*.py"))
    assert files == sorted(path.relative_to(english).as_posix() for path in english.rglob("*.py"))
    own = [file for file in files if not (HANDOUT / file).exists()]
    for file in files:
        one, two = ((folder / file).read_text("utf-8") for folder in (english, other))
        assert bare(one) == bare(two), file
        if file in own:
            for node in ast.walk(ast.parse(two)):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                    said = ast.get_docstring(node)
                    assert said is None or HAN.search(said), (file, said)
        else:
            assert one == two, file


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_notebook(chinese: dict[str, Course], name: str) -> None:
    """The same cells, with the same names, points and code; what is prose is Chinese."""
    english, other = (
        json.loads((folder / f"{name}.ipynb").read_text("utf-8"))["cells"]
        for folder in (ROOT / "assignments" / name, chinese[name].assignment(name).stubs)
    )
    assert len(english) == len(other)
    for one, two in zip(english, other, strict=True):
        marks = {key: value for key, value in one["metadata"].items() if key != "nbgrader"}
        assert marks == {key: two["metadata"].get(key) for key in marks}
        for key in ("grade_id", "points", "grade", "locked", "solution"):
            assert one["metadata"].get("nbgrader", {}).get(key) == two["metadata"].get(
                "nbgrader", {}
            ).get(key)
        assert (one["id"], one["cell_type"]) == (two["id"], two["cell_type"])
        text = "".join(two["source"])
        if two["cell_type"] == "code":
            assert bare("".join(one["source"])) == bare(text), two["id"]
        else:
            assert HAN.search(text) or re.fullmatch(r"## \d\. \w+", text), text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_told_in_chinese_that_must_not_be(chinese: dict[str, Course], name: str) -> None:
    """No solution, no hidden case, in what is handed out in Chinese."""
    assert list(leaks(chinese[name].assignment(name))) == []


def test_a_course_may_change_its_language_and_change_it_back(tmp_path: Path) -> None:
    """Either language is built from the same sources, to the byte, whatever was built before."""
    name = "long_term_dependencies"
    course = copied(tmp_path, name)
    build_assignment(course.assignment(name))
    readme = course.assignment(name).stubs / "README.md"
    assert readme.read_text("utf-8").startswith("# 作业：长期依赖\n")
    speak(tmp_path, name, "en")
    build_assignment(course.assignment(name))
    for path in course.assignment(name).stubs.rglob("*"):
        if (
            path.is_file()
            and path.relative_to(course.assignment(name).stubs).as_posix() != HOMEWORK
        ):
            there = ROOT / "assignments" / name / path.relative_to(course.assignment(name).stubs)
            assert path.read_bytes() == there.read_bytes(), path.name


@pytest.mark.parametrize("name", NAMES)
def test_what_stays_the_same_text_stays_the_same_bytes(name: str) -> None:
    """Where nothing is translated, taking texts apart and together changes nothing."""
    folder = ROOT / "assignments" / name
    for path in sorted(folder.glob("*.py")):
        text = path.read_text("utf-8")
        assert in_python(text, str) == text, path.name
    readme = (folder / "README.md").read_text("utf-8")
    assert in_markdown(readme, str) == readme


def test_sentences_have_gaps_for_what_is_filled_in() -> None:
    """A name is its own gap, anything else is counted; docstrings and names are no sentences."""
    source = '''"""Not a sentence that code says."""
fail(f"{what} has shape {got.shape}; it must be {due}.", "print its shape")
where = "for n_a={}, m={}".format(*sizes)
keys = ["dWax", "dba", f"{name}_t"]
'''
    assert list(sentences(source)) == [
        "{what} has shape {1}; it must be {due}.",
        "print its shape",
        "for n_a={0}, m={1}",
    ]


def test_a_text_without_translation_is_named_and_said_in_english(tmp_path: Path) -> None:
    """`verify` says how many are missing and which is the first; `build --texts` adds them."""
    name = "long_term_dependencies"
    course = copied(tmp_path, name)
    task = course.assignment(name)
    assert list(faults(task)) == []
    stub = task.solutions / "stabilize.py"
    changed = stub.read_text("utf-8").replace(
        "Bring every entry into [-limit, limit].", "Cut every entry off at limit."
    )
    stub.write_text(changed, "utf-8")
    assert list(faults(task)) == [
        "zh.po lacks 1 of the texts that students read, the first is "
        '"Cut every entry off at limit."; `grade build long_term_dependencies --texts zh` adds '
        "them, empty"
    ]
    done = CliRunner().invoke(main, ["build", name, "--texts", "zh", "--course", str(tmp_path)])
    assert done.exit_code == 0, done.output
    catalogue = task.solutions / "zh.po"
    assert done.output.startswith(f"{catalogue}: 1 of its texts are still to be translated\n")
    text = catalogue.read_text("utf-8")
    assert 'msgid "Cut every entry off at limit."\nmsgstr ""\n' in text
    assert "Bring every entry" not in text
    assert "Cut every entry off at limit." in (task.stubs / "stabilize.py").read_text("utf-8")


def test_a_gap_that_is_not_there_and_a_file_that_is_none_are_told(tmp_path: Path) -> None:
    """A translation cannot fill in what the sentence does not have."""
    name = "long_term_dependencies"
    task = copied(tmp_path, name).assignment(name)
    catalogue = task.solutions / "zh.po"
    text = catalogue.read_text("utf-8").replace("{where}）", "{there}）")
    catalogue.write_text(text, "utf-8")
    assert 'zh.po fills a gap that ""dWax" with {where}" does not have' in list(faults(task))
    catalogue.write_text("# nothing of the kind\nmsgid\n", "utf-8")
    done = CliRunner().invoke(main, ["build", name, "--course", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stderr.startswith(f'Error: "{catalogue}" cannot be read: ')


WRONG = """import numpy as np


def clip_by_value(gradients, limit):
    return {name: np.minimum(g, limit) for name, g in gradients.items()}


def clip_by_global_norm(gradients, max_norm):
    raise NotImplementedError("clip_by_global_norm is still to be written")


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    return None
"""


def test_the_screen_speaks_the_language_of_the_course_or_the_one_asked_for(
    chinese: dict[str, Course], tmp_path: Path
) -> None:
    """The same findings either way, to the line; a mistake's cause as the feedback has it."""
    folder = tmp_path / "作业 一"
    shutil.copytree(
        chinese["long_term_dependencies"].assignment("long_term_dependencies").stubs, folder
    )
    (folder / "stabilize.py").write_text(WRONG, "utf-8")
    screens = {}
    for language in ((), ("--lang", "en")):
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "check.py", *language],
            cwd=folder, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (1, "")
        screens[language] = done.stdout.splitlines()
    ours, theirs = screens[()], screens["--lang", "en"]
    assert ours[1] == "[........] 8 个函数中已完成 0 个"
    assert theirs[1] == "[........] 0 of 8 functions done"
    at = ours.index(" x clip_by_value：5 个测试中通过了 4 个")
    assert theirs[at] == " x clip_by_value: 4 of its 5 tests pass"
    assert ours[at + 1 : at + 8] == [
        '     问题      clipped["dW"] 的数值不对。',
        "     得到      [[-3.  , -0.5 ],",
        "                [ 0.25,  0.5 ]]",
        "     应当是    [[-0.5 , -0.5 ],",
        "                [ 0.25,  0.5 ]]",
        "     原因      只裁剪了一侧。",
        "     下一步    试一个远大于上限的元素和一个远小于负上限的元素",
    ]
    assert " x weight_decay：weight_decay 返回的结果的类型是 NoneType，应当是 dict。" in ours
    assert " - clip_by_global_norm 还没有写" in ours
    assert ours[-3] == "下一步：backpropagate_error"
