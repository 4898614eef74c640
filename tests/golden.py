"""Digests of generated data that may change only together with the generator's version.

`python -m tests.golden` (`make digests`) computes them anew and keeps them; it refuses to if they
have changed and the version has not been raised: a run that was begun before would be continued
with other data, and nobody would be told.

They are computed from what the generators give, without a database; that of `tiny` is the one that
`--digest` prints.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from data_generation import GENERATOR_VERSION
from data_generation.cli.sink import schemas
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.files import write_atomically
from data_generation.generators.batch.itinerary import Wish, plan_stays, with_opening
from data_generation.generators.core.dates import add_months, to_day
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Layout
from data_generation.generators.domains import TABLES
from data_generation.generators.environmental.tables import READINGS
from data_generation.generators.ledger import DaysOutput, Ledger
from data_generation.generators.readings.expand import expand_readings
from data_generation.storage.digests import Digest, TableDigest
from data_generation.storage.parquet.lake import fitted, json_columns, key_of
from data_generation.storage.parquet.lake_digest import hashed_columns, table_digest
from data_generation.storage.parquet.pghash import hash_rows
from tests.lived import advance_month

FILE = Path(__file__).parent / "data" / "golden_digests.json"

QUICK = ("tiny", "hasty", "demo", "bakkafrost", "guide")
LONG = ("demo, longer", "bakkafrost, longer")

_BATCH_START, _BATCH_DAYS, _BATCH_EGGS = date(2024, 1, 10), 150, 3_500_000


def months_of(case: str) -> Iterable[DaysOutput]:
    """What the ledger gives, month by month."""
    if case in ("tiny", "hasty"):
        # Whole runs that other tests have made already in this process.
        from tests.unit.generators.support import hasty_farm, tiny_farm

        return (tiny_farm() if case == "tiny" else hasty_farm()).months
    if case == "guide":
        return _months_of_a_batch()
    profile, _, longer = case.partition(", ")
    months = {"demo": (12, 48), "bakkafrost": (2, 15)}[profile][bool(longer)]
    return _months(profile, months)


def _months(profile: str, count: int) -> Iterator[DaysOutput]:
    config = load_config(CONFIG_DIR, profile)
    ledger = Ledger(config)
    for number in range(count):
        yield advance_month(ledger, add_months(config.generation.start_date, number))


def _months_of_a_batch() -> Iterator[DaysOutput]:
    config, start = load_config(CONFIG_DIR, "guide"), to_day(_BATCH_START)
    stays = plan_stays(config, Layout(config), Wish(0, start, _BATCH_DAYS, _BATCH_EGGS), {})
    stays = with_opening(stays, frozenset(stay.place for stay in stays))
    batch = Itinerary(0, start, _BATCH_DAYS, _BATCH_EGGS, 7, 0, stays)
    ledger, month = Ledger(config, batch), _BATCH_START.replace(day=1)
    while to_day(month) < batch.end_day:
        yield advance_month(ledger, month)
        month = add_months(month, 1)


def digest_of(case: str) -> Digest:
    """The digest of the rows as they are after the last month.

    Readings are those of the last month in which there were any; of `tiny`, all.
    """
    states: dict[str, list[pa.Table]] = defaultdict(list)
    orders = []
    for output in months_of(case):
        for tables in (output.inserts, output.updates):
            for name, table in tables.items():
                states[name].append(table)
        if output.readings_rows:
            orders.append(output.readings)
    for order in orders if case == "tiny" else orders[-1:]:
        states[READINGS].extend(expand_readings(order, 100_000))
    types = schemas()
    return Digest(tuple(_table(name, types[name], states[name]) for name in sorted(TABLES.names)))


def _table(name: str, schema: pa.Schema, states: list[pa.Table]) -> TableDigest:
    rows = pa.concat_tables([fitted(table, schema) for table in states] or [schema.empty_table()])
    # Of the states of a row, the last: from behind, the first of each key.
    keys = rows[key_of(schema)].to_numpy()
    _, last = np.unique(keys[::-1], return_index=True)
    rows = (
        rows.select(hashed_columns(schema, TABLES.unhashed.get(name, ())))
        .take(len(keys) - 1 - last)
        .combine_chunks()
    )
    hashes = [hash_rows(batch, json_columns(schema)) for batch in rows.to_batches()]
    return table_digest(name, np.concatenate(hashes) if hashes else np.zeros(0, np.uint64))


def as_kept(digest: Digest) -> dict[str, Any]:
    """A digest as the file has it: the hash of all rows, and rows and hash of each table."""
    tables = {table.name: f"{table.rows} {table.hash}" for table in digest.tables if table.rows}
    return {"dataset": digest.hash, "tables": tables}


def kept() -> dict[str, Any]:
    """What the file holds: `generator` and `numpy`, the versions, and `digests` by case."""
    values: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return values


def changed(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Say which tables of which case differ, of the cases that both have."""
    return [
        f"{case}: {name}"
        for case in sorted(before.keys() & now.keys())
        for name in sorted(before[case]["tables"].keys() | now[case]["tables"].keys())
        if before[case]["tables"].get(name) != now[case]["tables"].get(name)
    ]


def renewed(before: dict[str, Any], digests: dict[str, Any]) -> dict[str, Any]:
    """What is to be kept from now on; ValueError if data changed and no version did."""
    differ = changed(before["digests"], digests)
    same_numpy = before["numpy"] == np.__version__
    if differ and same_numpy and int(GENERATOR_VERSION) <= int(before["generator"]):
        raise ValueError(
            f"Other data under generator version {GENERATOR_VERSION}: {'; '.join(differ)}.\n"
            "Raise GENERATOR_VERSION in data_generation/__init__.py, say in CHANGELOG.md what "
            "changed, then: make digests"
        )
    return {"generator": GENERATOR_VERSION, "numpy": np.__version__, "digests": digests}


def main() -> int:
    """Compute all digests and keep them."""
    digests = {}
    for case in (*QUICK, *LONG):
        digests[case] = as_kept(digest_of(case))
        sys.stdout.write(f"{case}: {digests[case]['dataset']}\n")
        sys.stdout.flush()
    try:
        values = renewed(kept(), digests)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    write_atomically(FILE, (json.dumps(values, indent=1) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
