"""Runs pytest in one folder after the other, each in a fork of a process that is warm.

A line of standard input is a JSON object with the ``folder`` to run in, the ``options`` of
pytest, the ``environment`` it has beside this one and the file for the ``output``; the line of
standard output that answers it holds the exit code.  NumPy, pytest and PyTorch are imported once:
that is most of what a run takes.
"""

import json
import os
import signal
import sys
import traceback

import numpy  # noqa: F401
import pytest
import torch

SECONDS = 1200


def run(folder: str, options: list[str], environment: dict[str, str], output: str) -> int:
    """Run pytest in a folder, as ``pytest`` typed there does."""
    os.chdir(folder)
    target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.environ.update(environment)
    signal.alarm(SECONDS)
    sys.path.pop(0)  # the folder of this file
    try:
        return int(pytest.main(options))
    except BaseException:
        traceback.print_exc()
        return 70
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def main() -> None:
    """Answer until the input ends."""
    tensor = torch.ones(1, requires_grad=True)
    tensor.backward(torch.ones(1))  # imports what every first backward does
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(run(**asked))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
