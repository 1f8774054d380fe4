"""Tuples and dicts of a submission's own kind, for what is given in place of its own answers.

Where a contract has a tuple, a named tuple will do, and where it has a dict one whose entries are
attributes as well.  Work that reads what it is given by names stays right beside a neighbour that
is wrong: what is given by value, or by a lent function, is made of the class that the submission's
own would have made it of, with the same entries.  Without such a class it stays as it is.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Collection, Iterable
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any, NamedTuple

from .own_tensors import in_tensors, makes_tensors
from .reached import Reached
from .unasked import attributes, bases

_MOST_NAMES = 50
"""Attributes of a class that are tried on a tuple."""


class _Kind(NamedTuple):
    """A class that the submission's modules hold, and under which names."""

    made: type
    names: set[str]
    fields: tuple[str, ...]


class OwnKinds:
    """The classes that some modules hold, and which of them stands for what."""

    def __init__(
        self,
        modules: Iterable[ModuleType] = (),
        reached: Reached | None = None,
        judged: str = "",
        makers: Collection[str] = (),
    ) -> None:
        """Find them; ``judged`` reads what ``makers``, functions of the contract, would make."""
        self._modules = list(modules)
        self._reached = reached or Reached()
        self._judged, self._makers = judged, makers
        self._kinds = _kinds(self._modules)
        self._read = self._reached.by([judged], ends=makers) if self._modules else set()
        self._tuples = any(_is(one.made, tuple) for one in self._kinds)
        self._made_by: dict[str, list[_Kind]] = {}
        self._chosen: dict[tuple[str, int], type | None] = {}
        self._tensors: dict[str, bool] = {}

    @classmethod
    def found(
        cls, modules: Iterable[ModuleType], codes: Iterable[CodeType], judged: str, makers: Any
    ) -> OwnKinds:
        """Find them; none where a module makes that impossible."""
        try:
            return cls(modules, Reached(codes), judged, makers)
        except BaseException:  # a class may raise whatever it is asked
            return cls()

    def like(self, values: tuple[Any, ...], maker: str = "") -> tuple[Any, ...]:
        """Return the same entries as a tuple of the kind that a function would make, if any."""
        if not self._tuples:
            return values
        key = (maker, len(values))
        if key not in self._chosen:
            self._chosen[key] = self._choose(values, maker)
        kind = self._chosen[key]
        return values if kind is None else _tuple_of(kind, values)

    def answer(self, maker: str, value: Any) -> Any:
        """Return what a lent function answers as the submission's own would have made it."""
        if maker not in self._tensors:
            made = self._reached.by([maker])
            self._tensors[maker] = makes_tensors(made, self._read, self._modules)
        if self._tensors[maker]:
            value = in_tensors(value)
        if type(value) is dict and self._kinds:
            return self._with_attributes(maker, value)
        return self.within(value, maker)

    def within(self, value: Any, maker: str = "") -> Any:
        """Return plain data with its tuples, one within the other, made so."""
        if not self._tuples:
            return value
        if type(value) is tuple:
            return self.like(tuple(self.within(item, maker) for item in value), maker)
        if type(value) is list:
            return [self.within(item, maker) for item in value]
        if type(value) is dict:
            return {key: self.within(item, maker) for key, item in value.items()}
        return value

    def _choose(self, values: tuple[Any, ...], maker: str) -> type | None:
        """Return the kind whose names are read most; of several the one that has them all."""
        count = len(values)
        named = [one for one in self._kinds if len(one.fields) == count and _fits(one.made, values)]
        named = _without_bases(named)
        ids = {id(one.made) for one in named}
        fits = [
            one
            for one in self._made(maker)
            if id(one.made) in ids or (not one.fields and _fits(one.made, values))
        ] or named
        if len(fits) < 2:
            return fits[0].made if fits else None
        scores = [len(self._read.intersection(one.fields or attributes(one.made))) for one in fits]
        best = [one.made for one, score in zip(fits, scores, strict=True) if score == max(scores)]
        if len(best) > 1:
            with contextlib.suppress(Exception):  # some cannot be joined
                return type(best[0].__name__, tuple(best), {"__slots__": ()})
        return best[0]

    def _made(self, maker: str) -> list[_Kind]:
        """Return the classes that the code of a function comes to, without those they derive from.

        Without a name it is any function that may be lent.
        """
        if maker not in self._made_by:
            reached = self._reached.by([maker] if maker else self._makers)
            made = [one for one in self._kinds if not reached.isdisjoint(one.names)]
            self._made_by[maker] = _without_bases(made)
        return self._made_by[maker]

    def _with_attributes(self, maker: str, value: dict[str, Any]) -> Any:
        """Return a dict as the one class for it that its maker's own code comes to.

        It stays as it is where nothing is read of it that a dict has not.
        """
        kinds = [
            one.made
            for one in self._made(maker)
            if _is(one.made, dict) or one.made is SimpleNamespace or {*one.fields} == value.keys()
            if not self._read.isdisjoint({*value, *attributes(one.made)}.difference(dir(dict)))
        ]
        if len(kinds) > 1:  # anything may be put into a namespace, on the way as well
            kinds = [one for one in kinds if one is not SimpleNamespace]
        return _dict_of(kinds[0], value) if len(kinds) == 1 else value


