"""AquaMind's plan of a move: a workflow with an action for each container, and how it goes.

A workflow is written when the next place is reserved. Its actions are carried out over the days of
the move; a container whose fish are divided over several takes more actions than were planned.
"""

from typing import Any

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.batch.rows import batch_number
from data_generation.generators.batch.state import OpenMoves, PlannedActions
from data_generation.generators.core.dates import DAY_US, at
from data_generation.generators.core.declared.output import NULL
from data_generation.generators.core.fish import Batch, centikg
from data_generation.generators.core.layout import Place
from data_generation.generators.core.world import LEVEL, Ints, World
from data_generation.generators.environmental.gases import oxygen_saturation_mg_l
from data_generation.generators.users.staff import signers

_WORKFLOWS, _ACTIONS = "batch_batchtransferworkflow", "batch_transferaction"
_FRESH, _SEA = "FW", "FM"
_MINUTES, _MINUTES_EACH_THOUSAND = 25, 0.9


class Workflows:
    """Writes the workflows of moves and their actions."""

    def __init__(self, world: World) -> None:
        """Nobody is on the move."""
        self._moves, self._planned = world.of(OpenMoves), world.of(PlannedActions)
        self._managers, self._operators = signers(world.config, "MGR"), signers(world.config, "OPR")

    def plan(self, world: World, batch: Batch, place: Place, sources: Ints) -> None:
        """A place is reserved: the workflow, and an action for each container that will move."""
        fish, moment = world.fish, at(world.today.day, 10, 15)
        move = OpenMoves.of(
            1,
            id=world.ids.one(_WORKFLOWS),
            batch=batch.id,
            day=batch.transfer_start,
            last_day=int(fish.move_day[sources].max()),
            source_stage=batch.stage + 1,
            stage=place.stage + 1,
            begun=NULL,
            sources=int(fish.count[sources].sum()),
            moved=0,
            dead=0,
            biomass=int(centikg(fish.count[sources], fish.weight_ug[sources]).sum()),
            actions=len(sources),
            completed=0,
            created=moment,
        )
        self._moves.add(move)
        world.output.insert(_WORKFLOWS, 1, **self._row(world, batch, move, moment, NULL))
        numbers = np.arange(1, len(sources) + 1)
        planned = PlannedActions.of(
            len(sources),
            id=world.ids.take(_ACTIONS, len(sources)),
            workflow=int(move.id[0]),
            batch=batch.id,
            number=numbers,
            assignment=fish.id[sources],
            day=fish.move_day[sources],
            count=fish.count[sources],
            created=moment,
        )
        self._planned.add(planned)
        world.output.insert(_ACTIONS, len(sources), **_pending(planned, "PENDING", moment))

    def carry_out(
        self,
        world: World,
        batch: Batch,
        source: int,
        destination: int,
        fish_moved: tuple[int, int, int],
        moment: int,
        first: bool,
    ) -> int:
        """Fish of one container came into another; returns the workflow.

        `fish_moved` are how many were there, how many came over, how many died. The `first` part of
        a container is the action that was planned for it.
        """
        fish = world.fish
        move = int(np.flatnonzero(self._moves.batch == batch.id)[0])
        there, came, dead = fish_moved
        own = np.flatnonzero(self._planned.assignment == fish.id[source])
        if first and len(own):
            planned = self._planned.take(own)
            self._planned.keep(self._planned.assignment != fish.id[source])
        else:
            self._moves.actions[move] += 1
            planned = PlannedActions.of(
                1,
                id=world.ids.one(_ACTIONS),
                workflow=int(self._moves.id[move]),
                batch=batch.id,
                number=int(self._moves.actions[move]),
                assignment=int(fish.id[source]),
                day=world.today.day,
                count=there,
                created=moment,
            )
        row = _pending(planned, "COMPLETED", moment)
        row |= _water(world, int(fish.place[source]))
        row |= {
            "source_population_before": there,
            "transferred_count": came,
            "mortality_during_transfer": dead,
            "transferred_biomass_kg": int(centikg(np.array(came), fish.weight_ug[source])),
            "actual_execution_date": world.today.day,
            "transfer_method": "GRAVITY" if fish.stage[source] == 0 else "PUMP",
            "execution_duration_minutes": _MINUTES + round(came * _MINUTES_EACH_THOUSAND / 1000),
            "dest_assignment_id": int(fish.id[destination]),
            "dest_container_id": int(fish.container[destination]),
            "executed_by_id": int(self._operators[batch.country]),
            "executed_at": moment,
        }
        if first and len(own):
            world.output.update(_ACTIONS, 1, **row)
        else:
            world.output.insert(_ACTIONS, 1, **row)
        moves = self._moves
        moves.begun[move] = world.today.day if moves.begun[move] == NULL else moves.begun[move]
        moves.moved[move] += came
        moves.dead[move] += dead
        moves.completed[move] += 1
        return int(moves.id[move])

    def note_day(self, world: World, batch: Batch, over: bool) -> None:
        """At the end of a day of the move, or when it is over: how far it is.

        An action whose fish had all died before is skipped.
        """
        found = np.flatnonzero(self._moves.batch == batch.id)
        if not len(found):
            return
        moment = at(world.today.day, 16, 40)
        left = np.flatnonzero(self._planned.batch == batch.id)
        if over and len(left):
            skipped = self._planned.take(left)
            world.output.update(_ACTIONS, len(left), **_pending(skipped, "SKIPPED", moment))
            self._planned.keep(self._planned.batch != batch.id)
        move = self._moves.take(found)
        user = int(self._managers[batch.country]) if over else NULL
        world.output.update(_WORKFLOWS, 1, **self._row(world, batch, move, moment, user))
        if over:
            self._moves.keep(self._moves.batch != batch.id)

    def _row(
        self, world: World, batch: Batch, move: OpenMoves, moment: int, completed_by: int
    ) -> dict[str, Any]:
        over, begun = completed_by != NULL, int(move.begun[0])
        actions, completed = int(move.actions[0]), int(move.completed[0])
        to_sea = int(move.stage[0]) == ADULT + 1
        number = batch_number(world, batch)
        status = "COMPLETED" if over else "PLANNED" if begun == NULL else "IN_PROGRESS"
        return {
            "id": int(move.id[0]),
            "workflow_number": f"TRF-{number}-D{int(move.day[0]) - batch.start_day}",
            "workflow_type": "LIFECYCLE_TRANSITION",
            "status": status,
            "planned_start_date": int(move.day[0]),
            "planned_completion_date": int(move.last_day[0]),
            "actual_start_date": begun,
            "actual_completion_date": (moment // DAY_US) if over else NULL,
            "total_source_count": int(move.sources[0]),
            "total_transferred_count": int(move.moved[0]),
            "total_mortality_count": int(move.dead[0]),
            "total_biomass_kg": int(move.biomass[0]),
            "total_actions_planned": actions,
            "actions_completed": completed,
            "completion_percentage": 10_000 if over else completed * 10_000 // actions,
            "is_intercompany": to_sea,
            "source_subsidiary": _FRESH if to_sea else None,
            "dest_subsidiary": _SEA if to_sea else None,
            "notes": "",
            "cancellation_reason": "",
            "batch_id": batch.id,
            "completed_by_id": completed_by,
            "dest_lifecycle_stage_id": int(move.stage[0]),
            "finance_transaction_id": NULL,
            "initiated_by_id": int(self._managers[batch.country]),
            "source_lifecycle_stage_id": int(move.source_stage[0]),
            "is_dynamic_execution": False,
            "estimated_total_biomass_kg": int(move.biomass[0]),
            "estimated_total_count": int(move.sources[0]),
            "created_at": int(move.created[0]),
            "updated_at": moment,
        }


def _pending(planned: PlannedActions, status: str, moment: int) -> dict[str, Any]:
    """Rows of actions that were planned, with nothing done yet."""
    return {
        "id": planned.id,
        "action_number": planned.number,
        "source_population_before": planned.count,
        "transferred_count": 0,
        "mortality_during_transfer": 0,
        "transferred_biomass_kg": 0,
        "status": status,
        "planned_date": planned.day,
        "actual_execution_date": NULL,
        "transfer_method": None,
        "water_temp_c": NULL,
        "oxygen_level": NULL,
        "execution_duration_minutes": NULL,
        "notes": "",
        "dest_assignment_id": NULL,
        "executed_by_id": NULL,
        "source_assignment_id": planned.assignment,
        "workflow_id": planned.workflow,
        "measured_notes": "",
        "selection_method": "AVERAGE",
        "allow_mixed": False,
        "created_via": "PLANNED",
        "dest_container_id": NULL,
        "executed_at": NULL,
        "created_at": planned.created,
        "updated_at": moment,
    }


def _water(world: World, place: int) -> dict[str, int]:
    """Temperature (hundredths of °C) and oxygen (hundredths of mg/L) that the fish came from."""
    q = world.quantities
    level = world.water.values[:, place] / LEVEL
    held = oxygen_saturation_mg_l(level[[q.temperature]], np.zeros(1))
    oxygen = float(level[q.oxygen] / 100.0 * held[0])
    return {
        "water_temp_c": round(float(level[q.temperature]) * 100),
        "oxygen_level": round(oxygen * 100),
    }
