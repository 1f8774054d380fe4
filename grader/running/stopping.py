"""Ends a command in good order when it is told to stop, by Ctrl-C or from elsewhere."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from grader.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first signal to stop into a KeyboardInterrupt inside, and Interrupted outside.

    Later ones are ignored: the end that follows the first is in good order, and does not take
    long.  A signal that is ignored already, as by nohup, stays ignored.
    """
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        if len(told) == 1:
            raise KeyboardInterrupt

    before = {one: signal.getsignal(one) for one in _SIGNALS}
    for one, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(one, stop)
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Interrupted(str(interrupt), told[0] if told else signal.SIGINT) from None
    finally:
        for one, handler in before.items():
            if handler is not None:
                signal.signal(one, handler)
