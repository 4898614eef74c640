"""What a run needs from a generator; a small farm can stand in for the real one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
import pyarrow as pa

from data_generation.config.models import Config
from data_generation.storage.keys.adopt import Named
from data_generation.storage.postgres.fit import EVERYTHING, Fit


class DaysOutput(Protocol):
    """What the ledger leaves of some days of a month."""

    @property
    def inserts(self) -> Mapping[str, pa.Table]:
        """New rows by table."""

    @property
    def updates(self) -> Mapping[str, pa.Table]:
        """Rows of earlier days that changed, complete, by table."""

    @property
    def readings(self) -> Mapping[str, np.ndarray]:
        """What a worker needs to expand the readings."""

    @property
    def readings_rows(self) -> int:
        """Upper bound of the readings."""

    @property
    def readings_keys(self) -> int:
        """How many keys of readings were kept in these days."""

    @property
    def metrics(self) -> Mapping[str, int]:
        """Counts for the log."""


class Ledger(Protocol):
    """The sequential part of the generator, some days at a time."""

    def advance(self, first: date, last: date, stop: Callable[[], bool]) -> DaysOutput:
        """Live through days of one month, which follow those lived before."""

    def snapshot(self) -> Mapping[str, np.ndarray]:
        """Return the whole state."""

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take over a state that `snapshot` gave."""


class ExpectedBatch(Protocol):
    """A batch as it is expected to stand at the end of some days."""

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


class Expected(Protocol):
    """What a forecast expects of some days."""

    @property
    def rows(self) -> Mapping[str, int]:
        """New rows by table, as expected."""

    @property
    def batches(self) -> Sequence[ExpectedBatch]:
        """Batches that began or changed."""


class Forecast(Protocol):
    """A quick look ahead, some days at a time."""

    def advance(self, first: date, last: date) -> Expected:
        """Foretell days that follow those foretold before."""


@dataclass(frozen=True)
class Engine:
    """A generator: how to make its ledger, who expands readings, which tables it fills.

    `expand` is `module:function`, imported by the workers. `last_reading` gives the highest
    run-local id that the readings of some days can have; asked only where there are any.
    `next_keys` reads from a snapshot which run-local key the next row of each table would get.
    `setup_rows` gives infrastructure and master data, which the first days hold too: rows of that
    name that are stored already are used instead: `declared` says by what names. `fit` says what of
    all this the database at hand takes; `tables` are among that. `forecast` foretells a run without
    its ledger. `opening_notes` mark feed that waits in the silos of a farm for its first batch.
    `container_count` is that of the whole farm.
    """

    make_ledger: Callable[[Config], Ledger]
    expand: str
    tables: tuple[str, ...]
    last_reading: Callable[[DaysOutput], int]
    next_keys: Callable[[Mapping[str, np.ndarray]], Mapping[str, int]]
    setup_rows: Callable[[Config], Mapping[str, pa.Table]]
    forecast: Callable[[Config], Forecast]
    declared: Mapping[str, Named] = field(default_factory=dict)
    fit: Fit = EVERYTHING
    opening_notes: str = ""
    container_count: Callable[[Config], int] = lambda _: 0
