"""A database of a benchmark's own."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"


@contextmanager
def migrated_database() -> Iterator[str]:
    """Give the URL of a new database with AquaMind's tables, dropped afterwards.

    It lies on the server that `DATABASE_URL` names, or on the embedded one.
    """
    from aquamind import embedded

    server = os.environ.get("DATABASE_URL") or embedded.connection_url()
    with _database(server, "template1") as url:
        subprocess.run(
            [sys.executable, str(MANAGE), "migrate", "--verbosity", "0"],
            env={**os.environ, "DATABASE_URL": url},
            check=True,
        )
        yield url


@contextmanager
def copied_database(url: str) -> Iterator[str]:
    """Give the URL of a copy of a database that nobody uses, dropped afterwards."""
    with _database(url, psycopg.conninfo.conninfo_to_dict(url)["dbname"]) as copy:
        yield copy


@contextmanager
def _database(server: str, template: str) -> Iterator[str]:
    name = f"benchmark_{uuid.uuid4().hex}"
    parts = psycopg.conninfo.conninfo_to_dict(server)
    where = f"?host={parts['host']}&port={parts.get('port', 5432)}"
    place = f"postgresql://{parts['user']}@/%s{where}"
    with psycopg.connect(place % "postgres", autocommit=True) as admin:
        new = sql.Identifier(name)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, sql.Identifier(template))
        )
        try:
            yield place % name
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(new))
