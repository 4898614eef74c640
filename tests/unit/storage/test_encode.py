"""Arrow columns become what a table's columns are, or are refused by name."""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.errors import StorageError
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import CatalogColumn, CatalogTable, TableKind
from data_generation.storage.postgres.loading.encode import TableEncoder
from data_generation.storage.postgres.loading.filling import Filling

TYPES = {
    "int2": (21, -1, "smallint"),
    "int4": (23, -1, "integer"),
    "int8": (20, -1, "bigint"),
    "bool": (16, -1, "boolean"),
    "float8": (701, -1, "double precision"),
    "text": (25, -1, "text"),
    "varchar3": (1043, 7, "character varying(3)"),
    "numeric5_2": (1700, (5 << 16 | 2) + 4, "numeric(5,2)"),
    "numeric": (1700, -1, "numeric"),
    "date": (1082, -1, "date"),
    "time": (1083, -1, "time without time zone"),
    "timestamptz": (1184, -1, "timestamp with time zone"),
    "jsonb": (3802, -1, "jsonb"),
    "inet": (869, -1, "inet"),
}


def table(
    nullable: bool = True, id_offsets: dict[str, str] | None = None, **columns: str
) -> CatalogTable:
    described = {n: CatalogColumn(n, *TYPES[t], nullable, False) for n, t in columns.items()}
    return CatalogTable(
        name="farm_tank",
        schema="public",
        kind=TableKind.PLAIN,
        columns=described,
        primary_key=(),
        id_column=None,
        keys=(),
        indexes=(),
        foreign_keys=(),
        id_offsets=id_offsets or {},
        partition_column=None,
        default_partition=None,
        triggers_replaceable=True,
    )


def converted(to: str, values: pa.Array, **more: Any) -> pa.Array:
    rows = pa.table({"a": values})
    encoder = TableEncoder(table(a=to, **more), rows.schema, Keys.shifted({"farm_pond": 1000}))
    return encoder.convert(rows.to_batches()[0]).column(0)


@pytest.mark.parametrize(
    ("to", "values", "expected"),
    [
        ("int2", pa.array([1, -32768]), pa.array([1, -32768], pa.int16())),
        ("int4", pa.array([2**31 - 1, None]), pa.array([2**31 - 1, None], pa.int32())),
        ("int8", pa.array([7], pa.int8()), pa.array([7], pa.int64())),
        ("int8", pa.nulls(2), pa.array([None, None], pa.int64())),
        ("text", pa.array(["a", None, "a"]).dictionary_encode(), pa.array(["a", None, "a"])),
        ("text", pa.array(["a"], pa.large_string()), pa.array(["a"])),
        ("varchar3", pa.array(["ØÆÅ"]), pa.array(["ØÆÅ"])),
        ("varchar3", pa.nulls(1), pa.nulls(1, pa.string())),
        ("float8", pa.array([3]), pa.array([3.0])),
        (
            "numeric5_2",
            pa.array([Decimal("1.5")], pa.decimal128(10, 4)),
            pa.array([Decimal("1.50")], pa.decimal128(5, 2)),
        ),
        ("numeric5_2", pa.array([-999]), pa.array([Decimal("-999.00")], pa.decimal128(5, 2))),
        (
            "numeric",
            pa.array([Decimal("1.2345")], pa.decimal128(9, 4)),
            pa.array([Decimal("1.2345")], pa.decimal128(9, 4)),
        ),
        ("date", pa.array([date(2015, 1, 1)]), pa.array([date(2015, 1, 1)])),
        ("time", pa.array([1], pa.time32("s")), pa.array([1_000_000], pa.time64("us"))),
        (
            "timestamptz",
            pa.array([1], pa.timestamp("s", "Atlantic/Faroe")),
            pa.array([1_000_000], pa.timestamp("us", "UTC")),
        ),
    ],
)
def test_values_take_the_type_of_the_column(to: str, values: pa.Array, expected: pa.Array) -> None:
    assert converted(to, values).equals(expected)


