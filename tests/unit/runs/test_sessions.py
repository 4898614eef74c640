"""Sessions, chunks, and the refusal of spans that make no sense."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.errors import UsageError
from data_generation.runs.sessions import build_plan, next_month

START = date(2015, 1, 1)


def test_default_plan_is_ten_years_in_four_sessions():
    plan = build_plan(START, [36, 36, 36, 12])

    assert [(str(s.first_day), str(s.last_day)) for s in plan.sessions] == [
        ("2015-01-01", "2017-12-31"),
        ("2018-01-01", "2020-12-31"),
        ("2021-01-01", "2023-12-31"),
        ("2024-01-01", "2024-12-31"),
    ]


@given(
    months=st.lists(st.integers(1, 14), min_size=1, max_size=5),
    chunk=st.integers(1, 20),
    year=st.integers(1990, 2040),
    month=st.integers(1, 12),
)
def test_chunks_cover_every_month_once_and_in_order(months, chunk, year, month):
    plan = build_plan(date(year, month, 1), months)

    chunked = [m for s in plan.sessions for c in s.chunks(chunk) for m in c]

    assert chunked == list(plan.months)
    assert all(next_month(a) == b for a, b in pairwise(chunked))
    assert all(len(c) <= chunk for s in plan.sessions for c in s.chunks(chunk))
    assert [len(s.months) for s in plan.sessions] == months


def test_end_date_cuts_the_plan_inside_a_session():
    plan = build_plan(START, [12, 12, 12], end=date(2016, 3, 31))

    assert [len(s.months) for s in plan.sessions] == [12, 3]
    assert plan.sessions[-1].last_day == date(2016, 3, 31)


@pytest.mark.parametrize(
    ("start", "months", "end", "words"),
    [
        (date(2015, 1, 2), [12], None, "first day of a month"),
        (START, [], None, "at least one month"),
        (START, [12, 0], None, "at least one month"),
        (START, [12], START - timedelta(days=1), "a day after generation.start_date"),
        (START, [12], date(2015, 6, 15), "last day of a month"),
        (START, [12], date(2016, 1, 31), "up to 2015-12-31, the end of the last session"),
        (date(9999, 1, 1), [12, 12], None, "past the year 9999"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused(start, months, end, words):
    with pytest.raises(UsageError, match=words):
        build_plan(start, months, end)


@pytest.mark.parametrize("number", [0, 5, -1])
def test_an_unknown_session_is_refused_with_the_known_ones(number):
    with pytest.raises(UsageError, match="sessions 1 to 4"):
        build_plan(START, [1, 1, 1, 1]).session(number)
