"""Deaths: a rate by stage and season, uneven from week to week and from batch to batch."""

from collections.abc import Mapping

import numpy as np

from data_generation.config.models import ADULT
from data_generation.generators.dates import at
from data_generation.generators.rng import poisson_quantile
from data_generation.generators.rows import mortality_rows
from data_generation.generators.world import Arrays, Deaths, Excess, Floats, Ints, World

_WEEK_DAYS = 7


class Mortality:
    """Counts the dead of each container each day."""

    name = "mortality"

    def advance(self, world: World) -> None:
        """Draw the day's deaths, write them, take them from the stock."""
        fish, today, day = world.fish, world.today, world.today.day
        if not len(fish):
            return
        for excess in today.excess:
            self._carry_out(world, excess)
        rate = self._daily_rate(world)
        count_u, cause_u, minute_u, _ = world.draws.uniforms("deaths", fish.key, day)
        deaths = np.minimum(poisson_quantile(count_u, fish.count * rate), fish.count)
        positions = np.flatnonzero(deaths > 0)
        if not len(positions):
            return
        causes = self._causes(world, positions, cause_u[positions])
        moments = at(day, 13) + (minute_u[positions] * 150).astype(np.int64) * 60_000_000
        mortality_rows(world, positions, deaths[positions], causes, moments)
        fish.count -= deaths
        today.deaths.append(Deaths(positions, deaths[positions], causes))

    def _carry_out(self, world: World, excess: Excess) -> None:
        """Draw the deaths of one cause, write them, take them from the stock."""
        fish, day = world.fish, world.today.day
        keys = fish.key[excess.positions]
        u, minute_u, _, _ = world.draws.uniforms(f"deaths {excess.reason}", keys, day)
        alive = fish.count[excess.positions]
        deaths = np.minimum(poisson_quantile(u, alive * excess.share), alive)
        rows = np.flatnonzero(deaths > 0)
        if not len(rows):
            return
        positions, counts = excess.positions[rows], deaths[rows]
        moments = at(day, 14) + (minute_u[rows] * 150).astype(np.int64) * 60_000_000
        causes = np.full(len(rows), excess.cause)
        mortality_rows(world, positions, counts, causes, moments, excess.description, excess.reason)
        fish.count[positions] -= counts
        world.today.deaths.append(Deaths(positions, counts, causes, excess.reason))

    def _daily_rate(self, world: World) -> Floats:
        """Share of each assignment's stock that dies today on average."""
        config = world.config.mortality
        fish, today = world.fish, world.today
        sea = fish.stage == 5
        sea_rates = np.array([config.daily_rate_sea[key] for key in world.layout.countries])
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

    def _weekly(self, world: World) -> Floats:
        """A lognormal factor of mean 1 that drifts from one week's value to the next."""
        sd = world.config.mortality.weekly_sd
        week, into = divmod(world.today.day, _WEEK_DAYS)
        share = into / _WEEK_DAYS
        z = world.draws.normal("mortality week", world.fish.key, [[week], [week + 1]])
        drift = (1.0 - share) * z[0] + share * z[1]
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

    def snapshot(self) -> Arrays:
        """Nothing beyond the fish."""
        return {}

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Nothing to take back."""