@pytest.mark.parametrize(
    ("to", "values", "message"),
    [
        ("int2", pa.array([5, 32768]), r"farm_tank.a \(smallint\).* 5 to 32768"),
        ("int4", pa.array([-(2**31) - 1]), "-2147483649"),
        ("numeric5_2", pa.array([Decimal("1.005")], pa.decimal128(9, 3)), "1.005"),
        ("numeric5_2", pa.array([Decimal("1000.00")], pa.decimal128(9, 2)), "1000"),
        ("numeric5_2", pa.array([1.5]), "does not take Arrow's double"),
        ("int4", pa.array([1.0]), "does not take Arrow's double"),
        ("int4", pa.array(["1"]), "does not take Arrow's string"),
        ("bool", pa.array([1]), "does not take Arrow's int64"),
        ("text", pa.array([1]), "does not take Arrow's int64"),
        ("timestamptz", pa.array([1], pa.timestamp("us")), "does not take Arrow's timestamp"),
        ("timestamptz", pa.array([date(2015, 1, 1)]), "does not take Arrow's date32"),
        ("varchar3", pa.array(["Ø" * 4]).dictionary_encode(), "at most 3 characters.* 4"),
        ("inet", pa.array(["::1"]), "has type inet, which cannot be loaded"),
    ],
)
def test_values_that_would_change_are_refused(to: str, values: pa.Array, message: str) -> None:
    with pytest.raises(StorageError, match=message):
        converted(to, values)


def test_nulls_need_a_nullable_column() -> None:
    with pytest.raises(StorageError, match=r"farm_tank.a must not be null.* 1 of 2 rows"):
        converted("int4", pa.array([1, None]), nullable=False)


def test_a_column_that_the_table_lacks_is_left_out_only_if_the_filling_says_so() -> None:
    rows = pa.table({"extra": [1], "a": [2]})
    with pytest.raises(StorageError, match="farm_tank has no column extra"):
        TableEncoder(table(a="int4"), rows.schema, Keys())
    encoder = TableEncoder(table(a="int4"), rows.schema, Keys(), Filling(("a",)))
    assert encoder.columns == ("a",)
    assert encoder.convert(rows.to_batches()[0]).to_pydict() == {"a": [2]}


def test_columns_that_the_rows_lack_are_filled_as_the_filling_says() -> None:
    rows = pa.table({"a": [2, 3]})
    filling = Filling(("a",), {"b": "HOLDING"}, {"c": "a"}, {"c": "farm_pond"})
    described = table(a="int4", b="text", c="int4", nullable=False)
    encoder = TableEncoder(described, rows.schema, Keys.shifted({"farm_pond": 100}), filling)
    assert encoder.columns == ("a", "b", "c")
    assert encoder.convert(rows.to_batches()[0]).to_pydict() == {
        "a": [2, 3],
        "b": ["HOLDING"] * 2,
        "c": [102, 103],
    }


def test_a_column_that_the_rows_lack_must_be_nullable() -> None:
    rows = pa.table({"a": [2]})
    assert TableEncoder(table(a="int4", b="int4"), rows.schema, Keys()).columns == ("a",)
    with pytest.raises(StorageError, match="needs the columns b"):
        TableEncoder(table(a="int4", b="int4", nullable=False), rows.schema, Keys())


def test_every_table_of_one_copy_has_the_same_columns() -> None:
    rows = pa.table({"a": [2], "b": [3]})
    encoder = TableEncoder(table(a="int4", b="int4"), rows.schema, Keys())
    for other in (rows.select(["b", "a"]), rows.set_column(0, "a", [["x"]])):
        with pytest.raises(StorageError, match="different columns or types"):
            list(encoder.stream([rows, other]))


@given(st.lists(st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1001)), min_size=1))
def test_offsets_move_every_id_and_no_null(ids: list[int | None]) -> None:
    shifted = converted("int4", pa.array(ids, pa.int64()), id_offsets={"a": "farm_pond"})
    assert shifted.to_pylist() == [None if i is None else i + 1000 for i in ids]


def test_an_offset_that_overflows_is_refused() -> None:
    with pytest.raises(StorageError, match=r"farm_tank.a \(integer\)"):
        converted("int4", pa.array([2**31 - 1]), id_offsets={"a": "farm_pond"})


def test_batches_are_seen_in_order_as_they_are_encoded() -> None:
    rows = pa.table({"a": range(100_000)})
    encoder = TableEncoder(table(a="int4"), rows.schema, Keys())
    seen: list[int] = []
    stream = encoder.stream([rows], lambda batch: seen.extend(batch.column(0).to_pylist()))
    size = sum(map(len, stream))
    assert seen == list(range(100_000))
    header, trailer, a_row = 19, 2, 2 + 4 + 4
    assert size == header + trailer + 100_000 * a_row
