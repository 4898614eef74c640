"""A ledger's life in whole months, as far as it lives in them."""

from collections.abc import Callable
from datetime import date

from data_generation.generators.core.dates import to_date
from data_generation.generators.ledger import DaysOutput, Ledger, never
from data_generation.months import month_end


def advance_month(ledger: Ledger, day: date, stop: Callable[[], bool] = never) -> DaysOutput:
    """Live through the rest of a day's month."""
    world = ledger._world
    stands = to_date(ledger._next_day)
    first = stands if stands.replace(day=1) == day.replace(day=1) else day.replace(day=1)
    last = (
        month_end(day)
        if world.itinerary is None
        else min(month_end(day), to_date(world.end_day - 1))
    )
    return ledger.advance(first, last, stop)
