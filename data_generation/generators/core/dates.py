"""Simulated time: days since 1970-01-01 and microseconds since then, as Arrow and PostgreSQL count.

Nothing here asks the clock.
"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def to_day(value: date) -> int:
    """Days since 1970-01-01."""
    return value.toordinal() - _EPOCH_ORDINAL


def to_date(day: int) -> date:
    """The calendar date of a day number."""
    return date.fromordinal(int(day) + _EPOCH_ORDINAL)


def days_in_month(month: date) -> int:
    """How many days the month of this date has."""
    return monthrange(month.year, month.month)[1]


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months after this one."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def day_of_year(day: int) -> int:
    """1 to 366."""
    return to_date(day).timetuple().tm_yday


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> int:
    """A moment of that day (UTC) in microseconds since 1970-01-01."""
    return int(day) * DAY_US + ((hour * 60 + minute) * 60 + second) * 1_000_000


def between_years(price_by_year: Mapping[int, float], day: int) -> float:
    """A price of a day between those in the middle of the years around it."""
    years = sorted(price_by_year)
    today = to_date(day)
    moment = today.year + (day_of_year(day) - 0.5) / 365.25 - 0.5
    later = bisect_left(years, moment)
    if later in (0, len(years)):
        return price_by_year[years[min(later, len(years) - 1)]]
    before, after = years[later - 1], years[later]
    share = (moment - before) / (after - before)
    return price_by_year[before] + (price_by_year[after] - price_by_year[before]) * share
