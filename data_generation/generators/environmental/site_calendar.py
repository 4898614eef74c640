"""What befalls each sea area: storms, blooms, warm and cold spells, low oxygen, jellyfish.

A month's events are a function of seed, area and month, so that a life that begins on any day finds
the same ones. Storms and low oxygen come from the weather itself, blooms begin in calm days, spells
of warm or cold water are those of a whole country. How many fish an event kills follows a Pareto
law: most kill a few, now and then one empties an area.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data_generation.config.environmental import Losses, Seasonal, Spell
from data_generation.generators.core.dates import add_months, to_date, to_day
from data_generation.generators.core.day import SiteEvent
from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import Floats, Ints, World
from data_generation.generators.environmental.weather import STEPS, MonthWeather, Weather

KINDS = ("storm", "bloom", "heatwave", "cold_spell", "low_oxygen", "jellyfish")
SEVERITY = 10_000
DEATHS_AFTER_DAYS = 10
"""Wounded fish die for some days after a storm."""

_LONGEST_MONTHS_BACK = 3
_LONGEST_LOW_OXYGEN_DAYS = 12
_LULL_STEPS = 1
_CENTI = 100.0


@dataclass(frozen=True)
class WaterEffects:
    """What events do to the water of each area at a midnight: °C, % of saturation, pH."""

    temperature: Floats
    oxygen: Floats
    ph: Floats


class SiteCalendar:
    """Lists the events of all areas, month by month."""

    def __init__(self, world: World, weather: Weather | None = None) -> None:
        """Share `weather` with whoever writes its rows."""
        self.config = world.config.weather
        self._draws = world.draws
        self.weather = weather or Weather(self.config, world.layout, world.draws)
        self._areas = len(world.layout.areas)
        self.water_of_place = np.array([p.water for p in world.layout.places], dtype=np.int64)
        self._first_water = world.layout.hall_count
        self._countries = len(world.layout.countries)
        self._months: dict[int, list[SiteEvent]] = {}

    def area_of(self, event: SiteEvent) -> int:
        """The number of the event's area, from 0."""
        return event.water - self._first_water

    def on(self, day: int, after: int = 0) -> list[SiteEvent]:
        """The events of a day, and those that ended at most `after` days before it."""
        return [e for e in self._recent(day) if e.first_day <= day <= e.last_day + after]

    def loss(self, event: SiteEvent) -> float:
        """Share of an area's stock that an event kills in all; 0 for warm and cold water."""
        losses = self._losses(event.kind)
        if losses is None:
            return 0.0
        ratio = losses.share_max / losses.share_min
        return float(losses.share_min * ratio ** (event.severity / SEVERITY))

    def effects(self, day: int) -> WaterEffects:
        """What is added to the water at the midnight at which `day` begins."""
        config = self.config
        found = WaterEffects(*np.zeros((3, self._areas)))
        for event in self._recent(day):
            length = event.last_day - event.first_day + 1
            share = (day - event.first_day) / length
            if not 0.0 < share < 1.0:
                continue
            area, severity = self.area_of(event), event.severity / SEVERITY
            bell = float(np.sin(np.pi * share))
            if event.kind == "heatwave":
                found.temperature[area] += config.heatwaves.anomaly_max_c * severity * bell
            elif event.kind == "cold_spell":
                found.temperature[area] -= config.cold_spells.anomaly_max_c * severity * bell
            elif event.kind == "low_oxygen":
                found.oxygen[area] -= config.low_oxygen_dip_max * (0.45 + 0.55 * severity) * bell
            elif event.kind == "bloom":
                size = (0.25 + 0.75 * severity) * bell
                found.ph[area] += config.bloom_ph_rise_max * size
                # What grew decays: oxygen is used up late in the bloom.
                found.oxygen[area] -= config.bloom_oxygen_dip_max * size * share
        np.maximum(found.oxygen, -config.oxygen_dip_limit, out=found.oxygen)
        return found

    def _recent(self, day: int) -> Iterator[SiteEvent]:
        month = to_date(day).replace(day=1)
        for back in range(_LONGEST_MONTHS_BACK):
            index = month.year * 12 + month.month - 1 - back
            yield from self._month(index)

    def _month(self, index: int) -> list[SiteEvent]:
        """Events that begin in the month number `index` since year 0."""
        if index not in self._months:
            while len(self._months) > _LONGEST_MONTHS_BACK + 1:
                self._months.pop(next(iter(self._months)))
            year, month = divmod(index, 12)
            begin = date(year, month + 1, 1)
            first, following = to_day(begin), to_day(add_months(begin, 1))
            events = [
                *self._storms(first, following),
                *self._living("bloom", self.config.blooms, first, following),
                *self._living("jellyfish", self.config.jellyfish_swarms, first, following),
                *self._spells("heatwave", self.config.heatwaves, first, following),
                *self._spells("cold_spell", self.config.cold_spells, first, following),
                *self._low_oxygen(first, following),
            ]
            self._months[index] = sorted(events, key=lambda e: (e.first_day, e.key))
        return self._months[index]

    def _storms(self, first: int, following: int) -> Iterator[SiteEvent]:
        """Spells of wind of gale force for two observations or more."""
        month = self.weather.month_of(first)
        limit = round(self.config.storm_wind_m_s * _CENTI)
        wind = month.wind_speed.reshape(self._areas, -1)
        for area in range(self._areas):
            for begin, end in _runs(wind[area] >= limit, _LULL_STEPS):
                day = month.first_day + begin // STEPS
                strong = wind[area, begin:end]
                if not first <= day < following or (strong >= limit).sum() < 2:
                    continue
                over = (float(strong.max()) / limit) ** self.config.storm_wind_power
                severity = self._severity("storm", area, day * STEPS + begin % STEPS, over)
                last = month.first_day + (end - 1) // STEPS
                yield self._event("storm", area, day, last, severity)

    def _living(
        self, kind: str, config: Seasonal, first: int, following: int
    ) -> Iterator[SiteEvent]:
        """Blooms and jellyfish: more in some years, beginning when the water is calm."""
        begin_of_month = to_date(first)
        expected = _expected(config, begin_of_month.month)
        if not expected:
            return
        sd = self.config.bloom_year_sd
        z = self._draws.normal(f"{kind} year", np.arange(self._countries), begin_of_month.year)
        rate = expected * np.exp(sd * z - sd * sd / 2)[self.weather.country]
        happens, when, long, _ = self._draws.uniforms(kind, np.arange(self._areas), first)
        month = self.weather.month_of(first)
        for area in np.flatnonzero(happens < rate).tolist():
            wind = _mean_of_next(month, area, first, following, days=4)
            calm = np.flatnonzero(wind <= np.median(wind))
            begin = first + int(calm[int(when[area] * len(calm))])
            span = config.days_max - config.days_min + 1
            length = config.days_min + int(span * float(long[area]) ** 2)
            severity = self._severity(kind, area, begin * STEPS)
            yield self._event(kind, area, begin, begin + length - 1, severity)

    def _spells(self, kind: str, config: Spell, first: int, following: int) -> Iterator[SiteEvent]:
        """Warm or cold water along a whole coast, not everywhere alike."""
        expected = _expected(config, to_date(first).month)
        happens, when, long, large = self._draws.uniforms(kind, np.arange(self._countries), first)
        local, late, _, _ = self._draws.uniforms(f"{kind} area", np.arange(self._areas), first)
        for area, country in enumerate(self.weather.country.tolist()):
            if happens[country] >= expected:
                continue
            begin = first + int(when[country] * (following - first)) + int(late[area] * 4)
            span = config.days_max - config.days_min + 1
            length = config.days_min + int(span * long[country])
            anomaly = config.anomaly_min_c * (1.0 - large[country]) ** (-1.0 / config.pareto)
            anomaly *= 0.7 + 0.6 * local[area]
            severity = round(SEVERITY * min(float(anomaly) / config.anomaly_max_c, 1.0))
            yield self._event(kind, area, begin, begin + length - 1, severity)

    def _low_oxygen(self, first: int, following: int) -> Iterator[SiteEvent]:
        """Calm days with air warmer than usual, in late summer and autumn."""
        config = self.config
        if to_date(first).month not in config.low_oxygen_months:
            return
        month, days = self.weather.month_of(first), config.calm_days
        for area in range(self._areas):
            wind = _running_mean(month.wind_speed[area].mean(axis=1), days)
            air = _running_mean(month.air_anomaly[area].mean(axis=1), days)
            still = (wind < config.calm_wind_m_s * _CENTI) & (air > 0)
            for begin, end in _runs(still, 1):
                day = month.first_day + begin
                if not first <= day < following:
                    continue
                last = day + min(end - begin + 1, _LONGEST_LOW_OXYGEN_DAYS)
                severity = self._severity("low_oxygen", area, day * STEPS)
                yield self._event("low_oxygen", area, day, last, severity)

    def _losses(self, kind: str) -> Losses | None:
        config = self.config
        return {
            "storm": config.storm,
            "bloom": config.bloom,
            "low_oxygen": config.low_oxygen,
            "jellyfish": config.jellyfish,
        }.get(kind)

    def _severity(self, kind: str, area: int, moment: int, factor: float = 1.0) -> int:
        """A Pareto draw of the loss, as its place between smallest and largest on a log scale."""
        losses = self._losses(kind)
        assert losses is not None
        u = float(self._draws.uniform(f"{kind} size", area, moment))
        loss = losses.share_min * factor * (1.0 - u) ** (-1.0 / losses.pareto)
        place = np.log(loss / losses.share_min) / np.log(losses.share_max / losses.share_min)
        return int(whole(SEVERITY * np.clip(place, 0.0, 1.0)))

    def _event(self, kind: str, area: int, first: int, last: int, severity: int) -> SiteEvent:
        water = self._first_water + area
        key = (KINDS.index(kind) << 52) | (water << 32) | first
        return SiteEvent(key, kind, water, first, last, severity)


def _expected(config: Seasonal, month: int) -> float:
    return config.per_year * config.month_weight[month - 1] / sum(config.month_weight)


def _runs(flags: NDArray[np.bool_], lull: int) -> list[tuple[int, int]]:
    """Begin and end of each run of true values; gaps of at most `lull` do not end one."""
    at = np.flatnonzero(flags)
    if not len(at):
        return []
    parts = np.split(at, np.flatnonzero(np.diff(at) > lull + 1) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts]


def _running_mean(values: Floats, days: int) -> Floats:
    """Mean of each day and those before it; nothing is known before the first."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    result = np.full(len(values), np.inf)
    result[days - 1 :] = (total[days:] - total[:-days]) / days
    return result


def _mean_of_next(month: MonthWeather, area: int, first: int, following: int, days: int) -> Floats:
    """Mean wind of each day of the month and the days after it."""
    daily: Ints = month.wind_speed[area, month.days(first, following - first + days - 1)]
    result: Floats = np.convolve(daily.mean(axis=1), np.full(days, 1 / days), mode="valid")
    return result
