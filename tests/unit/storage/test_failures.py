"""Which errors of PostgreSQL are worth another try."""

import psycopg
import pytest
from psycopg import errors

from data_generation.errors import Refused, StorageError
from data_generation.runs.postgres.connecting import as_storage_error
from data_generation.storage.postgres.failures import is_transient, translated

PASSING = (
    *("40001", "40P01", "40003", "55P03", "57P01", "57P02", "57P03", "57P05", "25P03", "25006"),
    *("53300", "08006", "08003", "08P01"),
)
LASTING = (
    *("53100", "53200", "53400", "42501", "23505", "23503", "57014", "57P04", "25P04", "22003"),
    *("42P01", "XX000"),
)


@pytest.mark.parametrize("state", [*PASSING, *LASTING])
def test_by_state(state):
    assert is_transient(errors.lookup(state)("told")) is (state in PASSING)


@pytest.mark.parametrize(
    "text",
    [
        "server closed the connection unexpectedly",
        "connection timeout expired",
        "connection failed: FATAL:  the database system is in recovery mode",
        "Verbindung fehlgeschlagen: FATAL:  das Datenbanksystem startet",
        "échec de la connexion : FATAL:  désolé, trop de clients sont déjà connectés",
        "",
    ],
)
def test_a_connection_that_broke_or_was_refused_may_pass_in_any_language(text):
    assert is_transient(psycopg.OperationalError(text))


def test_a_wrong_use_of_the_client_does_not_pass():
    assert not is_transient(psycopg.ProgrammingError('missing "=" after "nonsense"'))


def test_other_errors_are_none():
    assert not is_transient(OSError("No space left on device"))
    assert not is_transient(Refused("no"))
    assert not is_transient(StorageError("no cause"))
    assert not is_transient(None)


@pytest.mark.parametrize("state", [*PASSING, *LASTING])
def test_a_translated_error_is_judged_by_its_cause(state):
    with pytest.raises(StorageError, match="--resume") as raised, translated("the month"):
        raise errors.lookup(state)("told")

    assert is_transient(raised.value) is (state in PASSING)
    assert "the month" in raised.value.message
    assert ("refused" in raised.value.message) is (state in LASTING)


@pytest.mark.parametrize("state", [*PASSING, *LASTING])
def test_every_error_says_how_to_go_on(state):
    assert "--resume" in as_storage_error(errors.lookup(state)("told")).hint


def test_a_full_disk_asks_for_room():
    assert "make room" in as_storage_error(errors.DiskFull("no space")).hint
