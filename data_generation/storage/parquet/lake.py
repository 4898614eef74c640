"""A dataset as Parquet files below one URI, with a manifest a unit instead of transactions.

A unit's files get names that were never used before. They belong to the dataset from the moment in
which the unit's manifest, one small file, is written; nothing else changes what belongs to it. So a
crash leaves either all of a unit or files that no manifest names, which the next run removes.

    <table>/year=2015/month=01/<unit>-<token>.parquet    rows, in the month that wrote them
    _aquamind/units/2015-01.ledger.json                  a unit's manifest
    _aquamind/state/<unit>-<token>.<kind>                what a run needs to go on
    _aquamind/run.json                                   which dataset this is
    _aquamind/lock.json                                  who is at work
    _aquamind/alive                                      locked by that process, where files can be
"""

import importlib
import json
import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from data_generation.errors import Refused, StorageError
from data_generation.files import locked, write_atomically

RUN: Final = "_aquamind/run.json"
LOCK: Final = "_aquamind/lock.json"
ALIVE: Final = "_aquamind/alive"
_UNITS: Final = "_aquamind/units"
_STATE: Final = "_aquamind/state"
_UNIT: Final = r"\d{4}-\d{2}(?:-\d{2}\.\.\d{4}-\d{2}-\d{2})?\.\w+"
_RANDOM: Final = r"[0-9a-f]{32}"
_MANIFEST: Final = re.compile(rf"{_UNITS}/{_UNIT}\.json")
_ROWS: Final = re.compile(rf"(\w+)/year=\d{{4}}/month=\d{{2}}/{_UNIT}-{_RANDOM}\.parquet")
_KEPT_STATE: Final = re.compile(rf"{_STATE}/{_UNIT}-{_RANDOM}\.\w+")
_HALF_WRITTEN: Final = re.compile(
    rf"_aquamind/(?:\w+/)?\.(?:(?:run|lock|{_UNIT})\.json|{_UNIT}-{_RANDOM}\.\w+)-\w{{8}}"
)
"""What a kill leaves of a small file: `files.write_atomically` names it so."""
_NO_EXTRA: Final = "Install the extra: pip install 'aquamind-data-generator[lake]'"

Schemas = Mapping[str, pa.Schema]
"""Columns and types of each table."""

JSON_FIELD: Final = {b"aquamind": b"json"}
"""Metadata of a text column that holds JSON."""


@dataclass(frozen=True)
class LakeFile:
    """A file of rows: where it is, and the lowest and highest key in it."""

    path: str
    table: str
    rows: int
    first: int
    last: int


@dataclass(frozen=True)
class Manifest:
    """What a unit adds to the dataset, and the files that it replaces; `about` is its user's."""

    unit: str
    adds: tuple[LakeFile, ...] = ()
    removes: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


