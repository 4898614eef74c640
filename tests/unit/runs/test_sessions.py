"""Sessions, chunks, and the refusal of spans that make no sense."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.errors import UsageError
from data_generation.months import next_month
from data_generation.runs.sessions import Days, Session, build_plan

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

    chunks = [c for s in plan.sessions for _, c in s.chunks(s.days_after(None), chunk)]
    chunked = [days.month for c in chunks for days in c]

    assert chunked == list(plan.months)
    assert all(next_month(a) == b for a, b in pairwise(chunked))
    assert all(len(c) <= chunk for c in chunks)
    assert [len(s.months) for s in plan.sessions] == months


@pytest.mark.parametrize("until", [date(2016, 3, 31), date(2016, 3, 10)])
def test_the_last_day_cuts_the_plan_inside_a_session(until):
    plan = build_plan(START, [12, 12, 12], until)

    assert [len(s.months) for s in plan.sessions] == [12, 3]
    assert plan.last_day == until
    assert plan.sessions[-1].days_after(None)[-1] == Days(date(2016, 3, 1), until)


def test_what_lies_past_the_last_session_is_one_more():
    plan = build_plan(START, [12], date(2017, 5, 4))

    assert [(s.number, s.first_day, s.last_day) for s in plan.sessions] == [
        (1, START, date(2015, 12, 31)),
        (2, date(2016, 1, 1), date(2017, 5, 4)),
    ]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12))
def test_days_go_on_where_they_ended(steps):
    done, found = None, []
    for step in steps:
        until = (START if done is None else done + timedelta(days=1)) + timedelta(days=step)
        session = Session(1, START, until)
        found += session.days_after(done)
        done = until
    days = [d.first + timedelta(days=n) for d in found for n in range(d.count)]
    assert days == [START + timedelta(days=n) for n in range(len(days))]
    assert days[-1] == done
    assert all(d.first.month == d.last.month for d in found)
    assert session.months_done(found) == set(session.months)
    assert session.months_done(found[:-1]) == set(session.months[:-1])


def test_days_are_named_as_a_month_or_by_their_ends():
    assert str(Days(date(2016, 2, 1), date(2016, 2, 29))) == "2016-02"
    assert str(Days(date(2016, 2, 2), date(2016, 2, 29))) == "2016-02-02..2016-02-29"


@pytest.mark.parametrize(
    ("start", "months", "end", "words"),
    [
        (date(2015, 1, 2), [12], None, "first day of a month"),
        (START, [], None, "at least one month"),
        (START, [12, 0], None, "at least one month"),
        (START, [12], START - timedelta(days=1), "lies before generation.start_date"),
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
