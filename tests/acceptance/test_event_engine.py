"""The guide's scripts as a user runs them: a farm set up, batches alone and side by side."""

import json
import random
import signal
import time

import psycopg
import pytest
from psycopg import sql

from data_generation.generators.domains import TABLES
from data_generation.storage.postgres.catalog import Catalog
from tests import in_process, once
from tests.acceptance.filled import SETUP, contents
from tests.shell import TIMEOUT_S
from tests.stored import digest_of

FAROE = ("--geography", "Faroe Islands")
SCOTLAND = ("--geography", "Scotland")
# A farm of the guide's shape with two containers where it has ten, and a reading a day.
SMALL = (
    "--set=farm.containers_per_hall=2",
    "--set=farm.cages_per_area=6",
    "--set=farm.halls.A.containers_per_batch=2",
    "--set=farm.halls.B.containers_per_batch=2",
    "--set=farm.halls.C.containers_per_batch=2",
    "--set=farm.halls.D.containers_per_batch=2",
    "--set=farm.halls.E.containers_per_batch=2",
    "--set=farm.area.containers_per_batch=2",
    "--set=farm.area.silos=6",
    "--set=generation.readings_per_day=1",
)
EVENTS = (
    "batch_batchcontainerassignment",
    "batch_mortalityevent",
    "batch_growthsample",
    "inventory_feedingevent",
    "environmental_environmentalreading",
    "broodstock_externaleggbatch",
    "environmental_stagetransitionenvironmental",
    "health_fishparameterscore",
    "health_healthlabsample",
    "health_journalentry",
    "health_licecount",
    "health_mortalityrecord",
    "health_treatment",
    "inventory_batchfeedingsummary",
    "inventory_containerfeedingsummary",
)


def engine(shell, *flags, **environment):
    return shell.manage("runscript", "event_engine", "--no-progress", *SMALL, *flags, **environment)


def done(result):
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    return result


def set_up(shell):
    done(shell.manage("runscript", "bootstrap_infrastructure", *SMALL))
    done(shell.manage("runscript", "initialize_master_data", *SMALL))


def query(shell, text, *values):
    with psycopg.connect(shell.url) as connection:
        return connection.execute(text, values).fetchall()


def count(shell, table):
    return query(shell, f"SELECT count(*) FROM {table}")[0][0]


@pytest.fixture(scope="session")
def small_farm(server_url, migrated):
    """Name of a database with a farm and no batch, to copy."""
    return once.template(server_url, "small", set_up, migrated).database


@pytest.fixture
def make_farm(make_shell, small_farm):
    """Makes shells, each on a database with a farm and no batch."""
    return lambda: make_shell(small_farm)


@pytest.fixture
def farm(make_farm):
    """A shell on such a database."""
    return make_farm()


def rows_of(shell, number):
    """All that hangs on a batch, directly or by way of other rows, without its number and keys.

    Infrastructure and master data have the same keys in every copy of a farm.
    """
    with psycopg.connect(shell.url) as connection:
        catalog = Catalog(connection)
        catalog.load(TABLES)
        (batch,) = connection.execute(
            "SELECT id FROM batch_batch WHERE batch_number = %s", [number]
        ).fetchone()
        keys, found = {"batch_batch": [batch]}, {}
        for name, spec in TABLES.items():
            refers = {**catalog[name].id_offsets, **spec.keys}
            if name != "batch_batch" and name not in TABLES.setup:
                ways = [c for c, target in refers.items() if target in keys and c != spec.key]
                hangs = sql.SQL(" OR ").join(
                    sql.SQL("{} = ANY ({})").format(sql.Identifier(c), sql.Literal(keys[refers[c]]))
                    for c in ways
                )
                kept = [c for c in spec.columns if refers.get(c, "auth_user") in TABLES.setup]
                if ways:
                    rows = connection.execute(
                        sql.SQL("SELECT {}, {} FROM {} WHERE {}").format(
                            sql.Identifier(spec.key),
                            sql.SQL(", ").join(map(sql.Identifier, kept)),
                            sql.Identifier(name),
                            hangs,
                        )
                    ).fetchall()
                    keys[name] = [row[0] for row in rows]
                    found[name] = sorted(str(row[1:]).replace(number, "") for row in rows)
    return found


