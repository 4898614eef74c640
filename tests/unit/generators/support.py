"""Shared by the generators' tests: two farms, run once a process, and ways to read their rows.

`tiny` is the tests' profile, its whole 36 months. `hasty` is a farm with short stages, small silos
and feed that spoils, so that within months batches meet, containers split and merge, silos run
short and feed is thrown away: what the calm farm never does.
"""

import functools
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_generation.config.loading.loader import load_config
from data_generation.config.models import Config
from data_generation.generators.core.dates import add_months
from data_generation.generators.core.declared.state import Records
from data_generation.generators.core.world import World
from data_generation.generators.domains import TABLES
from data_generation.generators.ledger import DaysOutput, Ledger
from data_generation.generators.readings.expand import expand_readings
from tests.lived import advance_month
from tests.shell import ROOT

Kind = TypeVar("Kind", bound=Records)
CONFIG = ROOT / "config"

HASTY = (
    "farm.countries=[faroe, scotland]",
    "farm.areas_per_country=1",
    "farm.containers_per_hall=7",
    "farm.cages_per_area=6",
    "farm.halls.A.containers_per_batch=3",
    "farm.halls.B.containers_per_batch=5",
    "farm.halls.C.containers_per_batch=7",
    "farm.halls.D.containers_per_batch=4",
    "farm.halls.E.containers_per_batch=2",
    "farm.area.containers_per_batch=6",
    "farm.halls.B.silo_capacity_kg=140",
    "farm.halls.C.silo_capacity_kg=300",
    "farm.area.silo_capacity_kg=1000",
    "staggering.eggs_min=700000",
    "staggering.eggs_max=900000",
    "staggering.max_live_batches=9",
    "staggering.start_interval_days=25",
    "staggering.stage_days=[30, 30, 20, 20, 20]",
    "staggering.transfer_days=6",
    "countries.faroe.batch.sea_plan_days=90",
    "countries.faroe.batch.fallow_days=12",
    "countries.scotland.batch.sea_plan_days=5",
    "countries.scotland.batch.fallow_days=9",
    "growth.first_feeding_degree_days=260",
    "growth.tgc=[2.6, 2.6, 2.6, 2.6]",
    "mortality.daily_rate=[0.004, 0.004, 0.004, 0.002, 0.002, 0.002]",
    "mortality.handling_rate=0.01",
    "feed.shelf_life_days=9",
    "feed.min_order_kg=100",
    "countries.faroe.harvest.target_weight_g=75",
    "countries.scotland.harvest.target_weight_g=75",
    "harvest.min_sea_days=14",
)
HASTY_MONTHS = 12
ASSIGNMENT = "batch_batchcontainerassignment"


@functools.cache
def tiny_config(*overrides: str) -> Config:
    return load_config(CONFIG, "tiny", overrides)


def part(arrays: dict[str, np.ndarray], kind: type[Kind]) -> Kind:
    """The records of a kind in a snapshot or a readings order, not a copy of them."""
    made = kind()
    made.values = arrays[kind.__name__]
    return made


def rows_of(records: Records) -> list[SimpleNamespace]:
    """Each row, its columns as attributes."""
    names = list(records.columns)
    return [
        SimpleNamespace(**dict(zip(names, row, strict=True))) for row in records.values.T.tolist()
    ]


def columns(table: pa.Table) -> dict[str, np.ndarray]:
    """Columns as arrays; decimals and moments as whole numbers, days as day numbers."""
    return {name: _values(table[name].combine_chunks()) for name in table.column_names}


def _values(column: pa.Array) -> np.ndarray:
    kind = column.type
    if pa.types.is_decimal(kind):
        whole = [None if v is None else int(v.scaleb(kind.scale)) for v in column.to_pylist()]
        return np.array(whole, dtype=object if None in whole else np.int64)
    if pa.types.is_timestamp(kind) or pa.types.is_time64(kind):
        column = column.cast(pa.int64())
    elif pa.types.is_date32(kind):
        column = column.cast(pa.int32())
    if column.null_count:
        return np.array(column.to_pylist(), dtype=object)
    return column.to_numpy(zero_copy_only=False)


