"""Names of the standard library that came after Python 3.11, by the version they came with.

From the "What's New" pages of Python 3.12 to 3.14: what homework on arrays may come to use.
"""

from __future__ import annotations

from collections.abc import Mapping

_BY_VERSION: Mapping[tuple[int, int], str] = {
    (3, 12): """
        itertools.batched math.sumprod typing.override typing.TypeAliasType
        collections.abc.Buffer types.get_original_bases
        inspect.BufferFlags inspect.markcoroutinefunction
        random.binomialvariate calendar.Month calendar.Day
        threading.setprofile_all_threads threading.settrace_all_threads
        asyncio.eager_task_factory asyncio.create_eager_task_factory
        sys.monitoring sys.activate_stack_trampoline
        sys.last_exc os.listdrives os.unshare os.setns

    """,
    (3, 13): """
        copy.replace math.fma typing.TypeIs typing.ReadOnly
        typing.NoDefault typing.is_protocol typing.get_protocol_members warnings.deprecated
        queue.ShutDown asyncio.QueueShutDown statistics.kde statistics.kde_random
        os.process_cpu_count os.timerfd_create pathlib.UnsupportedOperation
        types.CapsuleType builtins.PythonFinalizationError re.PatternError enum.EnumDict
        base64.z85encode base64.z85decode sys._is_gil_enabled dbm.sqlite3
        glob.translate
    """,
    (3, 14): """
        annotationlib compression compression.zstd string.templatelib concurrent.interpreters
        heapq.heappush_max heapq.heappop_max heapq.heapify_max heapq.heapreplace_max
        heapq.heappushpop_max functools.Placeholder uuid.uuid6 uuid.uuid7 uuid.uuid8
        operator.is_none operator.is_not_none pathlib.types io.Reader io.Writer
        typing.evaluate_forward_ref decimal.IEEEContext
        concurrent.futures.InterpreterPoolExecutor pdb.set_default_backend
        asyncio.capture_call_graph asyncio.print_call_graph os.reload_environ
    """,
}

LATER: Mapping[str, tuple[int, int]] = {
    name: version for version, names in _BY_VERSION.items() for name in names.split()
}
