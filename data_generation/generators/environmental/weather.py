"""The weather of each sea area every six hours, and its daylight.

Wind is a vector whose two components are AR(1) around the prevailing wind, so that speed and
direction belong together and speeds are close to a Rayleigh law; rain, cloud and warmth come with
it, waves follow it over the water it blows across. A country's areas share its fronts. Each series
is a weighted sum of keyed draws, so the weather of a day does not depend on where one begins.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from data_generation.config.environmental import WeatherConfig
from data_generation.generators.core.dates import (
    HOUR_US,
    MINUTE_US,
    add_months,
    at,
    day_of_year,
    to_date,
    to_day,
)
from data_generation.generators.core.draws import Draws, normal_quantile, whole
from data_generation.generators.core.layout import Layout
from data_generation.generators.core.world import Floats, Ints, World

STEPS = 4
"""Observations a day: at 00, 06, 12 and 18 UTC."""
BEFORE_DAYS, AFTER_DAYS = 6, 14
"""A month is worked out with so many days around it, for events that reach over its ends."""

_STEP_HOURS = 24.0 / STEPS
_KERNEL_STEPS = 128
_YEAR_DAYS = 365.25
_GRAVITY = 9.81
_RAIN_FROM = -0.1
_RAIN_POWER = 1.5
_WINDIEST_DAY, _WETTEST_DAY = 20.0, 330.0
_ADVECTION_C_PER_M_S = 0.18
_KEPT_MONTHS = 4
_WEATHER, _PHOTOPERIOD = "environmental_weatherdata", "environmental_photoperioddata"


@dataclass(frozen=True)
class MonthWeather:
    """A month and some days around it; arrays of shape (area, day, observation).

    Temperature and air anomaly in hundredths of °C, wind in cm/s, rain in hundredths of mm, waves
    in cm and hundredths of s, directions (from which) in degrees, cloud in per cent.
    """

    first_day: int
    temperature: Ints
    air_anomaly: Ints
    wind_speed: Ints
    wind_direction: Ints
    precipitation: Ints
    wave_height: Ints
    wave_period: Ints
    wave_direction: Ints
    cloud_cover: Ints

    def days(self, first: int, count: int) -> slice:
        """Where some days are in the arrays."""
        return slice(first - self.first_day, first - self.first_day + count)


def declination(day_number: Floats) -> Floats:
    """The sun's declination in radians by day of the year (Cooper's form)."""
    result: Floats = np.radians(-23.44) * np.cos(2 * np.pi * (day_number + 10.0) / 365.25)
    return result


def half_day(latitude: Floats, day_number: Floats) -> Floats:
    """Hour angle of sunset in radians, refraction and the sun's radius included.

    cos ω = (sin(-0.833°) - sin φ sin δ)/(cos φ cos δ); beyond the circles 0 or π.
    """
    phi, delta = np.radians(latitude), declination(day_number)
    cosine = (np.sin(np.radians(-0.833)) - np.sin(phi) * np.sin(delta)) / (
        np.cos(phi) * np.cos(delta)
    )
    result: Floats = np.arccos(np.clip(cosine, -1.0, 1.0))
    return result


def daylight_lux(latitude: Floats, day_number: Floats, cloud: Floats) -> Floats:
    """Mean illuminance between sunrise and sunset, lux; `cloud` as a share of the sky.

    Clear sky 112 klx times the mean sine of the sun's height; clouds let through 1 - 0.75 n^3.4
    (Kasten & Czeplak 1980).
    """
    phi, delta = np.radians(latitude), declination(day_number)
    omega = np.maximum(half_day(latitude, day_number), 1e-6)
    height = np.sin(phi) * np.sin(delta) + np.cos(phi) * np.cos(delta) * np.sin(omega) / omega
    result: Floats = 112_000.0 * np.maximum(height, 0.0) * (1.0 - 0.75 * cloud**3.4)
    return result


class Weather:
    """Works out the weather of all areas, a month at a time."""

    def __init__(self, config: WeatherConfig, layout: Layout, draws: Draws) -> None:
        """Draw what is particular to each area: its shelter and the side on which it is open."""
        self._config, self._draws = config, draws
        areas = layout.areas
        self.latitude = np.array([a.site.latitude for a in areas])
        self.country = np.array([a.country for a in areas], dtype=np.int64)
        self._climates = [country.environmental.weather for country in layout.countries]
        exposed, side, fetch, _ = draws.uniforms("area shelter", np.arange(len(areas)))
        self.exposure = config.exposure_min + exposed * (config.exposure_max - config.exposure_min)
        self._open_side = 2 * np.pi * side
        reach = np.log(config.fetch_open_max_km / config.fetch_open_min_km)
        self._fetch_m = 1000.0 * config.fetch_open_min_km * np.exp(fetch * reach)
        self._swell = config.swell_share_max * exposed
        self._kernels = [
            _kernel(hours)
            for hours in (config.wind_hours, config.wind_hours, config.rain_hours, config.air_hours)
        ]
        quantiles = normal_quantile((np.arange(4096) + 0.5) / 4096)
        usual = np.mean(np.maximum(quantiles - _RAIN_FROM, 0.0) ** _RAIN_POWER)
        self._rain_unit = 1.0 / (usual * STEPS * _YEAR_DAYS)
        self._months: dict[int, MonthWeather] = {}

    def _per_area(self, name: str) -> Floats:
        values = np.array([getattr(climate, name) for climate in self._climates], dtype=np.float64)
        result: Floats = values[self.country][:, None]
        return result

    def month_of(self, day: int) -> MonthWeather:
        """The month that a day lies in, with the days around it."""
        first = to_day(to_date(day).replace(day=1))
        if first not in self._months:
            while len(self._months) >= _KEPT_MONTHS:
                self._months.pop(next(iter(self._months)))
            self._months[first] = self._work_out(first)
        return self._months[first]

    def _work_out(self, month_day: int) -> MonthWeather:
        first = month_day - BEFORE_DAYS
        following = to_day(add_months(to_date(month_day), 1))
        days = np.arange(first, following + AFTER_DAYS)
        hours = np.tile(np.arange(STEPS) * _STEP_HOURS, len(days))
        doy = np.repeat([float(day_of_year(day)) for day in days.tolist()], STEPS)
        east, north, wet, warm = self._fronts(first * STEPS, len(doy))

        winter, summer = self._per_area("wind_sd_winter_m_s"), self._per_area("wind_sd_summer_m_s")
        sd = (winter + summer) / 2 + (winter - summer) / 2 * _season(doy, _WINDIEST_DAY)
        prevailing, from_ = (
            self._per_area("prevailing_wind_m_s"),
            np.radians(self._per_area("prevailing_from_degrees")),
        )
        along = east * np.sin(from_) + north * np.cos(from_)
        from_north = sd * north
        east = prevailing * np.sin(from_) + sd * east
        north = prevailing * np.cos(from_) + from_north
        coast = np.hypot(east, north)
        speed = coast * self.exposure[:, None]
        direction = np.arctan2(east, north)

        wet = 0.4 * along + np.sqrt(1 - 0.4**2) * wet
        cloud = np.clip(self._per_area("cloud_mean") + 0.24 * wet, 0.0, 1.0)
        rain = np.maximum(wet - _RAIN_FROM, 0.0) ** _RAIN_POWER
        rain *= self._per_area("rain_mm_a_year") * self._rain_unit
        rain *= 1.0 + 0.3 * _season(doy, _WETTEST_DAY)

        air_season = (
            self._per_area("air_mean_c")
            + self._per_area("air_amplitude_c") * _season(doy, self._per_area("air_warmest_day"))
            - self._per_area("air_cooling_per_degree_north_c")
            * (self.latitude[:, None] - self._per_area("reference_latitude"))
        )
        anomaly = self._per_area("air_sd_c") * warm - _ADVECTION_C_PER_M_S * from_north
        sun = half_day(self.latitude[:, None], doy) / np.pi
        swing = 4.0 * sun * (1.0 - 0.7 * cloud) * np.cos(2 * np.pi * (hours - 14.0) / 24.0)
        height, period, wave_from = self._waves(speed, direction, coast)

        def packed(values: Floats, scale: float) -> Ints:
            return whole(values * scale).reshape(len(self.country), len(days), STEPS)

        return MonthWeather(
            first_day=first,
            temperature=packed(air_season + anomaly + swing, 100),
            air_anomaly=packed(anomaly, 100),
            wind_speed=packed(speed, 100),
            wind_direction=packed(np.degrees(direction), 1) % 360,
            precipitation=packed(rain, 100),
            wave_height=packed(height, 100),
            wave_period=packed(period, 100),
            wave_direction=packed(np.degrees(wave_from), 1) % 360,
            cloud_cover=packed(cloud, 100),
        )

    def _fronts(self, first_step: int, steps: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Standard normal series of wind (east, north), rain and air by area."""
        moments = first_step - _KERNEL_STEPS + 1 + np.arange(steps + _KERNEL_STEPS - 1)
        countries, areas = len(self._climates), len(self.country)
        fronts = self._draws.normals("weather front", np.arange(countries)[:, None], moments)
        local = self._draws.normals("weather area", np.arange(areas)[:, None], moments)
        share = self._config.front_share
        found = [
            np.sqrt(share) * (sliding_window_view(front, _KERNEL_STEPS, axis=1) @ k)[self.country]
            + np.sqrt(1 - share) * (sliding_window_view(own, _KERNEL_STEPS, axis=1) @ k)
            for front, own, k in zip(fronts, local, self._kernels, strict=True)
        ]
        return found[0], found[1], found[2], found[3]

    def _waves(
        self, speed: Floats, direction: Floats, coast: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Significant height (m), period (s) and direction (radians) at the cages.

        Wind sea limited by fetch after JONSWAP (Hasselmann 1973; Shore Protection Manual 1984):
        gH/U² = 0.0016 (gF/U²)^½, gT/U = 0.2857 (gF/U²)^⅓, fully grown at gH/U² = 0.2433; and
        what of the ocean's swell comes in.
        """
        open_side = self._open_side[:, None]
        wind = np.maximum((speed + _shifted(speed, 1)) / 2, 0.3)
        facing = np.maximum(np.cos(direction - open_side), 0.0) ** 3
        sheltered = 1000.0 * self._config.fetch_sheltered_km
        fetch = sheltered + (self._fetch_m[:, None] - sheltered) * facing
        reach = _GRAVITY * fetch / wind**2
        sea = np.minimum(0.0016 * np.sqrt(reach), 0.2433) * wind**2 / _GRAVITY
        sea_period = 0.2857 * np.cbrt(reach) * wind / _GRAVITY
        days_wind = np.mean([_shifted(coast, k) for k in range(2 * STEPS)], axis=0)
        ocean = 0.6 + 0.03 * days_wind**2
        swell = self._swell[:, None] * ocean * (0.6 + 0.4 * np.cos(direction - open_side))
        swell_period = 6.0 + 1.6 * np.sqrt(ocean)
        energy = sea**2 + swell**2
        period = (sea**2 * sea_period + swell**2 * swell_period) / energy
        from_ = np.where(sea >= swell, direction, open_side)
        return np.sqrt(energy), period, from_


class WeatherRows:
    """Writes what the weather stations of the areas report."""

    def __init__(self, weather: Weather) -> None:
        """`weather` says what there is to report."""
        self._weather = weather

    def advance(self, world: World) -> None:
        """The day's rows, but for a batch alone, on whose farm others report them."""
        if world.itinerary is not None:
            return
        areas = np.array([area.key for area in world.layout.areas], dtype=np.int64)
        self._write_weather(world, areas)
        self._write_photoperiod(world, areas)

    def _write_weather(self, world: World, areas: Ints) -> None:
        day = world.today.day
        month = self._weather.month_of(day)
        days = month.days(day, 1)
        rows = len(areas) * STEPS
        moments = at(day, 0) + np.arange(STEPS) * whole(_STEP_HOURS * HOUR_US)
        moments = np.tile(moments, len(areas))
        world.output.insert(
            _WEATHER,
            rows,
            id=world.ids.take(_WEATHER, rows),
            timestamp=moments,
            temperature=month.temperature[:, days].ravel(),
            wind_speed=month.wind_speed[:, days].ravel(),
            wind_direction=month.wind_direction[:, days].ravel(),
            precipitation=month.precipitation[:, days].ravel(),
            wave_height=month.wave_height[:, days].ravel(),
            wave_period=month.wave_period[:, days].ravel(),
            wave_direction=month.wave_direction[:, days].ravel(),
            cloud_cover=month.cloud_cover[:, days].ravel(),
            area_id=np.repeat(areas, STEPS),
            created_at=moments + 9 * MINUTE_US,
        )

    def _write_photoperiod(self, world: World, areas: Ints) -> None:
        day = world.today.day
        month = self._weather.month_of(day)
        cloud = month.cloud_cover[:, month.days(day, 1)].mean(axis=2) / 100.0
        doy = np.array([float(day_of_year(day))])
        latitude = self._weather.latitude[:, None]
        length = half_day(latitude, doy) * 24.0 / np.pi
        lux = daylight_lux(latitude, doy, cloud)
        # A light meter that fails is out for some days on end.
        gap = world.draws.uniform("light meter", np.arange(len(areas)), day // 4)
        missing = gap < world.config.weather.photoperiod_gap_rate
        rows = len(areas)
        moment = at(day, 23, 30)
        world.output.insert(
            _PHOTOPERIOD,
            rows,
            id=world.ids.take(_PHOTOPERIOD, rows),
            date=day,
            day_length_hours=whole(length * 100).ravel(),
            light_intensity=whole(lux * 100).ravel(),
            is_interpolated=missing,
            area_id=areas,
            created_at=moment,
            updated_at=moment,
        )


def _kernel(hours: float) -> Floats:
    """Weights of the last draws, latest last, that make them an AR(1) series of variance 1."""
    weights = np.exp(-_STEP_HOURS / hours * np.arange(_KERNEL_STEPS)[::-1])
    result: Floats = weights / np.sqrt((weights**2).sum())
    return result


def _season(doy: Floats, peak: Floats | float) -> Floats:
    result: Floats = np.cos(2 * np.pi * (doy - peak) / _YEAR_DAYS)
    return result


def _shifted(values: Floats, steps: int) -> Floats:
    """The values so many steps earlier; the first stands for what is before it."""
    if not steps:
        return values
    result: Floats = np.concatenate(
        [np.repeat(values[:, :1], steps, axis=1), values[:, :-steps]], axis=1
    )
    return result
