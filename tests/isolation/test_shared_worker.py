"""One worker for several groups of calls: what one leaves behind does not judge the next."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from grader.isolation.answers import GroupAnswer, Stopped, Value
from grader.isolation.child import Child
from grader.isolation.groups import Common, Group, Lent, import_beside
from grader.isolation.lane import Lane, Worker
from grader.isolation.sandbox import Sandbox
from grader.worker.wire import READ_BYTES, Constant, Earlier, frame

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    """A lane without PyTorch."""
    with Sandbox.start(torch=False, weak=True) as sandbox:
        yield Lane(sandbox, timeout=5.0)


def call(function: str, *arguments: object) -> Group:
    """The group of one call."""
    cases = [[["call", function, list(arguments), True, {}]]]
    return Group.of("m", function, cases)


def twice(function: str) -> Group:
    """The group of one case that makes the same call twice."""
    return Group.of("m", function, [[["call", function, [], True, {}]] * 2])


def values(answer: GroupAnswer) -> list[Any]:
    """What the calls of a single case returned."""
    return [reply.data for reply in answer.replies[0] or () if isinstance(reply, Value)]


def value(answer: GroupAnswer) -> Any:
    """What a single call returned."""
    assert answer.stopped is None, answer.stopped
    assert answer.replies[0] is not None
    (reply,) = answer.replies[0]
    assert isinstance(reply, Value), reply
    return reply.data


def opened(lane: Lane, source: str) -> Worker:
    """Open a worker for a submission of one file."""
    return lane.open({"m.py": source.encode()})


AFRESH = import_beside(Lent({"m": {}}), "m")


@pytest.mark.parametrize(
    ("change", "look", "due"),
    [
        ("np.tanh = len", "float(np.tanh(0.0))", 0.0),
        ("builtins.sum = max", "sum([1, 2])", 3),
        ("np.linalg.norm = None", "float(np.linalg.norm([3.0, 4.0]))", 5.0),
        ("del random.random", "0 <= random.random() < 1", True),
        ("sys.setrecursionlimit(77)", "sys.getrecursionlimit() > 500", True),
        ("counted.append(1)", "len(counted)", 0),
        ("sys.meta_path.clear()", "__import__('colorsys').__name__", "colorsys"),
        ("sys.path.clear()", "__import__('colorsys').__name__", "colorsys"),
        ("sys.modules['numpy'] = sys", "__import__('numpy').__name__", "numpy"),
    ],
)
def test_what_was_changed_is_put_back(lane: Lane, change: str, look: str, due: object) -> None:
    """Libraries, built-ins and the submission's own modules begin again."""
    source = f"""
import builtins, random, sys
import numpy as np
counted = []
def f(): {change}
def g(): return {look}
"""
    with opened(lane, source) as worker:
        worker.ask([call("f")])
        _, answer = worker.ask([AFRESH, call("g")])
        assert value(answer) == due


@pytest.mark.parametrize(
    ("change", "look"),
    [
        ("np.seterr(all='raise')", "[np.geterr()[one] for one in sorted(np.geterr())]"),
        ("np.seterrcall(print)", "np.geterrcall() is None"),
        ("random.seed(9)", "random.random()"),
        ("np.random.seed(9)", "float(np.random.rand())"),
        ("warnings.simplefilter('error')", "warnings.warn('w')"),
    ],
)
def test_each_call_begins_in_the_same_state(lane: Lane, change: str, look: str) -> None:
    """Whatever a call before it, or the import, has set."""
    source = f"""
import random, warnings
import numpy as np
{change}
def f(): {change}
def g(): return {look}
"""
    with opened(lane, source) as worker, opened(lane, source.replace(change, "pass")) as other:
        _, changed = worker.ask([call("f"), call("g")])
        _, left = other.ask([call("f"), call("g")])
        assert value(changed) == value(left)


