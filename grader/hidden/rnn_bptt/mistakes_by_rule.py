"""Known mistakes that numbers do not tell, but a finding and the text of a function do."""

import ast
import re

from grader.kit import lost_axis, raised, saying


def of_other_length(output):
    """A tuple or a list with more, or fewer, or other things in it; not one made an array."""
    return lambda finding, text, body: (
        finding.output == output
        and finding.kind in ("length", "type")
        and "object" not in str(finding.facts.get("type"))
    )


def lacking_parameters(finding, text, body):
    """A cache whose parameters are not all there."""
    return finding.kind == "missing key" and finding.output.startswith("cache")


def returns_several(finding, text, body):
    """A method that returns more than one thing, seen in what that leads to."""
    several = any(
        isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)
        for method in ast.walk(ast.parse(body))
        if isinstance(method, ast.FunctionDef) and method.name in ("__call__", "backward")
        for node in ast.walk(method)
    )
    return several and finding.kind in ("raised", "length", "type", "shape")


def of_a_new_rnn(finding, text, body):
    """PyTorch's half from an rnn that is made for it, with weights of its own."""
    makes = re.search(r"\bRNN(Cell)?\([^)]{0,200}size|\bnn\.RNN\(", body)
    copies = re.search(r"load_state_dict|copy_\(|deepcopy|\.data\b|Parameter\(", body)
    return (
        finding.kind in ("values", "half not computed by")
        and finding.output == "PyTorch half"
        and makes is not None
        and copies is None
    )


def trains(finding, text, body):
    """A step of an optimizer, which changes the weights."""
    return finding.kind in ("raised", "values", "argument changed") and bool(
        re.search(r"\boptim\b", body) and re.search(r"\.step\(", body)
    )


EXCEPTIONS = (
    # another file's function is used without its import
    ("import_forgotten", r"name '(softmax|rnn_cell_forward|rnn_cell_backward)' is not defined.*"),
)

RULES = {
    "softmax": {
        # in plain Python the same sum of 0, and the same infinity, end in an exception
        "softmax_sum_of_zero": raised("ZeroDivisionError"),
        "softmax_overflows": raised("OverflowError"),
    },
    "rnn_cell_forward": {
        "cache_entries": of_other_length("cache"),
        "cache_without_some_parameters": lacking_parameters,
    },
    "rnn_cell_backward": {"lost_keepdims": lost_axis("dba")},
    "rnn_forward": {
        "caches_entries": of_other_length("caches"),
        "cache_without_some_parameters": lacking_parameters,
    },
    "rnn_backward": {"lost_keepdims": lost_axis("dba")},
    "RNNCell": {
        "stack_missing": saying(r"has no attribute 'd[wb]_[ih]h_stack'"),
        "method_missing": saying(
            r"'RNNCell' object is not callable|'RNNCell' object has no attribute 'backward'"
        ),
        "stack_left_empty": lambda finding, text, body: (
            finding.kind == "shape" and finding.facts.get("shape") in ((0,), ())
        ),
        "method_returns_several": returns_several,
    },
    "compare_with_torch": {
        "yes_or_no_in_place_of_pair": lambda finding, text, body: (
            finding.kind == "type" and finding.facts.get("type") == "bool"
        ),
        "another_network": of_a_new_rnn,
        "training_step": trains,
    },
}
