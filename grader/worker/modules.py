"""Imports a submission from memory, with right functions lent in the place of wrong ones.

No file of a submission is ever on the worker's disk.  A lent function is a proxy: its source
never enters this process (see ``lent``).
"""

from __future__ import annotations

import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from types import CodeType, ModuleType
from typing import Any

from .absent import MOST_ABSENT, StandInError, stand_in, stood_in_for
from .held import made_in, replace_held
from .lent import Lend

_BY_DESIGN = frozenset({"__main__", "numpy", "torch"})
"""What no file stands in the place of, whatever its name, beside the standard library."""

Compile = Callable[[bytes, str], CodeType]

Codes = Sequence[CodeType]
"""The code of a file, part by part, from its first line to its last."""


class SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the student's own modules and packages among the submitted files.

    Functions may be lent: they replace a module's contract functions once it has run, that is
    before any module that imports it can take the student's own.  For what is neither there nor
    lent something stands in that raises when it is used, so that others can import it.
    """

    def __init__(self, files: Mapping[str, bytes], compiled: Compile | None = None) -> None:
        self._files = files
        self._compile = compiled or _compile
        self._lent: Mapping[str, Mapping[str, Lend]] = {}
        self._expected: Mapping[str, Sequence[str]] = {}
        self._whole: Sequence[str] = ()
        self._judged = ""
        self._wrong: Collection[str] = ()
        self._code: dict[str, CodeType] = {}
        self._edited: Mapping[str, Codes] = {}
        self._found: set[str] = set()

    def start_afresh(
        self,
        lent: Mapping[str, Mapping[str, Lend]],
        expected: Mapping[str, Sequence[str]],
        whole: Sequence[str] = (),
        judged: str = "",
        wrong: Collection[str] = (),
    ) -> None:
        """Forget all modules; those imported from now on hold what is lent.

        ``lent`` maps a module's name to functions, ``expected`` to the names that others may
        import from it.  A module of these in ``whole``, or one that fails to import, becomes
        one of lent functions and stand-ins alone; the module ``judged`` is never so.  Where what
        fails there is one of the functions that are ``wrong``, it keeps what it had come to.
        """
        self.edit({})
        self._lent, self._expected = lent, expected
        self._whole, self._judged, self._wrong = whole, judged, wrong

    def install(self, name_of: Callable[[Any], str]) -> None:
        """Be asked first for every module, and for those that are imported from a path.

        What this process holds beside the libraries that it is to have makes way for files of the
        same name.  ``name_of`` returns the name of a file by its path.
        """
        sys.meta_path.insert(0, self)
        plain = importlib.util.spec_from_file_location

        @functools.wraps(plain)
        def from_path(name: str, location: Any = None, **named: Any) -> Any:
            file = name_of(location)
            if file not in self._files or named:
                return plain(name, location, **named)
            if name not in sys.modules:
                self._found.add(name)
            return importlib.util.spec_from_loader(name, self, origin=file)

        vars(importlib.util)["spec_from_file_location"] = from_path
        own = {name.partition("/")[0].removesuffix(".py") for name in self._files}
        own -= _BY_DESIGN | sys.stdlib_module_names
        # a fork copies every page on which it counts who holds a name: all are hardly ever read
        if own := {name for name in own if name in sys.modules}:
            for name in [name for name in sys.modules if name.partition(".")[0] in own]:
                del sys.modules[name]

    @property
    def codes(self) -> Collection[CodeType]:
        """The code of all files that were imported."""
        return [*self._code.values(), *(one for codes in self._edited.values() for one in codes)]

    def edit(self, code: Mapping[str, Codes]) -> None:
        """Forget all modules; those imported from now on run this code in place of their own."""
        for name in self._found:
            sys.modules.pop(name, None)
        self._found, self._edited = set(), code

    def imported(self) -> list[ModuleType]:
        """Return the submission's modules that have been imported."""
        found = [sys.modules.get(name) for name in sorted(self._found)]
        # one that says something else of its class is not asked
        return [one for one in found if one is not None and issubclass(type(one), ModuleType)]

    def import_lent(self) -> None:
        """Import what is lent of, but not imported yet: others may hold its functions, too."""
        for name in self._lent:
            if name not in sys.modules:
                with contextlib.suppress(BaseException):
                    importlib.import_module(name)

    def _file_of(self, name: str) -> tuple[str, bool] | None:
        path = name.replace(".", "/")
        if f"{path}/__init__.py" in self._files:
            return f"{path}/__init__.py", True
        return (f"{path}.py", False) if f"{path}.py" in self._files else None

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module of the submission."""
        spec = self._spec_of(fullname)
        if spec is not None:
            self._found.add(fullname)
        return spec

    def _spec_of(self, fullname: str) -> importlib.machinery.ModuleSpec | None:
        found = self._file_of(fullname)
        if found is None:
            if fullname in self._expected and fullname != self._judged:
                return importlib.util.spec_from_loader(fullname, self, origin=f"{fullname}.py")
            folder = fullname.replace(".", "/") + "/"
            if any(name.startswith(folder) for name in self._files):  # a package without __init__
                spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
                return spec
            return None
        file, package = found
        return importlib.util.spec_from_loader(fullname, self, origin=file, is_package=package)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Use Python's own module type."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module of the submission, then put lent functions in their places.

        One that was imported from a path, under whatever name, is that of its file.
        """
        called = module.__name__  # once its code has run it may answer anything
        file = getattr(module.__spec__, "origin", None) or ""
        name = _module_of(file) if file in self._files else called
        try:
            if file not in self._files or name in self._whole:
                raise ImportError(name)
            module.__file__ = file
            if file not in self._code and file not in self._edited:
                self._code[file] = self._compile(self._files[file], file)
            self._run(self._edited[file] if file in self._edited else (self._code[file],), module)
        except BaseException as error:  # a SystemExit at import is no better
            if name == self._judged and self._raised_in(error) in self._wrong:
                return  # what it tries out at import is another's, which would pay for that
            if name == self._judged or name not in self._expected:
                raise
            _put_back(module, called if called in self._found else "")
            for key in [key for key in vars(module) if not key.startswith("__")]:
                del module.__dict__[key]
        if name != self._judged and name in self._expected and called in self._found:
            _put_back(module, called)
        for key, lend in self._lent.get(name, {}).items():
            own = module.__dict__.get(key)
            module.__dict__[key] = lend(own, made_in(self._files, own))
            replace_held(own, module.__dict__[key], [*self.imported(), module], self._files)
        if name != self._judged and name in self._expected:
            names = [*self._expected[name], *_listed(module)]
            absent = [one for one in names if not _has(module, one)]
            module.__dict__.update({one: stand_in(one) for one in absent})

    def _run(self, codes: Codes, module: ModuleType) -> None:
        """Run a module's code; what it imports of the standard library and is not there, for it
        came with a newer Python, is stood in for.
        """
        clean = dict(module.__dict__)
        for _ in range(MOST_ABSENT):
            try:
                for code in codes:
                    exec(code, module.__dict__)
                return
            except ImportError as error:
                if not self._made_way(error) and not stood_in_for(error):
                    raise
            module.__dict__.clear()
            module.__dict__.update(clean)
        for code in codes:
            exec(code, module.__dict__)

    def _made_way(self, error: ImportError) -> bool:
        """Whether a library's module, where an import found nothing, made way for a file of the
        submission that has its name: at home that would have been imported.
        """
        name = error.name or ""
        held = sys.modules.get(name)
        if held is None or self._file_of(name) is None or name in _BY_DESIGN:
            return False
        if getattr(getattr(held, "__spec__", None), "loader", None) is self:
            return False
        del sys.modules[name]
        return True

    def _raised_in(self, error: BaseException) -> str:
        """Return the innermost function of a contract that an exception came through."""
        if isinstance(error, StandInError):
            return error.name
        names = {name for some in self._expected.values() for name in some}
        found, trace = "", error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in self._files and code.co_name in names:
                found = code.co_name
            trace = trace.tb_next
        return found

    def get_source(self, fullname: str) -> str | None:
        """Return a module's text, for ``inspect.getsource``."""
        found = self._file_of(fullname)
        if found is None:
            return None
        content = self._files[found[0]]
        try:
            return importlib.util.decode_source(content)
        except (SyntaxError, UnicodeError, LookupError):  # Python reads no such file
            return content.decode("utf-8", "replace")


def _module_of(file: str) -> str:
    """Return the name that a file is imported by."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _put_back(module: ModuleType, name: str) -> None:
    """Undo what a module made of itself, for which those that import it by a name would pay."""
    if type(module) is not ModuleType:  # one whose attributes may raise anything
        object.__setattr__(module, "__class__", ModuleType)
    if name and sys.modules.get(name) is not module:
        sys.modules[name] = module


def _listed(module: ModuleType) -> list[str]:
    """Return what a module says that a star imports of it."""
    names: Any = module.__dict__.get("__all__")
    some = names[:MOST_ABSENT] if type(names) in (list, tuple) else []
    return [one for one in some if type(one) is str]


def _has(module: ModuleType, name: str) -> bool:
    """Whether a module has something of that name."""
    try:
        return hasattr(module, name)
    except BaseException:  # its own __getattr__ may raise anything
        return False


def _compile(content: bytes, file: str) -> CodeType:
    code: CodeType = compile(content, file, "exec", dont_inherit=True)
    return code
