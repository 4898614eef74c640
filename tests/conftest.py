"""What all tests share: Django's environment, the test server, the `--long` flag."""

import os
import shutil
import signal
import tempfile
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

from tests import parsed_once
from tests.shell import COMMANDS, Shell, copy_database

# Set here, when pytest reads this file: before pytest-django looks for settings, and before any
# test imports them. Nothing of the checkout's own database is touched.
_FOLDER = Path(tempfile.mkdtemp(prefix="aquamind-tests-"))
# Root's server runs as another user, who must be able to pass through.
_FOLDER.chmod(0o755)
os.environ["AQUAMIND_DATA_DIR"] = str(_FOLDER / "data")
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
    # pytest-django reads settings before this file is read: in a process of pytest-xdist they would
    # name the server of the process that started it.
    settings.AQUAMIND_DATA_DIR = _FOLDER / "data"
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
    embedded.destroy(_FOLDER / "data")
    shutil.rmtree(_FOLDER, ignore_errors=True)


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

    url = embedded.connection_url()
    with psycopg.connect(url, autocommit=True) as connection:
        # Its data need not outlive the machine, and no test kills it.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def migrated_database(server_url: str) -> Iterator[str]:
    """Name of a migrated, empty database to copy; nobody connects to it."""
    name = f"migrated_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        shell = Shell(make_conninfo(server_url, dbname=name), _FOLDER)
        done = shell.manage("migrate", "-v0")
        assert done.returncode == 0, done.stderr
        yield name
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(migrated_database: str) -> None:
    """Let pytest-django copy that database: it finds nothing left to migrate."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated_database


@pytest.fixture(scope="session")
def tiny_farm(
    server_url: str, migrated_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shell]:
    """A shell on a database with a whole run of the profile `tiny`; not to be changed."""
    name = f"tiny_{uuid.uuid4().hex}"
    copy_database(server_url, migrated_database, name)
    shell = Shell(make_conninfo(server_url, dbname=name), tmp_path_factory.mktemp("tiny"))
    done = shell.generate("--mode=sequential", "--profile", "tiny", "--workers", "0")
    assert done.returncode == 0, done.stderr
    yield shell
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


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
