"""What feed costs."""

from math import cos, pi

import numpy as np

from data_generation.config.inventory import Feed
from data_generation.generators.core.dates import between_years, day_of_year
from data_generation.generators.core.draws import Draws, Ints, whole

_DEAREST_DAY = 245


def prices_ore(config: Feed, draws: Draws, places: Ints, feeds: Ints, day: int) -> list[int]:
    """Prices of a day by place and feed, in hundredths of a krone a kilogram.

    They follow year, season and the kind of feed.
    """
    base = between_years(config.price_per_kg_by_year, day)
    season = 1.0 + config.price_season_amplitude * cos(
        2 * pi * (day_of_year(day) - _DEAREST_DAY) / 365.25
    )
    factors = np.array([kind.price_factor for kind in config.types])[feeds]
    noise = 1.0 + config.price_noise_sd * draws.normal("price", places * 64 + feeds, day)
    prices: list[int] = whole(100 * base * season * factors * noise).tolist()
    return prices
