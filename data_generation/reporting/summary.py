"""The summary report: what a run is, what was counted in the database, what validation found."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg.rows import dict_row

from data_generation.files import write_atomically
from data_generation.named_sql import statement
from data_generation.storage.sizes import table_sizes
from data_generation.validation.runner import Validation


class Run(Protocol):
    """What the report says of a run's identity."""

    @property
    def id(self) -> int:
        """Key of the run."""

    @property
    def fingerprint(self) -> str:
        """Hash of configuration, seed and versions."""

    @property
    def seed(self) -> int:
        """Seed of the run."""

    @property
    def profile(self) -> str:
        """Name of the profile."""

    @property
    def started_at(self) -> datetime:
        """When the run began."""

    @property
    def finished_at(self) -> datetime | None:
        """When its last session was complete."""


def write_report(
    connection: psycopg.Connection[Any],
    run: Run,
    tables: tuple[str, ...],
    validation: Validation,
    folder: Path,
) -> list[Path]:
    """Write `run-<id>.json` into `folder`, whole or not at all; returns its path.

    Raises `OSError` if the folder cannot be written, `psycopg.Error` if the database fails.
    """
    content = summary(connection, run, tables, validation)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"run-{run.id}.json"
    text = json.dumps(content, indent=2, ensure_ascii=False)
    write_atomically(path, text.encode() + b"\n")
    return [path]


def summary(
    connection: psycopg.Connection[Any],
    run: Run,
    tables: tuple[str, ...],
    validation: Validation,
) -> dict[str, Any]:
    """The report's content as plain data; every figure is counted, none is remembered."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        sizes = table_sizes(connection, tables, exact=True)
        figures = _rows(connection, _query("key_figures"))[0]
        sessions = _rows(connection, _query("sessions"), {"run": run.id})
    return {
        "run": {
            "id": run.id,
            "profile": run.profile,
            "seed": run.seed,
            "fingerprint": run.fingerprint,
            "started_at": run.started_at.isoformat(),
            "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        },
        "key_figures": figures | _rates(figures),
        "sessions": [_session(row) for row in sessions],
        "tables": [
            {"name": size.name, "rows": size.rows, "bytes": size.total_bytes} for size in sizes
        ],
        "validation": validation.as_dict(),
    }


def _query(name: str) -> LiteralString:
    return statement(__package__ or "", "summary", name)


def _rows(
    connection: psycopg.Connection[Any],
    query: LiteralString,
    values: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def _rates(figures: dict[str, Any]) -> dict[str, float | None]:
    """Rates that follow from the counts; None where there is nothing to divide by."""
    fish = figures["fish_alive"] + figures["fish_dead"] + figures["fish_harvested"]
    harvested_kg = figures["harvested_live_kg"]
    return {
        "mortality_share": figures["fish_dead"] / fish if fish else None,
        "mean_harvest_weight_kg": (
            harvested_kg / figures["fish_harvested"] if figures["fish_harvested"] else None
        ),
    }


def _session(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "session": row["session"],
        "first_month": f"{row['first_month']:%Y-%m}",
        "last_month": f"{row['last_month']:%Y-%m}",
        "pending_units": row["pending_units"],
        "rows": row["rows"] or 0,
        "rows_by_table": row["by_table"] or {},
        "unit_seconds": round(row["unit_seconds"], 2),
        "peak_memory_mb": row["peak_memory_mb"],
        "first_commit": row["first_commit"].isoformat() if row["first_commit"] else None,
        "last_commit": row["last_commit"].isoformat() if row["last_commit"] else None,
    }
