"""Known mistakes of any network that is written out by hand, as hooks of a family.

Each function returns mistakes by key, or ways to make one.  Their words are the assignment's:
``mistakes.<language>.toml`` says them in the names of its own quantities.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace as State
from typing import Any

import numpy as np

from grader.diagnosis.catalogue import Hooks

Of = Callable[[State], Any]
Ways = list[Hooks]


def sigmoid(z: Any) -> Any:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def tanh_slopes(of: Of, hook: str = "slope") -> dict[str, Ways]:
    """Wrong derivatives of tanh, where ``of`` gives tanh(z)."""
    return {
        "derivative_not_squared": [{hook: lambda s: 1 - of(s)}],
        "derivative_of_sigmoid": [{hook: lambda s: of(s) * (1 - of(s))}],
        "tanh_of_tanh": [{hook: lambda s: 1 - np.tanh(of(s)) ** 2}],
        "derivative_twice": [{hook: lambda s: (1 - of(s) ** 2) ** 2}],
    }


def sigmoid_slopes(of: Of, hook: str = "slope") -> dict[str, Ways]:
    """Wrong derivatives of the logistic function, where ``of`` gives sigmoid(z)."""
    return {
        "derivative_of_tanh": [{hook: lambda s: 1 - of(s) ** 2}],
        "derivative_half": [{hook: of}, {hook: lambda s: 1 - of(s)}],
        "sigmoid_of_sigmoid": [{hook: lambda s: sigmoid(of(s)) * (1 - sigmoid(of(s)))}],
        "derivative_twice": [{hook: lambda s: (of(s) * (1 - of(s))) ** 2}],
    }


# --- sums over the examples -------------------------------------------------------------------


def batch_sum(name: str, of: Of) -> dict[str, Ways]:
    """Wrong sums over the examples (columns) of what ``of`` gives: a mean, a lost axis."""
    return {
        "bias_gradient_by_mean": [
            {name: lambda s: of(s).mean(axis=1, keepdims=True)},
            {name: lambda s: of(s).mean(axis=1)},
        ],
        "lost_keepdims": [{name: lambda s: of(s).sum(axis=1)}],
    }


def over_units(name: str, of: Of) -> Ways:
    """Sums over the units (rows) in the place of the examples."""
    return [
        {name: lambda s: of(s).sum(axis=0, keepdims=True)},
        {name: lambda s: of(s).sum(axis=0)},
    ]


def over_everything(name: str, of: Of) -> Ways:
    """Sums over units and examples: a number, or a column (n, 1) full of it."""
    return [
        {name: lambda s: of(s).sum()},
        {name: lambda s: np.full((len(of(s)), 1), of(s).sum())},
    ]


# --- products of a gradient and what it goes with ---------------------------------------------


def together(ways: Iterable[Hooks]) -> Hooks:
    """Make several ways at once."""
    return {name: hook for hooks in ways for name, hook in hooks.items()}


def each_and_together(ways: Iterable[Hooks]) -> Ways:
    """Make each way alone, and all at once."""
    alone = list(ways)
    return [*alone, together(alone)]


def bias_again() -> Ways:
    """A sum ``z`` of from_input, from_state and ba, with ba added twice, or in a loop over what the
    weights multiply.
    """
    often: Sequence[Callable[[Any], int]] = (
        lambda s: 2,
        lambda s: int(s.Wax.shape[1]),
        lambda s: int(s.Waa.shape[1]),
        lambda s: int(s.Wax.shape[1] + s.Waa.shape[1]),
    )
    return [
        {"z": lambda s, times=times: s.from_input + s.from_state + times(s) * s.ba}
        for times in often
    ]


def products(of: str, factors: Mapping[str, str]) -> Ways:
    """Rows of products ``of @ factor.T``, one a gradient, as they are right."""
    return [
        {name: lambda s, factor=factor: getattr(s, of) @ getattr(s, factor).T}
        for name, factor in factors.items()
    ]


def transposed(of: str, factors: Mapping[str, str]) -> Ways:
    """Products with their factors in the other order, one a gradient."""
    return [
        {name: lambda s, factor=factor: getattr(s, factor) @ getattr(s, of).T}
        for name, factor in factors.items()
    ]


def divided(ways: Iterable[Hooks], by: str = "m") -> Ways:
    """The same divided by a number of the state, such as that of the examples."""
    return [
        {name: lambda s, hook=hook: hook(s) / getattr(s, by) for name, hook in hooks.items()}
        for hooks in ways
    ]


# --- steps of time ----------------------------------------------------------------------------

STEPS: Mapping[str, Callable[[State], int]] = {
    "first": lambda s: 0,
    "last": lambda s: -1,
    "reverse": lambda s: s.T - 1 - s.t,
    "before, in a circle": lambda s: s.t - 1,
    "after": lambda s: min(s.t + 1, s.T - 1),
    "before": lambda s: max(s.t - 1, 0),
}
"""Other steps than ``s.t`` that an array along time may be read at."""


def at_step(hook: str, array: str, *steps: str, plus: str = "") -> Ways:
    """Read an array (.., .., T) at another step, and add a quantity of the state."""

    def read(step: Callable[[State], int]) -> Of:
        def of(s: State) -> Any:
            part = getattr(s, array)[:, :, step(s)]
            return part + getattr(s, plus) if plus else part

        return of

    return [{hook: read(STEPS[step])} for step in steps]


def not_carried(outside: str, nothing: Of) -> dict[str, Ways]:
    """What becomes of a gradient along time that nothing is carried in, or only once put in.

    ``nothing`` are zeros in the place of what a step sends back.
    """
    return {
        "gradient_not_carried": [
            {"incoming": lambda s: getattr(s, outside)[:, :, s.t]},
            {"carry": nothing},
        ],
        "outside_gradient_of_last_step_only": [
            {
                "incoming": lambda s: s.carried,
                "carry_start": lambda s: getattr(s, outside)[:, :, -1],
            }
        ],
    }


def sums_over_time(*names: str) -> dict[str, Ways]:
    """What becomes of gradients that all steps share, and that are not simply added up."""

    def otherwise(of: Callable[[list[Any]], Any]) -> Hooks:
        return {f"total_{name}": of for name in names}

    return {
        "weights_of_one_step": [
            otherwise(lambda parts: parts[-1]),
            otherwise(lambda parts: parts[0]),
        ],
        "weights_doubled_at_every_step": [
            otherwise(lambda parts: functools.reduce(lambda total, part: 2 * total + part, parts))
        ],
        "one_step_twice": [
            otherwise(lambda parts: sum(parts) + parts[0]),
            otherwise(lambda parts: sum(parts) + parts[-1]),
        ],
        "averaged_over_time": [otherwise(lambda parts: sum(parts) / len(parts))],
    }


def one_step_late(done: Mapping[int, Any], T: int, first: Any, of: Callable[[Any], Any]) -> Any:
    """Put each step's part one step too late, behind a first one."""
    return np.stack([first, *(of(step) for step in done.values())][:T], axis=2)


def into_what_was_returned(held: Any, part: Any) -> Any:
    """Add a gradient to the very array that an earlier call returned, which is not copied."""
    return np.add(held, part, out=held) if isinstance(held, np.ndarray) else held + part
