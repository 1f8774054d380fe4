"""How a student's comparison is called, inside the worker: with PyTorch's modules made there.

Every function gets the student's module first.  Nothing here knows an expected value.
"""

import sys

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
FORWARD = {
    "lstm_cell": "lstm_cell_forward",
    "lstm_sequence": "lstm_forward",
    "gru_cell": "gru_cell_forward",
}


def _made(lstm_weights, gru_weights, stale=False, training=True):
    """A torch.nn.LSTM and a torch.nn.GRUCell with these weights, in float64."""
    import torch

    n_h, n_x = gru_weights[0].shape[0] // 3, gru_weights[0].shape[1]
    lstm, gru = torch.nn.LSTM(n_x, n_h), torch.nn.GRUCell(n_x, n_h)
    for made, suffix, weights in (
        (lstm.double(), "_l0", lstm_weights),
        (gru.double(), "", gru_weights),
    ):
        for name, values in zip(NAMES, weights, strict=True):
            parameter = getattr(made, name + suffix)
            with torch.no_grad():
                parameter.copy_(torch.from_numpy(values))
            if stale:
                parameter.grad = torch.full_like(parameter, 0.5)
        made.train(training)
    return lstm, gru


def comparison(module, lstm_weights, gru_weights, *arrays):
    """A comparison."""
    return module.compare_gates_with_torch(*_made(lstm_weights, gru_weights), *arrays)


def comparison_of_stale_modules(module, lstm_weights, gru_weights, *arrays):
    """A comparison with modules that already hold gradients."""
    return module.compare_gates_with_torch(*_made(lstm_weights, gru_weights, stale=True), *arrays)


def comparison_twice(module, lstm_weights, gru_weights, first, *arrays):
    """A comparison after another one with the same modules."""
    made = _made(lstm_weights, gru_weights)
    module.compare_gates_with_torch(*made, *first)
    return module.compare_gates_with_torch(*made, *arrays)


def modules_after_comparison(module, lstm_weights, gru_weights, training, *arrays):
    """What is left of the modules after a comparison."""
    made = _made(lstm_weights, gru_weights, training=training)
    module.compare_gates_with_torch(*made, *arrays)
    return {
        "weights": [weight.detach() for one in made for weight in one.parameters()],
        "training": [float(one.training) for one in made],
    }


def comparison_with_changed_modules(module, factor, lstm_weights, gru_weights, *arrays):
    """A comparison while PyTorch's LSTM and GRUCell see their input times a factor."""
    import torch

    def changed(right):
        return lambda self, input, *rest, **named: right(self, factor * input, *rest, **named)

    kinds = (torch.nn.LSTM, torch.nn.GRUCell)
    kept = [kind.forward for kind in kinds]
    made = _made(lstm_weights, gru_weights)
    for kind, right in zip(kinds, kept, strict=True):
        kind.forward = changed(right)
    try:
        return module.compare_gates_with_torch(*made, *arrays)
    finally:
        for kind, right in zip(kinds, kept, strict=True):
            kind.forward = right


def comparison_with_changed_functions(module, factor, lstm_weights, gru_weights, *arrays):
    """A comparison while the student's forward functions see their input times a factor.

    They are changed under whatever names the student's files hold them, and one that another of
    them calls sees its input as it comes.
    """
    inside = []

    def changed(right):
        def function(*given, **named):
            if not inside:
                given = (factor * given[0], *given[1:]) if given else given
                named = {
                    key: factor * item if key in ("x", "xt") else item
                    for key, item in named.items()
                }
            inside.append(right)
            try:
                return right(*given, **named)
            finally:
                inside.pop()

        return function

    files = [one for one in list(sys.modules.values()) if _is_a_students(one)]
    found = [vars(sys.modules[file])[name] for file, name in FORWARD.items() if file in sys.modules]
    new = [(right, changed(right)) for right in found]
    kept = [
        (one, key, right, other)
        for one in files
        for key, item in list(vars(one).items())
        for right, other in new
        if item is right
    ]
    made = _made(lstm_weights, gru_weights)
    for one, key, _, other in kept:
        setattr(one, key, other)
    try:
        return module.compare_gates_with_torch(*made, *arrays)
    finally:
        for one, key, right, _ in kept:
            setattr(one, key, right)


def _is_a_students(one):
    """Whether a module stands in the homework's folder: its origin is a bare name."""
    origin = getattr(getattr(one, "__spec__", None), "origin", None)
    return bool(origin) and origin.endswith(".py") and not origin.startswith("/")
