"""Units: the smallest things that are committed and resumed, and what they tell of a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from data_generation.runs.sessions import Days

LEDGER = "ledger"
READINGS = "readings"


@dataclass(frozen=True)
class UnitRecord:
    """Days of a run, as `ledger` or as `readings`; `rows` are counts by table.

    `keys` is how many keys of readings the ledger kept in these days, for them or for later days of
    their month.
    """

    session: int
    days: Days
    kind: str
    done: bool
    expected_rows: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    keys: int = 0

    @property
    def key(self) -> tuple[int, Days, str]:
        """Session, days and kind."""
        return self.session, self.days, self.kind


def done_days(units: Iterable[UnitRecord], kind: str) -> set[Days]:
    """The days of the units of a kind that are done."""
    return {unit.days for unit in units if unit.kind == kind and unit.done}


def done_until(units: Iterable[UnitRecord], kind: str) -> date | None:
    """The day up to which units of a kind are done without a gap, None before the first."""
    last: date | None = None
    for days in sorted(done_days(units, kind)):
        if last is not None and days.first != last + timedelta(days=1):
            break
        last = days.last
    return last