@pytest.mark.parametrize(
    ("change", "look"),
    [
        ("np.seterr(all='raise')", "np.geterr()['over']"),
        ("np.seterrcall(print)", "str(np.geterrcall())"),
        ("warnings.simplefilter('error')", "str(warnings.filters)"),
        ("warnings.filters.append(0)", "str(warnings.filters)"),
        ("warnings.filters[:] = [0]", "str(warnings.filters)"),
        ("warnings.filters = []", "str(warnings.filters)"),
        ("warnings.filters = ODD", "str(warnings.filters)"),
        ("warnings.filters = ()", "str(warnings.filters)"),
        ("del warnings.filters", "str(warnings.filters)"),
        ("warnings.resetwarnings = warnings.simplefilter = None", "str(warnings.filters)"),
    ],
)
def test_the_second_call_of_a_case_begins_as_the_first(lane: Lane, change: str, look: str) -> None:
    """Whatever the first has set."""
    source = f"""
import warnings
import numpy as np
class Odd(list):
    __len__ = __getitem__ = None
ODD = Odd()
def f():
    found = {look}
    {change}
    return found
"""
    with opened(lane, source) as worker:
        first, second = values(worker.ask([twice("f")])[0])
    assert first == second


@pytest.mark.parametrize("draw", ["random.random()", "float(np.random.rand())"])
def test_the_second_call_of_a_case_draws_what_it_would_alone(lane: Lane, draw: str) -> None:
    """However many numbers the first has drawn."""
    source = (
        f"import random\nimport numpy as np\ndef f():\n    return [{draw} for _ in range(5)][0]"
    )
    with opened(lane, source) as many, opened(lane, source.replace("5", "1")) as one:
        assert values(many.ask([twice("f")])[0]) == values(one.ask([twice("f")])[0])


def test_each_call_may_ask_pytorch_for_gradients(lane: Lane) -> None:
    """Though the one before it, or the import, has turned them off."""
    source = """
import sys, types
grad = [False]
torch = sys.modules["torch"] = types.ModuleType("torch")
torch.Tensor = type("Tensor", (), {})
torch.default_generator = types.SimpleNamespace(manual_seed=lambda number: None)
torch.is_grad_enabled = lambda: grad[0]
torch.set_grad_enabled = lambda mode: grad.__setitem__(0, mode)
def f():
    asks, grad[0] = grad[0], False
    return asks
"""
    with opened(lane, source) as worker:
        answers = worker.ask([call("f"), twice("f")])
    assert value(answers[0]) is True
    assert values(answers[1]) == [True, True]


def test_what_a_later_file_changes_as_it_is_imported_stays(lane: Lane) -> None:
    """Its functions go on from it, one after the other; what a call changes is undone."""
    files = {
        "m.py": b"import numpy as np\ndef f(): np.tanh = None\n",
        "k.py": b"import numpy as np\nnp.clip = len\ndef g(): return np.clip('four')\n",
    }
    of_k = Group.of("k", "g", [[["call", "g", [], True, {}]]])
    with lane.open(files) as worker:
        answers = worker.ask([call("f"), of_k, of_k])
        assert [value(one) for one in answers[1:]] == [4, 4]


def test_what_is_lent_changes_with_each_group(lane: Lane) -> None:
    """A function is the student's own, then lent, then its own again."""

    class Lender:
        def answer(self, request: Any) -> bytes:
            return frame(["value", f"{request[1]} lent"])

    source = "def f(): return 'own'\ndef g(): return f()\n"
    with opened(lane, source) as worker:
        assert value(worker.ask([call("g")])[0]) == "own"
        beside = import_beside(Lent({"m": {"f": {"__call__": []}}}), "m")
        assert value(worker.ask([beside, call("g")], Lender())[1]) == "f lent"
        assert value(worker.ask([AFRESH, call("g")])[1]) == "own"


def test_a_thread_that_goes_on_ends_the_worker(lane: Lane) -> None:
    """It would take its time from whoever is judged next."""
    source = """
import threading, time
def f():
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return 1
def g(): return 2
"""
    with opened(lane, source) as worker:
        assert value(worker.ask([call("f")])[0]) == 1
        (answer,) = worker.ask([AFRESH, call("g")])
        assert worker.broken
        assert answer.stopped is not None
        assert (answer.stopped.kind, answer.stopped.facts) == ("died", {"reason": "exit status 72"})


