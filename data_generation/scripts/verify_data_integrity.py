"""`runscript verify_data_integrity`: check the batches of a database, or one of them."""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from data_generation.config.loader import CONFIG_DIR, load_config
from data_generation.config.models import Config
from data_generation.errors import AquaError, ExitCode, Refused, UsageError
from data_generation.orchestrator import runner, store
from data_generation.orchestrator.database import Connection
from data_generation.orchestrator.progress import Screen
from data_generation.orchestrator.store import RunRecord
from data_generation.scripts import shell
from data_generation.scripts.farm_flags import GUIDE_PROFILE
from data_generation.validation.guide import all_batches, limits
from data_generation.validation.results import counted
from data_generation.validation.scope import BATCHES
from data_generation.validation.verification import Part, verify

_EXAMPLE: Final = """\
  python manage.py runscript verify_data_integrity
  python manage.py runscript verify_data_integrity --batch FI-2024-001 --json"""
_SHOWN: Final = 5


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "verify_data_integrity",
        "Check every batch of the database, whoever made it: completeness of readings, orphaned "
        "readings, silos, stages, survival, audit trail; then integrity and business rules. "
        "Writes nothing. Exit code 1 if anything is wrong.",
        _EXAMPLE,
    )
    parser.add_argument("--batch", metavar="NUMBER", help="only this batch and its places")
    options = parser.parse_args(flags)
    shell.apply_folders(options)
    conninfo = shell.conninfo()
    shell.disconnect()
    with closing(runner.open_reader(conninfo)) as connection:
        batches = _chosen(connection, options.batch)
        parts, notes = _parts(connection, set(batches.values()))
        with Screen(bar=True) as screen:
            result = verify(
                connection, parts, whole=options.batch is None, notes=notes, watch=screen.check
            )
    shell.show(result.as_text(), result.as_dict(), options.json)
    return ExitCode.FAULTS_FOUND if result.faults else ExitCode.DONE


def _chosen(connection: Connection, number: str | None) -> dict[str, int]:
    """Numbers and stored keys of the batches to check."""
    with connection.cursor() as cursor:
        batches = all_batches(cursor)
    if not batches:
        raise Refused(
            "This database holds no batch.",
            "Make one: python manage.py runscript event_engine, or years of them: "
            "python manage.py runscript data_generation --mode=sequential",
        )
    if number is None:
        return batches
    if number not in batches:
        latest = list(batches)[-_SHOWN:]
        more = f", and {len(batches) - len(latest)} others" if len(batches) > _SHOWN else ""
        raise UsageError(
            f"--batch {number}: no such batch in this database.",
            f"There are {', '.join(latest)}{more}.",
        )
    return {number: batches[number]}


def _parts(connection: Connection, chosen: set[int]) -> tuple[list[Part], list[str]]:
    """The chosen batches by the limits that hold for them, and what a reader should know."""
    found = _Limits()
    notes: list[str] = []
    left = set(chosen)
    years = store.find_run(connection)
    for run in [*([years] if years else []), *store.batch_runs(connection)]:
        written = store.rows_by_table(connection, run.id).get(BATCHES, 0)
        batches = {run.keys.stored(BATCHES, key) for key in range(1, written + 1)} & left
        if not batches:
            continue
        left -= batches
        found.add(batches, run)
        pending = sum(not unit.done for unit in store.units(connection, run.id))
        if pending:
            command = "data_generation" if run.batch_number is None else "event_engine"
            notes.append(
                f"{counted(pending, 'month', 'months')} of readings of "
                f"{run.batch_number or f'run {run.id}'} still to be written: "
                f"runscript {command} --resume"
            )
    if left:
        found.add(left)
    return found.parts(), notes


@dataclass
class _Limits:
    """Batches by the configuration that they are held against, where that makes a difference."""

    _found: dict[str, tuple[Config, set[int]]] = field(default_factory=dict)
    _loaded: dict[str, Config] = field(default_factory=dict)

    def add(self, batches: Iterable[int], run: RunRecord | None = None) -> None:
        """Add the batches of a run; without one they are held against the guide's profile."""
        config = self._load(GUIDE_PROFILE, {}) if run is None else self._as_stored(run)
        key = json.dumps(limits(config), sort_keys=True)
        self._found.setdefault(key, (config, set()))[1].update(batches)

    def parts(self) -> list[Part]:
        """The batches, once each."""
        return [Part(config, tuple(sorted(batches))) for config, batches in self._found.values()]

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
