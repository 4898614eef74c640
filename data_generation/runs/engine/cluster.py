"""Readings units on a Dask cluster, through its `concurrent.futures` interface.

The scheduler needs nothing of this project: what it hands on is one function, pickled by value,
with the unit inside. So neither the names of tasks nor what Dask logs of them holds a password.
"""

import hashlib
import importlib
import logging
import pickle
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

import data_generation
from data_generation import GENERATOR_VERSION
from data_generation.errors import ExitCode, Refused, StorageError
from data_generation.runs.postgres import worker
from data_generation.runs.postgres.worker import Failure, UnitOutcome

Client = Any
"""`distributed.Client`; the package is an extra, and is imported when it is needed."""

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_S: Final = 10.0
"""How long the scheduler, and then its first worker, may take to answer."""
WITHOUT_WORKERS_S: Final = 60.0
"""How long a unit waits for the cluster to have any worker again."""
_SETTLE_S: Final = 1.5
"""How long workers may take to notice that what they do is not wanted any more."""
_TICK_S: Final = 0.5

_NO_EXTRA = "Install the extra: pip install 'aquamind-data-generator[cluster]'"
_SAME_CODE = "Install the same version on every worker, and start them again."


@dataclass(frozen=True)
class Member:
    """What a worker of the cluster says of itself; `host` is its machine's name."""

    host: str
    code: str
    generator: str
    numpy: str
    python: str


@cache
def code_version() -> str:
    """Hash of this program's own code and statements: what must be the same on every worker."""
    root = Path(data_generation.__file__).parent
    found = hashlib.sha256()
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.sql")]):
        found.update(path.relative_to(root).as_posix().encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def describe() -> Member:
    """Describe the process that runs this."""
    python = ".".join(map(str, sys.version_info[:2]))
    return Member(socket.gethostname(), code_version(), GENERATOR_VERSION, np.__version__, python)


def require_cluster(address: str, conninfo: Mapping[str, Any]) -> int:
    """Return how many units the cluster can run at once.

    Refused if the scheduler or its workers do not answer, if a worker has another version of this
    program, or if it is on another machine and the database has nothing but a local socket.
    """
    with _connected(address) as client:
        members = _ask(client)
        threads = sum(client.ncores().values())
    here = describe()
    for name, found in members.items():
        if isinstance(found, Exception):
            raise Refused(f"Worker {name} cannot run this program: {found}", _SAME_CODE)
        if _versions(found) != _versions(here):
            raise Refused(f"Worker {name} has {_shown(found)}; here is {_shown(here)}.", _SAME_CODE)
        if found.host != here.host and _socket_only(conninfo):
            raise Refused(
                f"Worker {name} is on {found.host} and cannot reach this machine's database, "
                "which has a local socket only.",
                "Set DATABASE_URL to a server that every worker can reach.",
            )
    return int(max(1, threads))


def _versions(member: Member) -> tuple[str, ...]:
    return member.code, member.generator, member.numpy, member.python


def _shown(member: Member) -> str:
    return (
        f"generator {member.generator} (code {member.code[:8]}), numpy {member.numpy}, "
        f"Python {member.python}"
    )


def _socket_only(conninfo: Mapping[str, Any]) -> bool:
    return not conninfo.get("hostaddr") and str(conninfo.get("host", "/")).startswith(("/", "@"))


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    client = _connect(address)
    try:
        yield client
    finally:
        _close(client)


def _connect(address: str) -> Client:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise Refused(f"--scheduler needs Dask, which is missing: {error}.", _NO_EXTRA) from error
    # What it tells of lost connections and retries reaches the user through this program's log.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Refused(
            f"The Dask scheduler {address} does not answer within {CONNECT_S:.0f} s.",
            "Is it running? Start it: dask scheduler; and workers: dask worker ADDRESS.",
        ) from error
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError as error:
        _close(client)
        raise Refused(
            f"The Dask scheduler {address} has no workers.", f"Start one: dask worker {address}"
        ) from error
    return client


def _close(client: Client) -> None:
    with suppress(Exception):
        client.close(timeout=_SETTLE_S)


def _ask(client: Client) -> dict[str, Member | Exception]:
    """Ask all workers to describe themselves, busy or not."""

    def asked() -> Any:
        from data_generation.runs.engine import cluster

        return cluster.describe()

    answer = _everywhere(client, asked, CONNECT_S)
    if answer is None:
        raise Refused(
            f"Workers of the Dask cluster do not answer within {CONNECT_S:.0f} s.",
            "Look at the workers' logs.",
        )
    return answer


def _everywhere(client: Client, call: Callable[..., Any], seconds: float) -> dict[str, Any] | None:
    """Run a local function on all workers, busy or not; None if one does not answer in time."""
    answer: list[dict[str, Any]] = []

    def ask() -> None:
        with suppress(Exception):
            answer.append(client.run(call, on_error="return"))

    thread = threading.Thread(target=ask, name="cluster-ask", daemon=True)
    thread.start()
    thread.join(seconds)
    return answer[0] if answer else None


def _unit(code: str, packed: bytes) -> Callable[[], UnitOutcome]:
    """Make the function that a worker runs; it is pickled by value because it is a local one."""

    def readings_unit() -> Any:
        from data_generation.runs.engine import cluster

        return cluster.run_packed(code, packed)

    return readings_unit


