"""Runs `grade` and `nbgrader` in forks of a process that has imported both.

Importing nbgrader takes more time than most of its commands do.  A message of the socket whose
number is given holds a JSON object with the ``program``, its ``arguments``, the folder ``where``
it is run and its ``environment``; two pipes come with it, for all that it says and for its exit
code.  Commands run side by side.  It ends with the socket.
"""

import atexit
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

PROGRAMS: dict[str, Callable[[], object]] = {}
NEEDED = (
    "grader.commands.main",
    "grader.nbgrader_bridge.autograding",
    "grader.nbgrader_bridge.feedback",
    "grader.nbgrader_bridge.gradebook",
    "grader.nbgrader_bridge.releasing",
    "grader.running.grading",
)
"""What commands import when they begin."""


def main(number: int) -> None:
    """Begin what is asked for until nobody is there to ask."""
    from nbgrader.apps.nbgraderapp import main as nbgrader

    from grader.commands.entry import main as grade

    for name in NEEDED:
        importlib.import_module(name)
    PROGRAMS.update(grade=grade, nbgrader=nbgrader)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    with socket.socket(fileno=number) as asked:
        while True:
            message, pipes, *_ = socket.recv_fds(asked, 1 << 20, 2)
            if not message:
                return
            if not os.fork():
                asked.close()
                watch(*pipes, json.loads(message))
            for pipe in pipes:
                os.close(pipe)


def watch(said: int, code: int, asked: dict[str, object]) -> None:
    """Run a command to its end, however it ends, and tell its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if not child:
        os.close(code)
        os._exit(run(said, **asked))  # type: ignore[arg-type]
    os.close(said)
    _, status = os.waitpid(child, 0)
    os.write(code, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def run(
    said: int, program: str, arguments: Sequence[str], where: str, environment: dict[str, str]
) -> int:
    """Run a command in this process, as one that was typed; return its exit code."""
    os.umask(0o022)
    os.chdir(where)
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, target)
    os.close(said)
    sys.argv = [str(Path(sys.executable).parent / program), *arguments]
    code: object = 0
    try:
        code = PROGRAMS[program]()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    if isinstance(code, str):
        print(code, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file
    main(int(sys.argv[1]))
