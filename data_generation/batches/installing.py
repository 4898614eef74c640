"""Setting up a farm before its first batch: infrastructure, master data, the first feed.

Everything here may be run again: what is there already stays as it is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data_generation.batches.reservation import require_infrastructure
from data_generation.config.models import Config
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Layout
from data_generation.generators.domains import TABLES
from data_generation.generators.infrastructure.sites import silo_name
from data_generation.generators.inventory.stores import OPENING
from data_generation.generators.ledger import opening_rows, setup_rows
from data_generation.runs.postgres import blocks, lock, store, stored_farm
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query
from data_generation.runs.postgres.store import FarmRecord
from data_generation.storage.keys.adopt import Match, insert_missing, match
from data_generation.storage.keys.sequences import SequenceKeeper
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import tracked_table
from data_generation.storage.postgres.fit import Fit
from data_generation.storage.postgres.loading.loader import Loader
from data_generation.storage.postgres.loading.publishing import publish

PURCHASES = "inventory_feedpurchase"
STOCK = "inventory_feedcontainerstock"
_INFRASTRUCTURE = "infrastructure_"


@dataclass(frozen=True)
class Installed:
    """Rows made, by table; and how many of all that were asked for were there before."""

    created: Mapping[str, int]
    present: Mapping[str, int]
    capacities_set: int = 0
    silos_stocked: int = 0
    years: bool = False
    """Whether a run over years feeds the farm."""

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(sum(self.created.values()) or self.capacities_set or self.silos_stocked)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "changed": self.changed,
            "created": dict(self.created),
            "present": dict(self.present),
            "capacities_set": self.capacities_set,
            "silos_stocked": self.silos_stocked,
            "fed_by_run_over_years": self.years,
        }

    def as_text(self) -> str:
        """Return the lines for a person."""
        lines = [
            f"  {name:40} {self.created.get(name, 0):>7,} created  {there:>7,} there before"
            for name, there in self.present.items()
        ]
        if self.capacities_set:
            lines.append(f"  capacity of {self.capacities_set:,} silos set")
        if self.silos_stocked:
            lines.append(f"  opening stock in {self.silos_stocked:,} silos")
        if self.years:
            lines.append("  no opening stock: the run over years buys its feed itself")
        lines.append("Done." if self.changed else "All of it was there; nothing was changed.")
        return "\n".join(lines)


def bootstrap(connection: Connection, config: Config, farm: FarmRecord, fit: Fit) -> Installed:
    """Make the infrastructure that is not stored yet and note the farm, in one transaction.

    `fit` says what the database takes.
    """
    rows = fit.stored(setup_rows(config))
    infrastructure = {n: t for n, t in rows.items() if n.startswith(_INFRASTRUCTURE)}
    store.ensure(connection)
    with connection.transaction():
        publish(connection)
        found = match(connection, infrastructure, TABLES)
        # Capacities of silos are set with the master data.
        stored_farm.require_same_sizes(connection, found, [stored_farm.CONTAINERS])
        installed = _install(connection, infrastructure, found, fit)
        if installed.changed or stored_farm.recorded(connection) is None:
            store.set_farm(connection, farm)
        return installed


def initialize(connection: Connection, config: Config, fit: Fit) -> Installed:
    """Make master data that are not stored yet, set silo capacities, and fill the silos.

    A run over years buys its feed itself, lot by lot; stock that it does not know would be more
    than its silos hold. So there no silo is filled.

    `fit` says what the database takes. Raises Refused if the infrastructure is not there.
    """
    rows = fit.stored(setup_rows(config))
    # A batch that is being planned reckons with the stock that it found.
    with lock.turn(connection), connection.transaction():
        publish(connection)
        found = match(connection, rows, TABLES)
        require_infrastructure(found)
        installed = _install(connection, rows, found, fit)
        capacities = _set_capacities(connection, config, found)
        years = store.find_run(connection) is not None
        stocked = 0 if years else _stock_silos(connection, config, rows, fit)
    present = {n: c for n, c in installed.present.items() if not n.startswith(_INFRASTRUCTURE)}
    return Installed(installed.created, present, capacities, stocked, years)


def _install(
    connection: Connection, rows: Mapping[str, pa.Table], found: Match, fit: Fit
) -> Installed:
    created = insert_missing(connection, rows, found, blocks.tops(connection, list(rows)), fit)
    present = {name: len(found.stored.get(name, {})) for name in rows if not tracked_table(name)}
    return Installed(created, present)


def _set_capacities(connection: Connection, config: Config, found: Match) -> int:
    """Give silos the configured capacity; one that holds more than that keeps its own."""
    differing = [d for d in found.differing if d.table == stored_farm.SILOS]
    if not differing:
        return 0
    cursor = connection.execute(
        query("batches", "set_capacities"),
        {
            "silos": [d.stored_key for d in differing],
            "capacities": [d.wanted for d in differing],
            "moment": _morning(config.generation.start_date),
        },
    )
    return cursor.rowcount


def _stock_silos(
    connection: Connection, config: Config, rows: Mapping[str, pa.Table], fit: Fit
) -> int:
    """Fill the silos that never were; stock that a clean-up took is put back."""
    opening = opening_rows(config)
    if not opening:
        return 0
    numbers = opening[PURCHASES]["batch_number"].to_pylist()
    connection.execute(query("batches", "drop_purchases_without_stock"), {"numbers": numbers})
    known = {
        row[0]
        for row in connection.execute(query("batches", "known_purchases"), {"numbers": numbers})
    }
    known |= _still_to_come(connection, config)
    wanted = [number not in known for number in numbers]
    purchases = opening[PURCHASES].filter(pa.array(wanted))
    if not purchases.num_rows:
        return 0
    keep = purchases["id"]
    stock = opening[STOCK].filter(pc.is_in(opening[STOCK]["feed_purchase_id"], keep))
    kept = {PURCHASES: keep, STOCK: stock["id"]}
    new = {
        name: table.filter(pc.is_in(table["id"], kept[tracked_table(name) or name]))
        for name, table in opening.items()
    }
    found = match(connection, rows, TABLES)
    keys = Keys.adopting(found.stored, blocks.tops(connection, list(new)))
    Loader(connection, keys, fit).write_month(config.generation.start_date, new, {})
    SequenceKeeper(connection, keys).follow(new, {})
    _note_keys(connection, list(new))
    return len(stock)


def _still_to_come(connection: Connection, config: Config) -> set[str]:
    """Numbers of the opening stock that batches which are not finished will deliver themselves."""
    layout = Layout(config)
    return {
        f"{OPENING}{silo_name(layout.places[stay.place], silo)}"
        for run in store.batch_runs(connection)
        if run.finished_at is None
        for stay in Itinerary.parse(run.itinerary or {}).stays
        if stay.opening and stay.place < len(layout.places)
        for silo in layout.places[stay.place].silos
    }


def _note_keys(connection: Connection, tables: Collection[str]) -> None:
    if store.exists(connection):
        store.raise_key_tops(connection, blocks.tops(connection, tables))


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
