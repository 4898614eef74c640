"""Which errors of PostgreSQL are worth another try."""

import psycopg
import pytest
from psycopg import errors

from data_generation.errors import Refused, StorageError
from data_generation.orchestrator.database import as_storage_error
from data_generation.storage.failures import is_transient, translated

PASSING = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300", "08006", "08003")
LASTING = ("53100", "53200", "42501", "23505", "23503", "57014", "22003", "42P01", "XX000")


@pytest.mark.parametrize("state", [*PASSING, *LASTING])
def test_by_state(state):
    assert is_transient(errors.lookup(state)("told")) is (state in PASSING)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("server closed the connection unexpectedly", True),
        ("connection failed: Connection refused", True),
        ("connection timeout expired", True),
        ("connection failed: FATAL:  the database system is in recovery mode", True),
        ("connection failed: FATAL:  the database system is starting up", True),
        ("connection failed: FATAL:  sorry, too many clients already", True),
        ("connection failed: FATAL:  remaining connection slots are reserved", True),
        ('connection failed: FATAL:  database "farm" does not exist', False),
        ('connection failed: FATAL:  password authentication failed for user "anna"', False),
    ],
)
def test_without_a_state_by_what_is_told(text, expected):
    assert is_transient(psycopg.OperationalError(text)) is expected


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
