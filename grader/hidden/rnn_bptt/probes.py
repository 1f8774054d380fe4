"""How else a student's comparison is called, inside the worker.

Every function gets the student's module first.  Nothing here knows an expected value.
"""

import inspect
import types

import numpy as np


def rnn_after_comparison(module, rnn, x, h0, dh):
    """What is left of the rnn after a comparison."""
    module.compare_with_torch(rnn, x, h0, dh)
    return {
        "weights": [parameter.detach() for parameter in rnn.parameters()],
        "training": float(rnn.training),
    }


def comparison_twice(module, rnn, x, h0, dh, x2, h02, dh2):
    """A comparison after another one with the same rnn."""
    module.compare_with_torch(rnn, x2, h02, dh2)
    return module.compare_with_torch(rnn, x, h0, dh)


def comparison_kept(module, rnn, x, h0, dh, x2, h02, dh2):
    """A comparison, looked at after another one with the same rnn."""
    kept = module.compare_with_torch(rnn, x, h0, dh)
    module.compare_with_torch(rnn, x2, h02, dh2)
    return kept


def comparison_with_changed_cell(module, rnn, x, h0, dh, factor):
    """A comparison while RNNCell sees its input weights times a factor.

    The class itself is changed, so that it moves under whatever name the student calls it.
    """
    right = module.RNNCell

    def seen(weight_ih):
        return factor * _array(weight_ih)

    if not isinstance(right, type):

        def made(*given, **named):
            given, named = _first_changed(right, seen, given, named)
            return right(*given, **named)

        module.RNNCell = made
        try:
            return module.compare_with_torch(rnn, x, h0, dh)
        finally:
            module.RNNCell = right

    start = right.__init__

    def changed(self, *given, **named):
        given, named = _first_changed(start, seen, given, named)
        start(self, *given, **named)

    right.__init__ = changed
    try:
        return module.compare_with_torch(rnn, x, h0, dh)
    finally:
        right.__init__ = start


def comparison_with_changed_calls(module, rnn, x, h0, dh, factor):
    """A comparison while the methods of RNNCell see their first argument times a factor.

    One that another of them calls sees it as it comes: a class may have names of its own for
    what it does.
    """
    right, running = module.RNNCell, []

    def times_factor(value):
        if isinstance(value, list | tuple):
            value = np.array(value)
        return factor * value if hasattr(value, "dtype") else value

    def changed(method, seen=times_factor):
        def call(self, *given, **named):
            if not running:
                given, named = _first_changed(method, seen, given, named)
            running.append(method)
            try:
                return method(self, *given, **named)
            finally:
                running.pop()

        return call

    if not isinstance(right, type):
        module.RNNCell = lambda *weights, **named: _Seen(right(*weights, **named), changed)
        try:
            return module.compare_with_torch(rnn, x, h0, dh)
        finally:
            module.RNNCell = right
    kept = [
        (kind, name, method)
        for kind in right.__mro__[:-1]
        if not kind.__module__.startswith("torch.")
        for name, method in vars(kind).items()
        if isinstance(method, types.FunctionType)
    ]
    for kind, name, method in kept:
        setattr(kind, name, changed(method, *[lambda one: one] * (name in _OF_ANY_OBJECT)))
    try:
        return module.compare_with_torch(rnn, x, h0, dh)
    finally:
        for kind, name, method in kept:
            setattr(kind, name, method)


_OF_ANY_OBJECT = ("__init__", "__new__", "__setattr__", "__getattr__", "__getattribute__")


class _Seen:
    """What another callable than a class made, with its calls changed."""

    def __init__(self, made, changed):
        self._made = made
        self._call = changed(lambda _, *given, **named: made(*given, **named))
        self._backward = changed(lambda _, *given, **named: made.backward(*given, **named))

    def __call__(self, *given, **named):
        return self._call(self, *given, **named)

    def backward(self, *given, **named):
        return self._backward(self, *given, **named)

    def __getattr__(self, name):
        return getattr(self._made, name)


def comparison_with_changed_rnn(module, rnn, x, h0, dh, factor):
    """A comparison while every torch.nn.RNN sees its input times a factor."""
    import torch

    right = torch.nn.RNN.forward

    def changed(self, input, *rest, **named):
        return right(self, factor * input, *rest, **named)

    torch.nn.RNN.forward = changed
    try:
        return module.compare_with_torch(rnn, x, h0, dh)
    finally:
        torch.nn.RNN.forward = right


def _first_changed(function, seen, given, named):
    """What a call gives, with the first argument changed, whatever name the student has for it."""
    if given or not named:
        return (*map(seen, given[:1]), *given[1:]), named
    try:
        names = [*inspect.signature(function).parameters, *named]
    except (TypeError, ValueError):
        names = named
    first = next(name for name in names if name in named)
    return given, {**named, first: seen(named[first])}


def _array(value):
    return value.detach().numpy() if hasattr(value, "detach") else value