class Lake:
    """The files below a URI that fsspec understands: a path, memory://, s3://."""

    def __init__(self, uri: str) -> None:
        """Open; nothing is read or written. Raises Refused without fsspec or the URI's driver."""
        self.uri = uri
        try:
            fsspec: Any = importlib.import_module("fsspec")
            self._fs, root = fsspec.core.url_to_fs(uri)
        except ImportError as error:
            raise Refused(
                f"--sink {uri} needs a package that is missing: {error}.", _NO_EXTRA
            ) from error
        except ValueError as error:
            raise Refused(
                f"--sink {uri} cannot be opened: {error}.", "Give a path or a URL."
            ) from error
        self._root = str(root).rstrip("/")

    @property
    def in_memory(self) -> bool:
        """Whether other processes cannot see it."""
        return "memory" in self._protocols

    @property
    def local_folder(self) -> Path | None:
        """The folder on this machine that holds it, None if it is elsewhere."""
        return Path(self._root) if "file" in self._protocols else None

    @property
    def _protocols(self) -> tuple[str, ...]:
        protocol = self._fs.protocol
        return (protocol,) if isinstance(protocol, str) else tuple(protocol)

    @contextmanager
    def alive(self) -> Iterator[bool]:
        """Show for the block that this process lives; gives whether nobody else at work does.

        In an object store nothing ends with a process, so nothing is proven. Raises
        BlockingIOError if another process is at work.
        """
        if "file" not in self._protocols:
            yield False
            return
        self._make_folder(ALIVE.rpartition("/")[0])
        with locked(Path(self._path(ALIVE))) as proven:
            yield proven

    def manifests(self) -> dict[str, Manifest]:
        """All units that are committed, by name; months in order."""
        names = sorted(filter(_MANIFEST.fullmatch, self.names()))
        found = [self._manifest(name) for name in names]
        return {manifest.unit: manifest for manifest in found}

    def manifest(self, unit: str) -> Manifest | None:
        """The manifest of a unit, None if it is not committed."""
        name = f"{_UNITS}/{unit}.json"
        return self._manifest(name) if self.read(name) is not None else None

    def _manifest(self, name: str) -> Manifest:
        values = self.read_json(name) or {}
        try:
            files = tuple(LakeFile(**file) for file in values["adds"])
            return Manifest(values["unit"], files, tuple(values["removes"]), values["about"])
        except (KeyError, TypeError) as error:
            raise _damaged(self.uri, name) from error

    def commit(self, manifest: Manifest) -> None:
        """Make a unit's files part of the dataset, and remove those that it replaces."""
        self.write_json(f"{_UNITS}/{manifest.unit}.json", asdict(manifest))
        self.remove(manifest.removes)

    def withdraw(self, unit: str) -> None:
        """Take a unit out of the dataset; its files go with the next sweep."""
        self.remove([f"{_UNITS}/{unit}.json"])

    def write_rows(
        self, unit: str, month: date, table: str, schema: pa.Schema, parts: Iterable[pa.Table]
    ) -> LakeFile | None:
        """Write rows into a file of their own, a part at a time; None if there are none."""
        folder = f"{table}/year={month.year:04d}/month={month.month:02d}"
        name = f"{folder}/{unit}-{uuid.uuid4().hex}.parquet"
        key = key_of(schema)
        ends: list[int] = []
        rows = 0
        filled = (part for part in parts if part.num_rows)
        head = next(filled, None)
        if head is None:
            return None
        self._make_folder(folder)
        try:
            with (
                self._fs.open(self._path(name), "wb") as file,
                pq.ParquetWriter(file, schema, compression="zstd") as writer,
            ):
                part: pa.Table | None = head
                while part is not None:
                    part = fitted(part, schema)
                    writer.write_table(part)
                    rows += part.num_rows
                    limits = pa.compute.min_max(part[key])
                    ends += [limits["min"].as_py(), limits["max"].as_py()]
                    part = next(filled, None)
        except BaseException:
            with suppress(OSError):
                self.remove([name])
            raise
        return LakeFile(name, table, rows, min(ends), max(ends))

    def read_rows(self, file: LakeFile, columns: list[str] | None = None) -> pa.Table:
        """Read a file of rows, or some of its columns."""
        with self._fs.open(self._path(file.path), "rb") as opened:
            return pq.ParquetFile(opened).read(columns)

    def batches(self, file: LakeFile, columns: list[str], rows: int) -> Iterable[pa.RecordBatch]:
        """Read a file of rows in batches."""
        with self._fs.open(self._path(file.path), "rb") as opened:
            yield from pq.ParquetFile(opened).iter_batches(rows, columns=columns)

    def put_state(self, unit: str, kind: str, data: bytes) -> str:
        """Store what a run needs to go on, under a new name, which is returned."""
        name = f"{_STATE}/{unit}-{uuid.uuid4().hex}.{kind}"
        self.write(name, data)
        return name

    def sweep(self, keep: Iterable[str], tables: Collection[str]) -> set[str]:
        """Remove what was written and is not in `keep`; return what is in it and missing.

        Files of rows and state of the dataset's `tables`, and what a kill left of small files: only
        names that this class gives. Whatever else lies there is somebody else's.
        """
        kept = set(keep)
        present = set(self.names())
        self.remove(sorted(name for name in present - kept if _is_leftover(name, tables)))
        return kept - present

    def strangers(self) -> list[str]:
        """Names of files that no run leaves behind that was killed before it was a dataset."""
        return [
            name
            for name in self.names()
            if name not in (LOCK, ALIVE) and not _HALF_WRITTEN.fullmatch(name)
        ]

    def names(self) -> list[str]:
        """All files, by their name below the URI."""
        self._fs.invalidate_cache()
        if not self._fs.exists(self._root):
            return []
        return [str(path)[len(self._root) + 1 :] for path in self._fs.find(self._root)]

    def read(self, name: str) -> bytes | None:
        """A small file, None if it is absent."""
        try:
            return bytes(self._fs.cat_file(self._path(name)))
        except FileNotFoundError:
            return None

    def read_json(self, name: str) -> dict[str, Any] | None:
        """A small file of JSON, None if it is absent."""
        data = self.read(name)
        if data is None:
            return None
        try:
            values = json.loads(data)
        except ValueError as error:
            raise _damaged(self.uri, name) from error
        if not isinstance(values, dict):
            raise _damaged(self.uri, name)
        return values

    def write(self, name: str, data: bytes) -> None:
        """Write a small file: a reader finds the old one or the new, whole."""
        path = self._path(name)
        self._make_folder(name.rpartition("/")[0])
        if "file" in self._protocols:
            write_atomically(Path(path), data)
        else:
            self._fs.pipe_file(path, data)

    def write_json(self, name: str, values: Mapping[str, Any]) -> None:
        """Write a small file of JSON."""
        self.write(name, json.dumps(values, indent=1).encode() + b"\n")

    def create_json(self, name: str, values: Mapping[str, Any]) -> bool:
        """Write a small file of JSON if it is absent; False if it is there."""
        self._make_folder(name.rpartition("/")[0])
        try:
            with self._fs.open(self._path(name), "xb") as file:
                file.write(json.dumps(values).encode())
        except FileExistsError:
            return False
        except (NotImplementedError, ValueError):
            # A store without exclusive creation: two who begin within moments may both pass.
            if self.read(name) is not None:
                return False
            self.write_json(name, values)
        return True

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, whether they are there or not."""
        for name in names:
            with suppress(FileNotFoundError):
                self._fs.rm_file(self._path(name))

    def _make_folder(self, name: str) -> None:
        self._fs.makedirs(self._path(name), exist_ok=True)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


def _is_leftover(name: str, tables: Collection[str]) -> bool:
    rows = _ROWS.fullmatch(name)
    if rows is not None:
        return rows[1] in tables
    return bool(_KEPT_STATE.fullmatch(name) or _HALF_WRITTEN.fullmatch(name))


def key_of(schema: pa.Schema) -> str:
    """The column that tells rows apart: the first, or a history's own."""
    return "history_id" if "history_id" in schema.names else str(schema.names[0])


