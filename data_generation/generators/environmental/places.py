"""The water of each place, day by day, before the fish add to it.

Sea temperature is a season plus a slow and a fast AR(1) anomaly, partly common to a country's
areas (Bulgin 2020 for the persistence); on it lies what events do to the water. Halls hold a set
point, not perfectly. A day's value is a knot at midnight; within the day the water goes from one
knot to the next.
"""

import numpy as np

from data_generation.generators.core.dates import day_of_year
from data_generation.generators.core.draws import whole
from data_generation.generators.core.fish import NEVER
from data_generation.generators.core.world import LEVEL, Floats, Ints, World
from data_generation.generators.environmental.site_calendar import SiteCalendar
from data_generation.generators.environmental.state import (
    AreaAnomalies,
    CountryAnomalies,
    HallAnomalies,
    WaterReached,
)

_SCALE = 1_000_000
_YEAR_DAYS = 365.25
_DRAWN_DAYS = 512
_KINDS = (
    ("country_fast", "country_slow"),
    ("area_fast", "area_slow", "area_oxygen", "area_salt"),
    ("hall",),
)
"""What the anomalies of countries, areas and halls are called in draws."""
_AUTUMN_DAY = 255.0
_AUTUMN_WIDTH_DAYS = 30.0


class Environment:
    """Temperature, salinity, oxygen saturation and pH of each place at each midnight."""

    def __init__(self, world: World, calendar: SiteCalendar | None = None) -> None:
        """Draw what is particular to each place; `calendar` knows the events at sea."""
        config = world.config.environment
        self._calendar = calendar or SiteCalendar(world)
        places = world.layout.places
        self._config = config
        self._hall_count = world.layout.hall_count
        self._areas = world.layout.areas
        berths = places[self._hall_count :]
        self._area_of = np.array([p.water - self._hall_count for p in berths], dtype=np.int64)
        self._country = np.array([p.country for p in self._areas], dtype=np.int64)
        climates = [country.environmental.sea for country in world.layout.countries]
        self._climate = climates
        latitude = np.array([p.site.latitude for p in self._areas])
        reference = np.array([climates[c].reference_latitude for c in self._country])
        cooling = np.array([climates[c].cooling_per_degree_north_c for c in self._country])
        offset, salt, _, _ = world.draws.uniforms("site water", np.arange(len(self._areas)))
        self._mean_c = (
            np.array([climates[c].mean_c for c in self._country])
            - cooling * (latitude - reference)
            + (offset - 0.5) * 0.4
        )
        low = np.array([climates[c].salinity_min for c in self._country])
        high = np.array([climates[c].salinity_max for c in self._country])
        self._salinity = low + salt * (high - low)
        self._hall_set_c = np.array(
            [config.hall_temperature_c[p.stage] for p in places[: self._hall_count]]
        ) + 0.15 * world.draws.normal("hall set point", np.arange(self._hall_count))
        self._anomalies = (
            world.of(CountryAnomalies),
            world.of(AreaAnomalies),
            world.of(HallAnomalies),
        )
        self._reached = world.of(WaterReached)
        phi = {"fast": config.fast_phi, "slow": config.slow_phi, "oxygen": 0.9, "salt": 0.95}
        self._phi = np.concatenate(
            [
                np.full(len(records), phi.get(name, config.hall_phi))
                for records in self._anomalies
                for name in records.columns
            ]
        )
        self._innovation = np.sqrt(1.0 - self._phi * self._phi)
        self._drawn_from = NEVER
        self._drawn: Floats = np.zeros((0, 0))

    def advance(self, world: World) -> None:
        """Move the water of `world` on by a day: its start is yesterday's end."""
        day = world.today.day
        if self._reached.day[0] < day:
            self._begin(world, day)
        world.water.values[:] = world.water_tonight.values
        self._step(world, day + 1)
        self._write(world, day + 1)

    def _begin(self, world: World, day: int) -> None:
        """Come to the morning of `day` from the day since which the weather is reckoned."""
        since = min(world.weather_since, day)
        self._start_stationary(world, since)
        # The steps of `_step`, in floats that hold whole numbers: thousands of days in a moment.
        state = self._all().astype(np.float64)
        reached = since
        while reached < day:
            self._draw(world, reached + 1)
            last = min(day, self._drawn_from + _DRAWN_DAYS - 1)
            rows = slice(reached + 1 - self._drawn_from, last + 1 - self._drawn_from)
            for innovation in self._innovation * self._drawn[rows] * _SCALE:
                np.rint(self._phi * state + innovation, out=state)
            reached = last
        self._put(state.astype(np.int64))
        self._write(world, day)

    def _start_stationary(self, world: World, day: int) -> None:
        self._put(whole(self._draw(world, day) * _SCALE))

    def _step(self, world: World, day: int) -> None:
        z = self._draw(world, day)
        self._put(whole(self._phi * self._all() + self._innovation * z * _SCALE))

    def _all(self) -> Ints:
        """All anomalies in one row: a day moves them all by one step."""
        return np.concatenate([records.values.ravel() for records in self._anomalies])

    def _put(self, values: Ints) -> None:
        """Write such a row back."""
        first = 0
        for records in self._anomalies:
            part = values[first : (first := first + records.values.size)]
            records.values = part.reshape(records.values.shape)

    def _draw(self, world: World, day: int) -> Floats:
        """The day's draws, made for many days at once: a call costs more than its values."""
        if not self._drawn_from <= day < self._drawn_from + _DRAWN_DAYS:
            self._drawn_from = day
            days = day + np.arange(_DRAWN_DAYS)[:, None]
            self._drawn = np.concatenate(
                [
                    world.draws.normal(f"water {name}", np.arange(len(records)), days)
                    for records, kind in zip(self._anomalies, _KINDS, strict=True)
                    for name in kind
                ],
                axis=1,
            )
        z: Floats = self._drawn[day - self._drawn_from]
        return z

    def _write(self, world: World, day: int) -> None:
        """The knot of midnight at the start of `day`, into `place_level_next`."""
        self._reached.day = day
        config = self._config
        doy = float(day_of_year(day))
        level, q = world.water_tonight.values, world.quantities
        halls, sea = slice(0, self._hall_count), slice(self._hall_count, None)
        country, own, hall = self._anomalies
        s = {
            "country_fast": country.fast / _SCALE,
            "country_slow": country.slow / _SCALE,
            "area_fast": own.fast / _SCALE,
            "area_slow": own.slow / _SCALE,
            "area_oxygen": own.oxygen / _SCALE,
            "area_salt": own.salt / _SCALE,
            "hall": hall.deviation / _SCALE,
        }
        area = self._area_of
        level[q.temperature, sea] = _levels(self._sea_temperature(doy, s))[area]
        level[q.salinity, sea] = _levels(self._sea_salinity(doy, s))[area]
        dip = config.sea_oxygen_autumn_dip * np.exp(
            -0.5 * ((doy - _AUTUMN_DAY) / _AUTUMN_WIDTH_DAYS) ** 2
        )
        saturation = (
            config.sea_oxygen_saturation_mean - dip + config.sea_oxygen_sd * s["area_oxygen"]
        )
        level[q.oxygen, sea] = _levels(saturation)[area]
        level[q.ph, sea] = _levels(config.sea_ph + 0.012 * (s["area_oxygen"] - s["area_fast"]))[
            area
        ]
        effects = self._calendar.effects(day)
        level[q.temperature, sea] += _levels(effects.temperature)[area]
        level[q.oxygen, sea] += _levels(effects.oxygen)[area]
        level[q.ph, sea] += _levels(effects.ph)[area]
        hall_season = config.hall_season_c * np.cos(2 * np.pi * (doy - 220.0) / _YEAR_DAYS)
        level[q.temperature, halls] = _levels(
            self._hall_set_c + hall_season + config.hall_sd_c * s["hall"]
        )
        level[q.oxygen, halls] = _levels(np.full(self._hall_count, config.hall_oxygen_saturation))
        level[q.ph, halls] = _levels(config.ph_base + 0.03 * s["hall"])

    def _sea_temperature(self, doy: float, s: dict[str, Floats]) -> Floats:
        config = self._config
        amplitude = np.array([c.amplitude_c for c in self._climate])[self._country]
        warmest = np.array([float(c.warmest_day) for c in self._climate])[self._country]
        season = amplitude * np.cos(2 * np.pi * (doy - warmest) / _YEAR_DAYS)
        common, own = np.sqrt(config.regional_share), np.sqrt(1.0 - config.regional_share)
        fast = common * s["country_fast"][self._country] + own * s["area_fast"]
        slow = common * s["country_slow"][self._country] + own * s["area_slow"]
        result: Floats = self._mean_c + season + config.fast_sd_c * fast + config.slow_sd_c * slow
        return result

    def _sea_salinity(self, doy: float, s: dict[str, Floats]) -> Floats:
        """Saltest in early summer, freshest in the wet winter; rain as an AR(1) anomaly."""
        sd = np.array([c.salinity_sd for c in self._climate])[self._country]
        season = np.cos(2 * np.pi * (doy - 170.0) / _YEAR_DAYS)
        result: Floats = self._salinity + sd * (0.7 * season + s["area_salt"])
        return result


def _levels(values: Floats) -> Ints:
    return whole(values * LEVEL)
