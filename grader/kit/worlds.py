"""Worlds: the inputs of a hidden case, and what the reference and two witnesses make of them.

A world says what it is made of, and has the rest from here::

    @dataclass
    class Step(Passes):
        functions = ("rnn_cell_forward", "rnn_cell_backward")
        outside = ("da_next",)
        moved = {"dxt": "xt", "da_prev": "a_prev", "dWax": "Wax", "dWaa": "Waa", "dba": "ba"}

        xt: Array = drawn("n_x", "m")
        a_prev: Array = drawn("n_a", "m")
        parameters: Parameters
        da_next: Array = drawn("n_a", "m")

``world(Step, parameters)`` in a fixture draws one at the size of the case.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from grader.kit.differences import central_differences

Array = NDArray[np.float64]
Parameters = Mapping[str, Array]


def drawn(*shape: str | int, scale: float = 1.0) -> Any:
    """Declare an array of a world that is drawn: its shape, in names of ``size`` or numbers."""
    return dataclasses.field(metadata={"shape": shape, "scale": scale})


@dataclass
class World:
    """Inputs of a hidden case, with the solutions' functions and PyTorch as a witness."""

    reference: Any
    witness: Callable[..., Any]

    @classmethod
    def at(
        cls,
        size: Any,
        draw: Callable[..., Array],
        reference: Any,
        witness: Callable[..., Any],
        *others: Any,
    ) -> Self:
        """Draw what is declared as drawn, in the order of the fields.

        ``others`` are the fields that are not; one that is a function is called at its place.
        """
        waiting = iter(others)
        values: dict[str, Any] = {"reference": reference, "witness": witness}
        for one in dataclasses.fields(cls):
            if "shape" in one.metadata:
                shape = [
                    n if isinstance(n, int) else getattr(size, n) for n in one.metadata["shape"]
                ]
                values[one.name] = one.metadata["scale"] * draw(*shape)
            elif one.name not in values:
                other = next(waiting)
                values[one.name] = other() if callable(other) else other
        return cls(**values)


@dataclass
class Passes(World):
    """A pass forward and one back, with the gradients of a loss by three ways.

    The loss is the sum over the outputs of output * what reaches it from outside.
    """

    functions: ClassVar[tuple[str, str]]
    """The contract's functions: forward, whose last result are the caches, and backward."""
    outside: ClassVar[tuple[str, ...]]
    """What reaches the outputs from outside, in the order of the outputs."""
    moved: ClassVar[Mapping[str, str]]
    """By the name of each gradient, the input or parameter that it belongs to."""
    if TYPE_CHECKING:
        parameters: Parameters  # by name; a field of every subclass, at a place of its own

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the forward pass takes: the inputs, and the parameters."""
        return (*(getattr(self, name) for name in self._inputs), self.parameters)

    @cached_property
    def forward(self) -> Any:
        """What the reference's forward pass returns."""
        return getattr(self.reference, self.functions[0])(*self.arguments)

    @cached_property
    def gradients(self) -> Any:
        """The reference's gradients."""
        return getattr(self.reference, self.functions[1])(*self.from_outside, self.forward[-1])

    @property
    def from_outside(self) -> list[Array]:
        """What reaches the outputs from outside."""
        return [getattr(self, name) for name in self.outside]

    @cached_property
    def by_torch(self) -> Any:
        """(outputs, gradients) by PyTorch's autograd: witness.py has the forward's name."""
        return self.witness(self.functions[0], self.torch_takes(), self.from_outside)

    def torch_takes(self) -> list[Array]:
        """Return what the witness takes: what has a gradient, unless a world says otherwise."""
        return self._quantities()

    @cached_property
    def autograd(self) -> dict[str, Array]:
        """The gradients by PyTorch's autograd."""
        return dict(zip(self.moved, self.by_torch[1][-len(self.moved) :], strict=True))

    @cached_property
    def differences(self) -> dict[str, Array]:
        """The gradients by central differences of the forward pass."""
        names = list(self.moved.values())

        def loss(*values: Array) -> float:
            return self.loss(**dict(zip(names, values, strict=True)))

        found = central_differences(loss, *self._quantities())
        return dict(zip(self.moved, found, strict=True))

    def loss(self, **moved: Array) -> float:
        """Return the loss with some inputs or parameters in the place of this world's own."""
        inputs = [moved.get(name, getattr(self, name)) for name in self._inputs]
        parameters = {name: moved.get(name, own) for name, own in self.parameters.items()}
        outputs = self.outputs(*inputs, parameters)
        pairs = zip(outputs, self.from_outside, strict=False)
        return float(sum(np.sum(output * outside) for output, outside in pairs))

    def outputs(self, *arguments: Any) -> Sequence[Any]:
        """Return what the loss is of: the reference's forward pass, where nothing else is said."""
        outputs: Sequence[Any] = getattr(self.reference, self.functions[0])(*arguments)
        return outputs

    @property
    def _inputs(self) -> list[str]:
        drawn = [one.name for one in dataclasses.fields(self) if "shape" in one.metadata]
        return [name for name in drawn if name not in self.outside]

    def _quantities(self) -> list[Array]:
        return [
            getattr(self, name) if name in self._inputs else self.parameters[name]
            for name in self.moved.values()
        ]
