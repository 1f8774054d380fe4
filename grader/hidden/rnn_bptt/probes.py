"""What the grader does with a student's RNNCell and comparison, inside the worker.

Every function gets the student's module first.  Nothing here knows an expected value.
"""


def _stacks(cell):
    return {
        name: list(getattr(cell, f"{name}_stack")) for name in ("dw_ih", "dw_hh", "db_ih", "db_hh")
    }


def _pass(cell, x, h0, dh):
    hidden, state = [], h0
    for xt in x:
        state = cell(xt, state)
        hidden.append(state)
    for step in reversed(dh):
        dx_list = cell.backward(step)
    return hidden, list(dx_list[: len(x)])


def only_forth(module, weights, x, h0):
    """A sequence forth, by a fresh cell."""
    cell = module.RNNCell(*weights)
    hidden, state = [], h0
    for xt in x:
        state = cell(xt, state)
        hidden.append(state)
    return {"hidden": hidden}


def one_sequence(module, weights, x, h0, dh):
    """A sequence forth and back, by a fresh cell."""
    cell = module.RNNCell(*weights)
    hidden, dx_list = _pass(cell, x, h0, dh)
    return {"hidden": hidden, "dx_list": dx_list, **_stacks(cell)}


def second_sequence(module, weights, x, h0, dh, x2, h02, dh2):
    """What a cell that has done one sequence makes of a second one."""
    cell = module.RNNCell(*weights)
    _pass(cell, x, h0, dh)
    hidden, dx_list = _pass(cell, x2, h02, dh2)
    return {"hidden": hidden, "dx_list": dx_list, **_stacks(cell)}


def two_cells(module, weights, x, h0, dh, other_weights):
    """A sequence by a cell while a second cell is at work too."""
    cell, other = module.RNNCell(*weights), module.RNNCell(*other_weights)
    hidden, state, foreign = [], h0, h0
    for xt in x:
        state = cell(xt, state)
        foreign = other(xt, foreign)
        hidden.append(state)
    for step in reversed(dh):
        dx_list = cell.backward(step)
        other.backward(step)
    return {"hidden": hidden, "dx_list": list(dx_list[: len(x)]), **_stacks(cell)}


def kept_results(module, weights, x, h0, dh):
    """Copies of the first results of a sequence as they were, and the results after it."""
    cell = module.RNNCell(*weights)
    first = cell(x[0], h0)
    then = first.copy() if hasattr(first, "copy") else first
    state = first
    for xt in x[1:]:
        state = cell(xt, state)
    newest = None
    for step in reversed(dh):
        dx_list = cell.backward(step)
        if newest is None:
            newest = dx_list[0]
            newest_then = newest.copy() if hasattr(newest, "copy") else newest
    return {"hidden": [then, first], "dx_list": [newest_then, newest]}


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
    if not isinstance(right, type):

        def made(weight_ih, *rest, **named):
            return right(factor * _array(weight_ih), *rest, **named)

        module.RNNCell = made
        try:
            return module.compare_with_torch(rnn, x, h0, dh)
        finally:
            module.RNNCell = right

    start = right.__init__

    def changed(self, weight_ih, *rest, **named):
        start(self, factor * _array(weight_ih), *rest, **named)

    right.__init__ = changed
    try:
        return module.compare_with_torch(rnn, x, h0, dh)
    finally:
        right.__init__ = start


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


def _array(value):
    return value.detach().numpy() if hasattr(value, "detach") else value
