"""Rows become Arrow tables: history of every change, final states, nulls, exact decimals."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.generators.core.declared.arrow_types import arrow_type
from data_generation.generators.core.declared.output import (
    NULL,
    Ids,
    Output,
    build_column,
    number_column,
)
from data_generation.generators.domains import TABLES
from tests.unit.generators.support import columns

GRADE = "harvest_productgrade"
HISTORY = "harvest_historicalproductgrade"
HOUR = 3_600_000_000


@pytest.fixture
def ids():
    return Ids(TABLES)


@pytest.fixture
def output(ids):
    return Output(TABLES, ids)


def grades(keys, name, moment, created=HOUR):
    return {
        "id": np.array(keys, dtype=np.int64),
        "code": [f"G{key}" for key in keys],
        "name": name,
        "description": "",
        "created_at": created,
        "updated_at": moment,
    }


def insert(output, ids, count, name="new"):
    keys = ids.take(GRADE, count)
    output.insert(GRADE, count, **grades(keys, name, HOUR))
    return keys


def test_new_rows_have_a_history_row_each_at_their_creation(output, ids):
    insert(output, ids, 3)

    month = output.finish()

    assert columns(month.inserts[GRADE])["id"].tolist() == [1, 2, 3]
    assert month.updates == {}
    audit = columns(month.inserts[HISTORY])
    assert audit["id"].tolist() == [1, 2, 3]
    assert audit["history_id"].tolist() == [1, 2, 3]
    assert set(audit["history_type"]) == {"+"}
    assert audit["history_date"].tolist() == [HOUR] * 3
    assert audit["history_change_reason"].tolist() == [None] * 3
    assert audit["history_user_id"].tolist() == [None] * 3
    assert month.inserts[HISTORY].column_names == list(TABLES[GRADE].history_columns)


def test_a_row_made_and_changed_in_a_month_is_inserted_as_it_ended(output, ids):
    keys = insert(output, ids, 2)
    output.update(GRADE, 1, "spelling", **grades(keys[:1], "first", 2 * HOUR))
    output.update(GRADE, 1, **grades(keys[:1], "second", 3 * HOUR))

    month = output.finish()

    rows = columns(month.inserts[GRADE])
    assert dict(zip(rows["id"].tolist(), rows["name"].tolist(), strict=True)) == {
        1: "second",
        2: "new",
    }
    assert GRADE not in month.updates
    audit = columns(month.inserts[HISTORY])
    assert list(zip(audit["id"], audit["history_type"], audit["name"], strict=True)) == [
        (1, "+", "new"),
        (2, "+", "new"),
        (1, "~", "first"),
        (1, "~", "second"),
    ]
    assert audit["history_date"].tolist() == [HOUR, HOUR, 2 * HOUR, 3 * HOUR]
    assert audit["history_change_reason"].tolist() == [None, None, "spelling", None]


def test_older_rows_that_changed_are_updates_with_their_last_state(output, ids):
    keys = insert(output, ids, 3)
    output.finish()
    output.start()
    output.update(GRADE, 2, **grades(keys[1:], "changed", 5 * HOUR))
    output.update(GRADE, 1, **grades(keys[2:], "again", 6 * HOUR))
    newer = insert(output, ids, 1)
    output.update(GRADE, 1, **grades(newer, "newer", 7 * HOUR))

    month = output.finish()

    updated = columns(month.updates[GRADE])
    assert dict(zip(updated["id"].tolist(), updated["name"].tolist(), strict=True)) == {
        2: "changed",
        3: "again",
    }
    inserted = columns(month.inserts[GRADE])
    assert inserted["id"].tolist() == [4]
    assert inserted["name"].tolist() == ["newer"]
    audit = columns(month.inserts[HISTORY])
    assert len(audit["id"]) == 5
    assert min(audit["history_id"]) == 4


def test_history_keys_follow_time_whatever_the_order_of_writing(output, ids):
    keys = insert(output, ids, 2)
    output.update(GRADE, 1, **grades(keys[:1], "late", 9 * HOUR))
    output.update(GRADE, 1, **grades(keys[1:], "early", 4 * HOUR))

    audit = columns(output.finish().inserts[HISTORY])

    order = np.argsort(audit["history_id"])
    assert audit["name"][order].tolist() == ["new", "new", "early", "late"]
    assert audit["history_id"][order].tolist() == [1, 2, 3, 4]
    assert (np.diff(audit["history_date"][order]) >= 0).all()


def test_a_new_month_forgets_the_last(output, ids):
    insert(output, ids, 2)
    output.start()
    assert output.finish().inserts == {}


def test_no_rows_leave_no_table(output, ids):
    insert(output, ids, 0)
    assert output.finish().inserts == {}


def test_a_missing_or_unknown_column_is_named(output):
    row = grades([1], "x", HOUR)
    with pytest.raises(KeyError, match=r"harvest_productgrade.*colour"):
        output.insert(GRADE, 1, **row, colour="red")
    row.pop("code")
    with pytest.raises(KeyError, match="code"):
        output.insert(GRADE, 1, **row)


def test_keys_go_on_where_a_snapshot_left_them(ids):
    ids.take(GRADE, 5)
    ids.one(HISTORY)
    other = Ids(TABLES)
    other.restore(ids.snapshot())
    assert other.one(GRADE) == 6
    assert other.one(HISTORY) == 2
    assert other.next_of("batch_batch") == 1
    assert ids.next_of(GRADE) == 6


@given(st.lists(st.one_of(st.none(), st.integers(-(10**12) + 1, 10**12 - 1)), max_size=40))
def test_decimals_are_exact_below_zero_large_and_null(values):
    array = number_column("n12.3", np.array([NULL if v is None else v for v in values], np.int64))
    assert array.type == pa.decimal128(12, 3)
    array.validate(full=True)
    expected = [None if v is None else Decimal(v).scaleb(-3) for v in values]
    assert array.to_pylist() == expected


@pytest.mark.parametrize("code", ["i8", "i4", "d", "ts", "t"])
def test_null_is_null_in_every_kind_of_whole_number(code):
    array = number_column(code, np.array([7, NULL, 0]))
    assert array.type == arrow_type(code)
    assert array.is_null().to_pylist() == [False, True, False]


@pytest.mark.parametrize(("code", "limit"), [("i2", 2**15), ("i4", 2**31), ("d", 2**31)])
def test_a_value_too_large_is_refused_and_not_wrapped(code, limit):
    largest = number_column(code, np.array([limit - 1, -limit]))
    assert len(largest) == 2
    for value in (limit, -limit - 1):
        with pytest.raises(OverflowError, match=code):
            number_column(code, np.array([value, 0]))


def test_one_value_stands_for_all_rows_of_its_chunk():
    assert build_column("i4", [(5, 2), (np.array([6, 7]), 2), (None, 1)]).to_pylist() == [
        5,
        5,
        6,
        7,
        None,
    ]
    assert build_column("s", [("a", 2), (None, 1), ("b", 1)]).to_pylist() == ["a", "a", None, "b"]
    assert build_column("s", [(["x", None], 2), ("y", 2)]).to_pylist() == ["x", None, "y", "y"]
    assert build_column("s", [(None, 2)]).to_pylist() == [None, None]
    assert build_column("b", [(True, 1), (np.array([False, True]), 2)]).to_pylist() == [
        True,
        False,
        True,
    ]
    assert build_column("f8", [(0.5, 2), (np.array([1.5]), 1)]).to_pylist() == [0.5, 0.5, 1.5]