@dataclass(frozen=True, eq=False)
class Farm:
    """A configuration, the months that its ledger gave, and its snapshot after each of them.

    What it hands out is shared: read it, do not write it.
    """

    config: Config
    months: tuple[DaysOutput, ...]
    snapshots: tuple[dict[str, np.ndarray], ...]

    def inserted(self, table: str) -> pa.Table:
        return pa.concat_tables([m.inserts[table] for m in self.months if table in m.inserts])

    @functools.cache  # noqa: B019 - farms live as long as the tests
    def rows(self, table: str) -> dict[str, np.ndarray]:
        """A table at the end of the run, ordered by key."""
        return _merged(tuple(self.months), table)

    @functools.cache  # noqa: B019
    def history(self, table: str) -> dict[str, np.ndarray]:
        """A table's history, ordered by its moment as a reader would."""
        found = columns(self.inserted(TABLES[table].history_name or ""))
        order = np.lexsort((found["history_id"], found["history_date"]))
        return {name: values[order] for name, values in found.items()}

    def readings(self, month: int, batch_rows: int = 100_000) -> pa.Table:
        """What the sensors said in a month."""
        return by_sensors(expand_readings(self.months[month].readings, batch_rows))

    @property
    def first_day(self) -> int:
        return (self.config.generation.start_date - date(1970, 1, 1)).days

    @property
    def last_day(self) -> int:
        following = add_months(self.months[-1].first, 1)
        return (following - timedelta(days=1) - date(1970, 1, 1)).days


def by_sensors(tables: Iterable[pa.Table]) -> pa.Table:
    """The readings that are not by hand."""
    rows = pa.concat_tables(tables)
    return rows.filter(pc.invert(rows["is_manual"]))


def _merged(months: tuple[DaysOutput, ...], name: str) -> dict[str, np.ndarray]:
    state: dict[Any, int] = {}
    parts: list[pa.Table] = []
    count = 0
    key = TABLES[name].key
    for month in months:
        for kind in (month.inserts, month.updates):
            if name not in kind:
                continue
            keys = kind[name][key].to_pylist()
            assert len(keys) == len(set(keys)), f"{name}: a key twice in {month.first}"
            if kind is month.updates:
                assert set(keys) <= state.keys(), f"{name}: an update of an unknown row"
            else:
                assert not set(keys) & state.keys(), f"{name}: a key given twice"
            state.update(zip(keys, range(count, count + len(keys)), strict=True))
            count += len(keys)
            parts.append(kind[name])
    if not parts:
        return {column: np.zeros(0, np.int64) for column in TABLES[name].columns}
    rows = pa.concat_tables(parts).take([state[k] for k in sorted(state)])
    return columns(rows)


def run(config: Config, months: int) -> Farm:
    ledger = Ledger(config)
    found, snapshots = [], []
    for number in range(months):
        found.append(advance_month(ledger, add_months(config.generation.start_date, number)))
        snapshots.append(ledger.snapshot())
    return Farm(config, tuple(found), tuple(snapshots))


@functools.cache
def tiny_farm() -> Farm:
    config = tiny_config()
    return run(config, sum(config.generation.sessions_months))


@functools.cache
def hasty_farm() -> Farm:
    return run(tiny_config(*HASTY), HASTY_MONTHS)


def world_of(month: int = 20) -> World:
    """The world of the tiny farm on the first morning after a month; months count from 0."""
    ledger = Ledger(tiny_farm().config)
    ledger.restore(tiny_farm().snapshots[month])
    world = ledger._world
    world.output.start()
    world.begin_day(ledger._next_day)
    return world


def totals(keys: np.ndarray, values: np.ndarray) -> defaultdict[Any, int]:
    """Sum of the values of each key."""
    found: defaultdict[Any, int] = defaultdict(int)
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        found[key] += value
    return found


def digests(month: DaysOutput) -> dict[str, str]:
    """A hash of everything that a month gave, by table."""
    found = {}
    for kind, tables in (("insert", month.inserts), ("update", month.updates)):
        for name, table in tables.items():
            found[f"{kind} {name}"] = _digest(table)
    for name, values in month.readings.items():
        text = f"{values.dtype} {values.shape}".encode()
        found[f"order {name}"] = hashlib.sha256(text + values.tobytes()).hexdigest()
    found["rows"] = str(month.readings_rows)
    found["metrics"] = str(month.metrics)
    return found


def _digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    table = table.combine_chunks()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        # Through Python values: Arrow leaves bytes below nulls undefined.
        writer.write_table(pa.Table.from_pylist(table.to_pylist(), table.schema))
    return hashlib.sha256(sink.getvalue()).hexdigest()
