"""What the orchestrator needs from a generator; a small farm can stand in for the real one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
import pyarrow as pa

from data_generation.config.models import Config
from data_generation.storage.keys.adopt import Named
from data_generation.storage.postgres.fit import EVERYTHING, Fit


class Month(Protocol):
    """One month of the ledger, as `data_generation.generators.ledger.MonthOutput`."""

    @property
    def month(self) -> date:
        """First day of the month."""

    @property
    def inserts(self) -> Mapping[str, pa.Table]:
        """New rows by table."""

    @property
    def updates(self) -> Mapping[str, pa.Table]:
        """Rows of earlier months that changed, complete, by table."""

    @property
    def readings(self) -> Mapping[str, np.ndarray]:
        """What a worker needs to expand the month's readings."""

    @property
    def readings_rows(self) -> int:
        """Upper bound of the month's readings."""

    @property
    def metrics(self) -> Mapping[str, int]:
        """Counts for the log."""


class Ledger(Protocol):
    """The sequential part of the generator, month by month."""

    def advance_month(self, month: date, stop: Callable[[], bool]) -> Month:
        """Advance to the end of `month`; months must come in order."""

    def snapshot(self) -> Mapping[str, np.ndarray]:
        """Return the whole state."""

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take over a state that `snapshot` gave."""


class ExpectedBatch(Protocol):
    """A batch as it is expected to stand at the end of a month."""

    @property
    def id(self) -> int:
        """A number of its own."""

    @property
    def number(self) -> str:
        """Its name."""

    @property
    def start(self) -> date:
        """Its first day."""

    @property
    def end(self) -> date | None:
        """Its last, None while it lives."""

    @property
    def status(self) -> str:
        """As AquaMind names it."""


class ExpectedMonth(Protocol):
    """A month of a forecast."""

    @property
    def rows(self) -> Mapping[str, int]:
        """New rows by table, as expected."""

    @property
    def batches(self) -> Sequence[ExpectedBatch]:
        """Batches that began or changed."""


class Forecast(Protocol):
    """A quick look ahead, month by month."""

    def advance_month(self, month: date) -> ExpectedMonth:
        """Foretell `month`; months must come in order."""


@dataclass(frozen=True)
class Engine:
    """A generator: how to make its ledger, who expands readings, which tables it fills.

    `expand` is `module:function`, imported by the workers. `last_reading` gives the highest
    run-local id that a month's readings can have; asked only of a month that has readings.
    `next_keys` reads from a snapshot which run-local key the next row of each table would get.
    `setup_rows` gives infrastructure and master data, which the first month holds too: rows of that
    name that are stored already are used instead: `declared` says by what names. `fit` says what of
    all this the database at hand takes; `tables` are among that. `forecast` foretells a run without
    its ledger. `opening_notes` mark feed that waits in the silos of a farm for its first batch.
    `container_count` is that of the whole farm.
    """

    make_ledger: Callable[[Config], Ledger]
    expand: str
    tables: tuple[str, ...]
    last_reading: Callable[[Month], int]
    next_keys: Callable[[Mapping[str, np.ndarray]], Mapping[str, int]]
    setup_rows: Callable[[Config], Mapping[str, pa.Table]]
    forecast: Callable[[Config], Forecast]
    declared: Mapping[str, Named] = field(default_factory=dict)
    fit: Fit = EVERYTHING
    opening_notes: str = ""
    container_count: Callable[[Config], int] = lambda _: 0
