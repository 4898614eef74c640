"""Deaths: a rate by stage and season, uneven from week to week and from batch to batch."""

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.batch.rows import CAUSE_TEXTS, mortality_rows, usual_description
from data_generation.generators.core.dates import HOUR_US, MINUTE_US, at
from data_generation.generators.core.declared.output import Choice
from data_generation.generators.core.drawn_once import DrawnOnce
from data_generation.generators.core.draws import poisson_quantile
from data_generation.generators.core.world import Floats, Ints, World
from data_generation.generators.health.setup import reason_names

_WEEK_DAYS = 7


_REASONS = 64
"""More than there are reasons of death: the key of a draw is made of assignment and reason."""
_USUAL_US, _FOUND_US = 13 * HOUR_US, 14 * HOUR_US
_ROUND_MINUTES = 150


class Mortality:
    """Counts the dead of each container each day."""

    def __init__(self, world: World) -> None:
        """Number the reasons, and have the water of the weeks drift."""
        names = reason_names(world.config)
        self._reasons = {name: number for number, name in enumerate(names, start=1)}
        self._week = -1
        self._drift = DrawnOnce(
            lambda keys: world.draws.normal("mortality week", keys[:, None], self._weeks())
        )

    def advance(self, world: World) -> None:
        """Draw the day's deaths, write them, take them from the stock."""
        fish, today, day = world.fish, world.today, world.today.day
        if not len(fish):
            return
        excess = today.excess
        usual = np.arange(len(fish))
        positions = np.concatenate([*(e.positions for e in excess), usual])
        first_usual = len(positions) - len(usual)
        lengths = [*(len(e.positions) for e in excess), len(usual)]
        reason = np.repeat([*(self._reasons[e.reason] for e in excess), 0], lengths)
        share = np.concatenate([*(e.share for e in excess), self._daily_rate(world)])
        count_u, cause_u, minute_u, _ = world.draws.uniforms(
            "deaths", fish.key[positions] * _REASONS + reason, day
        )
        counts = poisson_quantile(count_u, fish.count[positions] * share)
        counts = _no_more_than_live(positions, counts, fish.count)
        causes = np.repeat([*(e.cause for e in excess), 0], lengths)
        causes[first_usual:] = self._causes(world, usual, cause_u[first_usual:])
        text = np.repeat(np.arange(len(excess) + 1), lengths)
        text[first_usual:] += usual_description(causes[first_usual:], fish.stage)
        dead = np.flatnonzero(counts > 0)
        if not len(dead):
            return
        begin = np.where(reason[dead] > 0, _FOUND_US, _USUAL_US)
        minutes = (minute_u[dead] * _ROUND_MINUTES).astype(np.int64) * MINUTE_US
        mortality_rows(
            world,
            positions[dead],
            counts[dead],
            causes[dead],
            np.where(reason[dead] > 0, reason[dead], causes[dead] + 1),
            at(day, 0) + begin + minutes,
            Choice([*(e.description for e in excess), *CAUSE_TEXTS], text[dead]),
        )
        np.add.at(world.fish_today.dead, positions[dead], counts[dead])
        fish.count -= world.fish_today.dead

    def _daily_rate(self, world: World) -> Floats:
        """Share of each assignment's stock that dies today on average."""
        config = world.config.mortality
        fish, today = world.fish, world.today
        sea = fish.stage == 5
        sea_rates = np.array([c.batch.daily_rate_sea for c in world.layout.countries])
        base = np.where(sea, sea_rates[fish.country], np.array(config.daily_rate)[fish.stage])
        season = 1.0 + config.season_amplitude * np.cos(
            2 * np.pi * (today.day_of_year - config.season_peak_day) / 365.25
        )
        fresh_at_sea = (config.after_transfer_factor - 1.0) * np.exp(
            -(today.day - fish.start_day) / config.after_transfer_days
        )
        return (
            base
            * np.where(sea, season * (1.0 + fresh_at_sea), 1.0)
            * (world.batch_values("mortality_factor") / 10_000)
            * np.where(fish.stage == 0, self._egg_quality(world), 1.0)
            * self._weekly(world)
        )

    def _egg_quality(self, world: World) -> Floats:
        """Mortality of each assignment's eggs relative to the usual, by where they were bought."""
        factor = world.config.broodstock.egg_mortality_factor
        result: Floats = np.array([factor.internal, factor.external])[
            world.batch_values("external")
        ]
        return result

    def _weeks(self) -> list[int]:
        return [self._week, self._week + 1]

    def _weekly(self, world: World) -> Floats:
        """A lognormal factor of mean 1 that drifts from one week's value to the next."""
        sd = world.config.mortality.weekly_sd
        week, into = divmod(world.today.day, _WEEK_DAYS)
        if week != self._week:
            self._week = week
            self._drift.forget()
        share = into / _WEEK_DAYS
        z = self._drift.of(world.fish)
        drift = (1.0 - share) * z[:, 0] + share * z[:, 1]
        variance = sd * sd * ((1.0 - share) ** 2 + share**2)
        result: Floats = np.exp(sd * drift - variance / 2.0)
        return result

    def _causes(self, world: World, positions: Ints, u: Floats) -> Ints:
        config = world.config.mortality
        stage = world.fish.stage[positions]
        causes = np.zeros(len(positions), dtype=np.int64)
        for rows, weights in (
            (stage == 0, config.cause_weight_eggs),
            ((stage > 0) & (stage < ADULT), config.cause_weight_fresh),
            (stage == ADULT, config.cause_weight_sea),
        ):
            cumulative = np.cumsum(weights) / np.sum(weights)
            causes[rows] = np.searchsorted(cumulative, u[rows], side="right")
        return np.minimum(causes, 5)


def _no_more_than_live(positions: Ints, counts: Ints, alive: Ints) -> Ints:
    """Deaths by cause, the later causes cut where all are dead already."""
    if (np.bincount(positions, counts, len(alive)) <= alive).all():
        return counts
    order = np.argsort(positions, kind="stable")
    ordered, dead = positions[order], counts[order]
    running = np.cumsum(dead)
    first = np.searchsorted(ordered, ordered)
    before = running - dead - (running[first] - dead[first])
    result = np.empty_like(counts)
    result[order] = np.clip(alive[ordered] - before, 0, dead)
    return result