def test_setting_up_twice_changes_nothing_and_says_so(shell):
    first = shell.manage("runscript", "01_bootstrap_infrastructure")
    again = shell.manage("runscript", "bootstrap_infrastructure")
    master = shell.manage("runscript", "02_initialize_master_data")
    before = contents(shell, SETUP)
    master_again = shell.manage("runscript", "initialize_master_data", "--json")

    assert "infrastructure_container                     680 created" in done(first).stdout
    assert "All of it was there; nothing was changed." in done(again).stdout
    assert "opening stock in 310 silos" in done(master).stdout
    assert json.loads(done(master_again).stdout)["changed"] is False
    assert contents(shell, SETUP) == before
    assert count(shell, "infrastructure_geography") == 2
    assert count(shell, "infrastructure_freshwaterstation") == 10
    assert count(shell, "infrastructure_hall") == 50
    assert count(shell, "infrastructure_area") == 6
    for table in ("infrastructure_container", "inventory_feed", "batch_lifecyclestage"):
        historical = table.replace("_", "_historical", 1)
        assert count(shell, historical) == count(shell, table)


def test_capacities_are_those_of_the_guide_and_are_set_where_they_differ(farm):
    with psycopg.connect(farm.url) as connection:
        connection.execute(
            "UPDATE infrastructure_feedcontainer SET capacity_kg = 10500"
            " WHERE name LIKE '%%Hall E%%'"
        )
    refused = engine(farm, "--start-date=2024-01-03", *FAROE)
    again = done(farm.manage("runscript", "initialize_master_data", *SMALL))
    capacities = query(
        farm,
        "SELECT DISTINCT coalesce(right(h.name, 1), 'sea'), f.capacity_kg::int"
        " FROM infrastructure_feedcontainer f LEFT JOIN infrastructure_hall h ON h.id = f.hall_id",
    )

    assert refused.returncode == 3
    assert "initialize_master_data" in refused.stderr
    assert "capacity of 40 silos set" in again.stdout
    assert dict(capacities) == {
        "A": 10_000,
        "B": 12_000,
        "C": 15_000,
        "D": 20_000,
        "E": 30_000,
        "sea": 50_000,
    }


def test_each_step_asks_for_the_one_before(shell):
    before = shell.manage("runscript", "initialize_master_data")
    engine_first = engine(shell, "--start-date=2024-01-03", *FAROE)
    shell.manage("runscript", "bootstrap_infrastructure", *SMALL)
    engine_second = engine(shell, "--start-date=2024-01-03", *FAROE)

    assert (before.returncode, engine_first.returncode, engine_second.returncode) == (3, 3, 3)
    assert "First run: python manage.py runscript bootstrap_infrastructure" in before.stderr
    assert "First run: python manage.py runscript bootstrap_infrastructure" in engine_first.stderr
    assert "First run: python manage.py runscript initialize_master_data" in engine_second.stderr
    assert count(shell, "batch_batch") == 0


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--geography=Norway",), "Known: Faroe Islands, Scotland"),
        ((*FAROE, "--station=Inchmore"), "no such site"),
        ((*FAROE, "--area=Strond"), "no such site"),
        ((*FAROE, "--eggs=9000000"), "of up to 3,800,000 eggs"),
    ],
)
def test_what_the_farm_does_not_have_is_told_in_two_lines(flags, told, django_db_blocker, shell):
    with django_db_blocker.unblock():
        result = in_process.run(shell, "event_engine", "--start-date=2024-01-03", *flags)

    assert result.code == 2
    assert told in result.err
    assert len(result.err.strip().splitlines()) <= 2
    assert not shell.written()


