"""The signs that rules go by, and the keys of the mistakes that they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

GONE_FROM_NUMPY = (
    "float|int|bool|object|str|complex|long|unicode|product|cumproduct|sometrue|alltrue|"
    "float_|complex_|Inf|Infinity|NaN|infty|PINF|NINF|mat|row_stack|in1d|trapz"
)

_OF_TENSORS = (
    "dim|detach|requires_grad_?|backward|grad|numpy|cpu|clone|float|double|unsqueeze|permute|zero_"
)

_OF_ARRAYS = "|".join(name for name in dir(np.ndarray) if not name.startswith("_"))

BY_TEXT: Sequence[tuple[str, str]] = (
    (
        "import_forgotten",
        r"name '(np|numpy|torch|math)' is not defined.*",
    ),
    ("name_not_defined", r"name '\w+' is not defined.*"),
    ("used_before_assignment", r"cannot access local variable .*"),
    ("gone_from_numpy", rf".*'?numpy'?.* (attribute|removed).*'?({GONE_FROM_NUMPY})'.*"),
    ("no_such_function", r"module '[\w.]+' has no attribute '\w+'.*"),
    ("append_returns_nothing", r"'NoneType' object has no attribute '(append|insert|extend)'"),
    ("gradient_not_asked_for", r"'NoneType' object has no attribute '(numpy|detach|clone|data)'"),
    ("none_is_used", r".*NoneType.*"),
    ("arrays_do_not_append", r"'numpy\.ndarray' object has no attribute '(append|insert|pop)'"),
    ("tuples_do_not_change", r"'tuple' object (does not support|has no attribute '(append|ins)).*"),
    ("list_used_as_array", rf"'(list|tuple)' object has no attribute '({_OF_ARRAYS})'"),
    ("list_used_as_array", r"(list|tuple) indices must be integers or slices, not tuple"),
    ("list_used_as_array", r"can't multiply sequence by non-int of type .*|.* operand .*'list'.*"),
    ("dict_used_as_array", r"unsupported operand .*'dict'.*|loop of ufunc .* of type dict .*"),
    ("sequence_used_as_dict", r"(list|tuple) indices must be integers or slices, not str"),
    ("sequence_used_as_dict", r"only integers, slices .* are valid indices"),
    ("round_brackets_for_square", r"'(dict|list|tuple|numpy\.ndarray)' object is not callable"),
    (
        "square_brackets_for_round",
        r"'[\w.]*(function|method|type|ufunc|Dispatcher)\w*' object (is not subscr|does not sup).*",
    ),
    ("call_forgotten", r"'[\w.]*(function|method)\w*' object is not iterable"),
    ("call_forgotten", r"unsupported operand .*'[\w.]*(function|method)\w*'.*"),
    ("matrix_product_does_not_fit", r"shapes .* not aligned.*|matmul: Input operand .*"),
    ("matrix_product_does_not_fit", r".*mat1 and mat2 shapes cannot be multiplied.*"),
    ("shapes_do_not_broadcast", r"operands could not be broadcast together.*"),
    ("shapes_do_not_broadcast", r"non-broadcastable output operand.*"),
    ("slice_of_other_shape", r"could not broadcast input array from shape .*"),
    ("reshape_does_not_fit", r"cannot reshape array of size .*"),
    ("index_past_the_end", r"index -?\d+ is out of bounds.*|(list|tuple) index out of range"),
    ("index_past_the_end", r"pop from (an )?empty .*"),
    ("too_many_indices", r"too many indices for array.*"),
    ("unpacked_into_other_number", r"(not enough|too many) values to unpack.*"),
    ("axis_not_there", r"(\w+: )?axis -?\d+ is out of bounds for array of dimension \d+"),
    ("stacked_nothing", r"need at least one array to .*|.*expects a non-empty TensorList.*"),
    ("ragged_array", r"setting an array element with a sequence.*|.*inhomogeneous.*"),
    ("names_of_pytorch", r"\w+\(\) got an unexpected keyword argument '(dim|keepdim)'.*"),
    ("called_with_other_arguments", r"[\w.]+\(\) (takes|missing|got an? |got mult).*"),
    ("tensor_not_detached", r"Can't call numpy\(\) on Tensor that requires grad.*"),
    ("float32_meets_float64", r".*(same dtype|scalar type|but got .*(Float|Double)).*"),
    ("float32_meets_float64", r".*dtype \(torch\.float\d+\) does not match .*"),
    ("array_given_to_torch", rf"'numpy\.ndarray' object has no attribute '({_OF_TENSORS})'"),
    ("array_given_to_torch", r"'Tensor' object has no attribute '(astype|copy)'"),
    ("array_given_to_torch", r".*Tensor.*ndarray.*|.*ndarray.*Tensor.*|.*must be Tensor.*"),
    ("reversed_view_given_to_torch", r"At least one (of the strides|stride) in the given numpy .*"),
    ("backward_needs_a_gradient", r"grad can be implicitly created only for scalar outputs.*"),
    ("gradient_not_asked_for", r"(element 0|One) of .*ensors does not require grad.*"),
    ("graph_used_twice", r"Trying to backward through the graph a second time.*"),
    ("truth_of_an_array", r"The truth value of an array with more than one element is .*"),
    ("one_number_expected", r"only (length-1|0-dimensional|size-1) arrays can be converted.*"),
    ("attribute_not_there", r"'\w+' object has no attribute '\w+'.*"),
)
"""Keys by what an exception says; the first that fits holds."""

FOLLOWS_FROM_ARGUMENTS = frozenset(
    {
        "matrix_product_does_not_fit", "shapes_do_not_broadcast", "sequence_used_as_dict",
        "list_used_as_array", "unpacked_into_other_number", "too_many_indices", "axis_not_there",
        "no_such_key",
    }
)  # fmt: skip
"""What a right function may end in that was called with something else than it takes."""

SHAPE_ERRORS = frozenset(
    {
        "matrix_product_does_not_fit", "shapes_do_not_broadcast", "slice_of_other_shape",
        "reshape_does_not_fit", "index_past_the_end",
    }
)  # fmt: skip

BY_KIND: Mapping[str, str] = {
    "syntax error": "file_cannot_be_read",
    "missing import": "module_not_there",
    "import failed": "fails_at_import",
    "import died": "runs_at_import",
    "too deep": "calls_itself",
    "memory": "grows_without_end",
    "cpu limit": "endless_loop",
    "wall limit": "waits_for_something",
    "too large answer": "grows_without_end",
    "argument changed": "writes_into_argument",
    "result changed later": "result_reused",
}

_OTHERS = frozenset(
    {
        "approximated", "array_of_objects", "axes_in_other_order", "column_spread",
        "dict_expected", "float32",
        "key_misnamed", "key_missing", "neighbour_given_other_arguments", "no_such_key",
        "nothing_written", "np_append_on_a_list", "one_array_under_several_names",
        "one_result_of_several", "other_number_of_results", "placeholder_left", "random_numbers",
        "return_missing", "sizes_written_into_code", "state_kept_between_calls",
        "stopped_on_purpose", "transposed", "whole_numbers",
    }
)  # fmt: skip

KEYS = frozenset(key for key, _ in BY_TEXT) | frozenset(BY_KIND.values()) | _OTHERS
"""Every key that a rule can yield, those of assignments apart."""
