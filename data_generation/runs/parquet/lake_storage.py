"""Parquet files as the place where a run's dataset is kept."""

import os
import shlex
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

import numpy as np

from data_generation.config.loading.identity import Identity
from data_generation.errors import Refused, StorageError
from data_generation.runs.arrays import pack
from data_generation.runs.engine.retries import Retries
from data_generation.runs.parquet.lake_worker import (
    LakeSetup,
    as_storage_error,
    is_passing,
    require_lock,
    unit_name,
    unpacked,
)
from data_generation.runs.postgres import store
from data_generation.runs.postgres.lock import Holder, host_name
from data_generation.runs.postgres.store import NewRun, RunRecord
from data_generation.runs.postgres.worker import READINGS_TABLE
from data_generation.runs.sessions import Days
from data_generation.runs.storage_port import LedgerDays
from data_generation.runs.units import LEDGER, READINGS, UnitRecord, done_until
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.parquet.lake import (
    LOCK,
    RUN,
    Lake,
    Manifest,
    Schemas,
    live_files,
    replace_rows,
)

_FORMAT = 2


def find_run(lake: Lake) -> RunRecord | None:
    """Return the run whose dataset this is; None if there is nothing. Refused for other files."""
    values = lake.read_json(RUN)
    if values is None:
        strangers = lake.strangers()
        if strangers:
            raise Refused(
                f"{lake.uri} holds files that are no dataset of this program: {strangers[0]}.",
                "Name an empty folder.",
            )
        return None
    try:
        return _record(values)
    except (KeyError, TypeError, ValueError) as error:
        hint = "Restore it, or begin anew in another place."
        raise StorageError(f"{lake.uri}: {RUN} is damaged.", hint) from error


def _record(values: Mapping[str, Any]) -> RunRecord:
    finished = values["finished_at"]
    return RunRecord(
        id=1,
        kind=store.YEARS,
        batch_number=None,
        itinerary=None,
        fingerprint=values["fingerprint"],
        identity=Identity(values["config"], values["generator_version"], values["numpy_version"]),
        seed=values["seed"],
        profile=values["profile"],
        overlay=values["overlay"],
        keys=Keys(),
        goal=values["goal"],
        until=date.fromisoformat(values["until"]),
        started_at=datetime.fromisoformat(values["started_at"]),
        finished_at=datetime.fromisoformat(finished) if finished else None,
    )


def put_run(lake: Lake, new: NewRun, started_at: datetime, finished_at: datetime | None) -> None:
    """Store what the dataset is, and how far it was asked to go."""
    values = {
        "format": _FORMAT,
        "fingerprint": new.identity.fingerprint,
        "config": new.identity.config,
        "generator_version": new.identity.generator_version,
        "numpy_version": new.identity.numpy_version,
        "seed": new.seed,
        "profile": new.profile,
        "overlay": dict(new.overlay),
        "goal": new.goal,
        "until": new.until.isoformat(),
        "started_at": started_at.isoformat(timespec="seconds"),
        "finished_at": finished_at.isoformat(timespec="seconds") if finished_at else None,
    }
    lake.write_json(RUN, values)


def units_of(manifests: Mapping[str, Manifest]) -> list[UnitRecord]:
    """Return the units that the manifests tell of: readings are pending until they have one."""
    found = []
    for manifest in manifests.values():
        kind = manifest.unit.rpartition(".")[2]
        if kind != LEDGER:
            continue
        ledger = _unit(manifest, LEDGER)
        found.append(ledger)
        written = manifests.get(unit_name(ledger.days, READINGS))
        if written is not None:
            found.append(_unit(written, READINGS))
        else:
            expected = manifest.about["expected_rows"]
            pending = UnitRecord(ledger.session, ledger.days, READINGS, not expected, expected)
            found.append(pending)
    return found


def _unit(manifest: Manifest, kind: str) -> UnitRecord:
    about = manifest.about
    rows = about["rows"]
    return UnitRecord(
        about["session"],
        Days(date.fromisoformat(about["first_day"]), date.fromisoformat(about["last_day"])),
        kind,
        True,
        sum(rows.values()),
        rows,
        about["seconds"],
        about["peak_memory_mb"],
    )


@contextmanager
def held(lake: Lake) -> Iterator[str]:
    """Hold the dataset inside the block and give the token that says so.

    Refused for another holder that lives, or of which nothing proves that it does not.
    """
    token = uuid.uuid4().hex
    since = datetime.now(UTC).isoformat()
    values = {"pid": os.getpid(), "host": host_name(), "since": since, "token": token}
    with _alone(lake) as proven:
        if not lake.create_json(LOCK, values):
            if not proven:
                raise Refused(
                    f"Another run holds {lake.uri}, and may live: {_holder(lake)}.",
                    "Wait for it to end. If it is gone for good: python manage.py runscript "
                    f"data_generation --release-lock --sink {shlex.quote(f'parquet:{lake.uri}')}",
                )
            lake.write_json(LOCK, values)
        try:
            yield token
        finally:
            with suppress(OSError, StorageError):
                if (lake.read_json(LOCK) or {}).get("token") == token:
                    lake.remove([LOCK])


def release(lake: Lake) -> Holder | None:
    """Take the lock from a run that is gone, and say whose it was; None if nobody's.

    Should it live after all, it ends at its next unit. Refused if it is known to live.
    """
    if LOCK not in lake.names():
        return None
    with _alone(lake):
        holder = _holder(lake)
        lake.remove([LOCK])
    return holder


