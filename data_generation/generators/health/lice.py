"""Salmon lice: three stages on the fish of each cage, larvae in the water, counts by hand.

Development after Gislason 2018 and Stien 2005: attached lice become mobile, half of the mobile
become adult females, which lay eggs; larvae infect the cages of the same place. Lice from elsewhere
come at a rate by season, area, year and week that is a keyed draw, not the state of other batches.
"""

import numpy as np

from data_generation.config.health import LiceConfig
from data_generation.config.types import ADULT
from data_generation.generators.core.dates import MINUTE_US, at, to_date
from data_generation.generators.core.draws import normal_quantile, poisson_quantile, whole
from data_generation.generators.core.fish import NEVER
from data_generation.generators.core.world import LEVEL, Floats, Ints, World
from data_generation.generators.health.state import FishHealth, LiceAtPlace
from data_generation.generators.users.staff import signers

SCALE = 10_000
_WEEK_DAYS = 7
_LARVAE_SCALE = 1_000
_PER_DAY = 4
"""Cages that a crew treats in a day."""
LEAVING_DAYS = 8
"""Fish that leave within these days are left in peace."""


class Lice:
    """The lice of each cage, their counts, and the decision to treat."""

    def __init__(self, world: World) -> None:
        places = len(world.layout.places)
        self._config = world.config.lice
        self._method_names = list(world.config.treatments.protocols)
        self._health, self._places = world.of(FishHealth), world.of(LiceAtPlace)
        countries = world.layout.countries
        self._background = np.array([c.health.lice_background_per_day for c in countries])
        self._waters = np.array([p.water for p in world.layout.places])
        self._countries = np.array([p.country for p in world.layout.places])
        self._week = -1
        self._from_outside: Floats = np.zeros(places)
        self._limit = np.array([c.health.lice_limit_female for c in countries])
        self._methods = [c.health.lice_methods for c in countries]
        self._withdrawal = [c.health.withdrawal_degree_days for c in countries]
        self._operator = signers(world.config, "OPR")

    def advance(self, world: World) -> None:
        """Let lice live on, count them where it is the day."""
        fish = world.fish
        at_sea = np.flatnonzero(fish.stage == ADULT)
        self._health.lice_attached[fish.stage < ADULT] = 0
        empty = np.ones(len(self._places), dtype=np.bool_)
        empty[fish.place[at_sea]] = False
        self._places.values[:, empty] = 0
        if not len(at_sea):
            return
        self._live(world, at_sea)
        self._count(world, at_sea)

    def _live(self, world: World, cages: Ints) -> None:
        config, fish = self._config, world.fish
        place = fish.place[cages]
        t = np.maximum(world.mean_temperature_c()[place], 0.5)
        attached, mobile, female = (stage[cages] / SCALE for stage in _by_stage(self._health))
        develop = development_days(t, config)
        to_mobile = 1.0 / (config.attached_share * develop)
        to_adult = 1.0 / ((1.0 - config.attached_share) * develop)
        infected = self._infection(world, cages, female, t)
        new = (
            attached + infected - attached * (to_mobile + config.attached_mortality),
            mobile + attached * to_mobile - mobile * (to_adult + config.mobile_mortality),
            female + 0.5 * mobile * to_adult - female * config.female_mortality,
        )
        for stage, values in zip(_by_stage(self._health), new, strict=True):
            stage[cages] = whole(np.maximum(values, 0.0) * SCALE)

    def _infection(self, world: World, cages: Ints, female: Floats, t: Floats) -> Floats:
        """Lice that attach to a fish today, from the place's own larvae and from elsewhere."""
        config, fish = self._config, world.fish
        place = fish.place[cages]
        size = len(self._places)
        count = np.zeros(size)
        females = np.zeros(size)
        warmth = np.zeros(size)
        np.add.at(count, place, fish.count[cages])
        np.add.at(females, place, fish.count[cages] * female)
        warmth[place] = t
        here = count > 0
        mean_female = np.divide(females, count, out=np.zeros(size), where=here)
        t_here = np.where(here, warmth, 8.0)
        eggs = config.fecundity_a * (t_here + config.fecundity_b_c) ** 2 * mean_female
        egg_days = stien_days(t_here, config.egg_beta1, config.egg_beta2)
        nauplius_days = stien_days(t_here, config.nauplius_beta1, config.nauplius_beta2)
        larvae = self._places.larvae / _LARVAE_SCALE
        ready = larvae / (egg_days + nauplius_days)
        self._places.larvae = np.where(here, whole((larvae + eggs - ready) * _LARVAE_SCALE), 0)
        own = ready * np.exp(-config.larval_mortality * nauplius_days) * config.retained_share
        salt = world.water[world.quantities.salinity][place] / LEVEL
        salty = (salt - config.salinity_none) / (config.salinity_full - config.salinity_none)
        infected = own[place] + self._outside(world)[place]
        result: Floats = infected * np.clip(salty, 0.0, 1.0)
        return result

    def _outside(self, world: World) -> Floats:
        """Lice from elsewhere a fish and day, by place; kept for the week."""
        week_number = world.today.day // _WEEK_DAYS
        if week_number == self._week:
            return self._from_outside
        config = self._config
        first = to_date(week_number * _WEEK_DAYS)
        area = config.area_sd * world.draws.normal("lice area", self._waters)
        year = config.year_sd * world.draws.normal("lice year", self._waters, first.year)
        week = config.week_sd * world.draws.normal("lice week", self._waters, week_number)
        variance = config.area_sd**2 + config.year_sd**2 + config.week_sd**2
        factor = np.exp(area + year + week - variance / 2.0)
        month = np.array(config.background_month)
        season = month[first.month - 1] / month.mean()
        self._week = week_number
        self._from_outside = self._background[self._countries] * season * factor
        return self._from_outside

    def _count(self, world: World, at_sea: Ints) -> None:
        """Count fish of every cage of a batch, every second week."""
        config, fish, day = self._config, world.fish, world.today.day
        interval = config.count_interval_days
        due = (day + (fish.key[at_sea] >> 10)) % interval == 0
        due &= (day > fish.start_day[at_sea]) & (fish.count[at_sea] >= config.fish_counted)
        cages = at_sea[due]
        if not len(cages):
            return
        sampled = config.fish_counted
        keys = fish.key[cages]
        attached, mobile, female = (stage[cages] / SCALE for stage in _by_stage(self._health))
        means = {
            "female": female,
            "male": female * config.male_ratio,
            "juvenile": mobile + attached * config.detection_attached,
        }
        *each, (minute, *_) = world.draws.together(
            *((f"lice count {name}", keys, day) for name in means), ("lice count time", keys, day)
        )
        u, v = (np.stack([four[i] for four in each]) for i in range(2))
        found = _negative_binomial(
            u, v, np.stack(list(means.values())) * sampled, config.dispersion * sampled
        )
        counts = dict(zip(means, found, strict=True))
        table = "health_licecount"
        world.output.insert(
            table,
            len(cages),
            id=world.ids.take(table, len(cages)),
            count_date=at(day, 9) + (minute * 300).astype(np.int64) * MINUTE_US,
            adult_female_count=counts["female"],
            adult_male_count=counts["male"],
            juvenile_count=counts["juvenile"],
            fish_sampled=sampled,
            notes="",
            batch_id=fish.batch[cages],
            container_id=fish.container[cages],
            user_id=self._operator[fish.country[cages]],
        )
        self._decide(world, cages, counts["female"] / sampled)

    def _decide(self, world: World, cages: Ints, found: Floats) -> None:
        """Plan a treatment where a site's mean count crosses the limit of country and month."""
        fish, day = world.fish, world.today.day
        month = to_date(day).month - 1
        for place in np.unique(fish.place[cages]).tolist():
            here = cages[fish.place[cages] == place]
            last = int(self._places.due[place])
            under_way = last and day <= last + (len(here) - 1) // _PER_DAY
            limit = self._limit[fish.country[here[0]], month]
            if under_way or found[fish.place[cages] == place].mean() < limit:
                continue
            leaving = int(fish.move_day[here].min())
            if leaving - day <= LEAVING_DAYS + self._config.react_days[1]:
                continue
            key = int(fish.key[here[0]] >> 10)
            low, high = self._config.react_days
            self._places.due[place] = day + world.draws.integer(
                "lice reaction", key, low, high, day
            )
            self._places.method[place] = self._choose(
                world, place, int(fish.country[here[0]]), key, clean=leaving != NEVER
            )

    def _choose(self, world: World, place: int, country: int, key: int, *, clean: bool) -> int:
        """A protocol by the country's weights, none too warm for it, seldom the same twice running.

        `clean`: none with a withdrawal period, for the harvest is planned.
        """
        weights = dict(self._methods[country])
        protocols = world.config.treatments.protocols
        warm = float(world.mean_temperature_c()[place])
        last = self._method_names[int(self._places.method[place])]
        for name in weights:
            withdrawal = self._withdrawal[country].get(name, 0.0)
            waiting = withdrawal > 0 or protocols[name].days > 1
            if warm > protocols[name].max_temperature_c or (clean and waiting):
                weights[name] = 0.0
            elif name == last:
                weights[name] *= 0.3
        cumulative = np.cumsum(list(weights.values()))
        u = float(world.draws.uniform("lice method", key, world.today.day))
        chosen = int(np.searchsorted(cumulative / cumulative[-1], u, side="right"))
        return self._method_names.index(list(weights)[chosen])


