"""A database as the place where a run's dataset is kept, with its mirror in a checkpoint file."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from data_generation.runs.checkpoint import Mirror
from data_generation.runs.engine.retries import Retries
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection, Conninfo
from data_generation.runs.postgres.coordinator import Coordinator
from data_generation.runs.postgres.snapshots import load_snapshot
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.postgres.worker import READINGS_TABLE, Setup
from data_generation.runs.sessions import Plan
from data_generation.runs.units import UnitRecord
from data_generation.storage.postgres.fit import Fit


class DatabaseStorage(Coordinator):
    """The coordinator's connection, and the checkpoint file that mirrors what it committed."""

    def __init__(
        self,
        connection: Connection,
        conninfo: Conninfo,
        run: RunRecord,
        plan: Plan,
        checkpoint_file: Path,
        checkpoint_seconds: float,
        fit: Fit,
        retries: Retries,
    ) -> None:
        """`connection` holds the lock; `fit` says what the database takes."""
        super().__init__(connection, conninfo, run, retries, fit)
        self._mirror = Mirror(
            checkpoint_file, lambda: self.connection, run, plan, checkpoint_seconds
        )

    def units(self) -> list[UnitRecord]:
        """All units of the run, by month."""
        return store.units(self.connection, self._run.id)

    def snapshot(self) -> Mapping[str, np.ndarray] | None:
        """The ledger's state after the last stored month."""
        stored = load_snapshot(self.connection, self._run.id)
        return None if stored is None else stored[1]

    def setup(self, expand: str) -> Setup:
        """What workers need: how to connect, and which run."""
        return Setup(dict(self._conninfo), self._run.id, expand, self._fit.only(READINGS_TABLE))

    def mirror(self, *, force: bool = False) -> None:
        """Write the checkpoint file."""
        self._mirror.write(force=force)
