"""Runs `grade` or `nbgrader` in forks of a process that has imported it.

Importing takes more time than many commands do.  A message of the socket whose number is given
holds a JSON object with the ``arguments``, the folder ``where`` the program is run and its
``environment``; three pipes come with it, for what it prints, what it complains about and its exit
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
from typing import Any, NoReturn

PROGRAMS = {
    "grade": ("grader.commands.entry", "grader.commands.main", "grader.running.grading"),
    "nbgrader": (
        "nbgrader.apps.nbgraderapp",
        "grader.nbgrader_bridge.autograding",
        "grader.nbgrader_bridge.feedback",
        "grader.nbgrader_bridge.releasing",
    ),
}
"""By program, the module whose ``main`` it is, and what else its commands import."""


def serve(program: str, number: int) -> None:
    """Begin what is asked for until nobody is there to ask."""
    main, *_ = (importlib.import_module(name) for name in PROGRAMS[program])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    with socket.socket(fileno=number) as asked:
        while True:
            message, pipes, *_ = socket.recv_fds(asked, 1 << 20, 3)
            if not message:
                return
            if not os.fork():
                asked.close()
                watch(main.main, program, pipes, json.loads(message))
            for pipe in pipes:
                os.close(pipe)


def watch(
    main: Callable[[], object], program: str, pipes: Sequence[int], asked: dict[str, Any]
) -> NoReturn:
    """Run a command to its end, however it ends, and tell its exit code."""
    out, err, code = pipes
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if not child:
        os.close(code)
        os._exit(run(main, program, out, err, **asked))
    os.close(out)
    os.close(err)
    _, status = os.waitpid(child, 0)
    os.write(code, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def run(
    main: Callable[[], object],
    program: str,
    out: int,
    err: int,
    arguments: Sequence[str],
    where: str,
    environment: dict[str, str],
) -> int:
    """Run a command in this process, as one that was typed; return its exit code."""
    os.umask(0o022)
    os.chdir(where)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    sys.argv = [str(Path(sys.executable).parent / program), *arguments]
    code: object = 0
    try:
        code = main()
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
    serve(sys.argv[1], int(sys.argv[2]))
