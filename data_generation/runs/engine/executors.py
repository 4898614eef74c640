"""Executors for readings units: a pool of processes, this process itself, or a Dask cluster."""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from typing import Any, ParamSpec, TypeVar

from data_generation.config.run import RuntimeConfig
from data_generation.runs.engine import cluster
from data_generation.runs.engine.memory import Resources, resources_for
from data_generation.runs.postgres import worker
from data_generation.runs.postgres.connecting import Conninfo

P = ParamSpec("P")
T = TypeVar("T")


class InProcessExecutor(Executor):
    """Runs each submitted call at once, in this process; a stop request reaches it between tables.

    For `--workers 0`: no further process, the least memory.
    """

    def __init__(self, stop: Callable[[], bool]) -> None:
        """`stop` is handed to each call as its keyword argument."""
        self._stop = stop

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn` and return a future that is already done."""
        future: Future[T] = Future()
        with_stop: dict[str, Any] = {**kwargs, "stop": self._stop}
        try:
            future.set_result(fn(*args, **with_stop))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Close the writer's connection."""
        worker.release()


class _Pool(ProcessPoolExecutor):
    """A process pool whose workers are born deaf to Ctrl-C, which a terminal sends to all.

    They begin to ignore it themselves only when their imports are done; until then a blocked
    signal, inherited from the thread that spawns them, keeps them quiet.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit, which may start a process, with SIGINT blocked in this thread."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def resources_on(runtime: RuntimeConfig, conninfo: Conninfo) -> Resources:
    """Return what a run may use, here or on the cluster that it names.

    Raises Refused if the cluster cannot run units on that database.
    """
    here = resources_for(runtime)
    if runtime.scheduler is None:
        return here
    threads = cluster.require_cluster(runtime.scheduler, conninfo)
    return replace(here, workers=threads, scheduler=runtime.scheduler)


def make_executor(resources: Resources, stop: Callable[[], bool]) -> Executor:
    """Return the executor that the resources name; no workers means this process."""
    if resources.scheduler is not None:
        return cluster.ClusterExecutor(resources.scheduler)
    workers = resources.workers
    if workers == 0:
        return InProcessExecutor(stop)
    # Spawned, not forked: a fork would copy the coordinator's connection and its threads' locks.
    context = multiprocessing.get_context("spawn")
    return _Pool(workers, mp_context=context, initializer=worker.initialize)


def kill(executor: Executor) -> None:
    """End an executor's processes at once; their transactions roll back in the server."""
    if isinstance(executor, ProcessPoolExecutor):
        # The public kill_workers() comes with Python 3.14.
        for process in list((executor._processes or {}).values()):
            with contextlib.suppress(ProcessLookupError, ValueError):
                process.kill()
    executor.shutdown(wait=False, cancel_futures=True)
