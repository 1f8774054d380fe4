"""Measures the limit in a process of its own, which is warm before anything is counted.

`python -m benchmarks.limit FOLDER` prints a JSON list: the seconds of processor time that each
submission of a made class takes.  Those that end or attack their process are left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.classes import ABORTS, ATTACKS, ROOT, submissions

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def limit(folder: Path) -> list[float]:
    """Return the seconds of processor time of every submission that can be judged so."""
    command = [sys.executable, "-m", "benchmarks.limit", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"the limit could not be measured: {done.stderr[-2000:]}")
    return [float(value) for value in json.loads(done.stdout.splitlines()[-1])]


def main() -> None:
    """Judge a made class in this process."""
    from benchmarks.in_process import InProcess
    from grader.course import find_course

    judge = InProcess(find_course(ROOT).assignment("rnn_bptt"))
    costs = [
        judge.cost({path.name: path.read_bytes() for path in files.glob("*.py")})
        for student, files in submissions(Path(sys.argv[1])).items()
        if not student.startswith((ABORTS, ATTACKS))
    ]
    print(json.dumps(costs))


if __name__ == "__main__":
    main()
