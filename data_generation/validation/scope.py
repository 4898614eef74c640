"""What a validation covers: the whole database, or some batches and the places that they used."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import psycopg

from data_generation.named_sql import statement
from data_generation.storage.keys.shifts import Keys
from data_generation.validation.absent import passed_over

BATCHES = "batch_batch"


@dataclass(frozen=True)
class Scope:
    """Batches and their places by stored keys; `batches` None: everything there is.

    `runs` are those whose record is compared with what is there; None: all.
    """

    batches: tuple[int, ...] | None = None
    runs: tuple[int, ...] | None = None
    containers: tuple[int, ...] = ()
    sensors: tuple[int, ...] = ()
    silos: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        cursor: psycopg.Cursor[Any],
        batches: Iterable[int],
        values: dict[str, Any],
        runs: tuple[int, ...] | None = None,
    ) -> Self:
        """Some batches, with the containers that held them, their sensors and their silos.

        `values` are the parameters of the checks, `runs` those that stored the batches.
        """
        keys = tuple(batches)
        found: dict[str, tuple[int, ...]] = {}
        wanted = {**values, "batches": list(keys)}
        for what in ("containers", "sensors", "silos", "areas"):
            found[what] = ()
            # Checks of what is not there are left out, each with its reason.
            with passed_over(cursor.connection, []):
                cursor.execute(statement(__package__, "scope", what), wanted)
                found[what] = tuple(row[0] for row in cursor.fetchall())
        return cls(keys, runs, **found)

    def parameters(self) -> dict[str, list[int] | None]:
        """The values by which restricted queries know what is covered."""
        return {
            "batches": None if self.batches is None else list(self.batches),
            "containers": list(self.containers),
            "sensors": list(self.sensors),
            "silos": list(self.silos),
            "areas": list(self.areas),
        }


def columns(cursor: psycopg.Cursor[Any]) -> frozenset[str]:
    """All columns of the database's tables, as table.column."""
    cursor.execute(statement(__package__, "scope", "columns"))
    return frozenset(row[0] for row in cursor.fetchall())


def primary_keys(cursor: psycopg.Cursor[Any]) -> dict[str, str]:
    """The first column of the primary key of each table that is visible."""
    cursor.execute(statement(__package__, "scope", "primary_keys"))
    return dict(cursor.fetchall())


def alone(connection: psycopg.Connection[Any], run: int) -> bool:
    """Say whether the database holds nothing but what a run wrote."""
    found = connection.execute(
        statement(__package__, "scope", "run"), {"run": run, "table": BATCHES}
    ).fetchone()
    keys, written = (Keys.parse(found[0]), int(found[1])) if found else (Keys(), 0)
    batches = [keys.stored(BATCHES, key) for key in range(1, written + 1)]
    others = connection.execute(
        statement(__package__, "scope", "other_batches"), {"batches": batches}
    ).fetchone()
    # Keys that moved on tell of rows that were there before the run.
    return not keys.pieces and not keys.adopted and others == (0,)
