"""A call of a submission's own function, said in the contract's terms."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from grader.worker.terms import Terms, of_method, signature

CONTRACT = ["xt", "a_prev", "parameters"]


def own(x_t: Any, h: Any, p: Any, t: Any = 0) -> None:
    """Stand for a student's own function, with names of its own and one parameter more."""


def in_the_middle(xt: Any, t: Any, a_prev: Any, parameters: Any) -> None:
    """Have one more between those of the contract."""


def one_too_many(x_t: Any, h: Any, p: Any, more: Any) -> None:
    """Be wrong: whoever calls it by the contract is right."""


def anything(*args: Any, **named: Any) -> None:
    """Take whatever comes."""


def some(xt: Any, *rest: Any) -> None:
    """Take the rest as it comes."""


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Hide what a function takes."""

    def call(*args: Any, **named: Any) -> Any:
        return function(*args, **named)

    return call


class Raises:
    """Raise when asked what it takes."""

    @property
    def __signature__(self) -> Any:
        raise KeyError

    def __call__(self) -> None: ...


def said(function: Any, *args: Any, **named: Any) -> dict[str, Any]:
    """Return by the contract's names what a call gives."""
    given, by_name = Terms("f", signature(function), CONTRACT).of_contract(args, named)
    return {**dict(zip(CONTRACT, given, strict=False)), **by_name}


@pytest.mark.parametrize("function", [own, one_too_many, in_the_middle, anything, decorated(own)])
def test_a_call_of_the_contract_stays(function: Any) -> None:
    """By place, whatever its own calls its parameters."""
    assert said(function, 1, 2, 3) == dict(zip(CONTRACT, (1, 2, 3), strict=True))


@pytest.mark.parametrize("function", [own, one_too_many, decorated(own), decorated(decorated(own))])
def test_other_names(function: Any) -> None:
    """What has another name stands for the parameter in its place."""
    expected = dict(zip(CONTRACT, (1, 2, 3), strict=True))
    assert said(function, p=3, h=2, x_t=1) == expected
    assert said(function, 1, p=3, h=2) == expected


def test_what_the_contract_has_not_is_left_out() -> None:
    """By its place, and by its name."""
    expected = dict(zip(CONTRACT, (1, 2, 3), strict=True))
    assert said(own, 1, 2, 3, 4) == said(own, 1, 2, p=3, t=4) == expected
    assert said(in_the_middle, 1, 4, 2, 3) == expected
    assert said(anything, 1, 2, 3, 4, t=5) == said(some, 1, 2, 3, 4) == expected


def test_a_call_at_fault_is_told_in_its_own_names() -> None:
    """Those of the contract may stand nowhere in the submission."""
    with pytest.raises(TypeError) as found:
        said(own, 1, 2, params=3)
    assert str(found.value) == "f() got an unexpected keyword argument 'params'"
    with pytest.raises(TypeError) as found:
        said(own, 1, h=2)
    assert str(found.value) == "f() missing a required argument: 'p'"
    assert said(in_the_middle, 1, a_prev=2) == {"xt": 1, "a_prev": 2}


@pytest.mark.parametrize("function", [None, 3, Raises()])
def test_who_says_nothing_of_itself(function: Any) -> None:
    """Its calls are passed on as they are."""
    assert said(function, 1, p=2) == {"xt": 1, "p": 2}


def test_a_lent_method_takes_what_its_own_does() -> None:
    """Beside its object; one that calls another parameter so keeps quiet."""
    lent = of_method(decorated(own), signature(own))
    assert list(inspect.signature(lent).parameters) == ["self", "x_t", "h", "p", "t"]
    other = signature(lambda self: 0)
    assert list(inspect.signature(of_method(decorated(own), other)).parameters) == ["args", "named"]