def _kinds(modules: Iterable[ModuleType]) -> list[_Kind]:
    """Return the classes of modules that may stand for a tuple or a dict of a contract."""
    found: dict[int, _Kind] = {}
    modules = list(modules)
    where = {vars(one).get("__name__") for one in modules}
    for module in modules:
        for name, kind in list(vars(module).items()):
            if not issubclass(type(kind), type) or kind is tuple or kind is dict:
                continue
            fields = _fields(kind)
            home = attributes(kind).get("__module__")
            own = (type(home) is str and home in where) or kind is SimpleNamespace
            if fields or (own and (_is(kind, tuple) or _is(kind, dict) or kind is SimpleNamespace)):
                found.setdefault(id(kind), _Kind(kind, set(), fields)).names.add(name)
    return list(found.values())


def _without_bases(kinds: Iterable[_Kind]) -> list[_Kind]:
    kinds = list(kinds)
    derived_from = {id(base) for one in kinds for base in bases(one.made)[1:]}
    return [one for one in kinds if id(one.made) not in derived_from]


def _is(kind: type, base: type) -> bool:
    # nobody is asked whether it is equal to something: a class may raise there
    return any(one is base for one in bases(kind))


def _fields(kind: type) -> tuple[str, ...]:
    """Return the fields of a named tuple, or of a data class; () of what is none of both."""
    key = "_fields" if _is(kind, tuple) else "__dataclass_fields__"
    for one in bases(kind):
        fields = attributes(one).get(key)
        if fields is not None:
            fields = tuple(fields) if type(fields) is dict else fields
            good = type(fields) is tuple and all(type(name) is str for name in fields)
            return fields if good else ()
    return ()


def _tuple_of(kind: type, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a tuple of some class; of one without fields as that makes it, if it does."""
    if not _fields(kind):
        for given in ((values,), values):
            with contextlib.suppress(Exception):  # its own code may do what it likes
                made: Any = kind(*given)
                of = type(made)
                if of is kind and [*map(id, tuple.__iter__(made))] == [*map(id, values)]:
                    return made  # type: ignore[no-any-return]
    return tuple.__new__(kind, values)


def _fits(kind: type, values: tuple[Any, ...]) -> bool:
    """Whether a class gives back the entries of a tuple, and can compute attributes of them."""
    with contextlib.suppress(Exception):  # its own code may do what it likes
        made = _tuple_of(kind, values)
        if not _is(kind, tuple) or not _says(made, values, range(len(values)), values):
            return False
        names = [name for name, one in list(attributes(kind).items()) if isinstance(one, property)]
        for name in () if _fields(kind) else names[:_MOST_NAMES]:
            getattr(made, name)
        return True
    return False


def _says(made: Any, entries: Any, keys: Collection[Any], iterated: Collection[Any]) -> bool:
    """Whether something that was made of entries says so, in each way in which it is asked."""
    through = list(itertools.islice(iter(made), len(keys) + 1))
    return (
        len(made) == len(keys)
        and all(made[key] is entries[key] for key in keys)
        and [*map(id, through)] == [*map(id, iterated)]
    )


def _dict_of(kind: type, value: dict[str, Any]) -> Any:
    """Return a dict as some class makes it, or as it is where that makes something else of it."""
    is_dict = _is(kind, dict)
    for given, by_name in (((dict(value),), {}), ((), value))[not is_dict :]:
        with contextlib.suppress(Exception):  # its own code may do what it likes
            made: Any = kind(*given, **by_name)
            of = type(made)
            if of is not kind or (is_dict and not _says(made, value, value.keys(), value.keys())):
                continue
            pairs = made.items() if is_dict else ((key, getattr(made, key)) for key in value)
            said = dict(itertools.islice(pairs, len(value) + 1))
            if said.keys() == value.keys() and all(said[key] is value[key] for key in value):
                return made
    return value
