"""What all tests share: Django's environment, the test server, the `--long` flag."""

import os
import shutil
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import django
import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests import once, parsed_once
from tests.shell import COMMANDS, Shell

# Set here, when pytest reads this file: before pytest-django looks for settings, and before any
# test imports them. Nothing of the checkout's own database is touched.
_DATA = once.FOLDER / "data"
os.environ["AQUAMIND_DATA_DIR"] = str(_DATA)
# Hundreds of commands start in the tests; each would compile every module of the program again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# On a busy machine commands would say on standard error that they are slow.
os.environ["AQUAMIND_QUIET_SECONDS"] = "3600"
os.environ["AQUAMIND_EXTRA_APPS"] = "data_generation"
os.environ["DJANGO_SETTINGS_MODULE"] = "aquamind.settings"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")


def pytest_configure() -> None:
    """Set Django up before test modules import models; hear Ctrl-C.

    A shell starts background jobs with SIGINT ignored, and children would inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A busy machine is not a slow program.
    hypothesis.settings.register_profile("aquamind", deadline=None)
    hypothesis.settings.load_profile("aquamind")
    # pytest-django reads settings before this file is read.
    settings.AQUAMIND_DATA_DIR = _DATA
    django.setup()
    parsed_once.install()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip tests marked `long` unless asked for."""
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; run with --long"))


def pytest_unconfigure() -> None:
    """Stop and remove the test server, however the session ended and whoever started it."""
    from aquamind import embedded

    COMMANDS.close()
    if once.IS_FIRST:
        if "DATABASE_URL" in os.environ:
            once.drop_databases(os.environ["DATABASE_URL"])
        embedded.destroy(_DATA)
        shutil.rmtree(once.FOLDER, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_server_in_unit_tests(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "unit" not in request.path.relative_to(Path(__file__).parent).parts:
        return

    def refuse(*_: object) -> NoReturn:
        pytest.fail("a unit test started the embedded server")

    monkeypatch.setattr("aquamind.embedded.server.EmbeddedServer._start", refuse)


@pytest.fixture(scope="session")
def server_url() -> str:
    """URL of the server for tests: `DATABASE_URL` if set, else the embedded one, started once."""
    configured = os.environ.get("DATABASE_URL")
    if configured:
        return configured
    from aquamind import embedded

    with once.turn("server") as made:
        url = embedded.connection_url()
        if not made.exists():
            with psycopg.connect(url, autocommit=True) as connection:
                # Its data need not outlive the machine, and no test kills it.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("ALTER SYSTEM SET full_page_writes = off")
                connection.execute("SELECT pg_reload_conf()")
            made.touch()
    return url


@pytest.fixture(scope="session")
def migrated_database(server_url: str) -> str:
    """Name of a migrated, empty database to copy; nobody connects to it."""
    made = once.template(server_url, "migrated", lambda shell: shell.must("migrate", "-v0"))
    return made.database


@pytest.fixture(scope="session")
def django_db_modify_db_settings(migrated_database: str) -> None:
    """Let pytest-django copy that database: it finds nothing left to migrate."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated_database


@pytest.fixture(scope="session")
def tiny_farm(
    server_url: str, migrated_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Shell:
    """A shell on a database with a whole run of the profile `tiny`; not to be changed."""
    run = ("--mode=sequential", "--profile", "tiny", "--workers", "0")
    made = once.template(
        server_url,
        "tiny",
        lambda shell: shell.must("runscript", "data_generation", *run),
        migrated_database,
    )
    return once.copy_of(server_url, made, tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    """Connection string of a new, empty database that is dropped after the test."""
    database = f"test_{uuid.uuid4().hex}"
    name = sql.Identifier(database)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        try:
            yield make_conninfo(server_url, dbname=database)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
