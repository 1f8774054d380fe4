"""Runs the calls of one case, and turns their results into replies.

A case is a list of steps.  Each step has a number, and later steps may use its result:

``["call", name, arguments, wanted, named]``
    call a function by name, with ``named`` as keyword arguments; a reply is due if ``wanted``;
    "probe:NAME" and "make:NAME" are functions of the assignment's probes.py and makers.py;
    other names with a ":" are steps with what an earlier call returned (see ``objects``)
``["look", step, path]``
    reply with a part of the result of an earlier step as it is now
``["arguments", step, path]``
    reply with the arguments of an earlier step as they are now, or with one of them: [number]

A reply is ``["value", step, data]`` or ``["raised", step, details]``; after the first exception
the case ends, so the list of replies may be shorter than what was wanted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .objects import step_with
from .plain import Budget, plain, travelling
from .restoring import fresh_state
from .unasked import traceback_of
from .wire import NOT_DETACHED, Constant, Earlier, Odd

MAX_NAME, MAX_WORDS, MAX_BASES, MAX_FRAMES, MAX_PATH = 100, 500, 20, 31, 4096
"""Of an exception: letters of a name, letters of its text, classes, frames, letters of a file."""


def tensor_to_array(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a torch tensor's numbers as an array, None for anything else.

    torch is never imported for this: who has not imported it cannot return a tensor.
    """
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor):
        return None
    array: np.ndarray[Any, Any] = value.detach().cpu().numpy()
    return array


def detached_to_array(value: Any) -> Any:
    """Return the same, and ``Odd`` for a tensor that PyTorch still tracks: it is no number yet."""
    array = tensor_to_array(value)
    return array if array is None or not value.requires_grad else Odd(NOT_DETACHED)


def answer(value: Any, budget: Budget) -> Any:
    """Turn a function's result into data that can travel."""
    return plain(value, detached_to_array, budget)


class Script:
    """Evaluates cases with the functions that ``find`` returns by name.

    ``own_tuple`` makes what a tuple among the arguments is given as.
    """

    def __init__(
        self,
        constants: Sequence[np.ndarray[Any, Any]],
        find: Callable[[str], Callable[..., Any]],
        fresh: Callable[[int], None] = fresh_state,
        own_tuple: Callable[[tuple[Any, ...]], tuple[Any, ...]] = tuple,
    ) -> None:
        self._constants = constants
        self._find = find
        self._fresh = fresh
        self._own_tuple = own_tuple
        self._results: list[Any] = []
        self._budget = Budget()

    def run(self, steps: Sequence[Sequence[Any]], describe: Callable[..., Any]) -> list[Any]:
        """Run one case; ``describe`` turns an exception into the details of a reply."""
        self._results = []
        arguments: list[list[Any]] = []
        replies: list[Any] = []
        for number, step in enumerate(steps):
            try:
                if step[0] == "call":
                    _, name, given, wanted, named = step
                    function = self.function(name)
                    self._fresh(number)
                    positional, by_name = self.resolve(given), self.resolve(named)
                    arguments.append([*positional, *by_name.values()])
                    self._results.append(function(*positional, **by_name))
                    if wanted:
                        replies.append(["value", number, answer(self._results[-1], self._budget)])
                else:
                    value = self._results[step[1]] if step[0] == "look" else arguments[step[1]]
                    for key in step[2]:
                        value = value[key]
                    replies.append(["value", number, answer(value, self._budget)])
                    arguments.append([])
                    self._results.append(value)
            except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
                replies.append(["raised", number, describe(error)])
                break
        self._results = []
        return replies

    def function(self, name: str) -> Callable[..., Any]:
        """Return what a calling step calls."""
        return step_with(name) or self._find(name)

    def resolve(self, tree: Any) -> Any:
        """Return an argument with fresh copies of constants and earlier results in place."""
        kind = type(tree)
        if kind is Constant:
            return self._constants[tree.number].copy()
        if kind is Earlier:
            value = self._results[tree.call]
            for key in tree.path:
                value = value[key]
            return value
        if kind is dict:
            return {key: self.resolve(item) for key, item in tree.items()}
        if kind is list:
            return [self.resolve(item) for item in tree]
        if kind is tuple:
            return self._own_tuple(tuple(self.resolve(item) for item in tree))
        return tree


def student_frames(error: BaseException, files: Mapping[str, bytes]) -> list[tuple[str, int, str]]:
    """Return (file, line, function) of the frames that are in the given files, outermost first.

    Of many frames the last few are told.
    """
    frames: list[tuple[str, int, str]] = []
    trace = traceback_of(error)
    while trace is not None and len(frames) < 2000:
        code = trace.tb_frame.f_code
        if code.co_filename in files:
            name = code.co_name[:MAX_NAME]
            frames.append((code.co_filename, max(0, trace.tb_lineno or 0), travelling(name)))
        trace = trace.tb_next
    return frames[-MAX_FRAMES + 1 :]
