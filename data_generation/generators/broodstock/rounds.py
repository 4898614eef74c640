"""Broodstock: parents are chosen, brought to spawning, paired by plan, stripped; tanks are kept up.

Enough parents are kept ready for the own batches to be expected. They come to the spawning tanks
months before, are stripped when a batch of own eggs is some 50 days off, and die then; their eggs
are released for the batch when they are eyed and the parents' tests are clean. What they do not
give, a supplier does. A run of one batch alone has no parents: only bought eggs are told of then.
"""

from datetime import date

import numpy as np

from data_generation.generators.broodstock.eggs import buy_eggs, use_own
from data_generation.generators.broodstock.parents import (
    DECEASED,
    FEMALE,
    HEALTHY,
    MALE,
    MONITORED,
    SICK,
    eyed_eggs,
    fish_columns,
    fish_key,
)
from data_generation.generators.broodstock.setup import tanks
from data_generation.generators.broodstock.state import BreedingPlans, Parents
from data_generation.generators.broodstock.upkeep import Tasks
from data_generation.generators.core.dates import at, to_date, to_day
from data_generation.generators.core.day import Cost
from data_generation.generators.core.fish import NEVER, Batch
from data_generation.generators.core.world import Ints, World
from data_generation.generators.users.staff import signers

_SEASON_MONTH = 11
_MONTH_DAYS = 31
_MOST_BATCHES = 6
_TABLE = "broodstock_broodstockfish"
_OBJECTIVES = (
    "Own eggs for about {share:.0f} % of the batches: fast growth to harvest, fewer losses to "
    "disease, good size at slaughter"
)
_INSTRUCTIONS = (
    "One male to {males} females, no full sibs. Strip when two checks in a week find ripe eggs; "
    "test every parent for IPN, BKD and ISA, and hold the eggs until the results are in."
)
_GENETICIST = "Rank by breeding value; keep at least {families} families in the pool."