def json_columns(schema: pa.Schema) -> frozenset[str]:
    """The columns that hold JSON as text."""
    return frozenset(field.name for field in schema if field.metadata == JSON_FIELD)


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Cast rows to the columns and types that the dataset has."""
    return rows.select(schema.names).cast(schema)


def live_files(manifests: Iterable[Manifest]) -> dict[str, LakeFile]:
    """The files that make up the dataset, by path."""
    found: dict[str, LakeFile] = {}
    removed: set[str] = set()
    for manifest in manifests:
        removed.update(manifest.removes)
        found.update((file.path, file) for file in manifest.adds)
    return {path: file for path, file in found.items() if path not in removed}


def replace_rows(
    lake: Lake,
    unit: str,
    updates: pa.Table,
    schema: pa.Schema,
    files: Iterable[LakeFile],
) -> tuple[list[LakeFile], list[str]]:
    """Write anew the files of one table that hold rows of `updates`; give the new and the old.

    Raises StorageError unless each row of `updates` replaces exactly one.
    """
    key = key_of(schema)
    updates = fitted(updates, schema)
    ends = pa.compute.min_max(updates[key])
    first, last = ends["min"].as_py(), ends["max"].as_py()
    adds, removes, replaced = [], [], 0
    for file in files:
        if file.last < first or file.first > last:
            continue
        keys = lake.read_rows(file, [key])[key]
        changed = pa.compute.is_in(keys, value_set=updates[key].combine_chunks())
        count = pa.compute.sum(changed).as_py()
        if not count:
            continue
        stored = lake.read_rows(file)
        new = updates.filter(pa.compute.is_in(updates[key], value_set=keys.combine_chunks()))
        kept = stored.filter(pa.compute.invert(changed))
        rows = pa.concat_tables([kept, new]).sort_by(key)
        year, part = re.findall(r"(?:year|month)=(\d+)", file.path)
        written = lake.write_rows(unit, date(int(year), int(part), 1), file.table, schema, [rows])
        assert written is not None
        adds.append(written)
        removes.append(file.path)
        replaced += count
    if replaced != updates.num_rows:
        raise StorageError(
            f"{unit}: {updates.num_rows} rows were to be updated, and {replaced} were found.",
            f"The dataset at {lake.uri} is damaged; remove it and begin anew.",
        )
    return adds, removes


def _damaged(uri: str, name: str) -> StorageError:
    return StorageError(
        f"{uri}: {name} is damaged.", "Restore it, or remove the dataset and begin anew."
    )
