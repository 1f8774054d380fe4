"""The layers that lock a worker: which stop what, and what a worker can still do."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.isolation.answers import GroupAnswer
from grader.isolation.groups import Group
from grader.isolation.lane import Lane
from grader.isolation.launching import LAYERS, Limits
from grader.isolation.levels import WeakIsolation
from grader.isolation.sandbox import Sandbox
from grader.worker.wire import frame

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")


def ask(lane: Lane, source: str, *arguments: object) -> GroupAnswer:
    """Have a worker call ``f`` of a submission."""
    group = Group.of("m", "f", [[["call", "f", list(arguments), True, {}]]])
    with lane.open({"m.py": source.encode()}) as worker:
        (answer,) = worker.ask([group])
    return answer


@pytest.fixture(scope="module")
def lane(isolation_level: str) -> Iterator[Lane]:
    """A lane without PyTorch, fully isolated."""
    if isolation_level != "full":
        pytest.skip("not every layer of isolation is to be had")
    with Sandbox.start(torch=False) as sandbox:
        yield Lane(sandbox, timeout=20.0)


@pytest.mark.parametrize(
    ("without", "level"),
    [
        ((), "full"),
        (("namespaces",), "no namespaces"),
        (("landlock",), "no Landlock"),
        (("namespaces", "landlock"), "resource limits only"),
        (LAYERS, "resource limits only"),
    ],
)
def test_the_level_is_what_live_attacks_show(
    isolation_level: str, without: tuple[str, ...], level: str
) -> None:
    """With layers missing, the probe finds it out by itself."""
    if isolation_level != "full":
        pytest.skip("not every layer of isolation is to be had")
    with Sandbox.start(torch=False, weak=True, without=without) as sandbox:
        assert sandbox.ready().level == level


def test_without_any_layer_every_attack_of_the_probe_succeeds() -> None:
    """So the probe itself can tell: it is not blind."""
    with Sandbox.start(torch=False, weak=True, without=LAYERS) as sandbox:
        succeeded = set(sandbox.ready().succeeded)
    assert succeeded == {
        "read a file",
        "write a file",
        "open a network connection",
        "signal a process",
        "start a process",
    }


def test_limits_alone_are_refused_unless_they_are_allowed() -> None:
    """The refusal says what could happen and what to do, at once whenever it is asked again."""
    with Sandbox.start(torch=False, without=("namespaces", "landlock")) as sandbox:
        for asked in (sandbox.ready, sandbox.spawn, sandbox.ready):
            with pytest.raises(
                WeakIsolation, match=r"^On this system a submission could read a file"
            ) as told:
                asked()
    assert "--allow-weak-isolation" in told.value.message
    assert told.value.exit_code == 2


@pytest.mark.parametrize("without", [(), ("namespaces",)])
def test_the_whole_standard_library_can_be_imported(
    isolation_level: str, without: tuple[str, ...]
) -> None:
    """Whatever imports outside a worker imports within."""
    if isolation_level != "full":
        pytest.skip("not every layer of isolation is to be had")
    source = """
import importlib, sys
def f():
    failed = []
    for name in sorted(sys.stdlib_module_names - {"antigravity", "this", "idlelib"}):
        try:
            importlib.import_module(name)
        except BaseException as error:
            failed.append(name)
    return failed
"""
    space: dict[str, object] = {}
    exec(source, space)
    outside = space["f"]()  # type: ignore[operator]
    with Sandbox.start(torch=False, without=without) as sandbox:
        answer = ask(Lane(sandbox, timeout=60.0), source)
    assert answer.stopped is None
    assert answer.replies[0] is not None
    assert set(answer.replies[0][0].data) <= set(outside)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/proc/self/maps')",
        "open('/proc/1/environ')",
        "os.listdir('/var')",
        "os.open('/tmp/written', os.O_WRONLY | os.O_CREAT)",
        "__import__('posix').mkdir('/tmp/made')",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid() or 1, 0)",
        "socket.socket()",
        "socket.socketpair()",
        "os.setuid(0)",
        "os.chroot('/')",
        "os.memfd_create('x')",
        "fcntl.fcntl(3, fcntl.F_SETOWN, 1)",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))",
        "os.pidfd_open(1)",
        "os.sched_setaffinity(0, {0})",
        "signal.pthread_kill(threading.get_ident(), 9)",
    ],
)
@pytest.mark.parametrize("without", [(), ("namespaces",)])
def test_refused(
    isolation_level: str, attempt: str, without: tuple[str, ...], lanes: dict[tuple[str, ...], Lane]
) -> None:
    """A worker cannot do this, with namespaces or without."""
    if isolation_level != "full":
        pytest.skip("not every layer of isolation is to be had")
    source = f"""
import fcntl, os, resource, signal, socket, threading
def f():
    try:
        {attempt}
    except (OSError, ValueError):
        return "refused"
    return "done"
"""
    answer = ask(lanes[without], source)
    assert answer.replies[0] is not None
    assert answer.replies[0][0].data == "refused"  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def lanes() -> Iterator[dict[tuple[str, ...], Lane]]:
    """One lane with all layers and one without namespaces."""
    with (
        Sandbox.start(torch=False) as full,
        Sandbox.start(torch=False, without=("namespaces",)) as outside,
    ):
        yield {(): Lane(full, 20.0), ("namespaces",): Lane(outside, 20.0)}


def test_the_grader_is_nowhere_to_be_found(lane: Lane) -> None:
    """Neither a module, a path, an argument nor the environment leads to the hidden cases."""
    source = f"""
