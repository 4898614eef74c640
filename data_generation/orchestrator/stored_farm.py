"""What stands before the first batch: used where it is stored already, by name, else made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from data_generation.config.models import Config
from data_generation.errors import Refused
from data_generation.generators.inventory.stores import OPENING_NOTES
from data_generation.orchestrator import blocks
from data_generation.orchestrator.database import Connection
from data_generation.orchestrator.ports import Engine
from data_generation.orchestrator.queries import query
from data_generation.storage.adopt import Match, match
from data_generation.storage.keys import Keys

CONTAINERS = "infrastructure_container"
SILOS = "infrastructure_feedcontainer"


@dataclass(frozen=True)
class Farm:
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


def find_farm(connection: Connection, rows: Mapping[str, pa.Table]) -> Farm:
    """Look for the rows of infrastructure and master data by name."""
    return Farm(rows, match(connection, rows))


def keys_of_farm(connection: Connection, engine: Engine, config: Config) -> Keys:
    """Return the keys of a new run over years: past what is stored, and of what is used by name.

    Raises Refused if a container of that name differs in size, or holds fish.
    """
    tops = blocks.tops(connection, engine.tables)
    if not any(tops.values()):
        return Keys()
    farm = find_farm(connection, engine.setup_rows(config))
    require_same_sizes(farm)
    if farm.containers:
        _require_empty(connection, farm)
    if farm.silos:
        drop_opening_stock(connection, farm.silos.values())
    return Keys.adopting(farm.found.stored, tops)


def waiting_silos(connection: Connection, silos: Iterable[int]) -> set[int]:
    """Return those of the silos (stored keys) that hold opening stock which awaits a batch."""
    values = {"silos": list(silos), "notes": OPENING_NOTES}
    return {row[0] for row in connection.execute(query("batches", "silos_to_open"), values)}


def drop_opening_stock(connection: Connection, silos: Iterable[int]) -> None:
    """Delete opening stock that awaits a batch; the run that claims it delivers its own."""
    values = {"silos": list(silos), "notes": OPENING_NOTES}
    connection.execute(query("batches", "drop_opening_stock"), values)


def require_same_sizes(farm: Farm) -> None:
    """Refuse if a container or silo of that name is stored with another size."""
    if farm.found.differing:
        first = farm.found.differing[0]
        more = len(farm.found.differing) - 1
        raise Refused(
            f"{first.name} has {first.column} {first.stored} in the database and {first.wanted} in "
            f"the configuration{f', and {more} more differ' if more else ''}.",
            "Give the --profile with which the infrastructure was made; capacities of silos are "
            "set by: python manage.py runscript initialize_master_data",
        )


def _require_empty(connection: Connection, farm: Farm) -> None:
    containers = list(farm.containers.values())
    row = connection.execute(query("batches", "first_batch_in"), {"containers": containers})
    found = row.fetchone()
    if found is not None:
        raise Refused(
            f"Containers of this farm hold or held fish already: batch {found[0]}.",
            "Clear the batches: python manage.py runscript cleanup_batch_data, "
            "or use another DATABASE_URL.",
        )
