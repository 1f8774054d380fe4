"""Makes the zip that has Gradescope's own machines grade an assignment.

Gradescope unpacks it into /autograder/source, runs setup.sh once, as root, and run_autograder for
every submission.  The grader, the solutions and the hidden cases stay in /autograder/source, which
only root can read.  The interpreter and the libraries go to /opt/unrolled, which everybody can,
because workers run as another user: nothing of the grader is installed there.
"""

from __future__ import annotations

import importlib.metadata
import io
import re
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.course import PACKAGE, Assignment

_NOT_NEEDED = ("matplotlib", "nbgrader")
"""Libraries that judging a submission does without."""

SETUP = """\
#!/usr/bin/env bash
# Run once by Gradescope, as root, when the autograder's image is built.
set -euo pipefail
umask 022
python=""
for one in python3.13 python3.12 python3.11 python3; do
    if "$one" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$one
        break
    fi
done
if [ -z "$python" ]; then
    apt-get update
    apt-get install -y python3.11 python3.11-venv || apt-get install -y python3 python3-venv
    python=$(command -v python3.11 || command -v python3)
fi
"$python" -m venv /opt/unrolled
# PyTorch's own index has a small build for machines without a GPU
/opt/unrolled/bin/python -m pip install --quiet \\
    --extra-index-url https://download.pytorch.org/whl/cpu -r /autograder/source/requirements.txt
chown -R root /autograder/source
chmod -R go-rwx /autograder/source
"""

RUN = """\
#!/usr/bin/env bash
# Run by Gradescope, as root, for every submission.
set -euo pipefail
mkdir -p /autograder/results
chmod go-rwx /autograder/source /autograder/results
cd /
PYTHONPATH=/autograder/source exec /opt/unrolled/bin/python -B -m grader.gradescope.on_gradescope \\
    /autograder {assignment} --seed {seed} --timeout {timeout}{weak}
"""


def bundle(task: Assignment, *, seed: int | None, timeout: float, weak: bool) -> bytes:
    """Return the zip; ``seed`` None draws one, for all submissions of this bundle."""
    run = RUN.format(
        assignment=task.name,
        seed=secrets.randbits(32) if seed is None else seed,
        timeout=f"{timeout:g}",
        weak=" --allow-weak-isolation" if weak else "",
    )
    files: dict[str, bytes] = {
        "setup.sh": SETUP.encode(),
        "run_autograder": run.encode(),
        "requirements.txt": "".join(f"{one}\n" for one in requirements()).encode(),
    }
    for name, path in _sources(task):
        files[name] = path.read_bytes()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name)  # with a fixed date: the same bundle, the same bytes
            runs = name in ("setup.sh", "run_autograder")
            entry.external_attr = (0o700 if runs else 0o600) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return data.getvalue()


def requirements() -> list[str]:
    """Return what has to be installed to judge, as this installation asks for it."""
    wanted = importlib.metadata.requires("unrolled") or []
    return sorted(
        one
        for one in wanted
        if "extra ==" not in one and re.split(r"[\W_]", one)[0] not in _NOT_NEEDED
    )


def _sources(task: Assignment) -> Iterator[tuple[str, Path]]:
    """Yield the grader, and of the course what judges this assignment."""
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE)
        if path.is_file() and place.parts[0] != "hidden" and "__pycache__" not in place.parts:
            yield f"grader/{place.as_posix()}", path
    for folder, target in (
        (task.hidden, f"hidden/{task.name}"),
        (task.solutions, f"solutions/{task.name}"),
    ):
        for path in sorted(folder.iterdir()):
            if path.is_file():
                yield f"{target}/{path.name}", path
