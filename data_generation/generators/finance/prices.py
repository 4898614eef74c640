"""What salmon brings. One market for all countries."""

from bisect import bisect_left
from math import cos, pi

from data_generation.config.finance import FinanceConfig, Grade
from data_generation.generators.core.dates import between_years, day_of_year
from data_generation.generators.core.draws import Draws

GRADE_CODES: tuple[Grade, ...] = ("SUPERIOR", "ORDINARY", "PRODUCTION")


def salmon_market(config: FinanceConfig, draws: Draws, day: int) -> float:
    """What superior salmon of the middle size costs on a day, in the currency a kilogram."""
    season = 1.0 + config.price_season_amplitude * cos(
        2 * pi * (day_of_year(day) - config.dearest_day) / 365.25
    )
    market = 1.0 + (
        config.price_month_sd * _drift(draws, "salmon price month", day, 30)
        + config.price_week_sd * _drift(draws, "salmon price week", day, 7)
    )
    return between_years(config.salmon_price_by_year, day) * season * market


def salmon_of_size_ore(config: FinanceConfig, market: float, weight_g: int, grade: int) -> int:
    """Price of fish of a mean live weight and grade where the middle size costs `market`."""
    sizes, factors = zip(*config.size_factors, strict=True)
    size: float = factors[min(bisect_left(sizes, weight_g), len(factors) - 1)]
    return round(100.0 * market * size * config.grade_factors[GRADE_CODES[grade]])


def _drift(draws: Draws, purpose: str, day: int, days: int) -> float:
    """A standard normal value that goes evenly from one stretch of days to the next."""
    number, into = divmod(day, days)
    first = float(draws.normal(purpose, number))
    return first + (float(draws.normal(purpose, number + 1)) - first) * into / days
