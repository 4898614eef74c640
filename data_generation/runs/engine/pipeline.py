"""Readings units from the ledger's commit to their own: queue, window, retries, stop."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from data_generation.errors import StorageError
from data_generation.runs.engine.executors import kill
from data_generation.runs.engine.memory import MemoryGuard
from data_generation.runs.engine.retries import Patience
from data_generation.runs.engine.stop import StopRequest
from data_generation.runs.postgres.worker import (
    Failure,
    UnitOrder,
    UnitOutcome,
    UnitSetup,
    run_order,
)
from data_generation.runs.sessions import Days
from data_generation.words import counted

_TICK_S = 0.1


class UnitError(StorageError):
    """A unit could not be written; everything before it is committed."""

    code = "unit"

    def __init__(self, message: str, hint: str, trace: str = "") -> None:
        """`trace` is the worker's own traceback, for `--traceback`."""
        super().__init__(message, hint)
        self.trace = trace


@dataclass(frozen=True)
class _Waiting:
    order: UnitOrder
    not_before: float = 0.0


class Pipeline:
    """Hands readings units to an executor, as many at once as the memory guard allows."""

    def __init__(
        self,
        setup: UnitSetup,
        make: Callable[[], Executor],
        guard: MemoryGuard,
        stop: StopRequest,
        patience: Patience,
        on_done: Callable[[UnitOrder, UnitOutcome], None],
        on_retry: Callable[[UnitOrder, str], None],
    ) -> None:
        """`on_done` is called for each committed unit, `on_retry` before another try."""
        self._setup = setup
        self._make = make
        self._guard = guard
        self._stop = stop
        self._patience = patience
        self._on_done = on_done
        self._on_retry = on_retry
        self._executor: Executor | None = None
        self._queue: deque[_Waiting] = deque()
        self._flying: dict[Future[UnitOutcome], UnitOrder] = {}

    @property
    def pending(self) -> int:
        """Units that are queued or in flight."""
        return len(self._queue) + len(self._flying)

    def add(self, session: int, days: Days) -> None:
        """Queue a unit whose row is committed as pending."""
        self._queue.append(_Waiting(UnitOrder(session, days, self._guard.allowance.batch_rows)))

    def pump(self) -> None:
        """Collect what is done and submit what is allowed, without waiting."""
        self._stop.raise_if_asked()
        self._collect()
        now = time.monotonic()
        for _ in range(len(self._queue)):
            if len(self._flying) >= self._guard.allowance.units_in_flight:
                break
            waiting = self._queue.popleft()
            if waiting.not_before > now:
                self._queue.append(waiting)
                continue
            self._submit(waiting.order)
        self._collect()

    def wait_until(self, at_most: int) -> None:
        """Wait until no more than `at_most` units are pending."""
        self.pump()
        while self.pending > at_most:
            if self._flying:
                wait(self._flying, timeout=_TICK_S, return_when=FIRST_COMPLETED)
            else:
                self._stop.wait(_TICK_S)
            self.pump()

    def abandon(self, grace: float) -> None:
        """Stop: hand out no more, give what is in flight `grace` seconds, then end the workers.

        The workers are ended also if `on_done` raises, which then leaves this method.
        """
        self._queue.clear()
        try:
            self._await_flying(time.monotonic() + grace)
        finally:
            if self._executor is not None:
                kill(self._executor)
                self._executor = None
            self._flying.clear()

    def _await_flying(self, until: float) -> None:
        while self._flying and (left := until - time.monotonic()) > 0:
            done, _ = wait(self._flying, timeout=left, return_when=FIRST_COMPLETED)
            for future in done:
                order = self._flying.pop(future)
                if not future.cancelled() and future.exception() is None:
                    outcome = future.result()
                    if outcome.failure is None:
                        self._on_done(order, outcome)

    def close(self) -> None:
        """End the workers after their last unit."""
        if self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None

    def _submit(self, order: UnitOrder) -> None:
        order = replace(order, batch_rows=self._guard.allowance.batch_rows)
        if self._executor is None:
            self._executor = self._make()
        try:
            future = self._executor.submit(run_order, self._setup, order)
        except BrokenProcessPool:
            self._queue.appendleft(_Waiting(order))
            self._replace_pool()
            return
        self._flying[future] = order

    def _collect(self) -> None:
        broken = False
        for future in [f for f in self._flying if f.done()]:
            order = self._flying[future]
            try:
                outcome = future.result()
            except (BrokenProcessPool, CancelledError):
                broken = True
                continue
            del self._flying[future]
            if outcome.failure is None:
                self._on_done(order, outcome)
            else:
                self._stop.raise_if_asked()
                self._try_again(order, outcome.failure)
        if broken:
            self._replace_pool()

    def _replace_pool(self) -> None:
        """A worker died: every unit in flight lost its worker and is tried with a fresh pool."""
        lost = list(self._flying.values())
        self._flying.clear()
        if self._executor is not None:
            kill(self._executor)
            self._executor = None
        for order in lost:
            self._try_again(order, _WORKER_DIED)

    def _try_again(self, order: UnitOrder, failure: Failure) -> None:
        where = f"Readings of {order.days} (session {order.session})"
        if not failure.transient:
            raise UnitError(f"{where}: {failure.message}", failure.hint, failure.trace)
        if order.attempt >= self._patience.attempts:
            tries = counted(order.attempt, "try", "tries")
            raise UnitError(
                f"{where}: given up after {tries}: {failure.message}",
                failure.hint,
                failure.trace,
            )
        self._on_retry(order, failure.message)
        ready = time.monotonic() + self._patience.pause(order.attempt)
        self._queue.append(_Waiting(replace(order, attempt=order.attempt + 1), ready))


_WORKER_DIED = Failure(
    message="its worker process died",
    hint="Killed by the system for want of memory? Try --resume --workers 1, or --workers 0.",
    code=StorageError.exit_code,
    transient=True,
    trace="",
)
