"""The lane itself: gets ready, then judges what its parent sends, until that hangs up."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from grader.errors import NotJudgedProblem, UsageProblem
from grader.isolation.launching import Zygote
from grader.running.lane_messages import GRACE_SECONDS, Failed, Overrun, Ready, Task, Trial, Unable
from grader.running.opening import open_sandbox
from grader.running.twins import Fork, Reap, be_forked, reap

_interrupted = threading.Event()
"""Set when the interrupt was sent: it may have come while an object was cleared away, unseen."""


def main(descriptor: int, zygote: Zygote | None) -> None:
    """Be a lane, on a zygote that was launched first, until the parent hangs up."""
    sys.unraisablehook = _tell_unless_interrupted
    connection = Connection(descriptor)  # open to the end: closing it is not to be interrupted
    with contextlib.suppress(KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _watch_parent(descriptor)
        try:
            serve(connection, zygote)
        except (EOFError, ConnectionError):
            _interrupted.wait(GRACE_SECONDS)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends already
    os._exit(0)  # all is closed: what is left is memory, which the system takes back at once


@contextlib.contextmanager
def _interrupted_first() -> Iterator[None]:
    """Wait for the interrupt that comes when the parent hangs up.

    Later it would come while the zygote is waited for, and leave that behind.
    """
    try:
        yield
    except (EOFError, ConnectionError):
        _interrupted.wait(GRACE_SECONDS)
        raise


def _tell_unless_interrupted(unraisable: sys.UnraisableHookArgs) -> None:
    """Say nothing of an interrupt that comes while an object is cleared away: it is ours."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)


def serve(connection: Connection, zygote: Zygote | None = None) -> None:
    """Answer all that comes from the parent; raises EOFError or ConnectionError at its end."""
    from grader.isolation.sandbox import SandboxError

    assignment, weak = connection.recv()
    try:
        with open_sandbox(assignment, weak=weak, zygote=zygote) as sandbox, _interrupted_first():
            from grader.running.start import Start, in_one_sentence  # while that gets warm

            with in_one_sentence():
                start = Start(assignment, sandbox)
            settings, trial, much = connection.recv()
            with in_one_sentence():
                if trial is Trial.NONE:
                    judge, settings = start.judge(settings, much=much)
                else:
                    drawn = trial is Trial.DRAWN
                    judge, settings = start.tried(settings, drawn=drawn, much=much)
            connection.send(Ready(judge.isolation.line, settings))
            while True:
                task: Task | Fork | Reap = connection.recv()
                if isinstance(task, Fork):
                    connection = be_forked(connection, sandbox, _watch_parent)
                    continue
                if isinstance(task, Reap):
                    connection.send(reap(task))
                    continue
                if judge.store:
                    judge.store.seal()
                try:
                    answer: Any = judge.judge(task.submission, task.last, task.explain)
                except MemoryError:  # the kernel refuses it more than it may have
                    answer = Overrun("memory")
                except Exception as error:  # this one submission cannot be judged
                    answer = Failed(_said(error))
                connection.send(answer)
    except (EOFError, ConnectionError):
        raise
    except Exception as error:  # whatever it is, the parent tells it in one sentence
        details = error.details if isinstance(error, NotJudgedProblem) else ""
        passing = isinstance(error.__cause__, SandboxError)
        connection.send(Unable(_said(error), isinstance(error, UsageProblem), details, passing))


def _said(error: Exception) -> str:
    if isinstance(error, UsageProblem | NotJudgedProblem):
        return error.message
    if isinstance(error, OSError) and error.strerror:
        return f"The system refused what judging needs: {error.strerror}."
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _watch_parent(descriptor: int) -> None:
    os.set_inheritable(descriptor, False)
    threading.Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()


def _end_with_parent(descriptor: int) -> None:
    """Wait until the other end is closed; then end this process in good order, or else at once.

    The other end is closed when the parent hangs up, and when the parent is killed.
    """
    poll = select.poll()
    poll.register(descriptor, 0)
    poll.poll()
    os.kill(os.getpid(), signal.SIGINT)
    _interrupted.set()
    time.sleep(GRACE_SECONDS)
    os._exit(1)
