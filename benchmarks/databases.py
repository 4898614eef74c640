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
from psycopg.conninfo import conninfo_to_dict, make_conninfo

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"


@contextmanager
def migrated_database() -> Iterator[str]:
    """Give the connection string of a new database with AquaMind's tables, dropped afterwards.

    It lies on the server that `DATABASE_URL` names, or on the embedded one.
    """
    with _database("template1") as url:
        subprocess.run(
            [sys.executable, str(MANAGE), "migrate", "--verbosity", "0"],
            env={**os.environ, "DATABASE_URL": url},
            check=True,
        )
        yield url


@contextmanager
def copied_database(url: str) -> Iterator[str]:
    """Give the connection string of a copy of a database of that server, dropped afterwards.

    Nobody may use the database while it is copied.
    """
    with _database(str(conninfo_to_dict(url)["dbname"])) as copy:
        yield copy


def server_url() -> str:
    """The server that `DATABASE_URL` names, or the embedded one, which then runs."""
    from aquamind import embedded

    return os.environ.get("DATABASE_URL") or embedded.connection_url()


@contextmanager
def _database(template: str) -> Iterator[str]:
    server, name = server_url(), f"benchmark_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        new = sql.Identifier(name)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, sql.Identifier(template))
        )
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(new))
