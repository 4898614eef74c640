"""What stands before the first batch: used where it is stored already, by name, else made."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from data_generation.config.loading.loader import flags_of
from data_generation.config.models import Config
from data_generation.errors import Refused
from data_generation.runs.ports import Engine
from data_generation.runs.postgres import blocks, store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query
from data_generation.runs.postgres.store import FarmRecord
from data_generation.storage.keys.adopt import Match, match
from data_generation.storage.keys.shifts import Keys

CONTAINERS = "infrastructure_container"
SILOS = "infrastructure_feedcontainer"


@dataclass(frozen=True)
class StoredFarm:
    """The farm as it is stored: the rows that a configuration asks for, and those found."""

    rows: Mapping[str, pa.Table]
    found: Match

    @property
    def containers(self) -> dict[int, int]:
        """Stored keys of its containers, by run-local key."""
        return dict(self.found.stored.get(CONTAINERS, {}))

    @property
    def silos(self) -> dict[int, int]:
        """Stored keys of its feed containers, by run-local key."""
        return dict(self.found.stored.get(SILOS, {}))


def find_farm(connection: Connection, engine: Engine, config: Config) -> StoredFarm:
    """Look for the rows of infrastructure and master data by name."""
    rows = engine.setup_rows(config)
    return StoredFarm(rows, match(connection, rows, engine.declared))


def recorded(connection: Connection) -> FarmRecord | None:
    """Return which farm the database holds, None if nobody noted one.

    Before farms were noted, runs were: the one over years, else the last batch's.
    """
    noted = store.find_farm(connection)
    if noted is not None:
        return noted
    years = store.find_run(connection)
    if years is not None and store.units(connection, years.id):
        return FarmRecord(years.profile, years.overlay)
    batches = store.batch_runs(connection)
    return FarmRecord(batches[-1].profile, batches[-1].overlay) if batches else None


def keys_of_farm(connection: Connection, engine: Engine, config: Config) -> Keys:
    """Return the keys of a new run over years: past what is stored, and of what is used by name.

    Raises Refused if a container of that name differs in size, or holds fish.
    """
    tops = blocks.tops(connection, engine.tables)
    if not any(tops.values()):
        return Keys()
    farm = find_farm(connection, engine, config)
    require_same_sizes(connection, farm.found)
    if farm.containers:
        _require_empty(connection, farm)
    if farm.silos:
        drop_opening_stock(connection, engine.opening_notes, farm.silos.values())
    return Keys.adopting(farm.found.stored, tops)


def is_larger(engine: Engine, config: Config, keys: Keys) -> bool:
    """Say whether a farm has containers that are not stored: all but the adopted ones of `keys`."""
    adopted = sum(last - first + 1 for first, last in keys.adopted.get(CONTAINERS, ()))
    return adopted < engine.container_count(config)


def waiting_silos(connection: Connection, notes: str, silos: Iterable[int]) -> set[int]:
    """Return those of the silos (stored keys) that hold opening stock which awaits a batch."""
    values = {"silos": list(silos), "notes": notes}
    return {row[0] for row in connection.execute(query("batches", "silos_to_open"), values)}


def drop_opening_stock(connection: Connection, notes: str, silos: Iterable[int]) -> None:
    """Delete opening stock that awaits a batch; the run that claims it delivers its own."""
    values = {"silos": list(silos), "notes": notes}
    connection.execute(query("batches", "drop_opening_stock"), values)


def require_same_sizes(
    connection: Connection, found: Match, tables: Collection[str] = (CONTAINERS, SILOS)
) -> None:
    """Refuse if a container or silo of that name is stored with another size."""
    differing = [difference for difference in found.differing if difference.table in tables]
    if not differing:
        return
    first, more = differing[0], len(differing) - 1
    farm = recorded(connection)
    flags = "the --profile with which the infrastructure was made"
    raise Refused(
        f"{first.name} has {first.column} {first.stored} in the database and {first.wanted} in "
        f"the configuration{f', and {more} more differ' if more else ''}.",
        f"Give {flags if farm is None else flags_of(farm.profile, farm.overlay)}; capacities of "
        "silos are set by: python manage.py runscript initialize_master_data",
    )


def _require_empty(connection: Connection, farm: StoredFarm) -> None:
    begun = [run.batch_number for run in store.batch_runs(connection) if run.finished_at is None]
    if begun:
        raise Refused(
            f"Containers of this farm are kept for a batch that was interrupted: {begun[0]}.",
            "Clear the batches: python manage.py runscript cleanup_batch_data, "
            "or use another DATABASE_URL.",
        )
    containers = list(farm.containers.values())
    row = connection.execute(query("batches", "first_batch_in"), {"containers": containers})
    found = row.fetchone()
    if found is not None:
        raise Refused(
            f"Containers of this farm hold or held fish already: batch {found[0]}.",
            "Clear the batches: python manage.py runscript cleanup_batch_data, "
            "or use another DATABASE_URL.",
        )
