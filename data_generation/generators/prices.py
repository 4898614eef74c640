"""What feed costs, and what salmon brings."""

from bisect import bisect_left
from collections.abc import Mapping
from math import cos, pi

import numpy as np

from data_generation.config.finance import Finance, Grade
from data_generation.config.models import Feed
from data_generation.generators.core.dates import day_of_year, to_date
from data_generation.generators.core.draws import Draws, Ints, whole

_DEAREST_DAY = 245
GRADE_CODES: tuple[Grade, ...] = ("SUPERIOR", "ORDINARY", "PRODUCTION")


def prices_ore(config: Feed, draws: Draws, places: Ints, feeds: Ints, day: int) -> list[int]:
    """Prices of a day by place and feed, in hundredths of a krone a kilogram.

    They follow year, season and the kind of feed.
    """
    base = _between_years(config.price_per_kg_by_year, day)
    season = 1.0 + config.price_season_amplitude * cos(
        2 * pi * (day_of_year(day) - _DEAREST_DAY) / 365.25
    )
    factors = np.array([kind.price_factor for kind in config.types])[feeds]
    noise = 1.0 + config.price_noise_sd * draws.normal("price", places * 64 + feeds, day)
    prices: list[int] = whole(100 * base * season * factors * noise).tolist()
    return prices


def salmon_price_ore(config: Finance, draws: Draws, day: int, weight_g: int, grade: int) -> int:
    """Price of salmon of a day, mean live weight and grade (a position in `master_data.GRADES`).

    In hundredths of the currency a kilogram head-on gutted. One market for all countries.
    """
    return salmon_of_size_ore(config, salmon_market(config, draws, day), weight_g, grade)


def salmon_market(config: Finance, draws: Draws, day: int) -> float:
    """What superior salmon of the middle size costs on a day, in the currency a kilogram."""
    season = 1.0 + config.price_season_amplitude * cos(
        2 * pi * (day_of_year(day) - config.dearest_day) / 365.25
    )
    market = 1.0 + (
        config.price_month_sd * _drift(draws, "salmon price month", day, 30)
        + config.price_week_sd * _drift(draws, "salmon price week", day, 7)
    )
    return _between_years(config.salmon_price_by_year, day) * season * market


def salmon_of_size_ore(config: Finance, market: float, weight_g: int, grade: int) -> int:
    """Price of fish of a mean live weight and grade where the middle size costs `market`."""
    sizes, factors = zip(*config.size_factors, strict=True)
    size: float = factors[min(bisect_left(sizes, weight_g), len(factors) - 1)]
    return round(100.0 * market * size * config.grade_factors[GRADE_CODES[grade]])


def _between_years(price_by_year: Mapping[int, float], day: int) -> float:
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


def _drift(draws: Draws, purpose: str, day: int, days: int) -> float:
    """A standard normal value that goes evenly from one stretch of days to the next."""
    number, into = divmod(day, days)
    first = float(draws.normal(purpose, number))
    return first + (float(draws.normal(purpose, number + 1)) - first) * into / days
