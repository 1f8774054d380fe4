"""What a worker does for one submission, inside its locked process.  The protocol:

0. At start the judge may send ``{"probe": targets}``; the answer is the list of attacks that
   succeed (see ``probe``), and the worker ends.
1. The judge sends the *submission*: a map with ``files`` (name to bytes) and ``kept``.  If that
   is true, the zygote has kept what is the same for all submissions; else that follows.  If it
   holds ``watched``, what its expressions make is recorded, and every group that has cases also
   has ``watch``, which says how for each (see ``watching``); what one recorded follows its
   replies as ``["made", data]``.
2. The judge sends the *common part*: a map with ``constants`` (a list of arrays) and ``code``
   (a map of file names to the text of trusted code: the assignment's probes.py and makers.py,
   and what they import).
3. The judge sends *groups*, one per function, each when the one before it has ended: a map
   with ``module``, ``function`` and ``cases``, a list of scripts (see ``script``).  The module
   is imported first; a group without cases does only that.  For every case the worker answers
   ``["case", replies]``, and at the end of a group ``["end"]``; what calls of the group gave to
   names of libraries is then undone (see ``restoring``).  It ends itself with
   ``THREADS_LEFT`` where a thread that calls of one group began would run on beside the next.
   A group may hold ``lent``: then all modules are imported afresh, with other neighbours, and
   no thread may be left at all.  That is a map with ``functions`` (module to a map of name to a
   map of method to parameters, of a function "__call__" alone), ``expected`` (module to names for
   which, where they are not there, something stands in that raises when it is used), ``whole``
   (modules not even to be tried), ``judged`` (the module whose function is judged beside them, or
   "") and ``wrong`` (functions for whose exceptions that module does not pay as it is imported).
4. While a case runs, a lent function sends ``["lent", name, method, state, args, kwargs]``
   and waits for ``["value", data]`` or ``["error", type, text]``.

The judge hangs up, or kills, when it has what it wants.  Nothing a worker says is believed:
it only says what the student's functions returned, and the judge compares.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import os
import socket
import sys
from collections.abc import Callable, Collection, Mapping
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from . import files, lent, modules, own_kinds, probe, restoring, script, watching
from .plain import plain, travelling
from .unasked import bases, name_of
from .wire import THREADS_LEFT, Channel


class Kept:
    """What the zygote holds ready for all its workers."""

    def __init__(self) -> None:
        self.libraries = restoring.Libraries()
        self.constants: list[np.ndarray[Any, Any]] = []
        self.code: dict[str, CodeType] = {}

    def take(self, common: Mapping[str, Any]) -> None:
        """Take the common part of submissions (see above) in the place of what was kept."""
        self.constants = common["constants"]
        self.code = {
            name.removesuffix(".py"): compile(text, "<grader>", "exec")
            for name, text in common["code"].items()
        }

    def functions(self) -> dict[str, dict[str, Any]]:
        """Run the trusted code, and return what each of its files defines.

        The files import each other while they run; the submission finds none of them.
        """
        found: dict[str, dict[str, Any]] = {}
        for name, code in self.code.items():
            module = ModuleType(name)
            sys.modules[name] = module
            exec(code, module.__dict__)
            found[name] = module.__dict__
        for name in found:
            del sys.modules[name]
        return found


def serve(connection: socket.socket, kept: Kept) -> None:
    """Answer the judge's frames until it hangs up."""
    # EOFError: the judge hung up.  OSError: it did so while an answer was on its way.
    with contextlib.suppress(EOFError, OSError):
        _Server(Channel(connection), kept).run()


