"""Small databases with data, for tests of what deletes or reads it."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from aquamind.embedded.places import bundled_programs
from data_generation.generators.domains import TABLES
from tests.shell import Shell, copy_database

TINY = ("--profile", "tiny")
FARM = (
    *TINY,
    *("--set", "feed.opening_stock_kg=500"),
    # A batch alone has no parents; bought eggs leave rows.
    *("--set", "staggering.external_eggs_share=1"),
)
YEARS = (
    "data_generation",
    "--session=1",
    *TINY,
    "--no-progress",
    *("--start-date", "2024-01-01", "--set", "generation.sessions_months=[6]"),
)
ENGINE = (
    ("bootstrap_infrastructure", *FARM),
    ("initialize_master_data", *FARM),
    (
        "event_engine",
        *FARM,
        "--no-progress",
        *("--start-date", "2024-01-03", "--eggs", "200000"),
        *("--geography", "Faroe Islands", "--duration", "120"),
    ),
)
KINDS = {"years": (YEARS,), "engine": ENGINE}
"""What fills a database: part of a run over years, or the guide's scripts."""

Command = tuple[str, ...]

SHORT = ("--profile", "tiny", "--set", "generation.sessions_months=[8,5,4,4]")
"""Twenty-one months: the first batch comes to sea in the third session."""
SHORT_YEARS = ("data_generation", "--no-progress", "--workers", "0")

BEGINNINGS: dict[str, tuple[Command, ...]] = {
    "nothing": (),
    "a farm": (("bootstrap_infrastructure", *SHORT), ("initialize_master_data",)),
    "a session": ((*SHORT_YEARS, "--session=1", *SHORT),),
    "a whole run": ((*SHORT_YEARS, "--mode=sequential", *SHORT),),
}

PURCHASES = ("inventory_feedpurchase", "inventory_historicalfeedpurchase")
SETUP = tuple(
    name
    for table in TABLES.setup
    for name in (table, TABLES[table].history_name)
    if name is not None
)
"""Infrastructure and master data, with history."""
BATCH_DATA = tuple(name for name in TABLES.names if name not in (*SETUP, *PURCHASES))


def run(shell: Shell, *words: str) -> str:
    return shell.must("runscript", *words)


@contextmanager
def copied_database(server_url: str, template: str, folder: Path) -> Iterator[Shell]:
    """A shell on a copy of a database; dropped in the end."""
    name = f"filled_{uuid.uuid4().hex}"
    copy_database(server_url, template, name)
    try:
        yield Shell(make_conninfo(server_url, dbname=name), folder)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


def query(shell: Shell, text: str, *values: object) -> list[tuple]:
    with psycopg.connect(shell.url) as connection:
        cursor = connection.execute(text, values or None)
        return cursor.fetchall() if cursor.description else []


def counts(shell: Shell, tables: tuple[str, ...] = TABLES.names) -> dict[str, int]:
    parts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)
    return dict(query(shell, parts))


def contents(shell: Shell, tables: tuple[str, ...]) -> dict[str, list[str]]:
    """All rows of tables as text."""
    return {
        name: sorted(row[0] for row in query(shell, f"SELECT t::text FROM {name} t"))
        for name in tables
    }


def program(name: str) -> str:
    """Path of one of PostgreSQL's programs; skips the test where there is none."""
    found = shutil.which(name)
    if found is None and (bundled_programs() / name).exists():
        found = str(bundled_programs() / name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found
