"""What feed costs."""

import numpy as np

from data_generation.config.models import Feed
from data_generation.generators.dates import day_of_year, to_date
from data_generation.generators.rng import Draws

_DEAREST_DAY = 245


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
