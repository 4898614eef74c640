"""Months, partition names, history tables and the named SQL statements."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation import named_sql
from data_generation.storage.postgres.catalog import DATE, TIMESTAMPTZ, tracked_table
from data_generation.storage.postgres.loading.partitions import (
    Month,
    partition_name,
    split_by_month,
)
from data_generation.storage.postgres.statements import statement
from tests.shell import ROOT


def test_a_month_ends_where_the_next_begins() -> None:
    december = Month.of(date(2015, 12, 31))
    assert december == Month(date(2015, 12, 1), date(2016, 1, 1))
    assert december.bounds(DATE) == ("2015-12-01", "2016-01-01")
    assert december.bounds(TIMESTAMPTZ) == ("2015-12-01 00:00:00+00", "2016-01-01 00:00:00+00")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_every_day_lies_in_its_month(day: date) -> None:
    month = Month.of(day)
    assert month.first <= day < month.following
    assert 28 <= (month.following - month.first).days <= 31


def test_partition_names_fit_and_stay_apart() -> None:
    month = Month.of(date(2015, 1, 1))
    assert partition_name("farm_meal", month) == "farm_meal_y2015m01"
    long = [partition_name("farm_" + "x" * 60 + end, month) for end in "ab"]
    assert len(set(long)) == 2
    assert {len(name) for name in long} == {63}
    assert partition_name("farm_meal", month, "_i1") == "farm_meal_y2015m01_i1"
    assert len(partition_name("farm_" + "x" * 60, month, "_s4194304_i10")) == 63


@pytest.mark.parametrize(
    ("table", "tracked"),
    [
        ("batch_historicalbatch", "batch_batch"),
        ("inventory_historicalfeedcontainerstock", "inventory_feedcontainerstock"),
        ("batch_batch", None),
        ("_historical", None),
    ],
)
def test_history_tables_name_what_they_track(table: str, tracked: str | None) -> None:
    assert tracked_table(table) == tracked


def test_rows_are_divided_by_month_in_utc() -> None:
    times = [datetime(2014, 12, 31, 23, 59, tzinfo=UTC), datetime(2015, 1, 1, tzinfo=UTC)]
    rows = pa.table({"n": [1, 2], "at": pa.array(times, pa.timestamp("us", "UTC"))})
    january, december = Month.of(date(2015, 1, 1)), Month.of(date(2014, 12, 1))
    divided = {month: part["n"].to_pylist() for month, part in split_by_month(rows, "at", january)}
    assert divided == {december: [1], january: [2]}
    ((month, part),) = split_by_month(rows.slice(1), "at", january)
    assert (month, part["n"].to_pylist()) == (january, [2])


@pytest.mark.parametrize(
    "package",
    sorted({file.parent.parent for file in (ROOT / "data_generation").rglob("sql/*.sql")}),
    ids=lambda folder: str(folder.relative_to(ROOT)),
)
def test_every_statement_is_named_and_described(package: Path) -> None:
    module = ".".join(package.relative_to(ROOT).parts)
    for file in sorted((package / "sql").iterdir()):
        text = file.read_text("utf-8")
        names = [line[9:] for line in text.splitlines() if line.startswith("-- name: ")]
        assert names
        for name in names:
            lines = named_sql.statement(module, file.stem, name).splitlines()
            assert lines
            assert len(lines) == 1 or f"-- name: {name}\n-- " in text, name


def test_an_unknown_statement_is_an_error() -> None:
    with pytest.raises(KeyError):
        statement("loader", "absent")
