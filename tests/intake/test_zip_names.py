"""Names of zips that were made on Chinese and Japanese systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.archive import open_zip
from grader.intake.zip_names import encoding_of
from tests.intake.making import CODE, zipped
from tests.intake.test_discovery import find

NAMES = {
    "gbk": ["王小明", "李雷/实验一", "陈静", "赵磊", "黄婷婷", "司马懿", "诸葛亮", "刘洋"],
    "big5": ["王小明", "陳怡君", "林志豪/作業", "張雅婷", "黃郁婷", "許淑芬"],
    "cp932": ["田中太郎", "佐藤花子/課題", "すずき", "タナカ", "山本さくら", "渡辺健"],
}


@pytest.mark.parametrize(("encoding", "name"), [(e, n) for e in NAMES for n in NAMES[e]])
def test_one_name_is_enough(encoding: str, name: str) -> None:
    """Two or three characters tell the encoding."""
    assert encoding_of([name.encode(encoding)]) == encoding


@pytest.mark.parametrize("name", ["Müller", "Zoë", "Größe", "Renée", "José", "Ñandú", "Chât"])
@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp1252"])
def test_western_names_are_no_chinese(encoding: str, name: str) -> None:
    """Accents stay what a zip's own code page makes of them."""
    assert encoding_of([name.encode(encoding)]) == ""


def named_as(path: Path, name: str, encoding: str) -> Path:
    """Write a class's zip with one student whose name is in an encoding that it does not tell."""
    raw = name.encode(encoding)
    zipped(path, {"x" * len(raw) + "/rnn_cell.py": CODE})
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    return path


@pytest.mark.parametrize("encoding", NAMES)
def test_students_go_by_their_names(tmp_path: Path, encoding: str) -> None:
    """In the zip of a class."""
    name = NAMES[encoding][0]
    found = find(named_as(tmp_path / "class.zip", name, encoding))
    assert [one.student for one in found.submissions] == [name]
    assert found.warnings == []


def test_names_that_cannot_be_told(tmp_path: Path) -> None:
    """They are kept as the zip's own code page reads them, and that is said."""
    path = tmp_path / "class.zip"
    zipped(path, {"xxxx/rnn_cell.py": CODE})
    path.write_bytes(path.read_bytes().replace(b"xxxx", b"\xc1\x01\xff\xfe"))
    found = find(path)
    assert len(found.submissions) == 1
    assert found.warnings == [
        f'The names in "{path}" are in an encoding that cannot be told; they are kept as they '
        "read in the zip's own (code page 437)."
    ]
    assert open_zip(zipped(tmp_path / "b.zip", {"a/rnn_cell.py": CODE})).doubtful is False


def test_names_that_cannot_be_told_below(tmp_path: Path) -> None:
    """It is said of the zip of a class that lies in a folder, too."""
    names = {b"x" * 11: "Иванов Пётр".encode("cp866"), b"y" * 4: "Анна".encode("cp866")}
    path = tmp_path / "classes" / "class.zip"
    zipped(path, {f"{place.decode()}/rnn_cell.py": CODE for place in names})
    content = path.read_bytes()
    for place, name in names.items():
        content = content.replace(place, name)
    path.write_bytes(content)
    found = find(path.parent)
    assert len(found.submissions) == 2
    assert [str(path) in one and "cannot be told" in one for one in found.warnings] == [True]
