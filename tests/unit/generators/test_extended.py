"""However a life is divided into days, it leaves the same rows and the same state."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from data_generation.generators.domains import TABLES
from data_generation.generators.ledger import Ledger
from data_generation.generators.readings.expand import expand_readings
from data_generation.runs.sessions import Session
from tests.unit.generators.support import HASTY, tiny_config

START = date(2015, 1, 1)
# Moves, a first batch at sea, treatments, a harvest and the next batch lie within.
UNTIL = {"tiny": date(2015, 5, 19), "hasty": date(2015, 9, 12)}
KEYS = {table.name: table.key for table in TABLES.values()}
DAY = timedelta(days=1)


def config_of(farm):
    return tiny_config() if farm == "tiny" else tiny_config(*HASTY)


def lived(farm, units, restored=()):
    """Rows by table and key, readings, and the state at the end.

    After each unit in `restored` another ledger goes on from the snapshot.
    """
    ledger, rows, readings = Ledger(config_of(farm)), {}, []
    for number, days in enumerate(units):
        output = ledger.advance(days.first, days.last)
        for tables in (output.inserts, output.updates):
            for name, table in tables.items():
                keys = table[KEYS.get(name, "history_id")].to_pylist()
                rows.setdefault(name, {}).update(zip(keys, table.to_pylist(), strict=True))
        readings += expand_readings(output.readings, 50_000)
        if number in restored:
            state = {name: values.copy() for name, values in ledger.snapshot().items()}
            ledger = Ledger(config_of(farm))
            ledger.restore(state)
    return rows, pa.concat_tables(readings).sort_by("id"), ledger.snapshot()


@cache
def at_once(farm):
    return lived(farm, Session(1, START, UNTIL[farm]).days_after(None))


def in_steps(until, steps):
    """Units of a history that was extended by so many days each time."""
    done, units = START - DAY, []
    while done < until:
        step = steps[len(units) % len(steps)]
        reached = min(done + timedelta(days=step), until)
        units += Session(1, START, reached).days_after(done)
        done = reached
    return units


@pytest.mark.parametrize("farm", ["tiny", "hasty"])
@given(
    steps=st.lists(st.integers(1, 45), min_size=1, max_size=9),
    restored=st.frozensets(st.integers(0, 12), max_size=3),
)
@settings(max_examples=1, deadline=None, phases=[Phase.generate])
def test_a_history_extended_in_steps_is_that_made_at_once(farm, steps, restored):
    rows, readings, state = at_once(farm)

    found, found_readings, found_state = lived(farm, in_steps(UNTIL[farm], steps), restored)

    assert found.keys() == rows.keys()
    for name in rows:
        assert found[name] == rows[name], name
    assert found_readings.equals(readings)
    for name in state:
        assert np.array_equal(found_state[name], state[name]), name


def test_nothing_is_written_before_its_day():
    """Rows of a day are there when it has passed, and none of a day to come but plans."""
    plans = {"expected_end_date", "expiry_date", "end_date", "scheduled_date", "planned_date"}
    plans |= {"planned_start_date", "planned_completion_date"}
    ledger = Ledger(tiny_config())
    for days in in_steps(date(2015, 4, 20), [11]):
        output = ledger.advance(days.first, days.last)
        for name, table in output.inserts.items():
            for column in table.schema:
                if column.name in plans or not pa.types.is_temporal(column.type):
                    continue
                if pa.types.is_time(column.type):
                    continue
                values = table[column.name].cast(pa.date32()).drop_null().to_pylist()
                assert not values or max(values) <= days.last, (name, column.name)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2015, 1, 2), date(2015, 1, 31)),
        (date(2015, 1, 1), date(2015, 2, 1)),
        (date(2015, 1, 1), date(2014, 12, 31)),
    ],
)
def test_days_that_do_not_follow_are_refused(first, last):
    with pytest.raises(ValueError, match=str(first)):
        Ledger(tiny_config()).advance(first, last)
