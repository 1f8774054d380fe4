"""The results folder: complete or absent, one run at a time, and whole whatever ends a run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import NotJudgedProblem, UsageProblem
from grader.running.results_folder import ResultsFolder
from tests.powerless import powerless

ROOT = Path(__file__).resolve().parents[2]
FILES = {"feedback.md": "Hello\n", "results.json": '{"version": 1}\n'}


def opened(path: Path, assignment: str = "rnn_bptt") -> ResultsFolder:
    """Return a results folder, to be entered."""
    return ResultsFolder(path, assignment)


def refusal(path: Path, assignment: str = "rnn_bptt") -> str:
    """Return the sentence with which a results folder is refused."""
    with pytest.raises(UsageProblem) as problem, opened(path, assignment):
        pass
    return problem.value.message


def tree(path: Path) -> dict[str, str]:
    """Return every file below a folder but those in .run, with its text."""
    return {
        str(one.relative_to(path)): one.read_text()
        for one in sorted(path.rglob("*"))
        if one.is_file() and ".run" not in one.parts
    }


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Every student's files and the class's are there for the next run, and nothing else."""
    with opened(tmp_path / "a" / "out") as folder:
        folder.write("ann", FILES)
        folder.write("Zoë\n", {"results.json": '"\udce9"'})
        folder.write_class({"grades.csv": "student,score\r\n"})
    with opened(tmp_path / "a" / "out") as folder:
        assert folder.previous("ann") == {"version": 1}
        assert folder.previous("bea") is None
        assert folder.holds("ann", FILES)
        assert not folder.holds("ann", [*FILES, "page.html"])
        assert not folder.holds("bea", FILES)
        assert list(folder.students()) == [("Zoë\n", "\udce9"), ("ann", {"version": 1})]
        assert list(folder.students(but={"ann"})) == [("Zoë\n", "\udce9")]
    assert tree(tmp_path / "a" / "out") == {
        "Zoë%0A/results.json": '"\\udce9"',
        "ann/feedback.md": "Hello\n",
        "ann/results.json": '{"version": 1}\n',
        "grades.csv": "student,score\n",
    }
    assert (tmp_path / "a" / "out" / "grades.csv").read_bytes() == b"student,score\r\n"


def test_what_no_student_gets_is_private(tmp_path: Path) -> None:
    """Seed and lock can be read by their owner alone."""
    with opened(tmp_path) as folder:
        folder.keep_seed(7, "terms", "cases")
    assert (tmp_path / ".run").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / ".run" / "seed").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".run" / "lock").stat().st_mode & 0o777 == 0o600


def test_the_seed_is_kept(tmp_path: Path) -> None:
    """It is there for later runs, with what it was tried on; another one takes its place."""
    with opened(tmp_path) as folder:
        assert folder.stored_seed() is None
        folder.keep_seed(2**32, "terms", "cases")
        assert folder.stored_seed() == 2**32
    with opened(tmp_path) as folder:
        assert folder.stored_seed() == 2**32
        assert folder.tried_cases("terms") == "cases"
        assert folder.tried_cases("others") == ""
        folder.keep_seed(0, "others", "more")
    with opened(tmp_path) as folder:
        assert folder.stored_seed() == 0
        assert folder.tried_cases("others") == "more"
        assert folder.tried_cases("terms") == ""


@pytest.mark.parametrize("content", [b"", b"seven", b"-1\n", b"\xff", b"1.5"])
def test_a_seed_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    """No other is drawn in silence, for the class would be judged unlike; one given helps."""
    with opened(tmp_path) as folder:
        (tmp_path / ".run" / "seed").write_bytes(content)
        with pytest.raises(UsageProblem) as problem:
            folder.stored_seed()
        assert problem.value.message == (
            f'"{tmp_path}/.run/seed" holds no seed that can be read. Give one with --seed, or '
            "delete the file: a new one is then drawn, and the class is judged again."
        )
        folder.keep_seed(5, "terms", "cases")
        assert folder.stored_seed() == 5