def test_a_batch_is_generated_to_its_last_day(farm):
    result = done(
        engine(farm, "--start-date=2024-01-03", "--eggs=400000", *FAROE, "--duration=200", "--json")
    )
    told = json.loads(result.stdout)
    (batch,) = query(farm, "SELECT batch_number, start_date::text, status FROM batch_batch")
    stage = query(
        farm,
        "SELECT s.name FROM batch_batch b"
        " JOIN batch_lifecyclestage s ON s.id = b.lifecycle_stage_id",
    )
    last = query(
        farm, "SELECT max(reading_time)::date::text FROM environmental_environmentalreading"
    )

    assert batch == ("FI-2024-001", "2024-01-03", "ACTIVE")
    assert stage == [("Parr",)]
    assert last == [("2024-07-20",)]
    assert told["batch"] == "FI-2024-001"
    assert [stay["first_day"] for stay in told["stays"]] == [
        "2024-01-03",
        "2024-04-02",
        "2024-07-01",
    ]
    assert told["rows_by_table"]["environmental_environmentalreading"] == count(
        farm, "environmental_environmentalreading"
    )
    mirror = json.loads(next(farm.checkpoints.glob("*-FI-2024-001.json")).read_text())
    assert mirror["batch"] == "FI-2024-001"
    assert mirror["sessions"][0]["state"] == "complete"


def test_a_dry_run_plans_and_writes_nothing(farm):
    before = farm.written()
    result = done(engine(farm, "--start-date=2024-01-03", *SCOTLAND, "--dry-run"))

    assert "Batch SCO-2024-001: 3,500,000 eggs, 650 days." in result.stdout
    assert "environmental_environmentalreading" in result.stdout
    assert farm.written() == before
    assert count(farm, "batch_batch") == 0


def test_numbers_count_up_past_what_is_there(farm):
    """The guide's duplicate key: the number of a batch that exists is passed over."""
    with psycopg.connect(farm.url) as connection:
        connection.execute(
            "INSERT INTO batch_batch (batch_number, status, start_date, notes, lifecycle_stage_id,"
            " species_id, batch_type, created_at, updated_at)"
            " SELECT 'FI-2024-001', 'ACTIVE', '2024-01-01', '', l.id, l.species_id, 'STANDARD',"
            " now(), now() FROM batch_lifecyclestage l ORDER BY l.id LIMIT 1"
        )
    first = done(engine(farm, "--start-date=2024-03-01", "--duration=5", *FAROE))
    second = done(engine(farm, "--start-date=2024-03-01", "--duration=5", *FAROE))
    other = done(engine(farm, "--start-date=2025-03-01", "--duration=5", *FAROE))

    assert "FI-2024-002 is complete" in first.stdout
    assert "FI-2024-003 is complete" in second.stdout
    assert "FI-2025-001 is complete" in other.stdout


