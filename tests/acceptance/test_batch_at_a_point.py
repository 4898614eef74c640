"""A batch that stands on a day, or at a point of its life, in one command."""

from datetime import date

import psycopg
import pytest
from psycopg import sql

from tests import in_process
from tests.acceptance.test_event_engine import FAROE, SCOTLAND, SMALL, query

LAST = date(2024, 5, 20)
POINT = ("--stage=post-SMOLT", "--days-in-stage=85", f"--until={LAST}", "--eggs=300000")
# What documents of days that were lived say of days to come.
PLANS = {("batch_batch", "expected_end_date"), ("inventory_feedpurchase", "expiry_date")}


@pytest.fixture
def farm(make_shell, django_db_blocker):
    """A shell on a database with a farm and no batch."""
    shell = make_shell()
    with django_db_blocker.unblock():
        for script in ("bootstrap_infrastructure", "initialize_master_data"):
            assert in_process.run(shell, script, *SMALL).code == 0
        yield shell


def engine(shell, *flags):
    return in_process.run(shell, "event_engine", "--no-progress", *SMALL, *flags)


def days_after(shell, last):
    """Columns, less those of histories, that name a moment after the end of a day."""
    columns = query(
        shell,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('date', 'timestamp with time zone')"
        " AND table_name ~ '^(batch|environmental|inventory|health|harvest|broodstock|finance)_'"
        " AND table_name !~ '_historical'",
    )
    assert ("environmental_environmentalreading", "reading_time") in columns
    later = sql.SQL("SELECT count(*) FROM {} WHERE {} >= %s::date + 1")
    with psycopg.connect(shell.url) as connection:
        return {
            (table, column)
            for table, column in columns
            if connection.execute(
                later.format(sql.Identifier(table), sql.Identifier(column)), [last]
            ).fetchone()
            != (0,)
        }


def test_a_batch_stands_in_its_stage_for_so_many_days(farm):
    made = engine(farm, *FAROE, *POINT)
    (came,) = query(
        farm,
        "SELECT (SELECT min(history_date)::date FROM batch_historicalbatch"
        "  WHERE lifecycle_stage_id = s.id),"
        " (SELECT min(transfer_date) FROM batch_batchtransfer"
        "  WHERE destination_lifecycle_stage_id = s.id),"
        " (SELECT min(assignment_date) FROM batch_batchcontainerassignment"
        "  WHERE lifecycle_stage_id = s.id)"
        " FROM batch_lifecyclestage s WHERE s.name = 'Post-Smolt'",
    )
    batch = query(
        farm,
        "SELECT s.name, b.status, b.actual_end_date, b.start_date FROM batch_batch b"
        " JOIN batch_lifecyclestage s ON s.id = b.lifecycle_stage_id",
    )
    containers = query(
        farm,
        "SELECT DISTINCT a.is_active, a.departure_date, s.name, a.population_count > 100000"
        " FROM batch_batchcontainerassignment a"
        " JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id WHERE a.is_active",
    )
    (read,) = query(farm, "SELECT max(reading_time)::date FROM environmental_environmentalreading")
    verified = in_process.run(farm, "verify_data_integrity")

    assert made.code == 0, made.err
    assert [(LAST - day).days for day in came] == [85, 85, 85]
    assert batch == [("Post-Smolt", "ACTIVE", None, date(2023, 3, 2))]
    assert containers == [(True, None, "Post-Smolt", True)]
    assert read == (LAST,)
    assert days_after(farm, LAST) == PLANS
    assert verified.code == 0, verified.out

    before = farm.written()
    in_its_hall = engine(farm, *FAROE, *POINT, "--station=Strond")
    beside = engine(farm, *FAROE, *POINT, "--dry-run")

    assert "Strond Hall E" in made.out
    assert in_its_hall.code == 3
    assert "Take another --until or --geography" in in_its_hall.err
    assert beside.code == 0
    assert "2024-02-25 to 2024-05-20" in beside.out
    assert farm.written() == before


def test_a_batch_is_made_up_to_a_day(farm):
    """By its eggs' day or by its duration; a moment means the last day that has passed."""
    until = f"--until={LAST}"
    first = engine(farm, *FAROE, "--start-date=2024-05-01", until)
    second = engine(farm, *SCOTLAND, "--duration=20", "--until=2024-05-21T00:30Z")
    lives = query(
        farm,
        "SELECT b.start_date, b.status, max(r.reading_time)::date FROM batch_batch b"
        " JOIN environmental_environmentalreading r ON r.batch_id = b.id GROUP BY b.id",
    )

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert lives == [(date(2024, 5, 1), "ACTIVE", LAST)] * 2


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--stage=fry", "--days-in-stage=90"), "in Fry it must be from 0 to 89"),
        # Eggs of that day are slaughtered after some 20 days at sea.
        (
            (
                "--stage=adult",
                "--days-in-stage=60",
                "--set=staggering.stage_days=[30,30,30,30,30]",
                "--set=harvest.min_sea_days=15",
                "--set=harvest.max_sea_days=15",
            ),
            "so it stands in Adult for",
        ),
    ],
)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_a_point_that_no_batch_comes_to_is_refused_with_the_limit(flags, told, dry, farm):
    before = farm.written()
    result = engine(farm, *FAROE, *flags, f"--until={LAST}", "--eggs=300000", *dry)

    assert result.code == 2
    assert told in result.err
    assert query(farm, "SELECT count(*) FROM batch_batch") == [(0,)]
    assert farm.written() == before
