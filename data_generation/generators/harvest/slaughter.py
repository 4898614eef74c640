"""Harvest: when a batch has its weight, cage by cage over some days, into lots by grade."""

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.batch.closing import end_batch
from data_generation.generators.batch.rows import batch_number, update_assignments
from data_generation.generators.core.dates import at, to_date
from data_generation.generators.core.day import Slaughter
from data_generation.generators.core.draws import whole
from data_generation.generators.core.fish import MICROGRAMS, NEVER, Batch
from data_generation.generators.core.world import Ints, World
from data_generation.generators.health.state import FishHealth


class Harvest:
    """Plans and carries out harvests."""

    def advance(self, world: World) -> None:
        """Plan where the weight is reached; slaughter where it is the day."""
        for batch in list(world.batches):
            if batch.stage != ADULT or batch.moving:
                continue
            if batch.harvest_start == NEVER:
                self._plan(world, batch)
            elif world.today.day >= batch.harvest_start:
                self._slaughter(world, batch)

    def _plan(self, world: World, batch: Batch) -> None:
        config, day, fish = world.config.harvest, world.today.day, world.fish
        days_at_sea = day - batch.sea_start
        if days_at_sea < config.min_sea_days:
            return
        cages = np.flatnonzero(fish.batch == batch.id)
        count = int(fish.count[cages].sum())
        mean_ug = int((fish.count[cages] * fish.weight_ug[cages]).sum()) // max(count, 1)
        ready = mean_ug >= batch.target_weight_g * MICROGRAMS
        if not ready and days_at_sea < config.max_sea_days:
            return
        free = int(world.of(FishHealth).withheld_until[cages].max()) + 1
        batch.harvest_start = max(day + config.fast_days + 1, free)
        days = world.draws.integer("harvest days", batch.key, config.days_min, config.days_max)
        # The heaviest cages first, as a harvest planner would.
        order = cages[np.lexsort((fish.container[cages], -fish.weight_ug[cages]))]
        for number, cage in enumerate(order.tolist()):
            move = batch.harvest_start + number * days // len(order)
            fish.move_day[cage] = move
            fish.fast_from[cage] = move - config.fast_days

    def _slaughter(self, world: World, batch: Batch) -> None:
        fish, day = world.fish, world.today.day
        cages = np.flatnonzero((fish.batch == batch.id) & (fish.move_day == day))
        for number, cage in enumerate(cages.tolist()):
            self._slaughter_cage(world, batch, cage, number)
        if len(cages):
            gone = np.zeros(len(fish), dtype=np.bool_)
            gone[cages] = True
            world.state.keep_assignments(~gone)
        if not (world.fish.batch == batch.id).any():
            end_batch(world, batch, at(day, 20), "COMPLETED")

    def _slaughter_cage(self, world: World, batch: Batch, cage: int, number: int) -> None:
        fish, day = world.fish, world.today.day
        count, weight_ug = int(fish.count[cage]), int(fish.weight_ug[cage])
        key = int(fish.key[cage])
        moment = at(day, 5, 30 + 7 * number % 30) + number * 3_600_000_000 // 2
        if count:
            self._write_event(world, batch, cage, count, weight_ug, key, moment)
        fish.count[cage] = 0
        update_assignments(world, np.array([cage]), moment + 3_000_000, departed=True)

    def _write_event(
        self,
        world: World,
        batch: Batch,
        cage: int,
        count: int,
        weight_ug: int,
        key: int,
        moment: int,
    ) -> None:
        day = world.today.day
        event = world.ids.one("harvest_harvestevent")
        stamps = {"created_at": moment, "updated_at": moment}
        world.output.insert(
            "harvest_harvestevent",
            1,
            id=event,
            event_date=moment,
            dest_subsidiary="LG",
            document_ref=f"H-{batch_number(world, batch)}-{to_date(day):%m%d}-{event:06d}",
            assignment_id=int(world.fish.id[cage]),
            batch_id=batch.id,
            dest_geography_id=batch.country + 1,
            **stamps,
        )
        counts, live_g = self._grade(world, key, count, weight_ug)
        gutted_z, fillet_z, _, _ = world.draws.normals("yield", key, day)
        config = world.config.harvest
        gutted = config.gutted_yield + 0.004 * float(gutted_z)
        fillet = config.fillet_yield + 0.006 * float(fillet_z)
        rows = np.flatnonzero(counts > 0)
        gutted_g = whole(live_g[rows] * gutted)
        table = "harvest_harvestlot"
        lots = world.ids.take(table, len(rows))
        world.today.slaughtered.append(
            Slaughter(
                event=event,
                batch=batch.id,
                place=int(world.fish.place[cage]),
                moment=moment,
                lots=lots,
                grades=rows,
                counts=counts[rows],
                live_g=live_g[rows],
                gutted_g=gutted_g,
            )
        )
        world.output.insert(
            table,
            len(rows),
            id=lots,
            live_weight_kg=live_g[rows],
            gutted_weight_kg=gutted_g,
            fillet_weight_kg=whole(live_g[rows] * fillet),
            unit_count=counts[rows],
            event_id=event,
            product_grade_id=rows + 1,
            **stamps,
        )
        world.output.insert(
            "harvest_harvestwaste",
            1,
            id=world.ids.take("harvest_harvestwaste", 1),
            category="Viscera and blood",
            weight_kg=int(live_g[rows].sum() - gutted_g.sum()),
            event_id=event,
            **stamps,
        )

    def _grade(self, world: World, key: int, count: int, weight_ug: int) -> tuple[Ints, Ints]:
        """Fish and live grams by grade; they add up to the cage's count and biomass.

        Production fish are lighter: runts and damaged fish are over-represented among them.
        """
        config = world.config.harvest
        z, y, _, _ = (float(v) for v in world.draws.normals("grade", key))
        superior = min(max(config.superior_share + 0.025 * z, 0.5), 0.985)
        rest = 1.0 - superior
        share = config.ordinary_share / max(1.0 - config.superior_share, 1e-9)
        ordinary = rest * min(max(share + 0.06 * y, 0.2), 0.95)
        counts = np.array([0, int(count * ordinary), int(count * (rest - ordinary))])
        counts[0] = count - counts.sum()
        total_g = count * weight_ug // MICROGRAMS
        relative = counts * np.array([1.0, 0.93, 0.78])
        live_g = np.floor(total_g * relative / relative.sum()).astype(np.int64)
        live_g[0] += total_g - live_g.sum()
        return counts, live_g