def test_two_runs_into_one_folder(tmp_path: Path) -> None:
    """The second is told who holds it; when the first ends, however it ends, it is free."""
    script = (
        "import sys; from pathlib import Path\n"
        "from grader.running.results_folder import ResultsFolder\n"
        "with ResultsFolder(Path(sys.argv[1]), 'rnn_bptt'):\n"
        "    print('in', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"in\n"
        assert re.fullmatch(
            rf"Another run \(process {first.pid} on .+, since \d{{4}}-.+\) is writing its results "
            rf'into "{re.escape(str(tmp_path))}"\. Wait for it to end, or choose another folder '
            r"with --out\.",
            refusal(tmp_path),
        )
        first.kill()
    with opened(tmp_path):
        assert refusal(tmp_path).startswith(f"Another run (process {os.getpid()} on ")
    with opened(tmp_path):
        pass


def test_a_folder_of_another_assignment(tmp_path: Path) -> None:
    """It is refused, and the lock is given back."""
    with opened(tmp_path):
        pass
    for _ in range(2):
        assert refusal(tmp_path, "long_term_dependencies") == (
            f'"{tmp_path}" holds the results of the assignment "rnn_bptt". '
            "Choose another folder with --out."
        )
    with opened(tmp_path):
        pass


def test_a_folder_that_cannot_be_had(tmp_path: Path) -> None:
    """A file in its place, no permission to write into it or beside it: a sentence each."""
    (tmp_path / "file").write_text("")
    (tmp_path / "locked").mkdir(mode=0o500)
    said = 'No results can be written into "{}": {}. Choose another folder with --out.'
    for name, why in {
        "file": "File exists",
        "file/out": "Not a directory",
        "locked": "Permission denied",
        "locked/out": "Permission denied",
        "x" * 300: "File name too long",
    }.items():
        with powerless():
            assert refusal(tmp_path / name) == said.format(tmp_path / name, why)


def test_no_permission_for_one_student(tmp_path: Path) -> None:
    """What cannot be written is named; what stood there stands."""
    (tmp_path / "bea").write_text("a file")
    with opened(tmp_path) as folder:
        folder.write("ann", FILES)
        (tmp_path / "ann").chmod(0o500)
        with powerless(), pytest.raises(NotJudgedProblem) as problem:
            folder.write("ann", {**FILES, "feedback.md": "new"})
        assert problem.value.message == (
            f'"{tmp_path}/ann/feedback.md" cannot be written: Permission denied. '
            "Mend that and run the same command again."
        )
        assert problem.value.exit_code == 3
        (tmp_path / "ann").chmod(0o700)
        assert folder.previous("ann") == {"version": 1}
        with pytest.raises(NotJudgedProblem, match=r'bea" cannot be written: File exists\.'):
            folder.write("bea", FILES)
    assert tree(tmp_path)["ann/feedback.md"] == "Hello\n"


@pytest.mark.parametrize("name", FILES)
def test_a_disk_that_is_full_for_a_student(tmp_path: Path, name: str) -> None:
    """All of a student's files are written, or none: the earlier ones stay, none is half new."""
    with opened(tmp_path) as folder:
        folder.write("ann", FILES)
        (tmp_path / "ann" / f".{name}.tmp").symlink_to("/dev/full")
        with pytest.raises(NotJudgedProblem) as problem:
            folder.write("ann", dict.fromkeys(FILES, "new"))
        assert problem.value.message == (
            f'"{tmp_path}/ann/{name}" cannot be written: No space left on device. '
            "Make room and run the same command again."
        )
        assert folder.previous("ann") == {"version": 1}
    assert tree(tmp_path) == {f"ann/{file}": text for file, text in FILES.items()}


def test_a_disk_that_is_full_for_the_class(tmp_path: Path) -> None:
    """The class's earlier file stays whole."""
    with opened(tmp_path) as folder:
        folder.write_class({"grades.csv": "old"})
        (tmp_path / ".grades.csv.tmp").symlink_to("/dev/full")
        with pytest.raises(NotJudgedProblem, match="No space left on device"):
            folder.write_class({"grades.csv": "new"})
    assert tree(tmp_path) == {"grades.csv": "old"}


def test_a_run_that_ends_between_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """results.json is moved last; where it was not, the student is judged again."""
    move, moved = os.replace, []

    def stop_at_the_last(source: Path, target: Path) -> None:
        if target.name == "results.json":
            raise KeyboardInterrupt
        moved.append(target.name)
        move(source, target)

    with opened(tmp_path) as folder:
        folder.write("ann", FILES)
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", stop_at_the_last)
            with pytest.raises(KeyboardInterrupt):
                folder.write("ann", {"results.json": '{"version": 2}', "feedback.md": "new"})
        assert moved == ["feedback.md"]
        assert tree(tmp_path)["ann/results.json"] == FILES["results.json"]
        assert folder.previous("ann") is None
    with opened(tmp_path) as folder:
        assert folder.previous("ann") is None
        folder.write("ann", FILES)
        assert folder.previous("ann") == {"version": 1}


def test_a_file_system_that_ignores_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Students whose names differ only in case never share a folder, in this run or the next."""

    def is_there(path: Path) -> bool:
        names = {name.casefold() for name in os.listdir(path.parent)}
        return path.name.casefold() in names

    monkeypatch.setattr(os.path, "lexists", is_there)
    for version in ("1", "2"):
        with opened(tmp_path) as folder:
            folder.write("bob", {"results.json": f'"bob {version}"'})
            folder.write("Bob", {"results.json": f'"Bob {version}"'})
            assert list(folder.students()) == [("Bob", f"Bob {version}"), ("bob", f"bob {version}")]
            assert folder.previous("Bob") == f"Bob {version}"
    assert sorted(tree(tmp_path)) == ["%42%6F%62/results.json", "bob/results.json"]
    shutil.rmtree(tmp_path / "bob")
    with opened(tmp_path) as folder:
        assert folder.previous("Bob") == "Bob 2"


def test_students_who_differ_in_case_keep_their_names(tmp_path: Path) -> None:
    """Where the file system tells them apart, so do the folders."""
    with opened(tmp_path) as folder:
        folder.write("bob", FILES)
        folder.write("Bob", FILES)
    assert {path.name for path in tmp_path.iterdir()} == {"bob", "Bob", ".run"}


FILL = """
import sys
from pathlib import Path
from grader.errors import NotJudgedProblem
from grader.running.results_folder import ResultsFolder
out = Path(sys.argv[1])
files = {"feedback.md": "x" * 9000, "results.json": '{"ok": "' + "y" * 9000 + '"}'}
with ResultsFolder(out, "rnn_bptt") as folder:
    folder.keep_seed(7, "terms", "cases")
    whole = []
    try:
        for number in range(100):
            folder.write(str(number), files)
            whole.append(str(number))
    except NotJudgedProblem as problem:
        print(problem.message)
    assert 3 < len(whole) < 100, whole
    assert {student for student, data in folder.students() if data} == set(whole)
    assert all(folder.holds(student, files) for student in whole)
    assert not list(out.rglob("*.tmp")), list(out.rglob("*.tmp"))
    assert folder.stored_seed() == 7
"""


def test_a_disk_that_really_is_full(tmp_path: Path) -> None:
    """On a small disk of its own a run is stopped in one sentence, and every student is whole."""
    mount = 'mount -t tmpfs -o size=256k tmpfs "$2" || exit 77; exec "$0" -c "$1" "$2"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount]
    try:
        done = subprocess.run(
            [*command, sys.executable, FILL, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode == 77 or "unshare: " in done.stderr:
        pytest.skip("no small disk can be mounted here")
    assert done.stderr == ""
    assert done.returncode == 0
    assert re.fullmatch(
        rf'"{re.escape(str(tmp_path))}/\d+/?[a-z.]*" cannot be written: No space left on device\. '
        r"Make room and run the same command again\.\n",
        done.stdout,
    )
