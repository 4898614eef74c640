"""A database for each test, migrated or with data, and the command line as a user runs it."""

import functools
import uuid
from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests import in_process, once
from tests.acceptance import filled
from tests.shell import ROOT as ROOT
from tests.shell import TIMEOUT_S as TIMEOUT_S
from tests.shell import Shell as Shell
from tests.shell import copy_database as copy_database


@pytest.fixture(scope="session")
def migrated(migrated_database):
    """Name of a migrated database to copy."""
    return migrated_database


@pytest.fixture(scope="session")
def filled_farm(server_url, migrated, tmp_path_factory) -> Callable[[str], Shell]:
    """Gives shells on databases with data, one of each kind; to be copied, not to be changed."""

    def fill(kind: str, shell: Shell) -> None:
        for words in filled.KINDS[kind]:
            filled.run(shell, *words)

    @functools.cache
    def get(kind: str) -> Shell:
        made = once.template(server_url, kind, functools.partial(fill, kind), migrated)
        return once.copy_of(server_url, made, tmp_path_factory.mktemp(kind))

    return get


@pytest.fixture(scope="session")
def beginning(server_url, migrated_database, django_db_blocker) -> Callable[[str], str]:
    """Gives names of databases to copy, made when they are first asked for."""

    def begin(name: str, shell: Shell) -> None:
        for command in filled.BEGINNINGS[name]:
            done = in_process.run(shell, *command)
            assert done.code == 0, done.err

    def get(name: str) -> str:
        make = functools.partial(begin, name)
        with django_db_blocker.unblock():
            return once.template(server_url, name, make, migrated_database).database

    return get


@pytest.fixture
def make_shell(server_url, migrated, tmp_path_factory):
    """Makes shells, each on a fresh copy of the migrated database, or of another."""
    shells, names = [], []

    def make(template: str = migrated) -> Shell:
        name = f"acceptance_{uuid.uuid4().hex}"
        copy_database(server_url, template, name)
        names.append(name)
        folder = tmp_path_factory.mktemp("work")
        shells.append(Shell(make_conninfo(server_url, dbname=name), folder))
        return shells[-1]

    yield make
    for shell in shells:
        shell.end_all()
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in names:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture
def shell(make_shell):
    """One shell on a fresh database."""
    return make_shell()
