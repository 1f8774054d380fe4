"""Known mistakes that numbers do not tell, but a finding and the text of a function do."""

import ast
import re

from grader.kit import (
    lost_axis,
    of_kind,
)

TAKING = {"pop", "popleft", "popitem", "clear"}


def takes_from_caches(finding, text, body):
    """A second call on the same caches finds nothing: the first one took out what is there."""
    if re.search("pop from", text):
        return True
    once = finding.more == 0 and finding.sizes.get("T_x", 0) > 1
    return once and any(
        takes_out_of(one) for one in ast.parse(body).body if isinstance(one, ast.FunctionDef)
    )


def takes_out_of(function):
    """Whether a function empties something that it got out of its last argument."""
    held = {function.args.args[-1].arg} if function.args.args else set()
    for node in ast.walk(function):
        taken = isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call | ast.BinOp)
        if taken and held & names_in(node.value):
            held |= {name for target in node.targets for name in names_in(target)}
    return any(held & names_in(one) for node in ast.walk(function) for one in emptied_by(node))


def emptied_by(node):
    """What is emptied there, if anything is."""
    if isinstance(node, ast.Delete):
        return node.targets
    method = node.func if isinstance(node, ast.Call) else None
    taking = isinstance(method, ast.Attribute) and method.attr in TAKING
    return [method.value] if taking else []


def names_in(node):
    """The names that an expression has."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def penalty_by_default(finding, text, body):
    """A penalty that is left out is not 0."""
    functions = [one for one in ast.parse(body).body if isinstance(one, ast.FunctionDef)]
    return any(
        name in ("l1", "l2")
        and isinstance(default, ast.Constant)
        and default.value not in (0, None)
        for one in functions
        if one.name == "weight_decay"
        for name, default in defaults_of(one.args)
    )


def defaults_of(arguments):
    """Pair the names of parameters with what they are where they are left out."""
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    last = names[len(names) - len(arguments.defaults) :]
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*zip(last, arguments.defaults, strict=True), *((one.arg, got) for one, got in by_name)]


def skips(finding, text, body):
    """A loop goes on before it has put something into the dict."""
    return finding.kind == "missing key" and any(
        isinstance(node, ast.Continue) for node in ast.walk(ast.parse(body))
    )


SAME_DICT = {"argument_returned": of_kind("argument returned"), "skipped_by_continue": skips}

RULES = {
    "residual_backward": {
        "lost_keepdims": lost_axis("dba"),
        "caches_used_up": takes_from_caches,
    },
    "clip_by_value": SAME_DICT,
    "clip_by_global_norm": SAME_DICT,
    "weight_decay": {
        **SAME_DICT,
        "gradient_made_up": of_kind("extra key"),
        "penalty_by_default": penalty_by_default,
    },
    "rtrl_gradients": {"lost_keepdims": lost_axis("dba"), "past_is_kept": of_kind("memory grows")},
}
