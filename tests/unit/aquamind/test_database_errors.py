"""What a user is told of a database that does not fit, and the exit code."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, NotSupportedError, OperationalError, ProgrammingError
from psycopg import errors

from aquamind.db import errors as told
from data_generation.cli import shell
from data_generation.errors import Refused, StorageError
from data_generation.runs.postgres.connecting import _require_writable


def of_postgres(kind: type[Exception], cause: Exception) -> Exception:
    """An error of Django's as it is made from one of PostgreSQL's."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch):
    monkeypatch.setattr(told, "_missing_grant", lambda: "GRANT;")


@pytest.mark.parametrize(
    ("error", "status", "hint"),
    [
        (NotSupportedError("PostgreSQL 14 or later is required (found 13.2)."), 3, "14 or later"),
        (of_postgres(ProgrammingError, errors.InsufficientPrivilege("nein")), 3, "GRANT;"),
        (of_postgres(ProgrammingError, errors.InvalidSchemaName("nein")), 3, "GRANT;"),
        (of_postgres(OperationalError, errors.ReadOnlySqlTransaction("nein")), 3, "primary"),
        (of_postgres(OperationalError, errors.DiskFull("voll")), 4, "Make room"),
        (of_postgres(DatabaseError, errors.DataError("kaputt\nHINT: 1")), 4, "kaputt"),
        (told.UnusableDatabase("It is LATIN1.", "Make another."), 3, "Make another."),
    ],
)
def test_an_error_is_one_or_two_lines_and_an_exit_code(error, status, hint):
    shown = told.explain(error)

    assert shown.status == status
    assert hint in shown.text
    assert shown.text.count("\n") <= 1


def test_the_cause_is_found_behind_an_error_that_django_made_of_its_own():
    inner = of_postgres(ProgrammingError, errors.InsufficientPrivilege("nein"))
    outer = DatabaseError("Unable to create the django_migrations table")
    outer.__context__ = inner

    assert told.explain(outer).status == 3


def test_scripts_refuse_a_server_that_is_too_old():
    assert isinstance(shell.present(NotSupportedError("14 or later is required")), Refused)


def test_scripts_refuse_a_database_of_another_kind_and_report_one_that_is_away():
    assert isinstance(shell.present(told.UnusableDatabase("LATIN1.", "UTF8.")), Refused)
    assert isinstance(shell.present(OperationalError("gone")), StorageError)


@pytest.mark.parametrize(
    ("standby", "read_only", "said"),
    [(True, True, "primary"), (False, True, "default_transaction_read_only")],
    ids=["standby is refused", "read only is refused"],
)
def test_who_writes_is_told_why_it_cannot_be(standby, read_only, said):
    connection = SimpleNamespace(
        info=SimpleNamespace(dbname="farm"),
        execute=lambda _: SimpleNamespace(fetchone=lambda: (standby, read_only)),
    )

    with pytest.raises(Refused) as refused:
        _require_writable(connection)

    assert said in str(refused.value)
