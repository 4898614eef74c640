"""A farm that the generator made, for tests that only read it or roll back."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.acceptance.conftest import Shell


@pytest.fixture(scope="session")
def tiny_farm(server_url, tmp_path_factory) -> Iterator[str]:
    """Connection string of a database with a whole run of the profile `tiny`."""
    name = f"tiny_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = make_conninfo(server_url, dbname=name)
        shell = Shell(url, tmp_path_factory.mktemp("tiny"))
        for done in (
            shell.manage("migrate", "-v0"),
            shell.generate("--mode=sequential", "--profile", "tiny", "--workers", "0"),
        ):
            assert done.returncode == 0, done.stderr
        yield url
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
