"""Upkeep of the broodstock tanks: cleaning monthly, inspection quarterly, repairs, upgrades."""

from typing import Any

import numpy as np

from data_generation.generators.broodstock.setup import tanks
from data_generation.generators.broodstock.state import OpenTasks
from data_generation.generators.core.dates import at, to_date
from data_generation.generators.core.declared.output import NULL
from data_generation.generators.core.world import World
from data_generation.generators.users.staff import signers

KINDS = ("cleaning", "repair", "inspection", "upgrade")
_NOTES = (
    "Tank brushed and flushed, screens cleaned",
    "Repair of inlet, screen or oxygen stone",
    "Quarterly look at structure, alarms and oxygen supply",
    "New part in place of an old one",
)
_QUARTER = 3


class Tasks:
    """Tasks that are planned and not done yet."""

    def __init__(self, world: World) -> None:
        self._open = world.of(OpenTasks)
        self._manager = signers(world.config, "MGR")

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
                wanted = [0]
                if float(repair) < config.repair_share:
                    wanted.append(1)
                if (month + number) % _QUARTER == 0:
                    wanted.append(2)
                if float(upgrade) < config.upgrade_share:
                    wanted.append(3)
                for kind in wanted:
                    on, late, hour, _ = (
                        float(u) for u in world.draws.uniforms(f"task {kind}", entity, day)
                    )
                    planned = day + 1 + int(on * 25)
                    done = planned + (0 if late < 0.8 else 1 + int((late - 0.8) * 30))
                    found.append((kind, tank, at(planned, 8 + int(hour * 7)), done, country))
        columns = np.array(found, np.int64).reshape(-1, 5).T
        tasks = OpenTasks.of(
            len(found),
            id=world.ids.take("broodstock_maintenancetask", len(found)),
            kind=columns[0],
            tank=columns[1],
            scheduled=columns[2],
            done_day=columns[3],
            country=columns[4],
            created=at(day, 8),
        )
        self._open.add(tasks)
        moment = at(day, 8)
        world.output.insert(
            "broodstock_maintenancetask", len(tasks), **self._columns(tasks, moment, NULL)
        )

    def complete(self, world: World) -> None:
        """Write what is done today."""
        done = self._open.done_day <= world.today.day
        if done.any():
            tasks, moment = self._open.take(done), at(world.today.day, 16)
            world.output.update(
                "broodstock_maintenancetask",
                len(tasks),
                **self._columns(tasks, moment, moment),
            )
            self._open.keep(~done)

    def _columns(self, tasks: OpenTasks, moment: int, completed: int) -> dict[str, Any]:
        """The rows of tasks as they stand."""
        kinds = tasks.kind.tolist()
        return {
            "id": tasks.id,
            "task_type": [KINDS[kind] for kind in kinds],
            "scheduled_date": tasks.scheduled,
            "completed_date": completed,
            "notes": [_NOTES[kind] for kind in kinds],
            "container_id": tasks.tank,
            "created_by_id": self._manager[tasks.country],
            "created_at": tasks.created,
            "updated_at": moment,
        }
