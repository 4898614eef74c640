"""The digest of a dataset that is stored as Parquet: the same hashes as a database's."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa

from data_generation.storage.digests import Digest, TableDigest
from data_generation.storage.parquet.lake import Lake, LakeFile, Schemas, json_columns, live_files
from data_generation.storage.parquet.pghash import Hashes, hash_rows

_ROWS: Final = 65_536
_THREADS: Final = 2
_WORD: Final = 2**64


def lake_digest(
    lake: Lake,
    tables: Collection[str],
    schemas: Schemas,
    exclude: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Digest:
    """Hash the rows of the tables, in the columns of `schemas` but for those in `exclude`.

    Equal to the digest that the same rows have in a database.
    """
    live = live_files(lake.manifests().values()).values()
    files = [file for file in live if file.table in tables]
    hashed = partial(_hashed, lake, schemas, exclude)
    found: dict[str, tuple[int, int, int]] = dict.fromkeys(tables, (0, 0, 0))
    with ThreadPoolExecutor(_THREADS) as pool:
        for file, (rows, total, mixed) in zip(files, pool.map(hashed, files), strict=True):
            before = found[file.table]
            found[file.table] = (before[0] + rows, before[1] + total, before[2] ^ mixed)
    return Digest(
        tuple(
            TableDigest(
                name,
                rows,
                f"{total % _WORD:016x}{mixed:016x}",
                tuple(hashed_columns(schemas[name], exclude.get(name, ()))),
            )
            for name, (rows, total, mixed) in sorted(found.items())
        )
    )


def _hashed(
    lake: Lake, schemas: Schemas, exclude: Mapping[str, Collection[str]], file: LakeFile
) -> tuple[int, int, int]:
    schema = schemas[file.table]
    columns = hashed_columns(schema, exclude.get(file.table, ()))
    documents = json_columns(schema)
    rows = total = mixed = 0
    for batch in lake.batches(file, columns, _ROWS):
        hashes = hash_rows(batch.select(columns), documents)
        rows += batch.num_rows
        total += int(hashes.sum(dtype=np.uint64))
        mixed ^= int(np.bitwise_xor.reduce(hashes))
    return rows, total, mixed


def hashed_columns(schema: pa.Schema, exclude: Collection[str]) -> list[str]:
    """The columns that a row's hash takes, in order."""
    return sorted(set(schema.names).difference(exclude))


def table_digest(name: str, hashes: Hashes) -> TableDigest:
    """The digest of a table whose rows have these hashes."""
    total, mixed = int(hashes.sum(dtype=np.uint64)), int(np.bitwise_xor.reduce(hashes))
    return TableDigest(name, len(hashes), f"{total:016x}{mixed:016x}")
