"""Which batches of a database are held against which configuration, and what is looked at."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from data_generation.cli.flags.farm_flags import GUIDE_PROFILE
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.config.models import Config
from data_generation.errors import AquaError, ExitCode, Refused, StorageError
from data_generation.runs import run as runner
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection, Conninfo
from data_generation.runs.postgres.store import RunRecord
from data_generation.validation.guide import limits
from data_generation.validation.results import Validation
from data_generation.validation.scope import BATCHES
from data_generation.validation.verification import Part
from data_generation.words import counted

_MOST_LANES: Final = 8
"""Connections of a validation: more would wait for the slowest check."""


@dataclass
class Limits:
    """Batches by the configuration that they are held against, where that makes a difference."""

    notes: list[str] = field(default_factory=list)
    """What a reader should know."""
    _found: dict[str, tuple[Config, bool, set[int]]] = field(default_factory=dict)
    _loaded: dict[str, Config] = field(default_factory=dict)

    def add(self, batches: Iterable[int], run: RunRecord | None = None) -> None:
        """Add the batches of a run; without one they are held against the guide's profile."""
        config = self._load(GUIDE_PROFILE, {}) if run is None else self._as_stored(run)
        years = run is not None and run.batch_number is None
        key = json.dumps([limits(config), years], sort_keys=True)
        self._found.setdefault(key, (config, years, set()))[2].update(batches)

    def add_runs(self, connection: Connection, among: set[int] | None = None) -> set[int]:
        """Add the batches that runs wrote, all or those among some; give their stored keys."""
        taken: set[int] = set()
        for run in runs_of(connection):
            batches = batches_of(connection, run)
            if among is not None:
                batches &= among
            if batches or among is None:
                taken |= batches
                self.add(batches, run)
                self._note_pending(connection, run)
        return taken

    def parts(self) -> list[Part]:
        """The batches, once each."""
        return [
            Part(config, tuple(sorted(batches)), years)
            for config, years, batches in self._found.values()
        ]

    def _note_pending(self, connection: Connection, run: RunRecord) -> None:
        pending = sum(not unit.done for unit in store.units(connection, run.id))
        if pending:
            command = "data_generation" if run.batch_number is None else "event_engine"
            self.notes.append(
                f"{counted(pending, 'month', 'months')} of readings of "
                f"{run.batch_number or f'run {run.id}'} still to be written: "
                f"runscript {command} --resume"
            )

    def _as_stored(self, run: RunRecord) -> Config:
        try:
            return self._load(run.profile, run.overlay)
        except AquaError as error:
            raise Refused(
                f"The configuration of run {run.id} no longer loads: {error.message}",
                "Restore the files in config/ as they were.",
            ) from error

    def _load(self, profile: str, overlay: Mapping[str, Any]) -> Config:
        """Load a configuration once for all runs that share it: files take their time."""
        key = json.dumps([profile, overlay], sort_keys=True)
        if key not in self._loaded:
            self._loaded[key] = load_config(CONFIG_DIR, profile, [], None, dict(overlay))
        return self._loaded[key]


def runs_of(connection: Connection) -> list[RunRecord]:
    """The run over years, if there is one, and those of single batches."""
    years = store.find_run(connection)
    return [*([years] if years else []), *store.batch_runs(connection)]


def batches_of(connection: Connection, run: RunRecord) -> set[int]:
    """Stored keys of the batches that a run wrote."""
    written = store.rows_by_table(connection, run.id).get(BATCHES, 0)
    return {run.keys.stored(BATCHES, key) for key in range(1, written + 1)}


@contextmanager
def lanes(conninfo: Conninfo, workers: int) -> Iterator[list[Connection]]:
    """Connections that share the checks among them, as many as workers would be, at least one."""
    with ExitStack() as stack:
        found: list[Connection] = []
        # Fewer will do where the server has no room for more.
        with suppress(StorageError):
            while len(found) < max(min(workers, _MOST_LANES), 1):
                connection = runner.open_reader(conninfo)
                stack.callback(connection.close)
                found.append(connection)
        yield found or [stack.enter_context(runner.open_reader(conninfo))]


def exit_code(result: Validation, *, strict: bool) -> ExitCode:
    """What a validation says to the shell."""
    if result.broken or (strict and result.unusual):
        return ExitCode.FAULTS_FOUND
    return ExitCode.DONE