def test_a_worker_that_says_more_than_it_was_asked_breaks_the_rules(lane: Lane) -> None:
    """Nothing it said is kept, and it is of no more use."""
    said = [frame(["case", [["value", 0, "forged"]]]), frame(["end"])]
    source = f"import os\ndef f(): os.write(3, {b''.join([*said, *said])!r})\ndef g(): return 1"
    with opened(lane, source) as worker:
        (answer,) = worker.ask([call("f")])
        assert answer.stopped == Stopped("broke rules", {"rule": "turn"})
        assert answer.replies == (None,)
        assert worker.broken


def test_arrays_probes_and_makers_are_kept_for_all_workers(lane: Lane) -> None:
    """They are sent once; a worker that changes them changes its own."""
    code = {"probes.py": "def doubled(module, x): return 2 * module.f(x)"}
    lane.keep(Common([np.arange(3.0)], code))
    source = "def f(x):\n    x += 1\n    return x\n"
    probed = [[["call", "probe:doubled", [Constant(0)], True, {}]]] * 2
    group = Group.of("m", "f", probed)
    for _ in range(2):
        with opened(lane, source) as worker:
            (answer,) = worker.ask([group])
            for replies in answer.replies:
                assert replies is not None
                np.testing.assert_array_equal(replies[0].data, [2.0, 4.0, 6.0])  # type: ignore[union-attr]
    own = Common([np.array([5.0])], {"probes.py": "def doubled(module, x): return 3 * x"})
    with lane.open({"m.py": source.encode()}, own) as worker:
        (answer,) = worker.ask([group])
        assert answer.replies[1] is not None
        np.testing.assert_array_equal(answer.replies[1][0].data, [15.0])  # type: ignore[union-attr]


def test_a_maker_makes_what_is_no_data(lane: Lane) -> None:
    """It stays in the worker, and its module cannot be imported by what is judged."""
    code = {
        "helper.py": "class Box:\n    def __init__(self, held): self.held = held\n",
        "makers.py": "from helper import Box\ndef box(x, scale=1): return Box(scale * x)\n",
    }
    made = ["call", "make:box", [Constant(0)], False, {"scale": 3}]
    opened_box = [made, ["call", "f", [Earlier(0)], True, {}]]
    source = "def f(box):\n    return box.held\n\ndef g():\n    import makers\n"
    groups = [
        Group.of("m", "f", [opened_box]),
        Group.of("m", "g", [[CALL]]),
    ]
    with lane.open({"m.py": source.encode()}, Common([np.arange(3.0)], code)) as worker:
        first, second = worker.ask(groups)
    assert first.replies[0] is not None
    np.testing.assert_array_equal(first.replies[0][0].data, [0.0, 3.0, 6.0])  # type: ignore[union-attr]
    assert second.replies[0] is not None
    assert second.replies[0][0].type == "ModuleNotFoundError"  # type: ignore[union-attr]


CALL = ["call", "g", [], True, {}]


@pytest.mark.parametrize(
    "draw",
    ["np.random.random()", "random.random()", "np.random.seed(7) or np.random.normal()"],
)
def test_every_call_begins_with_fresh_random_states(lane: Lane, draw: str) -> None:
    """Whatever was drawn or seeded before: the same call draws the same numbers."""
    source = f"import random\nimport numpy as np\ndef f(): return {draw}\ndef g(): return f()\n"
    with opened(lane, source) as worker:
        first, second, third = worker.ask([call("f"), call("f"), call("g")])
    assert value(first) == value(second) == value(third)


def test_who_says_more_once_a_function_is_answered() -> None:
    """It breaks the rules for that one: the next has not been asked."""
    end = frame(["end"])
    room = READ_BYTES - len(frame(["case", [["value", 0, "x" * 1000]]]) + end) + 1000
    whole = frame(["case", [["value", 0, "x" * room]]]) + end
    assert len(whole) == READ_BYTES  # read at once, and nothing of what comes after
    ours, theirs = socket.socketpair()
    child = SimpleNamespace(socket=ours, pid=os.getpid(), cpu_seconds=lambda: 0.0)
    with ours, theirs:
        theirs.sendall(whole + end)
        worker = Worker(cast(Child, child), b"", 5.0)
        (answer,) = worker.ask([call("f")])
    assert worker.broken
    assert answer.stopped == Stopped("broke rules", {"rule": "turn"})
    assert answer.replies == (None,)
