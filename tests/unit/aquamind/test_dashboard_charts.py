"""The geometry of charts, and figures as words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aquamind.dashboard.charts import TOP, WIDTH, Chart, Scale, TimeAxis, moment
from aquamind.dashboard.pages.sensors import day_from
from aquamind.dashboard.words import counted, grams, tonnes, whole

SECONDS_OF_70_YEARS = 70 * 365 * 86_400
MOMENTS = st.integers(0, SECONDS_OF_70_YEARS).map(lambda at: datetime.fromtimestamp(at, UTC))


@given(MOMENTS, st.timedeltas(timedelta(hours=2), timedelta(days=200 * 365)))
def test_every_period_has_few_ticks_in_order_and_inside(first, length):
    axis = TimeAxis(first, first + length)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 13
    places = [tick.at for tick in ticks]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] <= WIDTH
    assert len({(tick.at, tick.label) for tick in ticks}) == len(ticks)
    # In the narrowest frame four of them have room; those at the edges are not cut off.
    assert 1 <= sum(tick.room == "few" for tick in ticks) <= 4
    assert all(tick.anchor == "start" for tick in ticks if tick.at < 20)
    assert all(tick.anchor == "end" for tick in ticks if tick.at > WIDTH - 20)


def test_ticks_are_at_whole_months_and_name_the_year_once():
    axis = TimeAxis(moment(date(2020, 9, 30)), moment(date(2021, 7, 2)))
    labels = [tick.label for tick in axis.ticks()]
    assert labels == [
        "Oct 2020",
        "Nov",
        "Dec",
        "Jan 2021",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
    ]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    st.booleans(),
    st.floats(60, 400),
)
def test_every_value_lies_on_the_scale_and_larger_ones_higher(values, logarithmic, height):
    scale = Scale.around(values, height, logarithmic=logarithmic)
    assert len(scale.ticks()) <= 16
    inside = sorted(value for value in values if not logarithmic or value > 0)
    heights = [scale.y(value) for value in inside]
    assert heights == sorted(heights, reverse=True)
    assert all(TOP - 0.01 <= y <= height - 21.9 for y in heights)


def test_where_there_is_little_room_the_month_that_names_the_year_is_kept():
    axis = TimeAxis(moment(date(2020, 9, 30)), moment(date(2021, 7, 2)))
    assert [tick.label for tick in axis.ticks() if tick.room == "few"] == ["Jan 2021", "May"]


@given(st.floats(-1e4, 1e4), st.floats(0.01, 1e4))
def test_a_tick_is_where_its_label_says(low, span):
    scale = Scale.around([low, low + span], 200)
    for tick in scale.ticks():
        value = float(tick.label.replace(",", ""))
        assert scale.y(value) == pytest.approx(tick.at, abs=0.5)


def test_ticks_of_small_values_keep_their_decimals():
    assert [tick.label for tick in Scale.around([0.0, 0.06], 100).ticks()] == [
        "0.00",
        "0.02",
        "0.04",
        "0.06",
    ]


def chart() -> Chart:
    axis = TimeAxis(moment(date(2020, 1, 1)), moment(date(2020, 1, 11)))
    return Chart("", "", axis, Scale(0, 10, 122))


def test_a_line_is_broken_where_readings_are_missing():
    days = [date(2020, 1, day) for day in (1, 2, 7, 8)]
    whole, broken, missing = chart(), chart(), chart()
    whole.line("line", [(day, 1.0) for day in days])
    broken.line("line", [(day, 1.0) for day in days], timedelta(days=2))
    missing.line("line", zip(days, [1.0, None, 1.0, 2.0], strict=True))
    assert [c.shapes[0].d.count("M") for c in (whole, broken, missing)] == [1, 2, 2]


def test_words_begin_where_there_is_room():
    plot = chart()
    plot.head(20, date(2020, 1, 2), date(2020, 1, 4), "early")
    plot.head(20, date(2020, 1, 8), date(2020, 1, 9), "late")
    assert [(word.css, word.x) for word in plot.words] == [("name", "10.00"), ("name end", "80.00")]


def test_a_bar_stands_on_the_time_axis():
    plot = chart()
    plot.bar("bar", date(2020, 1, 1), date(2020, 1, 2), 0, 5)
    bar = plot.shapes[0]
    assert float(bar.y) + float(bar.height) == pytest.approx(plot.bottom)
    assert float(bar.height) == pytest.approx((plot.bottom - TOP) / 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-02-29", date(2020, 2, 29)),
        (" 2020-03-01T12:00", date(2020, 3, 1)),
        ("2021-02-29", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_days_are_read_or_passed_over(text, day):
    assert day_from(text) == day


def test_weights_have_the_unit_that_suits_them():
    assert [grams(value) for value in (0.1, 7.613, 259.4, 6052.0)] == [
        "0.1 g",
        "7.61 g",
        "259 g",
        "6.05 kg",
    ]
    assert [tonnes(value) for value in (0, 8.5, 606.4, 295_800, 6_488_218)] == [
        "0 kg",
        "8.5 kg",
        "606 kg",
        "295.8 t",
        "6,488 t",
    ]


def test_things_are_counted_in_words():
    assert [counted(n, "cage") for n in (0, 1, 2, 1200)] == [
        "0 cages",
        "1 cage",
        "2 cages",
        "1,200 cages",
    ]


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "\u0663", "9" * 5000])
def test_what_is_no_whole_number_is_none(text):
    assert whole(text) is None
