"""How else a student's comparison is called, inside the worker.

Every function gets the student's module first.  Nothing here knows an expected value.
"""

import sys
import types

import numpy as np

FORWARD = {
    "lstm_cell": "lstm_cell_forward",
    "lstm_sequence": "lstm_forward",
    "gru_cell": "gru_cell_forward",
}
BACKWARD = {
    "lstm_cell": "lstm_cell_backward",
    "lstm_sequence": "lstm_backward",
    "gru_cell": "gru_cell_backward",
}


def comparison_twice(module, lstm, gru, first, *arrays):
    """A comparison after another one with the same modules."""
    module.compare_gates_with_torch(lstm, gru, *first)
    return module.compare_gates_with_torch(lstm, gru, *arrays)


def comparison_kept(module, lstm, gru, later, *arrays):
    """A comparison, looked at after another one with the same modules."""
    kept = module.compare_gates_with_torch(lstm, gru, *arrays)
    module.compare_gates_with_torch(lstm, gru, *later)
    return kept


def modules_after_comparison(module, lstm, gru, *arrays):
    """What is left of the modules after a comparison."""
    module.compare_gates_with_torch(lstm, gru, *arrays)
    return {
        "weights": [weight.detach() for one in (lstm, gru) for weight in one.parameters()],
        "training": [float(lstm.training), float(gru.training)],
    }


def comparison_with_changed_modules(module, factor, *given):
    """A comparison while PyTorch's LSTM and GRUCell see their input times a factor."""
    import torch

    def changed(right):
        return lambda self, input, *rest, **named: right(self, factor * input, *rest, **named)

    kinds = (torch.nn.LSTM, torch.nn.GRUCell)
    kept = [kind.forward for kind in kinds]
    for kind, right in zip(kinds, kept, strict=True):
        kind.forward = changed(right)
    try:
        return module.compare_gates_with_torch(*given)
    finally:
        for kind, right in zip(kinds, kept, strict=True):
            kind.forward = right


def comparison_with_changed_functions(module, factor, *given):
    """A comparison while the student's forward functions see their input times a factor.

    They are changed themselves, so that they move under whatever name the student calls them; what
    is no plain function is changed under the names that the student's files and tables have for it.
    One that another of them calls, or a backward function, sees its input as it comes.
    """
    running = []

    def changed(right, forward):
        def function(*given, **named):
            if forward and not running:
                given = tuple(factor * _array(x) if n == 0 else x for n, x in enumerate(given))
                named = {k: factor * _array(x) if k in ("x", "xt") else x for k, x in named.items()}
            running.append(right)
            try:
                return right(*given, **named)
            finally:
                running.pop()

        return function

    found = [
        (right, names is FORWARD)
        for names in (FORWARD, BACKWARD)
        for file, name in names.items()
        if callable(right := vars(sys.modules.get(file, module)).get(name))
    ]
    plain = [one for one in found if _is_plain(one[0])]
    codes = [
        (right, right.__code__, right.__defaults__, right.__kwdefaults__) for right, _ in plain
    ]
    for right, forward in plain:
        other = changed(_copy(right), forward)
        right.__code__, right.__defaults__ = _passes_on.__code__, None
        right.__kwdefaults__ = {"_to": other}
    new = [(right, changed(right, forward)) for right, forward in found if not _is_plain(right)]
    kept = [
        (names, key, right, other)
        for names in _names_of_files()
        for key, item in list(names.items())
        for right, other in new
        if item is right
    ]
    for names, key, _, other in kept:
        names[key] = other
    try:
        return module.compare_gates_with_torch(*given)
    finally:
        for names, key, right, _ in kept:
            names[key] = right
        for right, code, defaults, named in codes:
            right.__code__, right.__defaults__, right.__kwdefaults__ = code, defaults, named


def _is_plain(function):
    """Whether it is a function that can be given other code: one that keeps no variables."""
    return type(function) is types.FunctionType and not function.__code__.co_freevars


def _copy(function):
    other = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__
    )
    other.__kwdefaults__ = function.__kwdefaults__
    return other


def _passes_on(*given, _to, **named):
    return _to(*given, **named)


def _names_of_files():
    """Yield the names of each of the student's files, whose origin is no path, and its dicts."""
    for one in list(sys.modules.values()):
        origin = getattr(getattr(one, "__spec__", None), "origin", None) or ""
        if origin.endswith(".py") and not origin.startswith("/"):
            yield vars(one)
            yield from [item for item in vars(one).values() if type(item) is dict]


def _array(value):
    return value.detach().numpy() if hasattr(value, "detach") else np.asarray(value)