class _Server:
    def __init__(self, channel: Channel, kept: Kept) -> None:
        self._channel = channel
        self._kept = kept
        self._failed_imports: dict[str, BaseException] = {}
        self._last_edit: Any = None
        self._answers: dict[bytes, bytes] = {}
        """What the judge answered a watched function: it is called alike again and again."""
        self._trusted: dict[str, dict[str, Any]] = {}
        self._kinds = own_kinds.OwnKinds()
        self._expected: Collection[str] = ()
        self._libraries: restoring.Libraries | None = None
        """What they hold once all files have been imported: they may have changed something."""

    def run(self) -> None:
        submission = self._channel.receive()
        if "probe" in submission:
            self._channel.send(probe.attempt(submission["probe"]))
            return
        self._files: dict[str, bytes] = submission["files"]
        self._watcher = watching.Watcher() if submission.get("watched") else None
        if self._watcher is not None:
            self._watcher.install()
        self._modules = modules.SubmissionFinder(
            self._files, None if self._watcher is None else self._watcher.compile
        )
        self._opens = files.Files(self._files)
        self._opens.install()
        self._modules.install(self._opens.name_of)
        self._finders, self._path = list(sys.meta_path), list(sys.path)
        if not submission["kept"]:
            self._kept.take(self._channel.receive())
        self._trusted = self._kept.functions()
        constants = self._kept.constants
        draws = restoring.may_draw(self._files)
        fresh = functools.partial(restoring.fresh_state, draws=draws)
        threads = 1
        while True:
            group = self._channel.receive()
            if len(sys._current_frames()) > (1 if "lent" in group else threads):
                os._exit(THREADS_LEFT)  # its time would count as the next function's
            module, judged = group["module"], group["function"]
            if "lent" in group:
                self._start_afresh(group["lent"])
            with contextlib.suppress(_ImportFailedError):  # every call of the module will tell
                self._import(module)
            threads = len(sys._current_frames())  # those of the import are with every function
            if group["cases"] and self._libraries is None:
                self._libraries = restoring.Libraries(
                    self._kept.libraries, changing=self._may_change()
                )
            find = functools.partial(self._find, module, judged)
            self._kinds = self._own_kinds(judged)
            runner = script.Script(constants, find, fresh, self._kinds.like)
            for number, steps in enumerate(group["cases"]):
                if self._watcher is not None:
                    self._edit(group["watch"][number]["edit"])
                    self._watcher.start(group["watch"][number])
                # at once: the next case may end this process
                self._channel.send(["case", runner.run(steps, self._describe)])
                if self._watcher is not None and (made := self._watcher.stop()):
                    self._channel.send(["made", made])
            self._channel.send(["end"])
            if self._libraries is not None:
                self._libraries.put_back()

    def _may_change(self) -> frozenset[str]:
        names = self._kept.libraries.names
        some = (restoring.may_change(one, names) for one in self._modules.codes)
        return frozenset().union(*some)

    def _own_kinds(self, judged: str) -> own_kinds.OwnKinds:
        makers = [one for one in self._expected if one != judged]
        modules, codes = self._modules.imported(), self._modules.codes
        return own_kinds.OwnKinds.found(modules, codes, judged, makers)

    def _edit(self, edit: Any) -> None:
        """Have the submission's modules imported afresh, with a change made to one of them."""
        assert self._watcher is not None
        if edit == self._last_edit:
            return
        self._last_edit, self._failed_imports = edit, {}
        self._modules.edit(self._watcher.edited(edit, self._files) if edit else {})

    def _start_afresh(self, beside: dict[str, Any]) -> None:
        """Forget the submission's modules, and have some functions lent from now on."""
        sys.meta_path[:], sys.path[:] = self._finders, self._path
        self._kept.libraries.put_back(self._may_change())
        self._opens.stand_in()
        self._failed_imports, self._last_edit = {}, None
        if self._watcher is not None:
            self._watcher.forget()
        self._answers = {}
        functions = {
            module: {name: lent.lend(name, calls, self._ask) for name, calls in names.items()}
            for module, names in beside["functions"].items()
        }
        self._expected = [name for names in beside["expected"].values() for name in names]
        rest = [beside[key] for key in ("expected", "whole", "judged", "wrong")]
        self._modules.start_afresh(functions, *rest)

    def _find(self, module: str, judged: str, name: str) -> Callable[..., Any]:
        """Return a contract function, a maker, or a probe bound to the submission's module."""
        kind, _, function = name.rpartition(":")
        if kind == "make":
            return self._trusted["makers"][function]  # type: ignore[no-any-return]
        found = getattr(self._import(module), judged if kind else function, _NOTHING)
        if not callable(found):
            raise NoFunctionError("" if found is _NOTHING else type(found).__name__)
        if kind:
            return functools.partial(self._trusted["probes"][function], self._import(module))
        return found

    def _import(self, module: str) -> ModuleType:
        if module in self._failed_imports:  # the same failure again, without its cost
            raise self._failed_imports[module]
        if module not in sys.modules:
            restoring.fresh_state(0)
            self._libraries = None
            try:
                imported = importlib.import_module(module)
                self._modules.import_lent()
                return imported
            except BaseException as error:
                self._failed_imports[module] = _ImportFailedError(error)
                raise self._failed_imports[module] from error
        return sys.modules[module]

    def _describe(self, error: BaseException) -> dict[str, Any]:
        """Say what was raised and where in the student's files, for the judge to check."""
        importing = type(error) is _ImportFailedError
        if type(error) is _ImportFailedError:
            error = error.cause
        kinds = [kind for kind in bases(type(error)) if id(kind) in _BUILT_IN]
        details: dict[str, Any] = {
            "type": travelling(name_of(type(error))[: script.MAX_NAME]),
            "bases": [name_of(kind) for kind in kinds][: script.MAX_BASES],
            "importing": importing,
            "frames": script.student_frames(error, self._files),
            "text": "",
            "name": "",
        }
        with contextlib.suppress(BaseException):
            details["text"] = travelling(str(error)[: script.MAX_WORDS])
        with contextlib.suppress(BaseException):
            name = str(getattr(error, "name", None) or "")[: script.MAX_NAME]
            details["name"] = travelling(name)
        with contextlib.suppress(BaseException):
            if isinstance(error, SyntaxError) and error.filename in self._files:
                details["frames"].append((str(error.filename), max(0, int(error.lineno or 0)), ""))
                details["text"] = travelling(str(error.msg)[:200])
        return details

    def _ask(
        self, name: str, method: str, state: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Have the judge call one of its own functions."""
        given = plain([state, list(args), kwargs], script.tensor_to_array)
        if type(given) is not list or len(given) != 3:  # too large
            raise RuntimeError(f"{name} was given too much")
        known = None if self._watcher is None else self._answers
        kind, *reply = self._channel.ask(["lent", name, method, *given], known)
        if kind == "value":
            kinds = self._kinds
            return kinds.within(reply[0]) if method else kinds.answer(name, reply[0])
        raise getattr(builtins, reply[0], ValueError)(reply[1])


_NOTHING = object()

_BUILT_IN = frozenset(id(one) for one in vars(builtins).values() if isinstance(one, type))


class _ImportFailedError(Exception):
    """A module of the submission cannot be imported."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


class NoFunctionError(Exception):
    """A contract name is missing, or stands for something of the given type."""