def run_packed(code: str, packed: bytes) -> UnitOutcome:
    """On a worker: run a unit, unless the code here is another than the coordinator's.

    Leaves no connection behind: nobody would tell the worker when the run is over.
    """
    if code != code_version():
        message = f"worker {socket.gethostname()} has other code than the coordinator"
        return _failed(message, _SAME_CODE, transient=False)
    call, arguments = pickle.loads(packed)  # noqa: S301 - comes over Dask, which pickles as well
    try:
        outcome: UnitOutcome = call(*arguments, stop=_unwanted())
    finally:
        worker.release()
    return outcome


def _unwanted() -> Callable[[], bool]:
    """Say whether the running task was cancelled, or its coordinator is gone."""
    dask_worker: Any = importlib.import_module("distributed.worker")
    tasks, key = dask_worker.get_worker().state.tasks, dask_worker.thread_state.key

    def asked() -> bool:
        task = tasks.get(key)
        return task is None or task.state == "cancelled"

    return asked


def _failed(message: str, hint: str, *, transient: bool) -> UnitOutcome:
    failure = Failure(message, hint, ExitCode.STORAGE_FAILED, transient, "")
    return UnitOutcome(0, 0.0, 0.0, failure=failure)


_LOST = _failed(
    "the cluster lost its worker",
    "Look at the workers' logs; go on with --resume, or without --scheduler.",
    transient=True,
)


class ClusterExecutor(Executor):
    """Submits units to a Dask cluster; whatever goes wrong there becomes an outcome.

    A worker that dies costs a retry: Dask's own, and when it gives up, one of the pipeline's.
    """

    def __init__(self, address: str) -> None:
        """Connect; raises Refused if the scheduler does not answer or has no workers."""
        self._address = address
        self._client = _connect(address)
        self._inner: Executor = self._client.get_executor(pure=False, retries=0)
        self._flying: set[Future[Any]] = set()
        self._over = threading.Event()
        threading.Thread(target=self._watch, name="cluster-watch", daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit `fn(*args)`, which gives an Outcome; StorageError if the cluster is gone."""
        self._require_client()
        packed = pickle.dumps((partial(fn, **kwargs), args))
        inner: Future[Any] = self._inner.submit(_unit(code_version(), packed))
        outer: Future[Any] = Future()
        self._flying.add(outer)
        inner.add_done_callback(partial(self._hand_on, outer))
        return outer

    def _hand_on(self, outer: Future[Any], inner: Future[Any]) -> None:
        self._flying.discard(outer)
        if not outer.done():
            with suppress(Exception):  # settled meanwhile by the watch
                outer.set_result(_outcome_of(inner))

    def _require_client(self) -> None:
        until = time.monotonic() + CONNECT_S
        while self._client.status != "running":
            if self._client.status == "closed" or time.monotonic() > until:
                raise StorageError(
                    f"The Dask scheduler {self._address} is gone.",
                    "What was committed is safe. Start it, then go on with --resume --scheduler, "
                    "or without a cluster: --resume.",
                )
            time.sleep(_TICK_S)

    def _watch(self) -> None:
        """Give up what waits for a worker when the cluster has had none for long."""
        seen = time.monotonic()
        while not self._over.wait(_TICK_S):
            with suppress(Exception):
                if self._client.status == "running" and self._client.scheduler_info()["workers"]:
                    seen = time.monotonic()
            if time.monotonic() - seen > WITHOUT_WORKERS_S:
                self._settle(
                    f"the Dask cluster {self._address} has had no worker for "
                    f"{WITHOUT_WORKERS_S:.0f} s"
                )

    def _settle(self, message: str) -> None:
        hint = "What was committed is safe. Start workers, then go on with --resume."
        for future in list(self._flying):
            self._flying.discard(future)
            with suppress(Exception):
                future.set_result(_failed(message, hint, transient=False))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what runs if asked to, give the workers a moment to notice, and disconnect."""
        self._over.set()
        with suppress(Exception):  # a client that lost its scheduler can cancel nothing any more
            self._inner.shutdown(wait=wait and not cancel_futures)
        if cancel_futures:
            self._await_quiet()
        _close(self._client)

    def _await_quiet(self) -> None:
        """Wait until no worker is at work on what was cancelled; one looks between two tables."""

        def units(dask_worker: Any) -> int:
            return sum(str(key).startswith("readings_unit") for key in dask_worker.state.tasks)

        until = time.monotonic() + _SETTLE_S
        while (left := until - time.monotonic()) > 0:
            found = _everywhere(self._client, units, left)
            if not any(isinstance(count, int) and count for count in (found or {}).values()):
                return
            time.sleep(_TICK_S / 5)


def _outcome_of(inner: Future[Any]) -> UnitOutcome:
    given_up = importlib.import_module("distributed.scheduler").KilledWorker
    try:
        outcome: UnitOutcome = inner.result()
    except (CancelledError, given_up):
        return _LOST
    except Exception as error:
        message = f"a worker of the cluster failed: {type(error).__name__}: {error}"
        return _failed(message.splitlines()[0], _SAME_CODE, transient=False)
    return outcome
