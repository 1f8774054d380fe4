"""What the grader does with a student's functions, inside the worker.

Every function gets the student's module first.  Nothing here knows an expected value.
"""

import gc
import tracemalloc

import numpy as np


def states(module, x, h0, parameters):
    """What residual_forward returns, with a number in the place of the caches, which stay here."""
    answer = module.residual_forward(x, h0, parameters)
    if isinstance(answer, (tuple, list)) and len(answer) == 2:
        return answer[0], 0.0
    return answer


def is_new(module, function, named, gradients, *rest):
    """Whether the dict that a function returns is another one than it was given."""
    answer = getattr(module, function)(gradients, *rest, **named)
    returned = answer[0] if isinstance(answer, tuple) else answer
    return {"new": float(returned is not gradients)}


def share_of(module, penalty, gradients, parameters, l1, l2):
    """What one of two penalties that are given together adds to the gradients of weights.

    Where the other one adds nothing beside it, it is the other one that is lost.
    """

    def decayed(**penalties):
        kept = {name: gradient.copy() for name, gradient in gradients.items()}
        found = module.weight_decay(kept, parameters, **penalties)
        return [np.asarray(found[f"d{name}"]) for name in weights]

    weights = [name for name in parameters if name.startswith("W")]
    both, alone = decayed(l1=l1, l2=l2), decayed(**{penalty: {"l1": l1, "l2": l2}[penalty]})
    without = decayed(**{"l1": {"l2": l2}, "l2": {"l1": l1}}[penalty])
    if all(map(np.array_equal, both, alone)):
        without = [gradients[f"d{name}"] for name in weights]
    shares = zip(weights, both, without, strict=True)
    return {f"d{name}": one - rest for name, one, rest in shares}


def memory_growth(
    module,
    n_x,
    n_a,
    m,
    short,
    long,
    collect=gc.collect,
    reset_peak=tracemalloc.reset_peak,
    traced=tracemalloc.get_traced_memory,
    place=tracemalloc.get_object_traceback,
    start=tracemalloc.start,
    stop=tracemalloc.stop,
):
    """How much more memory a long sequence needs, in arrays of all hidden states.

    What measures was bound before any of the student's code ran.
    """

    def arguments(T_x):
        def wave(*shape):
            return np.sin(np.arange(np.prod(shape), dtype=float)).reshape(shape)

        parameters = {"Wax": wave(n_a, n_x), "Waa": 0.2 * wave(n_a, n_a), "ba": wave(n_a, 1)}
        return wave(n_x, m, T_x), wave(n_a, m), wave(n_a, m, T_x), parameters

    def peak(given):
        collect()
        mark = bytearray(64)  # its place is forgotten where the measuring ends or begins anew
        reset_peak()
        before, _ = traced()
        module.rtrl_gradients(*given)
        # who ends the measuring, or begins it anew, has its memory taken for that of all states
        return traced()[1] - before if place(mark) else n_a * m * given[0].shape[2] * 8

    few, many = arguments(short), arguments(long)
    module.rtrl_gradients(*few)  # what is made once, by whatever it calls, is made here
    # CPython keeps freed tuples for later use (numpy.kron leaves thousands), and cycles until it
    # looks for them.  That is not keeping the past: full collections, made often, give both back.
    # They come often only because `peak` collects once more after the freeze.
    threshold = gc.get_threshold()
    collect()
    gc.freeze()
    gc.set_threshold(5, 1, 1)
    start()
    try:
        growth = peak(many) - peak(few)
    finally:
        stop()
        gc.set_threshold(*threshold)
        gc.unfreeze()
    return {"growth": max(0.0, growth / (n_a * m * long * 8))}
