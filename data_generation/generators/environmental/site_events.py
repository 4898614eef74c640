"""What events at sea do to the fish: they stop feeding, and some die.

The day's events are left in `world.today.site_events`; deaths are asked for, and carried out by
mortality.
"""

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.batch.rows import CAUSES
from data_generation.generators.core.day import Excess, SiteEvent
from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import Floats, Ints, World
from data_generation.generators.environmental.site_calendar import (
    DEATHS_AFTER_DAYS,
    KINDS,
    SEVERITY,
    SiteCalendar,
)

REASONS = {
    "storm": "Storm damage",
    "bloom": "Algal bloom",
    "low_oxygen": "Low oxygen",
    "jellyfish": "Jellyfish",
    "heatwave": "High temperature",
}
_TEXTS = {
    "storm": "Wounds and scale loss after the storm",
    "bloom": "Gills damaged by algae",
    "low_oxygen": "Suffocated in calm water with little oxygen",
    "jellyfish": "Gills and skin stung by jellyfish",
    "heatwave": "Weak fish that did not stand the warm water",
}
_ENVIRONMENTAL = CAUSES.index("ENVIRONMENTAL")
_DAYLIGHT_STEPS = (1, 2, 3)
"""Fish are fed around the observations of 06, 12 and 18 UTC."""
_STOP_FEEDING_SEVERITY = 0.45
_APPETITE_PER_DEGREE = 0.10
_APPETITE_BEND_C = 14.0


