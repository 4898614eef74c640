"""Units that fail once or always, and databases that somebody changed meanwhile."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from data_generation.cli.commands.cleanup_batch_data import clean
from data_generation.errors import Refused, StorageError
from data_generation.runs.decide import Mode
from data_generation.runs.engine.retries import Patience
from data_generation.runs.postgres.connecting import connect
from tests.acceptance.chaos.support import (
    LEFT_OVER,
    before_storing,
    contents,
    execute,
    heal,
    plant,
    resume,
    run,
    tries,
)

LEDGER, READINGS = "ledger", "readings"
SERIALIZATION, DEADLOCK, LOST, FULL, FORBIDDEN = "40001", "40P01", "08006", "53100", "42501"


@pytest.mark.parametrize(
    ("kind", "state", "at_commit"),
    [
        (LEDGER, SERIALIZATION, False),
        (LEDGER, LOST, True),
        (READINGS, DEADLOCK, False),
        (READINGS, SERIALIZATION, True),
    ],
)
def test_a_unit_that_fails_in_passing_is_tried_again(kind, state, at_commit, url, folder, expected):
    plant(url, kind, "2015-02-01", state, times=2, at_commit=at_commit)

    run(url, folder)

    assert tries(url) == 3
    assert contents(url) == expected


@pytest.mark.parametrize(
    ("kind", "state", "at_commit", "expected_tries"),
    [
        (LEDGER, SERIALIZATION, False, 4),
        (READINGS, DEADLOCK, False, 4),
        (LEDGER, FULL, True, 1),
        (READINGS, FULL, True, 1),
        (READINGS, FORBIDDEN, False, 1),
    ],
)
def test_a_unit_that_always_fails_is_named(
    kind, state, at_commit, expected_tries, url, folder, expected
):
    plant(url, kind, "2015-02-01", state, times=10**6, at_commit=at_commit)

    with pytest.raises(StorageError, match=r"2015-02 \(session 1\)(.|\n)*--resume"):
        run(url, folder, Mode.SEQUENTIAL, "runtime.max_attempts=4")

    assert tries(url) == expected_tries
    heal(url)
    resume(url, folder)
    assert contents(url) == expected


def test_what_a_given_up_run_reserved_is_cleaned_up_with_its_batches(url, folder):
    plant(url, READINGS, "2015-01-01", FULL, times=10**6, at_commit=False)
    with pytest.raises(StorageError):
        run(url, folder, Mode.SEQUENTIAL)
    assert execute(url, LEFT_OVER) != []

    heal(url)
    with connect(conninfo_to_dict(url)) as connection:
        clean(connection)
    assert execute(url, LEFT_OVER) == []


def test_a_month_that_somebody_made_meanwhile_is_filled_in_its_place(url, folder, expected):
    plant(url, READINGS, "2015-01-01", FULL, times=10**6, at_commit=False)
    with pytest.raises(StorageError):
        run(url, folder, Mode.SEQUENTIAL)
    heal(url)
    execute(
        url,
        "CREATE TABLE by_hand PARTITION OF environmental_environmentalreading "
        "FOR VALUES FROM ('2015-01-01 00:00+00') TO ('2015-02-01 00:00+00')",
    )
    resume(url, folder)
    assert contents(url) == expected
    assert execute(url, "SELECT count(*) > 6000 FROM by_hand") == [(True,)]


def test_pauses_double_up_to_a_bound():
    patience = Patience(attempts=9, first_pause=0.5)

    assert [patience.pause(n) for n in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]


def test_a_database_dropped_under_a_run_is_no_traceback(farm, folder, monkeypatch):
    url = farm.database()
    drop = f"DROP DATABASE {conninfo_to_dict(url)['dbname']} WITH (FORCE)"
    before_storing(monkeypatch, 2, lambda: farm.admin(drop))

    with pytest.raises(StorageError, match="does not exist"):
        run(url, folder, Mode.SEQUENTIAL, "runtime.max_attempts=2")


def test_batches_deleted_by_hand_are_missed(url, folder):
    run(url, folder)
    execute(url, "TRUNCATE batch_batch CASCADE")

    for mode in (Mode.RESUME, Mode.SEQUENTIAL):
        with pytest.raises(Refused, match=r"not in the database any more(.|\n)*cleanup_batch_data"):
            run(url, folder, mode)
