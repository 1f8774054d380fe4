"""The container image: its pins are the project's, and its page names every option it uses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from grader.isolation.missing import how_to_have_namespaces

ROOT = Path(__file__).resolve().parents[1]
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf-8")
PAGE = (ROOT / "docs" / "container.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHON_OF = {"bookworm": (3, 11), "trixie": (3, 13)}
"""The Python that a release of Debian has."""

OPTION = re.compile(r"""--(?:security-opt|userns|user|network)[ =](?:"[^"]*"|[^ `]+)""")


def lines(instruction: str) -> list[str]:
    """Return what stands behind an instruction of the Containerfile."""
    return re.findall(rf"^{instruction} (.*)$", CONTAINERFILE, re.MULTILINE)


def test_pins_are_those_of_the_project() -> None:
    """PyTorch comes in a layer of its own, which must be the one that the project asks for."""
    (torch,) = (one for one in PROJECT["dependencies"] if one.startswith("torch"))
    assert f"pip install --no-cache-dir {torch}\n" in CONTAINERFILE
    (base,) = (one for one in lines("FROM") if ":" in one)
    least = tuple(map(int, PROJECT["requires-python"].removeprefix(">=").split(".")))
    assert PYTHON_OF[re.split("[:-]", base)[1]] >= least


def test_the_image_is_made_of_what_the_package_needs_and_nothing_else() -> None:
    """Each file let in exists; no work of students, no test, and no address of packages."""
    let_in = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    assert all((ROOT / one).exists() for one in let_in)
    needed = {"setup.py", "pyproject.toml", "MANIFEST.in", PROJECT["readme"], "LICENSE"}
    grafted = re.findall(r"^graft (\w+)", (ROOT / "MANIFEST.in").read_text("utf-8"), re.MULTILINE)
    assert {*let_in} == needed | {*grafted} | {"grader"}
    assert "://" not in CONTAINERFILE


def test_it_runs_the_command_as_nobody_of_power() -> None:
    """Root could make no namespaces in a container."""
    assert lines("ENTRYPOINT") == ['["grade"]']
    assert lines("USER")[-1].split(":")[0] not in ("0", "root")


@pytest.mark.parametrize("program", ["podman", "docker"])
def test_the_page_says_what_each_option_is_for(program: str) -> None:
    """A row for every option of the command, and a command for every row that is of one."""
    (command,) = re.findall(rf"^{program} run .*$", PAGE, re.MULTILINE)
    rows = re.findall(r"^\| (.*?) \|", PAGE, re.MULTILINE)
    for option in OPTION.findall(command):
        assert any(f"`{option}`" in row for row in rows), option
    named = [one for row in rows if row.startswith("`") for one in re.findall("`(.*?)`", row)]
    commands = re.findall(r"^(?:podman|docker) run .*$", PAGE, re.MULTILINE)
    for option in named:
        assert any(option in one for one in commands), option


def test_what_a_run_advises_is_on_the_page() -> None:
    """And the page is where the advice says it is, and README sends to it."""
    advice = how_to_have_namespaces(inside=True)
    page = re.search(r"docs/[\w.]+", advice)
    assert page is not None
    assert (ROOT / page[0].rstrip(".")).exists()
    for option in OPTION.findall(advice):
        assert f"`{option.rstrip(',:')}`" in PAGE, option
    assert "(docs/container.md)" in (ROOT / "README.md").read_text("utf-8")
