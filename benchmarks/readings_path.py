"""How fast a month of readings gets into the database, beside the floor and Django's own way.

    python benchmarks/readings_path.py [--assignments 482] [--rounds 5] [--bulk-rows 20000]
                                       [--helpers 0]

Makes a database of its own on the server that `DATABASE_URL` names, or on the embedded one, and
drops it at the end. Prints rows a second over one connection, and ratios; on a busy machine only
the ratios mean much, so the two paths take turns within each round. Our path pays for what the
ledger's transaction does ahead of it. `--helpers` is how many processes more may build an index, in
both; a worker allows none.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
from psycopg import sql

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.databases import migrated_database
from benchmarks.synthetic import READINGS, month_of_readings, referenced_rows
from data_generation.runs.postgres import store
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog
from data_generation.storage.postgres.loading.encode import TableEncoder
from data_generation.storage.postgres.loading.loader import Loader
from data_generation.storage.postgres.loading.partitions import Month, StagedPartition

Connection = psycopg.Connection[Any]
FIRST = np.datetime64("2015-01", "M")


def seconds(conn: Connection, work: Callable[[], Any]) -> float:
    """Time one piece of work with its commit."""
    start = time.perf_counter()
    work()
    conn.commit()
    return time.perf_counter() - start


def plain_copy(conn: Connection, chunks: list[bytes], encoder: TableEncoder, month: Month) -> None:
    """Do the least that leaves the same rows and indexes: COPY ready bytes, build the indexes."""
    fresh = StagedPartition(conn, encoder.table, month)
    fresh.create()
    with conn.cursor().copy(
        sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
            fresh.identifier, sql.SQL(", ").join(map(sql.Identifier, encoder.columns))
        )
    ) as copy:
        for chunk in chunks:
            copy.write(chunk)
    fresh.build_indexes()


def bulk_create(rows: pa.Table) -> None:
    """Write rows as the application would, 500 a statement, in one transaction."""
    from django.db import connection, transaction

    from aquamind.environmental.models import EnvironmentalReading

    values = rows.to_pylist()
    with transaction.atomic():
        EnvironmentalReading.objects.bulk_create(
            [EnvironmentalReading(**value) for value in values], batch_size=500
        )
    connection.close()


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assignments", type=int, default=482, help="1,176 readings each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bulk-rows", type=int, default=20_000)
    parser.add_argument("--helpers", type=int, default=0)
    options = parser.parse_args()

    with migrated_database() as url, psycopg.connect(url) as conn:
        conn.execute(
            "SELECT set_config('max_parallel_maintenance_workers', %s, false)",
            [str(options.helpers)],
        )
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aquamind.settings")
        store.ensure(conn)
        catalog = Catalog(conn)
        loader = Loader(conn, Keys())
        references = referenced_rows(catalog, READINGS, options.assignments * 7)
        loader.write_month(FIRST.item(), references, {})
        conn.commit()

        ours: list[float] = []
        floor: list[float] = []
        for number in range(options.rounds):
            at = FIRST + number
            rows = month_of_readings(at, options.assignments, first_id=1 + number * 10_000_000)
            encoder = TableEncoder(catalog[READINGS], rows.schema, Keys())
            chunks = list(encoder.stream([rows]))
            month = Month.of(at.item())

            def least(c: Any = chunks, e: Any = encoder, m: Month = month) -> None:
                plain_copy(conn, c, e, m)

            def path(a: Any = at, r: pa.Table = rows) -> None:
                loader.write_month(a.item(), {}, {}, reserve={READINGS: r.num_rows})
                conn.commit()
                loader.write_readings(a.item(), [r])

            turns = [(floor, least), (ours, path)]
            for times, work in turns if number % 2 else reversed(turns):
                times.append(seconds(conn, work))
                conn.execute(f"DROP TABLE {READINGS}_y{at.item():%Ym%m}")
                conn.execute("CHECKPOINT")  # so that neither pays for the other's pages
                conn.commit()

        sample = month_of_readings(FIRST + options.rounds, options.assignments, 10**9).slice(
            0, options.bulk_rows
        )
        import django

        django.setup()
        bulk = seconds(conn, lambda: bulk_create(sample)) / sample.num_rows

    count = rows.num_rows
    print(f"{count:,} readings a month, {options.rounds} rounds, median (best)")
    for name, times in (("staged partition", ours), ("floor", floor)):
        print(f"{name:<18}{count / median(times):>10,.0f} ({count / min(times):,.0f}) rows/s")
    print(f"{'bulk_create(500)':<18}{1 / bulk:>10,.0f} rows/s")
    ratio = median(f / o for f, o in zip(floor, ours, strict=True))
    print(f"ratio to the floor {ratio:.2f}, to bulk_create {count * bulk / median(ours):.1f}")


if __name__ == "__main__":
    main()