def _by_stage(health: FishHealth) -> tuple[Ints, Ints, Ints]:
    """Lice a fish in ten-thousandths: attached, mobile, adult females."""
    return health.lice_attached, health.lice_mobile, health.lice_female


def development_days(temperature_c: Floats, config: LiceConfig) -> Floats:
    """Days from attachment to adult female; Gislason 2018."""
    warmth = np.asarray(temperature_c) + config.development_b_c
    result: Floats = config.development_a * warmth**-config.development_power
    return result


def stien_days(temperature_c: Floats, beta1: float, beta2: float) -> Floats:
    """Days of a stage; Stien 2005: (β1 / (T - 10 + β1·β2))²."""
    result: Floats = (
        beta1 / np.maximum(np.asarray(temperature_c) - 10.0 + beta1 * beta2, 0.5)
    ) ** 2
    return result


def treatment_days(world: World, cages: Ints) -> Ints:
    """The day on which the last planned treatment of their place comes to each cage.

    Where nothing was ever planned, a day long past.
    """
    first = np.array([p.containers.start for p in world.layout.places])
    place = world.fish.place[cages]
    turn = (world.fish.container[cages] - first[place]) // _PER_DAY
    due = world.of(LiceAtPlace).due[place]
    result: Ints = np.where(due > 0, due + turn, 0)
    return result


def _negative_binomial(u: Floats, v: Floats, mean: Floats, size: float) -> Ints:
    """Counts with this mean and variance mean + mean²/size: a Poisson with a gamma mean.

    The gamma quantile is Wilson & Hilferty's (1931) cube of a normal value, near enough from 1 on.
    """
    z = normal_quantile(u)
    gamma = np.maximum(1.0 - 1.0 / (9.0 * size) + z / (3.0 * np.sqrt(size)), 0.0) ** 3
    return poisson_quantile(v, mean * gamma)