@contextmanager
def _alone(lake: Lake) -> Iterator[bool]:
    with ExitStack() as stack:
        try:
            proven = stack.enter_context(lake.alive())
        except BlockingIOError:
            raise Refused(
                f"Another run is using {lake.uri}: {_holder(lake)}.",
                "Wait for it to end, or stop it.",
            ) from None
        yield proven


def _holder(lake: Lake) -> Holder:
    """Who wrote the lock's file, as far as it can be read."""
    try:
        found = lake.read_json(LOCK) or {}
        since = datetime.fromisoformat(found["since"])
    except (StorageError, KeyError, TypeError, ValueError):
        return Holder(None, None, None)
    return Holder(found.get("pid"), found.get("host"), since)


def clean(lake: Lake, tables: Collection[str]) -> dict[str, Manifest]:
    """Remove what a crash left of `tables`, and return the manifests; must be held.

    Raises StorageError if a file of the dataset is missing.
    """
    manifests = lake.manifests()
    ledgers = [m for m in manifests.values() if m.unit.endswith(f".{LEDGER}")]
    state = [ledgers[-1].about["snapshot"]] if ledgers else []
    for ledger in ledgers:
        readings = ledger.unit.replace(LEDGER, READINGS)
        if ledger.about["payload"] and readings not in manifests:
            state.append(ledger.about["payload"])
    missing = lake.sweep([*live_files(manifests.values()), *state], tables)
    if missing:
        raise StorageError(
            f"{lake.uri} lacks {len(missing)} of its files, the first is {min(missing)}.",
            "Restore them, or remove the dataset and begin anew.",
        )
    return manifests


class LakeStorage:
    """Stores ledger months as Parquet files."""

    def __init__(
        self,
        lake: Lake,
        token: str,
        new: NewRun,
        started_at: datetime,
        schemas: Schemas,
        retries: Retries,
    ) -> None:
        """`token` is that of the held lake."""
        self._lake = lake
        self._token = token
        self._new = new
        self._started_at = started_at
        self._schemas = schemas
        self._retries = retries
        manifests = lake.manifests()
        self._live = live_files(manifests.values())
        self._snapshot = next(
            (m.about["snapshot"] for m in reversed(manifests.values()) if "snapshot" in m.about),
            None,
        )

    def units(self) -> list[UnitRecord]:
        """All units, by month."""
        return units_of(self._lake.manifests())

    def snapshot(self) -> Mapping[str, np.ndarray] | None:
        """The ledger's state after the last stored month."""
        data = None if self._snapshot is None else self._lake.read(self._snapshot)
        return None if data is None else unpacked(self._lake, data)

    def setup(self, expand: str) -> LakeSetup:
        """What workers need: where the files are."""
        return LakeSetup(self._lake.uri, self._token, expand, self._schemas[READINGS_TABLE])

    def store_days(self, done: LedgerDays) -> dict[str, int]:
        """Write the month's files, then the manifest that makes them part of the dataset."""
        unit = unit_name(done.days, LEDGER)
        try:
            return self._retries.run(unit, lambda: self._store(unit, done), is_passing)
        except OSError as error:
            raise as_storage_error(error) from error

    def _store(self, unit: str, done: LedgerDays) -> dict[str, int]:
        lake, output, month = self._lake, done.output, done.days.month
        adds, removes = [], []
        for table, changed in output.updates.items():
            files = [file for file in self._live.values() if file.table == table]
            new, old = replace_rows(lake, unit, changed, self._schemas[table], files)
            adds += new
            removes += old
        rows: dict[str, int] = {}
        for table, inserted in output.inserts.items():
            file = lake.write_rows(unit, month, table, self._schemas[table], [inserted])
            if file is not None:
                adds.append(file)
                rows[table] = file.rows
        state = lake.put_state(unit, "snapshot", pack(done.snapshot))
        payload = None
        if output.readings_rows:
            payload = lake.put_state(unit, "payload", pack(output.readings))
        about = {
            "session": done.session,
            "first_day": done.days.first.isoformat(),
            "last_day": done.days.last.isoformat(),
            "rows": rows,
            "expected_rows": output.readings_rows,
            "seconds": round(perf_counter() - done.started, 3),
            "peak_memory_mb": round(done.memory_mb, 1),
            "snapshot": state,
            "payload": payload,
        }
        manifest = Manifest(unit, tuple(adds), tuple(removes), about)
        require_lock(lake, self._token)
        lake.commit(manifest)
        if self._snapshot is not None:
            lake.remove([self._snapshot])
        self._snapshot = state
        for path in removes:
            del self._live[path]
        self._live.update((file.path, file) for file in adds)
        return rows

    def finish(self, tables: Sequence[str], until: date) -> None:  # noqa: ARG002
        """Note that the goal is reached. Raises StorageError unless all days are stored."""
        stored = done_until(self.units(), READINGS)
        if stored is None or stored < until:
            raise StorageError(
                f"Days are missing from {self._lake.uri}, which holds "
                f"{'none' if stored is None else f'those up to {stored}'}.",
                "Go on from what is stored: --resume with the same --sink.",
            )
        put_run(self._lake, self._new, self._started_at, datetime.now(UTC))

    def mirror(self, *, force: bool = False) -> None:
        """Nothing to do: the manifests are readable."""

    def cancel(self) -> None:
        """Nothing waits for a server here."""

    def close(self) -> None:
        """Does nothing: each file is closed when it is written."""