class Broodstock:
    """Own parents and the eggs of each batch."""

    def __init__(self, world: World) -> None:
        self._kept = bool(world.config.broodstock.tanks_per_country) and world.itinerary is None
        self._fish, self._plans = world.of(Parents), world.of(BreedingPlans)
        self._manager = signers(world.config, "MGR").tolist()
        self._tasks = Tasks(world)

    def advance(self, world: World) -> None:
        """Plans, parents and tanks once a month; eggs for the batches that start today."""
        day = world.today.day
        if self._kept:
            month_begins = to_date(day).day == 1
            for country in range(len(world.layout.countries)):
                if day == world.first_day:
                    self._plan(world, country, _season_start(day - 60))
                    self._stock_up(world, country)
                elif month_begins:
                    if to_date(day).month == _SEASON_MONTH:
                        self._plan(world, country, day)
                    self._look_after(world, country)
                    self._choose(world, country)
            if month_begins:
                self._tasks.schedule(world)
            self._tasks.complete(world)
        for batch in world.batches:
            if batch.start_day == day:
                self._give_eggs(world, batch)

    def _plan(self, world: World, country: int, start: int) -> None:
        """A breeding plan from a day to the next end of October."""
        config, day = world.config.broodstock, world.today.day
        end = _season_start(day) + 365 - 1
        end = to_day(date(to_date(end).year, 10, 31))
        name = world.layout.countries[country].name
        table = "broodstock_breedingplan"
        plan = world.ids.one(table)
        stamps = {"created_at": at(day, 8), "updated_at": at(day, 8)}
        world.output.insert(
            table,
            1,
            id=plan,
            name=f"{name} {to_date(start).year}/{to_date(end).year % 100:02d}",
            start_date=at(start, 0),
            end_date=at(end, 23, 59),
            objectives=_OBJECTIVES.format(
                share=100 * (1 - world.config.staggering.external_eggs_share)
            ),
            created_by_id=self._manager[country],
            breeder_instructions=_INSTRUCTIONS.format(males=config.females_per_male),
            geneticist_notes=_GENETICIST.format(
                families=world.draws.integer("families", country, 60, 120, to_date(day).year)
            ),
            **stamps,
        )
        traits = sorted(config.trait_priorities)
        z = world.draws.normal("priority", country * 8 + np.arange(len(traits)), day)
        weights = np.array([config.trait_priorities[t] for t in traits]) * np.exp(0.12 * z)
        table = "broodstock_breedingtraitpriority"
        world.output.insert(
            table,
            len(traits),
            id=world.ids.take(table, len(traits)),
            trait_name=[str(trait) for trait in traits],
            priority_weight=np.round(weights / weights.sum(), 3),
            plan_id=plan,
            **stamps,
        )
        plans = self._plans
        plans.plan_before[country] = plans.plan[country] or plan
        plans.plan[country], plans.start[country] = plan, start

    def _wanted(self, world: World) -> tuple[int, int]:
        """Females and males to be kept in the spawning tanks of a country; half as many follow."""
        config, stagger = world.config.broodstock, world.config.staggering
        each = config.spawning_weight_kg * config.eggs_per_kg * config.eyed_share
        females = int(1.05 * stagger.eggs_max / each) + 1
        starts = config.cover_days / stagger.interval_days(world.config.farm.scale)
        expected = starts * (1.0 - stagger.external_eggs_share)
        batches = int(np.ceil(expected + 0.5 * np.sqrt(expected)))
        total = min(batches, _MOST_BATCHES) * females
        return total, -(-total // config.females_per_male)

    def _stock_up(self, world: World, country: int) -> None:
        """The parents whom the run finds there on its first day: some ripe, some to become so."""
        for sex, wanted in enumerate(self._wanted(world)):
            self._recruit(world, country, sex, wanted, ripe=True)
            self._recruit(world, country, sex, -(-wanted // 2))

    def _recruit(
        self, world: World, country: int, sex: int, count: int, *, ripe: bool = False
    ) -> None:
        """Choose fish as parents; `ripe` ones came to the spawning tanks before the run began."""
        if count <= 0:
            return
        config, day = world.config.broodstock, world.today.day
        numbers = self._plans.males if sex == MALE else self._plans.females
        first = int(numbers[country])
        numbers[country] += count
        keys = np.array([fish_key(country, sex, first + i) for i in range(count)], np.int64)
        fish = Parents(count)
        fish.id = world.ids.take(_TABLE, count)
        fish.key, fish.country = keys, country
        fish.sex, fish.moved = sex, NEVER
        fish.container = self._tank(world, country, keys, ripe=ripe)
        fish.since = day
        if day == world.first_day:
            since, moved, _, _ = world.draws.uniforms("broodstock age", keys)
            if ripe:
                span = max(config.max_ripe_days - config.ready_days - 60, 0)
                before = config.ready_days + 20 + (moved * span).astype(np.int64)
                fish.moved = day - before
            fish.since = np.minimum(fish.moved, day) - (10 + (since * 240).astype(np.int64))
        fish.created_us = at(day, 8, 30)
        self._fish.add(fish)
        world.output.insert(_TABLE, count, **fish_columns(world, fish, at(day, 8, 30)))

    def _tank(self, world: World, country: int, keys: Ints, *, ripe: bool) -> Ints:
        """Which tank each goes to: sexes apart is not needed, they are told by their tags."""
        here = tanks(world.config.broodstock, world.layout, country)
        half = len(here) // 2
        group = np.array(here[half:] if ripe else here[:half])
        result: Ints = group[keys % len(group)]
        return result

    def _choose(self, world: World, country: int) -> None:
        """Bring so many to the spawning tanks that enough will be ripe, and recruit as many."""
        config = world.config.broodstock
        ahead = config.ready_days + _MONTH_DAYS
        replaced = world.today.day - max(config.max_ripe_days - ahead, ahead)
        for sex, wanted in enumerate(self._wanted(world)):
            mine = (self._fish.country == country) & (self._fish.sex == sex)
            growing = mine & (self._fish.moved == NEVER)
            # Those whose season ends before their successors are ripe count no more.
            lasting = mine & ~growing & (self._fish.moved >= replaced)
            fit = np.flatnonzero(growing & (self._fish.status == HEALTHY))
            self._move(world, country, fit[: max(wanted - int(lasting.sum()), 0)])
            growing = mine & (self._fish.moved == NEVER)
            self._recruit(world, country, sex, -(-wanted // 2) - int(growing.sum()))

    def _move(self, world: World, country: int, chosen: Ints) -> None:
        if not len(chosen):
            return
        day, moment = world.today.day, at(world.today.day, 10)
        old = self._fish.container[chosen].copy()
        self._fish.moved[chosen] = day
        self._fish.container[chosen] = self._tank(world, country, self._fish.key[chosen], ripe=True)
        fish = self._fish.take(chosen)
        table = "broodstock_fishmovement"
        world.output.insert(
            table,
            len(fish),
            id=world.ids.take(table, len(fish)),
            movement_date=moment,
            notes="To the spawning tank, weighed and scanned",
            fish_id=fish.id,
            from_container_id=old,
            moved_by_id=self._manager[country],
            to_container_id=fish.container,
            created_at=moment,
            updated_at=moment,
        )
        world.output.update(_TABLE, len(fish), **fish_columns(world, fish, moment))

    def _look_after(self, world: World, country: int) -> None:
        """A month's findings: some fall ill, get better or die; those past their season go."""
        config, day = world.config.broodstock, world.today.day
        mine = np.flatnonzero(self._fish.country == country)
        status = self._fish.status[mine]
        u = world.draws.uniform("broodstock health", self._fish.key[mine], day)
        death = np.array([config.monthly_death_share, 0.12, 0.45])[status]
        worse = np.array([config.monthly_finding_share, 0.15, 0.25])[status]
        new = np.where(u < death, DECEASED, HEALTHY)
        new = np.where((u >= death) & (u < death + worse), np.minimum(status + 1, SICK), new)
        new = np.where((u >= death + worse) & (status == SICK), MONITORED, new)
        too_old = (self._fish.since[mine] < day - config.max_days) | (
            self._fish.moved[mine] < day - config.max_ripe_days
        )
        new = np.where(too_old, DECEASED, new)
        changed = mine[new != status]
        if not len(changed):
            return
        self._fish.status[mine] = new
        fish = self._fish.take(changed)
        world.output.update(_TABLE, len(fish), **fish_columns(world, fish, at(day, 9)))
        self._fish.keep(self._fish.status != DECEASED)

    def _give_eggs(self, world: World, batch: Batch) -> None:
        if batch.external:
            buy_eggs(world, batch, batch.eggs)
        elif self._kept:
            given = self._strip(world, batch)
            if given < batch.eggs:
                missing = batch.eggs - given
                buy_eggs(world, batch, missing, 999)
                price = world.config.finance.egg_price
                dearer = round(100 * price.external) - round(100 * price.internal)
                world.today.costs.append(Cost(batch.id, "eggs", missing * dearer))

    def _strip(self, world: World, batch: Batch) -> int:
        """Pair and strip as many ripe parents as the batch needs; returns the eggs they gave."""
        config, day = world.config.broodstock, world.today.day
        ripe = (
            (self._fish.country == batch.country)
            & (self._fish.moved <= day - config.ready_days)
            & (self._fish.status == HEALTHY)
        )
        females = np.flatnonzero(ripe & (self._fish.sex == FEMALE))
        males = np.flatnonzero(ripe & (self._fish.sex == MALE))
        if not len(females) or not len(males):
            return 0
        eggs = eyed_eggs(world, self._fish.take(females))
        total = np.cumsum(eggs)
        needed = min(int(np.searchsorted(total, batch.eggs)) + 1, len(females))
        females, counts = females[:needed], eggs[:needed].copy()
        counts[-1] -= max(int(total[needed - 1]) - batch.eggs, 0)
        males = males[: -(-needed // config.females_per_male)]
        plan, start, plan_before = (
            int(column[batch.country])
            for column in (self._plans.plan, self._plans.start, self._plans.plan_before)
        )
        stripped = day - config.eyed_days
        use_own(
            world,
            batch,
            plan if stripped >= start else plan_before,
            self._fish.take(females),
            self._fish.take(males),
            counts,
        )
        self._take_out(world, females, males, counts, stripped)
        return int(counts.sum())

    def _take_out(
        self, world: World, females: Ints, males: Ints, counts: Ints, stripped: int
    ) -> None:
        """Stripped fish are killed and tested; they leave the stock."""
        used = np.concatenate([females, males])
        self._fish.status[used] = DECEASED
        spawned = str(to_date(stripped))
        notes = [{"stripped_on": spawned, "eyed_eggs": n} for n in counts.tolist()]
        notes += [{"stripped_on": spawned}] * len(males)
        fish = self._fish.take(used)
        # After the month's round and moves, so that history ends in what the row says.
        moment = at(world.today.day, 14)
        world.output.update(_TABLE, len(fish), **fish_columns(world, fish, moment, notes))
        self._fish.keep(self._fish.status != DECEASED)


def _season_start(day: int) -> int:
    """The first of November at or before a day."""
    here = to_date(day)
    year = here.year if here.month >= _SEASON_MONTH else here.year - 1
    return to_day(date(year, _SEASON_MONTH, 1))
