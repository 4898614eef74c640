"""Months of the calendar, which units, partitions, reports and generators all count in."""

from datetime import date, timedelta


def next_month(day: date) -> date:
    """Return the first day of the month after that of `day`; ValueError past the year 9999."""
    if day.month == 12:
        return date(day.year + 1, 1, 1)
    return date(day.year, day.month + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return next_month(day) - timedelta(days=1)
