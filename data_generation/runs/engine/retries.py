"""Trying a unit's work again: how often, with what pauses, and never after a stop is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from structlog.typing import FilteringBoundLogger

from data_generation.runs.engine.stop import StopRequest

_LONGEST_PAUSE_S = 8.0

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How often a unit is tried, and how long the first pause between two tries is (s)."""

    attempts: int
    first_pause: float

    def pause(self, attempt: int) -> float:
        """Return the seconds to wait after try number `attempt` failed."""
        return min(self.first_pause * 2.0 ** (attempt - 1), _LONGEST_PAUSE_S)


@dataclass(frozen=True)
class Retries:
    """Does what a run stores, again and again as long as the failure may pass."""

    stop: StopRequest
    patience: Patience
    log: FilteringBoundLogger

    def run(
        self,
        unit: str,
        work: Callable[[], T],
        may_pass: Callable[[BaseException], bool],
        before_next: Callable[[], None] = lambda: None,
    ) -> T:
        """Return what `work` gives; `unit` names it in the log.

        Raises its error if that cannot pass or came with the last try, and the stop request's
        error instead of a further try. `before_next` begins each further try.
        """
        attempt = 1
        while True:
            self.stop.raise_if_asked()
            try:
                if attempt > 1:
                    before_next()
                    self.stop.raise_if_asked()
                return work()
            except Exception as error:
                # What was cancelled because of a stop is no failure of its own.
                self.stop.raise_if_asked()
                if not may_pass(error) or attempt >= self.patience.attempts:
                    raise
                reason = (str(error).strip() or type(error).__name__).splitlines()[0]
                self.log.warning("tried again", unit=unit, attempt=attempt, reason=reason)
            self.stop.wait(self.patience.pause(attempt))
            attempt += 1
