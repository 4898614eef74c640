"""Diseases: how they come into a body of water, go round its containers, kill, and pass.

An introduction is a keyed draw by area or station and day, whatever fish are there; whom it strikes
depends on the fish. So a batch that is generated alone meets the same diseases as beside others.
An outbreak's deaths follow the density of a Beta(2, 3) distribution over its duration: a steep rise
to a peak after a third of it, a long tail.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_generation.config.health import Disease
from data_generation.config.types import ADULT
from data_generation.generators.core.dates import to_date
from data_generation.generators.core.day import Cases, Excess
from data_generation.generators.core.draws import normal_quantile, whole
from data_generation.generators.core.fish import MICROGRAMS, NEVER
from data_generation.generators.core.world import LEVEL, Floats, Ints, World
from data_generation.generators.health.state import FishHealth

_SPAN_DAYS = 32
_CAUSE = 0
_NUMBERS = 32
_STATIONS = 1 << 20
_PEAK = 16.0 / 9.0
FULL = 10_000


@dataclass(frozen=True)
class Introduction:
    """An agent that reaches a body of water on a day; `u` decides whom it can strike."""

    day: int
    disease: int
    water: int
    u: float


class Diseases:
    """Introductions, outbreaks, their deaths and their end."""

    def __init__(self, world: World) -> None:
        config = world.config.diseases
        self._profiles = tuple(config.profiles.values())
        rows = self._profiles
        self._lasts = np.array([d.lasts_days for d in rows])
        self._loss = np.array([d.loss for d in rows])
        self._skew = np.array([d.loss_skew for d in rows])
        self._appetite = np.array([d.appetite_loss for d in rows])
        self._lasting = np.array([d.lasting_immunity for d in rows])
        self._lives = np.array([[stage in d.stages for stage in range(6)] for d in rows])
        bits = [vaccine_bit(world, key) for key in world.config.treatments.vaccines]
        self._protection = [
            [(bits[i], d.vaccines.get(key, 0.0)) for i, key in enumerate(_vaccine_keys(world))]
            for d in rows
        ]
        self._waters = np.array([p.water for p in world.layout.places])
        self._health = world.of(FishHealth)
        self._span = -1
        self._coming: dict[int, list[Introduction]] = {}

    def advance(self, world: World) -> None:
        """New infections, then the course of those under way."""
        if not len(world.fish):
            return
        for introduction in self._introductions(world):
            self._infect(world, introduction)
        self._run(world)
        self._notice(world)

    def _introductions(self, world: World) -> list[Introduction]:
        """Today's; reckoned for many days at once, because there are few and draws cost."""
        day = world.today.day
        if day // _SPAN_DAYS != self._span:
            self._span = day // _SPAN_DAYS
            self._coming = {}
            days = self._span * _SPAN_DAYS + np.arange(_SPAN_DAYS)
            months = np.array([to_date(int(d)).month - 1 for d in days])
            for found in self._span_introductions(world, days, months):
                self._coming.setdefault(found.day, []).append(found)
        return self._coming.get(day, [])

    def _span_introductions(self, world: World, days: Ints, months: Ints) -> list[Introduction]:
        layout = world.layout
        found = []
        areas = {p.water: p for p in layout.areas}
        stations: dict[int, list[int]] = {}
        for place in layout.places:
            if place.station:
                stations.setdefault(place.station, []).append(place.water)
        for number, (key, disease) in enumerate(world.config.diseases.profiles.items()):
            weight = np.array(disease.month_weight)
            season = (weight / weight.mean())[months] / 365.25
            sources: list[tuple[int, float, list[int]]] = []
            for water, place in areas.items():
                health = layout.countries[place.country].health
                rate = health.introductions_per_year(key, disease)
                sources.append((water, rate, [water]))
            for station, waters in stations.items():
                sources.append((_STATIONS + station, disease.station_per_year, waters))
            sources = [source for source in sources if source[1]]
            if not sources:
                continue
            keys = np.array([key * _NUMBERS + number for key, _, _ in sources])
            rates = np.array([rate for _, rate, _ in sources])
            u, reach_u, _, _ = world.draws.uniforms("introduction", keys[:, None], days)
            hit = u < rates[:, None] * season
            for row, column in np.argwhere(hit).tolist():
                day = int(days[column])
                for water in sources[row][2]:
                    if len(sources[row][2]) > 1:
                        reach = float(world.draws.uniform("hall reached", water, day))
                        if reach >= world.config.diseases.hall_reach_share:
                            continue
                    # Given that it came, an even draw anew: who is half protected escapes half.
                    found.append(Introduction(day, number, water, float(reach_u[row, column])))
        return found

    def _infect(self, world: World, introduction: Introduction) -> None:
        """Strike the containers of a water whose fish fit, one after the other."""
        fish, number = world.fish, introduction.disease
        disease = self._profiles[number]
        fits = self._fits(world, disease, number, introduction.water)
        fits &= introduction.u >= self._protected(world, number, np.arange(len(fish)))
        attack, order, _, _ = world.draws.uniforms(
            "attack", fish.key, introduction.day * _NUMBERS + number
        )
        struck = np.flatnonzero(fits & (attack < disease.attack_share))
        if not len(struck):
            return
        lag = (order[struck] ** 1.5 * (disease.spread_days + 1)).astype(np.int64)
        health = self._health
        health.disease[struck] = number + 1
        health.disease_day[struck] = introduction.day + world.config.diseases.incubation_days + lag
        health.disease_level[struck] = 0
        health.disease_curbed[struck] = 0

    def _fits(self, world: World, disease: Disease, number: int, water: int) -> NDArray[np.bool_]:
        fish, day = world.fish, world.today.day
        fits: NDArray[np.bool_] = (
            (self._waters[fish.place] == water)
            & self._lives[number][fish.stage]
            & (self._health.disease == 0)
            & ((self._health.immune >> number) & 1 == 0)
            & (fish.move_day == NEVER)
            & (fish.count > 0)
        )
        if disease.days_at_sea is not None:
            low, high = disease.days_at_sea
            at_sea = day - fish.start_day
            fits &= (fish.stage < ADULT) | ((at_sea >= low) & (at_sea <= high))
        for span, value in (
            (disease.weight_g, fish.weight_ug / MICROGRAMS),
            (disease.temperature_c, world.mean_temperature_c()[fish.place]),
        ):
            if span is not None:
                fits &= (value >= span[0]) & (value <= span[1])
        if disease.salinity is not None:
            salt = world.water[world.quantities.salinity][fish.place] / LEVEL
            low, high = disease.salinity
            fits &= (fish.stage == ADULT) & (salt >= low) & (salt <= high)
        return fits

    def _protected(self, world: World, number: int, positions: Ints) -> Floats:
        """Share of outbreaks, and of losses, that vaccines spare assignments."""
        works = self._health.protected_from[positions] <= world.today.day
        given = np.where(works, self._health.vaccinated[positions], 0)
        best = np.zeros(len(positions))
        for bit, share in self._protection[number]:
            best = np.maximum(best, np.where((given >> bit) & 1 == 1, share, 0.0))
        return best

    def _run(self, world: World) -> None:
        """Deaths, appetite and end of the outbreaks under way."""
        fish, today, health = world.fish, world.today, self._health
        number = health.disease - 1
        since = today.day - health.disease_day
        # What lives in fresh water only does not outlive the way to sea, nor eggs' fungus fry.
        lost = (number >= 0) & ~self._lives[number, fish.stage]
        if lost.any():
            self._end(np.flatnonzero(lost), immune=False)
        sick = np.flatnonzero((number >= 0) & (since >= 0) & ~lost)
        if not len(sick):
            return
        number, since = number[sick], since[sick]
        batch_key = fish.key[sick] >> 10
        (lasts_u, loss_u, _, _), (container_u, *_) = world.draws.together(
            ("outbreak", batch_key, number), ("outbreak container", fish.key[sick], number)
        )
        low, high = self._lasts[number, 0], self._lasts[number, 1]
        lasts = low + (high - low) * lasts_u
        over = since >= lasts
        if over.any():
            self._end(sick[over], immune=True)
        going = ~over
        sick, number, since, lasts, loss_u, container_u = (
            values[going] for values in (sick, number, since, lasts, loss_u, container_u)
        )
        if not len(sick):
            return
        before, after = since / lasts, np.minimum((since + 1) / lasts, 1.0)
        curbed = health.disease_curbed[sick] / FULL
        low, high = self._loss[number, 0], self._loss[number, 1]
        loss = low + (high - low) * loss_u ** self._skew[number]
        sd = world.config.diseases.container_sd
        z = normal_quantile(container_u)
        loss = np.minimum(loss * np.exp(sd * z - sd * sd / 2.0), 0.9)
        share = loss * (_beta_cdf(after) - _beta_cdf(before)) * (1.0 - curbed)
        middle = (before + after) / 2.0
        level = 12.0 * middle * (1.0 - middle) ** 2 / _PEAK * (1.0 - curbed)
        health.disease_level[sick] = whole(level * FULL)
        lower = 1.0 - self._appetite[number] * level
        appetite = world.fish_today.appetite
        appetite[sick] = whole(appetite[sick] * lower)
        for which in np.unique(number).tolist():
            rows = number == which
            name = self._profiles[which].name
            spared = self._protected(world, which, sick[rows])
            today.excess.append(
                Excess(sick[rows], share[rows] * (1.0 - spared), _CAUSE, name, f"Signs of {name}")
            )

    def _end(self, positions: Ints, *, immune: bool) -> None:
        health = self._health
        number = health.disease[positions] - 1
        if immune:
            bit = np.where(self._lasting[number], np.int64(1) << np.maximum(number, 0), 0)
            health.immune[positions] |= bit
        for column in (
            health.disease,
            health.disease_day,
            health.disease_level,
            health.disease_curbed,
        ):
            column[positions] = 0

    def _notice(self, world: World) -> None:
        """Find where the day of suspicion or of diagnosis is today.

        Both are so many days after a container's first sick fish, the same for all of a batch.
        """
        config, fish, health = world.config.diseases, world.fish, self._health
        since = world.today.day - health.disease_day
        latest = config.suspicion_days[1] + config.laboratory_days[1]
        near = np.flatnonzero(
            (health.disease > 0) & (since >= 0) & (since <= latest) & (fish.count > 0)
        )
        if not len(near):
            return
        number = health.disease[near] - 1
        u, v, _, _ = world.draws.uniforms("noticed", fish.key[near] >> 10, number)
        suspicion = _between(u, config.suspicion_days)
        diagnosis = suspicion + _between(v, config.laboratory_days)
        for_suspicion = since[near] == suspicion
        for_diagnosis = since[near] == diagnosis
        world.today.suspected = Cases(near[for_suspicion], number[for_suspicion])
        world.today.diagnosed = Cases(near[for_diagnosis], number[for_diagnosis])


def _beta_cdf(x: Floats) -> Floats:
    """Distribution function of Beta(2, 3)."""
    return x * x * (6.0 - 8.0 * x + 3.0 * x * x)


def _vaccine_keys(world: World) -> list[str]:
    return list(world.config.treatments.vaccines)


def vaccine_bit(world: World, key: str) -> int:
    """The bit of a vaccine in the health field `vaccinated`."""
    return _vaccine_keys(world).index(key)


def _between(u: Floats, span: tuple[int, int]) -> Ints:
    low, high = span
    result: Ints = low + (u * (high - low + 1)).astype(np.int64)
    return result
