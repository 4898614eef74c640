"""Upkeep of the broodstock tanks: cleaning monthly, inspection quarterly, repairs, upgrades."""

from typing import Any

import numpy as np

from data_generation.generators.broodstock.parents import manager
from data_generation.generators.broodstock.setup import tanks
from data_generation.generators.core.dates import at, to_date
from data_generation.generators.core.output import NULL
from data_generation.generators.core.world import Ints, World

KINDS = ("cleaning", "repair", "inspection", "upgrade")
_NOTES = (
    "Tank brushed and flushed, screens cleaned",
    "Repair of inlet, screen or oxygen stone",
    "Quarterly look at structure, alarms and oxygen supply",
    "New part in place of an old one",
)
_FIELDS = 7
_ID, _KIND, _TANK, _SCHEDULED, _DONE_DAY, _COUNTRY, _CREATED = range(_FIELDS)
_QUARTER = 3


class Tasks:
    """Tasks that are planned and not done yet."""

    def __init__(self) -> None:
        """None yet."""
        self.open: Ints = np.zeros((0, _FIELDS), dtype=np.int64)

    def schedule(self, world: World) -> None:
        """Write the coming month's tasks on its first day."""
        config, day = world.config.broodstock, world.today.day
        month = to_date(day).month
        found: list[tuple[int, int, int, int, int]] = []
        for country in range(len(world.layout.countries)):
            here = tanks(config, world.layout, country)
            for number, tank in enumerate(here):
                entity = country * 64 + number
                repair, upgrade, _, _ = world.draws.uniforms("tank fault", entity, day)
                kinds = [0]
                if float(repair) < config.repair_share:
                    kinds.append(1)
                if (month + number) % _QUARTER == 0:
                    kinds.append(2)
                if float(upgrade) < config.upgrade_share:
                    kinds.append(3)
                for kind in kinds:
                    on, late, hour, _ = (
                        float(u) for u in world.draws.uniforms(f"task {kind}", entity, day)
                    )
                    planned = day + 1 + int(on * 25)
                    done = planned + (0 if late < 0.8 else 1 + int((late - 0.8) * 30))
                    found.append((kind, tank, at(planned, 8 + int(hour * 7)), done, country))
        tasks = np.zeros((len(found), _FIELDS), dtype=np.int64)
        tasks[:, _ID] = world.ids.take("broodstock_maintenancetask", len(found))
        tasks[:, _KIND:_CREATED] = np.array(found, dtype=np.int64).reshape(len(found), 5)
        tasks[:, _CREATED] = at(day, 8)
        self.open = np.concatenate([self.open, tasks])
        moment = at(day, 8)
        world.output.insert(
            "broodstock_maintenancetask", len(tasks), **self._columns(world, tasks, moment, NULL)
        )

    def complete(self, world: World) -> None:
        """Write what is done today."""
        done = self.open[:, _DONE_DAY] <= world.today.day
        if done.any():
            tasks, moment = self.open[done], at(world.today.day, 16)
            world.output.update(
                "broodstock_maintenancetask",
                len(tasks),
                **self._columns(world, tasks, moment, moment),
            )
            self.open = self.open[~done]

    def _columns(self, world: World, tasks: Ints, moment: int, completed: int) -> dict[str, Any]:
        """The rows of tasks as they stand."""
        kinds = tasks[:, _KIND].tolist()
        return {
            "id": tasks[:, _ID],
            "task_type": [KINDS[kind] for kind in kinds],
            "scheduled_date": tasks[:, _SCHEDULED],
            "completed_date": completed,
            "notes": [_NOTES[kind] for kind in kinds],
            "container_id": tasks[:, _TANK],
            "created_by_id": np.array([manager(world, c) for c in tasks[:, _COUNTRY].tolist()]),
            "created_at": tasks[:, _CREATED],
            "updated_at": moment,
        }
