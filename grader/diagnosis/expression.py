"""What is known of one expression by its text, and of where its value goes."""

from __future__ import annotations

from dataclasses import dataclass

from grader.diagnosis.storing import Storage
from grader.diagnosis.traces import Spot


@dataclass(frozen=True)
class Around:
    """The lines of what is around a piece of a function in it, the outermost first.

    These are ``loops``, and as ``branches`` the ifs that compare numbers.
    """

    loops: tuple[int, ...] = ()
    branches: tuple[int, ...] = ()


@dataclass(frozen=True)
class Expression:
    """One expression: ``owner`` is the function or class at the top of the file it stands in.

    ``parts`` are the expressions directly inside it, ``first`` and ``last`` the lines of its
    statement; ``name`` is that of a variable, "" for anything else, ``scope`` the line on which the
    innermost function begins.  ``read`` says that it is read from a variable or what that holds,
    ``called`` that it is a call, ``computes`` an operation on two others, ``gathers`` a call that
    makes an array of what is there already; ``storage`` is what it is taken out of, or what an
    augmented assignment changes; ``function`` is what is called by its name, ``attribute`` the name
    of an attribute.  ``whole`` says that it is all that its statement assigns.
    """

    spot: Spot
    owner: str
    parts: tuple[Spot, ...]
    first: int
    last: int
    name: str = ""
    scope: int = 0
    read: bool = False
    storage: Storage = ""
    called: bool = False
    computes: bool = False
    function: str = ""
    whole: bool = False
    gathers: bool = False
    attribute: str = ""
    around: Around = Around()

    @property
    def augments(self) -> bool:
        """Whether it is what an augmented assignment makes."""
        return bool(self.storage) and not (self.read or self.called)


@dataclass(frozen=True)
class Assigned:
    """A line on which a variable is given a value; ``value`` is the expression that makes it.

    None where it is but one of several values that are taken apart there.  ``storage`` is what it
    is taken out of, ``called`` the function of that name whose answer it is, or a part of it,
    ``looped`` that a loop hands it out, ``put`` that but a part of it is given one.
    """

    line: int
    value: Spot | None
    storage: Storage = ""
    called: str = ""
    looped: bool = False
    put: bool = False


@dataclass(frozen=True)
class Stored:
    """An expression whose value is put into a variable that holds several, or an attribute."""

    spot: Spot
    scope: int
