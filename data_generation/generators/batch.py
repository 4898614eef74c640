"""Batches: what a start and a move do. The planner says when, and where to.

One batch to a place at a time; a place rests between two. A move takes ten days, container by
container.
"""

from collections.abc import Mapping

import numpy as np

from data_generation.config.models import ADULT
from data_generation.generators.dates import at
from data_generation.generators.farm import HALL_LETTERS, Place
from data_generation.generators.output import NULL, Choice
from data_generation.generators.planning import Start, make_planner
from data_generation.generators.population import (
    HEALTH_FIELDS,
    MICROGRAMS,
    NEVER,
    Batch,
    centikg,
    mixed_health,
)
from data_generation.generators.rows import (
    CAUSE_TEXTS,
    assignment_row,
    batch_row,
    mortality_rows,
    update_assignments,
    usual_description,
)
from data_generation.generators.transitions import Arrival, write_transitions
from data_generation.generators.world import Arrays, Ints, World

_HANDLING = 1


class Batches:
    """Starts and moves of batches."""

    name = "batch"

    def __init__(self, world: World) -> None:
        """Ask the farm's planner, or the plan of the only batch."""
        self._planner = make_planner(world)
        # Of today only.
        self._arrivals: list[Arrival] = []

    def advance(self, world: World) -> None:
        """Moves first, then starts, so that a hall that empties today is not filled today."""
        for batch in world.batches:
            if batch.stage < ADULT and not batch.moving:
                self._look_for_place(world, batch)
            if batch.moving:
                self._move(world, batch)
        write_transitions(world, self._arrivals)
        self._arrivals.clear()
        for country in range(len(world.layout.countries)):
            while (start := self._planner.start(world, country)) is not None:
                batch = self._create(world, country, start)
                self._fill_trays(world, batch, start.hall)
                self._planner.started(world, batch)

    def _create(self, world: World, country: int, start: Start) -> Batch:
        config = world.config
        day, year = world.today.day, world.today.year
        key = (country << 40) | (day << 8) | start.ordinal
        growth, fcr, mortality, target = world.draws.normals("cohort", key)
        external, eggs, _, _ = world.draws.uniforms("eggs", key)
        stagger = config.staggering
        drawn = stagger.eggs_min + int(eggs * (stagger.eggs_max - stagger.eggs_min + 1))
        climate = world.layout.countries[country]
        batch = Batch(
            id=world.ids.one("batch_batch"),
            key=key,
            country=country,
            year=year,
            sequence=start.sequence,
            start_day=day,
            eggs=drawn if start.eggs is None else start.eggs,
            external=int(external < stagger.external_eggs_share),
            growth_factor=round(10_000 * (1.0 + config.growth.cohort_sd * float(growth))),
            fcr_factor=round(10_000 * (1.0 + config.feed.cohort_fcr_sd * float(fcr))),
            mortality_factor=round(
                10_000 * float(np.exp(config.mortality.cohort_sd * float(mortality)))
            ),
            stage=0,
            stage_start=day,
            place=start.hall.index,
            next_place=-1,
            transfer_start=NEVER,
            moved=0,
            area=start.area,
            containers_made=0,
            sea_start=NEVER,
            target_weight_g=round(
                config.harvest.target_weight_g[climate]
                * (1.0 + config.harvest.target_sd * float(target))
            ),
            harvest_start=NEVER,
        )
        world.batches.append(batch)
        world.place_taken_by[start.hall.index] = batch.id
        world.output.insert("batch_batch", 1, **batch_row(world, batch, at(day, 8)))
        return batch

    def _fill_trays(self, world: World, batch: Batch, hall: Place) -> None:
        containers = self._choose_containers(batch, hall)
        shares = 1.0 + 0.02 * world.draws.normal(
            "tray share", batch.key, np.arange(len(containers))
        )
        counts = np.floor(batch.eggs * shares / shares.sum()).astype(np.int64)
        counts[-1] += batch.eggs - counts.sum()
        weight = round(world.config.growth.egg_weight_g * MICROGRAMS)
        for container, count in zip(containers, counts.tolist(), strict=True):
            self._assign(world, batch, hall, container, count, weight, None)

    def _choose_containers(self, batch: Batch, place: Place) -> list[int]:
        """As many neighbouring containers as a batch takes, further on for each batch in turn."""
        total, wanted = len(place.containers), place.config.containers_per_batch
        first = (batch.id - 1) * wanted % total
        return sorted(place.containers[(first + i) % total] for i in range(wanted))

    def _assign(
        self,
        world: World,
        batch: Batch,
        place: Place,
        container: int,
        count: int,
        weight_ug: int,
        source: int | None,
    ) -> int:
        """Put fish into an empty container, from the assignment at position `source` if from any.

        Returns the position in `world.fish`.
        """
        day = world.today.day
        ordinal = batch.containers_made
        batch.containers_made += 1
        key = (batch.key << 10) | ordinal
        z = float(world.draws.normal("container growth", key))
        position = world.fish.append(
            id=world.ids.one("batch_batchcontainerassignment"),
            key=key,
            batch=batch.id,
            place=place.index,
            next_place=-1,
            container=container,
            stage=place.stage,
            country=batch.country,
            count=count,
            weight_ug=weight_ug,
            start_day=day,
            weighed_day=NULL,
            degree_days=0,
            tgc_factor=round(1_000_000 * (1.0 + world.config.growth.container_sd * z)),
            fast_from=NEVER,
            move_day=NEVER,
            load=0,
            noise=0,
            level=world.place_level[place.index],
            month_row=-1,
            health=world.fish.health[source]
            if source is not None
            else np.zeros(len(HEALTH_FIELDS), np.int64),
        )
        world.output.insert(
            "batch_batchcontainerassignment", 1, **assignment_row(world, position, day)
        )
        return position

    def _look_for_place(self, world: World, batch: Batch) -> None:
        config = world.config.staggering
        found = self._planner.next_place(world, batch)
        if found is None:
            return
        place, batch.transfer_start = found
        batch.next_place = place.index
        if place.at_sea:
            batch.area = place.index
        world.place_taken_by[place.index] = batch.id
        fish = world.fish
        sources = np.flatnonzero(fish.batch == batch.id)
        fast = (
            world.config.feed.fast_before_sea_days
            if place.at_sea
            else world.config.feed.fast_before_move_days
        )
        for order, position in enumerate(sources.tolist()):
            move = batch.transfer_start + order * config.transfer_days // max(
                len(sources), config.transfer_days
            )
            fish.next_place[position] = place.index
            fish.move_day[position] = move
            fish.fast_from[position] = move - fast

    def _move(self, world: World, batch: Batch) -> None:
        day = world.today.day
        fish = world.fish
        sources = np.flatnonzero((fish.batch == batch.id) & (fish.move_day == day))
        waiting = np.flatnonzero((fish.batch == batch.id) & (fish.next_place == batch.next_place))
        if not len(waiting):
            self._leave(world, batch)
            return
        if not len(sources):
            return
        place = world.layout.places[batch.next_place]
        if batch.stage != place.stage:
            batch.stage = place.stage
            batch.stage_start = day
            if place.at_sea:
                batch.sea_start = day
            world.output.update("batch_batch", 1, **batch_row(world, batch, at(day, 7, 30)))
        total = batch.moved + len(waiting)
        destinations = self._choose_containers(batch, place)
        for order, position in enumerate(sources.tolist(), start=batch.moved):
            shares = _shares(order, total, len(destinations))
            self._move_one(world, batch, place, position, [(destinations[i], n) for i, n in shares])
        batch.moved += len(sources)
        gone = np.zeros(len(world.fish), dtype=np.bool_)
        gone[sources] = True
        world.fish.keep(~gone)
        if len(sources) == len(waiting):
            self._leave(world, batch)

    def _move_one(
        self, world: World, batch: Batch, place: Place, source: int, shares: list[tuple[int, int]]
    ) -> None:
        """Move all fish of one container, by (container, share) in the new place."""
        day = world.today.day
        fish = world.fish
        count, weight = int(fish.count[source]), int(fish.weight_ug[source])
        rate = world.config.mortality.handling_rate
        z = float(world.draws.normal("handling", fish.key[source], day))
        dead = min(round(count * rate * float(np.exp(0.5 * z - 0.125))), count)
        if dead:
            cause = np.array([_HANDLING])
            mortality_rows(
                world,
                np.array([source]),
                np.array([dead]),
                cause,
                cause + 1,
                at(day, 8, 20),
                Choice(CAUSE_TEXTS, usual_description(cause, fish.stage[[source]])),
            )
        alive = count - dead
        moment = at(day, 8, 30)
        source_stage = int(fish.stage[source]) + 1
        whole = sum(share for _, share in shares)
        parts = [alive * share // whole for _, share in shares]
        parts[0] += alive - sum(parts)
        left = count
        for number, ((container, _), part) in enumerate(zip(shares, parts, strict=True)):
            existing = np.flatnonzero((fish.container == container) & (fish.batch == batch.id))
            if not part and number:
                continue
            if len(existing):
                destination = int(existing[0])
                self._join(world, destination, part, weight, source)
            else:
                destination = self._assign(world, batch, place, container, part, weight, source)
            died = dead if number == 0 else 0
            source_biomass = centikg(np.array(left), np.array(weight))
            transfer = world.ids.one("batch_batchtransfer")
            world.output.insert(
                "batch_batchtransfer",
                1,
                id=transfer,
                transfer_type="LIFECYCLE",
                transfer_date=day,
                source_count=left,
                transferred_count=part,
                mortality_count=died,
                source_biomass_kg=int(source_biomass),
                transferred_biomass_kg=int(centikg(np.array(part), np.array(weight))),
                notes=self._transfer_note(world, batch, place),
                destination_batch_id=batch.id,
                destination_lifecycle_stage_id=place.stage + 1,
                source_batch_id=batch.id,
                source_lifecycle_stage_id=source_stage,
                is_emergency_mixing=False,
                source_assignment_id=int(fish.id[source]),
                destination_assignment_id=int(fish.id[destination]),
                created_at=moment + number,
                updated_at=moment + number,
            )
            self._arrivals.append(
                Arrival(
                    transfer,
                    fish.level[source].copy(),
                    fish.level[destination].copy(),
                    place.at_sea,
                    moment + number,
                )
            )
            left -= part + died
        fish.count[source] = 0
        update_assignments(world, np.array([source]), moment + len(shares), departed=True)

    def _transfer_note(self, world: World, batch: Batch, place: Place) -> str:
        old = world.layout.places[batch.place]
        if place.at_sea:
            return f"By wellboat from {old.site.name} to {place.name}"
        letters = f"Hall {HALL_LETTERS[old.stage]} to Hall {HALL_LETTERS[place.stage]}"
        if old.station == place.station:
            return letters
        return f"By road from {old.site.name} to {place.site.name}, {letters}"

    def _join(self, world: World, position: int, count: int, weight_ug: int, source: int) -> None:
        """Add fish to an assignment that the batch already has; the mean weight is weighted."""
        fish = world.fish
        total = int(fish.count[position]) + count
        if not total:
            return
        fish.health[position] = mixed_health(
            fish.health[position], int(fish.count[position]), fish.health[source], count
        )
        mass = int(fish.count[position]) * int(fish.weight_ug[position]) + count * weight_ug
        fish.weight_ug[position] = mass // total
        fish.count[position] = total

    def _leave(self, world: World, batch: Batch) -> None:
        config = world.config.staggering
        grace = world.draws.integer(
            "hall grace",
            batch.key,
            config.hall_grace_days_min,
            config.hall_grace_days_max,
            batch.place,
        )
        world.place_taken_by[batch.place] = 0
        world.place_free_from[batch.place] = world.today.day + grace
        batch.place = batch.next_place
        batch.next_place = -1
        batch.transfer_start = NEVER
        batch.moved = 0

    def snapshot(self) -> Arrays:
        """What the planner keeps."""
        return self._planner.snapshot()

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Take the plans back."""
        self._planner.restore(arrays)


def _shares(order: int, sources: int, destinations: int) -> list[tuple[int, int]]:
    """Which destinations the fish of source number `order` go to, and in what proportions.

    Lay sources and destinations side by side at equal length: a source fills what it overlaps, so
    that all destinations get alike.
    """
    begin, end = order * destinations, (order + 1) * destinations
    return [
        (number, min(end, (number + 1) * sources) - max(begin, number * sources))
        for number in range(begin // sources, (end - 1) // sources + 1)
    ]
