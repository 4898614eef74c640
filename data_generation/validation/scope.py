"""What a validation covers: the whole database, or some batches and the places that they used."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import psycopg

from data_generation.named_sql import statement
from data_generation.storage.keys import Keys

BATCHES = "batch_batch"


@dataclass(frozen=True)
class Scope:
    """Batches and their places by stored keys; `batches` None: everything there is."""

    batches: tuple[int, ...] | None = None
    containers: tuple[int, ...] = ()
    sensors: tuple[int, ...] = ()
    silos: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()

    @classmethod
    def of(
        cls, cursor: psycopg.Cursor[Any], batches: Iterable[int], values: dict[str, Any]
    ) -> Self:
        """Some batches, with the containers that held them, their sensors and their silos.

        `values` are the parameters of the checks.
        """
        keys = tuple(batches)
        found = {}
        for what in ("containers", "sensors", "silos", "areas"):
            cursor.execute(statement(__package__, "scope", what), {**values, "batches": list(keys)})
            found[what] = tuple(row[0] for row in cursor.fetchall())
        return cls(keys, **found)

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


def batches_of_run(cursor: psycopg.Cursor[Any], run: int) -> tuple[int, ...] | None:
    """Stored keys of the batches that a run wrote; None if the database holds nothing else."""
    cursor.execute(statement(__package__, "scope", "run"), {"run": run, "table": BATCHES})
    row = cursor.fetchone()
    keys, written = (Keys.parse(row[0]), int(row[1])) if row else (Keys(), 0)
    batches = tuple(keys.stored(BATCHES, key) for key in range(1, written + 1))
    cursor.execute(statement(__package__, "scope", "other_batches"), {"batches": list(batches)})
    others = cursor.fetchone()
    # Keys that moved on tell of rows that were there before the run.
    alone = not keys.pieces and not keys.adopted and others == (0,)
    return None if alone else batches