class SiteEvents:
    """Brings the day's events over the cages of each area."""

    def __init__(self, calendar: SiteCalendar) -> None:
        """`calendar` knows what happens."""
        self._calendar = calendar
        config = calendar.config
        self._cage_sd = {
            "storm": config.storm.cage_sd,
            "bloom": config.bloom.cage_sd,
            "low_oxygen": config.low_oxygen.cage_sd,
            "jellyfish": config.jellyfish.cage_sd,
        }

    def advance(self, world: World) -> None:
        """Say what happens today, lower the appetite, ask for deaths."""
        day = world.today.day
        lasting = self._calendar.on(day, DEATHS_AFTER_DAYS)
        world.today.site_events = [e for e in lasting if e.last_day >= day]
        fish = world.fish
        at_sea = np.flatnonzero(fish.stage == ADULT)
        if not len(at_sea):
            return
        waters = self._calendar.water_of_place[fish.place[at_sea]]
        factor = self._appetite(world)[waters - world.layout.hall_count]
        appetite = world.fish_today.appetite
        lowered = whole(appetite[at_sea] * factor)
        appetite[at_sea] = np.minimum(appetite[at_sea], lowered)
        for kind, share in self._shares(world, lasting, at_sea, waters).items():
            dying = np.flatnonzero(share > 0)
            if len(dying):
                world.today.excess.append(
                    Excess(
                        positions=at_sea[dying],
                        share=np.minimum(share[dying], 0.95),
                        cause=_ENVIRONMENTAL,
                        reason=REASONS[kind],
                        description=_TEXTS[kind],
                    )
                )

    def _shares(
        self, world: World, lasting: list[SiteEvent], at_sea: Ints, waters: Ints
    ) -> dict[str, Floats]:
        """Share of today's stock that dies in each cage, by the kind of event."""
        shares: dict[str, Floats] = {}
        struck = []
        for event in lasting:
            if event.kind not in REASONS:
                continue
            here = np.flatnonzero(waters == event.water)
            if not len(here):
                continue
            if event.kind == "heatwave":
                warm = shares.setdefault(event.kind, np.zeros(len(at_sea)))
                warm[here] += self._heat_deaths(world, event)
            elif (today := self._today(event, world.today.day)) is not None:
                struck.append((event, here, *today))
        if not struck:
            return shares
        keys = [
            world.fish.key[at_sea[here]] * len(KINDS) + KINDS.index(e.kind)
            for e, here, *_ in struck
        ]
        days = [np.full(len(here), event.first_day) for event, here, *_ in struck]
        z = world.draws.normal("cage in an event", np.concatenate(keys), np.concatenate(days))
        first = 0
        for event, here, total, now, before in struck:
            sd = self._cage_sd[event.kind]
            mine = z[first : (first := first + len(here))]
            lost = np.minimum(total * np.exp(sd * mine - sd * sd / 2), 0.95)
            share = shares.setdefault(event.kind, np.zeros(len(at_sea)))
            share[here] += lost * now / (1.0 - lost * before)
        return shares

    def _heat_deaths(self, world: World, event: SiteEvent) -> float:
        """Share that dies of warm water in a day."""
        config = self._calendar.config
        if world.today.day > event.last_day:
            return 0.0
        warm = max(self._temperature(world, event.water) - config.heat_limit_c, 0.0)
        return config.heat_deaths_per_degree * warm

    def _today(self, event: SiteEvent, day: int) -> tuple[float, float, float] | None:
        """What an event kills in all, and the parts of it today and before; None if it is over."""
        profile = death_profile(event)
        into = day - event.first_day
        if into >= len(profile):
            return None
        return self._calendar.loss(event), float(profile[into]), float(profile[:into].sum())

    def _appetite(self, world: World) -> Floats:
        """What is left of the appetite, by area."""
        calendar, day = self._calendar, world.today.day
        month = calendar.weather.month_of(day)
        wind = month.wind_speed[:, day - month.first_day, list(_DAYLIGHT_STEPS)]
        # The barge does not blow feed into a gale.
        gale = wind >= calendar.config.storm_wind_m_s * 100
        factor: Floats = 1.0 - gale.mean(axis=1)
        for event in world.today.site_events:
            size = event.severity / SEVERITY
            area, bell = calendar.area_of(event), _bell(event, day)
            if event.kind == "bloom":
                # Where algae are dangerous fish are fasted, so that they need less oxygen.
                stop = size > _STOP_FEEDING_SEVERITY and bell > 0.5
                factor[area] *= 0.0 if stop else 1.0 - (0.1 + 0.5 * size) * bell
            elif event.kind == "low_oxygen":
                factor[area] *= 1.0 - (0.2 + 0.7 * size) * bell
            elif event.kind == "jellyfish":
                factor[area] *= 1.0 - (0.2 + 0.6 * size) * bell
            elif event.kind == "heatwave":
                warm = self._temperature(world, event.water) - _APPETITE_BEND_C
                factor[area] *= 1.0 - _APPETITE_PER_DEGREE * min(max(warm, 0.0), 6.0)
        return factor

    def _temperature(self, world: World, water: int) -> float:
        """Mean temperature of an area's water today, °C."""
        place = int(np.argmax(self._calendar.water_of_place == water))
        return float(world.mean_temperature_c()[place])


def death_profile(event: SiteEvent) -> Floats:
    """How an event's deaths spread over the days from its first; adds up to 1.

    A storm's wounded die over the next days; severe blooms kill within a day or two, others as
    they come and go; jellyfish when they arrive.
    """
    length = event.last_day - event.first_day + 1
    days = np.arange(length)
    bell = np.sin(np.pi * (days + 0.5) / length)
    if event.kind == "storm":
        weights = np.exp(-np.arange(length + DEATHS_AFTER_DAYS) / 2.5)
    elif event.kind == "bloom" and event.severity > _STOP_FEEDING_SEVERITY * SEVERITY:
        weights = np.where(days >= length // 2, np.exp(-(days - length // 2) / 0.8), 0.0)
    elif event.kind == "jellyfish":
        weights = np.exp(-days / 2.0)
    else:
        weights = bell
    result: Floats = weights / weights.sum()
    return result


def _bell(event: SiteEvent, day: int) -> float:
    length = event.last_day - event.first_day + 1
    return float(np.sin(np.pi * (day - event.first_day + 0.5) / length))