def test_a_killed_batch_is_resumed_to_the_same_data(farm, make_farm):
    flags = ("--start-date=2024-01-03", "--eggs=400000", *FAROE, "--duration=140")
    other = make_farm()
    done(engine(other, *flags))
    random_ = random.Random(3)
    process = farm.start_script("event_engine", "--no-progress", *SMALL, *flags)
    for _ in range(3):
        if farm.wait_for_units(process, farm.units()):
            time.sleep(random_.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            process.wait()
        process = farm.start_script("event_engine", "--resume", "--no-progress")
    state = farm.manage("runscript", "event_engine", "--status").stdout
    assert process.wait(timeout=TIMEOUT_S) == 0
    nothing = farm.manage("runscript", "event_engine", "--resume")

    assert "FI-2024-001" in state
    assert farm.generate("--digest").stdout == other.generate("--digest").stdout
    assert "Nothing to resume" in nothing.stdout


def test_keys_are_those_of_batches_that_come_one_after_the_other(make_farm, django_db_blocker):
    """Whoever is killed when, and resumed in which order."""
    begun = (
        (3, ("--start-date=2024-01-03", *FAROE)),
        (1, ("--start-date=2024-01-03", *FAROE)),
        (4, ("--start-date=2024-02-10", *SCOTLAND)),
    )
    numbers = ("FI-2024-001", "FI-2024-002", "SCO-2024-001")

    def grown(order):
        farm = make_farm()
        for stop, flags in begun:
            # Without an order none is stopped, so none is left to resume.
            with in_process.stopped_at(stop if order else 10**9):
                done_ = in_process.run(
                    farm, "event_engine", *SMALL, *flags, "--duration=80", "--eggs=300000"
                )
            assert done_.code == (130 if order else 0), done_.err
        for number in order:
            done_ = in_process.run(farm, "event_engine", "--resume", "--batch", number)
            assert done_.code == 0, done_.err
        with psycopg.connect(farm.url, autocommit=True) as connection:
            return digest_of(connection, TABLES).as_dict()

    with django_db_blocker.unblock():
        one_after_the_other = grown(())
        assert grown(numbers) == one_after_the_other
        assert grown(numbers[::-1]) == one_after_the_other


def test_six_at_once_are_as_if_alone(farm, make_farm):
    """Both countries, overlapping months, all started at one moment; in one of them in one area."""
    starts = ("2024-01-03", "2024-01-20", "2024-02-10")
    # Short stages, so that there is time for lice and treatments at sea.
    life = "--eggs=300000", "--duration=300", "--set=staggering.stage_days=[45,45,45,45,45]"
    wishes = [
        (f"--start-date={start}", *life, *country)
        for start in starts
        for country in ((*FAROE, "--area=Hvannasund"), SCOTLAND)
    ]
    processes = [
        farm.start_script("event_engine", "--no-progress", "--json", *SMALL, *flags)
        for flags in wishes
    ]
    results = [process.communicate(timeout=TIMEOUT_S) for process in processes]
    assert [process.returncode for process in processes] == [0] * 6, results
    told = [json.loads(out) for out, _ in results]

    numbers = sorted(batch["batch"] for batch in told)
    assert numbers == sorted(f"{p}-2024-{n:03d}" for p in ("FI", "SCO") for n in range(1, 4))
    for table in EVENTS:
        assert count(farm, table) > 0, table
    assert count(farm, "batch_batch") == 6
    shared = query(
        farm,
        "SELECT count(*) FROM batch_batchcontainerassignment a"
        " JOIN batch_batchcontainerassignment b ON a.container_id = b.container_id"
        " AND a.batch_id < b.batch_id"
        " AND daterange(a.assignment_date, a.departure_date, '[]')"
        " && daterange(b.assignment_date, b.departure_date, '[]')",
    )
    assert shared == [(0,)]
    verified = farm.manage("runscript", "verify_data_integrity")
    assert verified.returncode == 0, verified.stdout

    # Alone it is given the first berth of an area: compare one that had that among the six too.
    in_first_berth = {
        number
        for (number,) in query(
            farm,
            "SELECT b.batch_number FROM batch_batch b"
            " JOIN batch_batchcontainerassignment a ON a.batch_id = b.id"
            " JOIN infrastructure_container c ON c.id = a.container_id WHERE c.name LIKE '%% C01'",
        )
    }
    chosen = next(n for n, batch in enumerate(told) if batch["batch"] in in_first_berth)
    places = [stay["place"] for stay in told[chosen]["stays"]]
    sites = f"--station={places[0].split(' Hall ')[0]}", f"--area={places[-1]}"
    alone = make_farm()
    again = json.loads(done(engine(alone, *wishes[chosen], *sites, "--json")).stdout)

    assert [stay["place"] for stay in again["stays"]] == places
    by_itself = rows_of(alone, again["batch"])
    assert by_itself == rows_of(farm, told[chosen]["batch"])
    assert all(by_itself[table] for table in EVENTS if table != "broodstock_externaleggbatch")


def test_a_place_that_is_not_reached_gets_no_feed(farm):
    """A batch whose time ends just before it would move on."""
    done(engine(farm, "--start-date=2024-01-03", "--eggs=300000", *FAROE, "--duration=85"))
    first = query(farm, "SELECT DISTINCT container_id FROM batch_batchcontainerassignment")
    stocked = query(
        farm,
        "SELECT DISTINCT h.name FROM inventory_feedcontainerstock s"
        " JOIN inventory_feedpurchase p ON p.id = s.feed_purchase_id"
        " JOIN infrastructure_feedcontainer f ON f.id = s.feed_container_id"
        " JOIN infrastructure_hall h ON h.id = f.hall_id"
        " WHERE p.notes <> 'Opening stock, until the first batch comes'",
    )

    assert len(first) == 2
    assert stocked == [("Hall A",)]


def test_opening_stock_is_put_into_a_silo_once(farm):
    flags = ("--start-date=2024-01-03", "--eggs=300000", *FAROE, "--duration=150")
    process = farm.start_script("event_engine", "--no-progress", *SMALL, *flags)
    farm.wait_for_units(process, 0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done(farm.manage("runscript", "initialize_master_data", *SMALL))
    done(farm.manage("runscript", "event_engine", "--resume"))
    twice = query(
        farm,
        "SELECT batch_number FROM inventory_feedpurchase GROUP BY 1 HAVING count(*) > 1",
    )
    ahead = query(
        farm,
        "SELECT last_value >= (SELECT max(id) FROM batch_mortalityevent)"
        " FROM batch_mortalityevent_id_seq",
    )

    assert twice == []
    assert ahead == [(True,)]


def test_a_batch_that_was_deleted_is_forgotten(farm):
    flags = ("--start-date=2024-01-03", "--eggs=300000", *FAROE, "--duration=300")
    process = farm.start_script("event_engine", "--no-progress", *SMALL, *flags)
    farm.wait_for_units(process, 1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with psycopg.connect(farm.url) as connection:
        connection.execute("DELETE FROM batch_batch")
    resumed = done(farm.manage("runscript", "event_engine", "--resume"))
    again = done(engine(farm, "--start-date=2024-01-03", *FAROE, "--duration=5"))

    assert "Nothing to resume" in resumed.stdout
    assert "FI-2024-001 is complete" in again.stdout


def test_the_run_over_years_and_batches_keep_out_of_each_others_way(farm):
    process = farm.start_script(
        "event_engine", "--no-progress", *SMALL, "--start-date=2024-01-03", *FAROE
    )
    farm.wait_for_units(process, 0)
    # It holds the database without getting on.
    process.send_signal(signal.SIGSTOP)
    years = farm.generate("--mode=sequential", "--profile=tiny")
    clean = farm.manage("runscript", "cleanup_batch_data", "--yes")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    process.communicate(timeout=60)

    assert (years.returncode, clean.returncode, process.returncode) == (3, 3, 130)
    assert "Another run is using this database" in years.stderr


def test_a_crowded_farm_is_refused_and_nothing_is_written(farm):
    flags = ("--start-date=2024-01-03", "--station=Glyvrar", *FAROE)
    done(engine(farm, *flags, "--duration=3", "--eggs=50000"))
    result = engine(farm, *flags)
    status = farm.manage("runscript", "event_engine", "--status").stdout

    assert result.returncode == 3
    assert "No Hall A is free in Glyvrar" in result.stderr
    assert count(farm, "batch_batch") == 1
    assert status.splitlines() == [status.strip()]
    assert "complete" in status


def test_a_run_over_years_keeps_out_of_places_that_were_reserved(farm, django_db_blocker):
    """Also before the first fish of a batch are stored."""
    with django_db_blocker.unblock():
        with in_process.stopped_at(1):
            flags = ("--start-date=2024-01-03", "--duration=20", *FAROE)
            begun = in_process.run(farm, "event_engine", *SMALL, *flags)
        years = ("--profile=guide", *SMALL, "--session=1", "--workers=0")
        refused = in_process.run(farm, "data_generation", *years)

    assert (begun.code, refused.code) == (130, 3)
    assert "kept for a batch that was interrupted: FI-2024-001" in refused.err
    assert count(farm, "batch_batch") == 0
