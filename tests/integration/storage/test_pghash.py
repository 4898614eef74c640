"""The hashes that need no database are PostgreSQL's own."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_generation.storage.parquet.pghash import hash_array, hash_rows

UNSIGNED = 2**64

TEXTS = ["", "a", "Norðtoftir", "x" * 11, "x" * 12, "y" * 23, "y" * 24, "z" * 25, "ø" * 300, "a"]
NUMBERS = [0, 1, -1, 7, 2**31 - 1, -(2**31)]
LARGE = [*NUMBERS, 2**31, 2**63 - 1, -(2**63), -(2**32) - 5]
DECIMALS = ["0", "0.5", "1.50", "-1.5", "10000", "12340000.0001", "99999999.9999", "0.0001"]
DOCUMENTS = [
    {},
    [],
    {"b": 1, "aa": 1.50, "a": None},
    {"growth": 0.0001, "ok": True, "no": False, "deep": {"list": [1, "two", []]}},
    [1, 2, {"x": "Á"}],
    "alone",
    3,
]
MOMENTS = [datetime(1999, 12, 31, 23, tzinfo=UTC), datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=UTC)]


def cases():
    yield "smallint", pa.array([0, -1, 32767], pa.int16()), {}
    yield "integer", pa.array([*NUMBERS, None], pa.int32()), {}
    yield "bigint", pa.array([*LARGE, None], pa.int64()), {}
    yield "text", pa.array([*TEXTS, None]), {}
    yield "text", pa.array(TEXTS).dictionary_encode(), {}
    yield "boolean", pa.array([True, False, None]), {}
    decimals = pa.array([Decimal(d) for d in DECIMALS], pa.decimal128(14, 4))
    yield "numeric(14,4)", decimals, {}
    for scale in (0, 1, 2, 3, 6):
        values = [Decimal(n).scaleb(-scale) for n in (0, 5, 1234567, -90000, 10**11)]
        array = pa.array(values, pa.decimal128(13, scale))
        yield f"numeric(13,{scale})", array, {}
    yield "double precision", pa.array([0.0, -0.0, 0.25, -1e300, None]), {}
    days = pa.array([date(1970, 1, 1), date(2000, 1, 1), date(2024, 2, 29), None])
    yield "date", days, {}
    yield "timestamptz", pa.array(MOMENTS, pa.timestamp("us", "UTC")), {}
    yield "time", pa.array([time(0), time(7, 30, 1)], pa.time64("us")), {}
    documents = pa.array([json.dumps(d) for d in DOCUMENTS])
    yield "jsonb", documents, {"is_json": True}


@pytest.mark.parametrize(("kind", "array", "more"), list(cases()))
def test_each_type_hashes_as_in_the_server(kind, array, more, server_url):
    found = hash_array(array, **more)
    # Within a record of one column, a value's hash is the record's.
    query = f"SELECT hash_record_extended(ROW(v::{kind}), 0) FROM unnest(%s::text[]) AS v"
    values = [_text(value) for value in array.to_pylist()]
    with psycopg.connect(server_url) as connection:
        wanted = [row[0] % UNSIGNED for row in connection.execute(query, (values,))]
    assert found.tolist() == wanted


def _text(value):
    return None if value is None else str(value)


@pytest.fixture(scope="module")
def connection(server_url):
    with psycopg.connect(server_url) as opened:
        yield opened


ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
        st.one_of(
            st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
        ),
        st.decimals(-(10**8), 10**8, places=3),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=50, deadline=None)
@given(rows=ROWS)
def test_any_row_hashes_as_in_the_server(connection, rows):
    number, text, decimal = zip(*rows, strict=True)
    columns = {
        "a": pa.array(number, pa.int64()),
        "b": pa.array(text, pa.string()),
        "c": pa.array(decimal, pa.decimal128(12, 3)),
    }
    found = hash_rows(pa.record_batch(columns), frozenset())
    query = (
        "SELECT hashtextextended(hash_record_extended(ROW(a, b, c), 0)::text, 0) FROM "
        "unnest(%s::bigint[], %s::text[], %s::numeric[]) WITH ORDINALITY AS t (a, b, c, n) "
        "ORDER BY n"
    )
    parameters = ([*number], [*text], [*decimal])
    wanted = [row[0] % UNSIGNED for row in connection.execute(query, parameters)]
    assert found.dtype == np.uint64
    assert found.tolist() == wanted
