"""What feed costs, and what salmon brings."""

import numpy as np

from data_generation.config.finance import Finance, Grade
from data_generation.config.models import Feed
from data_generation.generators.dates import day_of_year, to_date
from data_generation.generators.rng import Draws

_DEAREST_DAY = 245
GRADE_CODES: tuple[Grade, ...] = ("SUPERIOR", "ORDINARY", "PRODUCTION")


def price_ore(config: Feed, draws: Draws, place: int, feed: int, day: int) -> int:
    """Price by year, season and kind of feed, in hundredths of a krone a kilogram."""
    years = sorted(config.price_per_kg_by_year)
    moment = to_date(day).year + (day_of_year(day) - 0.5) / 365.25
    base = float(
        np.interp(moment, [y + 0.5 for y in years], [config.price_per_kg_by_year[y] for y in years])
    )
    season = 1.0 + config.price_season_amplitude * float(
        np.cos(2 * np.pi * (day_of_year(day) - _DEAREST_DAY) / 365.25)
    )
    noise = 1.0 + config.price_noise_sd * float(draws.normal("price", place * 64 + feed, day))
    return round(100 * base * season * config.types[feed].price_factor * noise)


def salmon_price_ore(config: Finance, draws: Draws, day: int, weight_g: int, grade: int) -> int:
    """Price of salmon of a day, mean live weight and grade (a position in `master_data.GRADES`).

    In hundredths of the currency a kilogram head-on gutted. One market for all countries.
    """
    years = sorted(config.salmon_price_by_year)
    prices = [config.salmon_price_by_year[y] for y in years]
    moment = to_date(day).year + (day_of_year(day) - 0.5) / 365.25
    base = float(np.interp(moment, [y + 0.5 for y in years], prices))
    season = 1.0 + config.price_season_amplitude * float(
        np.cos(2 * np.pi * (day_of_year(day) - config.dearest_day) / 365.25)
    )
    market = 1.0 + (
        config.price_month_sd * _drift(draws, "salmon price month", day, 30)
        + config.price_week_sd * _drift(draws, "salmon price week", day, 7)
    )
    sizes, factors = zip(*config.size_factors, strict=True)
    size: float = factors[min(int(np.searchsorted(sizes, weight_g, side="left")), len(factors) - 1)]
    factor = config.grade_factors[GRADE_CODES[grade]]
    price = 100.0 * base * season * market * size * factor
    return round(price)


def _drift(draws: Draws, purpose: str, day: int, days: int) -> float:
    """A standard normal value that goes evenly from one stretch of days to the next."""
    number, into = divmod(day, days)
    first, last = (float(z) for z in draws.normal(purpose, [number, number + 1]))
    return first + (last - first) * into / days