import importlib, os, sys
def f():
    found = [name for name in vars(sys.modules["__main__"]) if not name.startswith("__")]
    for name in ("grader.cases.comparing", "grader.course", "pytest", "nbgrader", "rnn_cell"):
        try:
            importlib.import_module(name)
            found.append(name)
        except ImportError:
            pass
    return [found, sys.argv, dict(os.environ), {str(ROOT)!r} in sys.path]
"""
    answer = ask(lane, source)
    assert answer.replies[0] is not None
    # a folder that is there, for what PyTorch's compilers ask, and who would be logged in
    environment = {"HOME": "/", "LOGNAME": "student", "USER": "student"}
    environment["TORCHINDUCTOR_CACHE_DIR"] = "/"
    data = answer.replies[0][0].data  # type: ignore[union-attr]
    assert data == [[], ["worker"], environment, False]


def test_a_submission_leaves_nothing_for_the_next_one(lane: Lane) -> None:
    """Modules, built-ins and memory start afresh."""
    ask(lane, "import builtins, numpy\nbuiltins.mark = numpy.mark = 'here'\ndef f(): return 1")
    look = "import builtins, numpy\ndef f(): return [hasattr(m, 'mark') for m in (builtins, numpy)]"
    answer = ask(lane, look)
    assert answer.replies[0] is not None
    assert answer.replies[0][0].data == [False, False]  # type: ignore[union-attr]


def test_what_is_printed_goes_nowhere(lane: Lane, capfd: pytest.CaptureFixture[str]) -> None:
    """A worker's output reaches neither the terminal nor its answers."""
    answer = ask(lane, "import os, sys\ndef f():\n    print('x' * 10**6)\n    os.write(2, b'y')")
    assert answer.stopped is None
    assert capfd.readouterr() == ("", "")


def test_memory_is_limited() -> None:
    """Beyond the limit Python raises MemoryError, and the worker lives on."""
    with Sandbox.start(torch=False, limits=Limits(address_space=200 << 20), weak=True) as sandbox:
        lane = Lane(sandbox, 20.0)
        kept = ask(lane, "def f(): return len(bytearray(100 << 20)) >> 20")
        lost = ask(lane, "def f(): return len(bytearray(300 << 20)) >> 20")
    assert kept.replies[0] is not None
    assert kept.replies[0][0].data == 100  # type: ignore[union-attr]
    assert lost.replies[0] is not None
    assert lost.replies[0][0].type == "MemoryError"  # type: ignore[union-attr]


def test_files_are_limited_by_the_kernel_too(lane: Lane) -> None:
    """Where limits alone hold, a worker fills no disk, leaves no core and opens no more."""
    source = """
from resource import *
def f(): return [list(getrlimit(kind)) for kind in (RLIMIT_FSIZE, RLIMIT_CORE, RLIMIT_NOFILE)]
"""
    answer = ask(lane, source)
    assert answer.replies[0] is not None
    assert answer.replies[0][0].data == [[0, 0], [0, 0], [64, 64]]  # type: ignore[union-attr]


def test_threads_are_allowed(lane: Lane) -> None:
    """A student may use them."""
    source = """
import threading
def f():
    found = []
    thread = threading.Thread(target=lambda: found.append(1))
    thread.start()
    thread.join()
    return found
"""
    answer = ask(lane, source)
    assert answer.replies[0] is not None
    assert answer.replies[0][0].data == [1]  # type: ignore[union-attr]


def test_workers_end_with_the_zygote(lane: Lane) -> None:
    """A killed zygote takes a looping worker with it."""
    with Sandbox.start(torch=False) as sandbox:
        child = sandbox.spawn()
        group = Group.of("m", "f", [[]])
        files = {"m.py": b"while True: pass"}
        loop = frame({"files": files, "kept": True})
        child.socket.sendall(loop + group.frame)
        before = child.cpu_seconds()
        while child.cpu_seconds() < before + 0.05:  # it loops
            time.sleep(0.01)
        sandbox._process.send_signal(signal.SIGKILL)
        with child.socket as end:
            assert end.recv(1) == b""  # it has gone, and its socket with it


def test_a_worker_is_another_user_where_the_grader_is_root(lane: Lane) -> None:
    """Root's rights are not a worker's."""
    answer = ask(lane, "import os\ndef f(): return [os.getuid(), os.geteuid(), os.getgid()]")
    assert answer.replies[0] is not None
    assert 0 not in answer.replies[0][0].data  # type: ignore[union-attr]


def test_descriptors_are_the_socket_alone(lane: Lane, tmp_path: Path) -> None:
    """Nothing of the judge's or the zygote's is inherited."""
    with open(tmp_path / "open", "w") as file:
        os.set_inheritable(file.fileno(), True)
        source = """
import os
def f():
    alive = []
    for number in range(64):
        try:
            os.fstat(number)
            alive.append(number)
        except OSError:
            pass
    return alive
"""
        answer = ask(lane, source)
    assert answer.replies[0] is not None
    assert answer.replies[0][0].data == [0, 1, 2, 3]  # type: ignore[union-attr]
