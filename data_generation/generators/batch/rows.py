"""Rows that more than one domain writes: batches, assignments, deaths."""

from typing import Any

import numpy as np

from data_generation.generators.batch.setup import SPECIES
from data_generation.generators.core.dates import DAY_US, at
from data_generation.generators.core.day import Deaths
from data_generation.generators.core.declared.output import Choice
from data_generation.generators.core.fish import Batch, centigrams, centikg
from data_generation.generators.core.world import Ints, World

CAUSES = ("DISEASE", "HANDLING", "PREDATION", "ENVIRONMENTAL", "UNKNOWN", "OTHER")
CAUSE_TEXTS = (
    "Signs of disease on the dead fish",
    "Wounds or scale loss after handling",
    "Bites of seal or bird",
    "Poor water for a time",
    "No sign of a cause",
    "Deformed, starved or runt fish",
    "Fungus on dead eggs",
    "Eggs broken when the tray was moved",
    "Taken by animals",
    "Poor water for a time",
    "White eggs and dead alevins picked",
    "Deformed alevins",
)
"""What is written of a death by its cause: of fish, then of eggs and alevins."""


def batch_number(world: World, batch: Batch) -> str:
    """Such as FI-2015-001: country, year of the eggs, count within both."""
    prefix = world.layout.countries[batch.country].prefix
    return f"{prefix}-{batch.year}-{batch.sequence:03d}"


def batch_row(
    world: World, batch: Batch, moment: int, completed_day: int | None = None
) -> dict[str, Any]:
    """The row of a batch as it stands; `moment` in microseconds."""
    config = world.config.staggering
    at_sea = world.layout.countries[batch.country].batch.sea_plan_days
    planned = batch.start_day + sum(config.stage_days) + at_sea
    source = "an external supplier" if batch.external else "own broodstock"
    return {
        "id": batch.id,
        "batch_number": batch_number(world, batch),
        "status": "ACTIVE" if completed_day is None else "COMPLETED",
        "start_date": batch.start_day,
        "expected_end_date": planned,
        "actual_end_date": completed_day,
        "notes": f"{batch.eggs} eyed eggs from {source}",
        "lifecycle_stage_id": batch.stage + 1,
        "species_id": SPECIES,
        "batch_type": "STANDARD",
        "growth_factor": batch.growth_factor,
        "created_at": at(batch.start_day, 8),
        "updated_at": moment,
    }


def assignment_columns(world: World, positions: Ints) -> dict[str, Any]:
    """The rows of live assignments as they stand, less what a departure changes."""
    fish = world.fish
    return {
        "id": fish.id[positions],
        "population_count": fish.count[positions],
        "biomass_kg": centikg(fish.count[positions], fish.weight_ug[positions]),
        "assignment_date": fish.start_day[positions],
        "is_active": True,
        "notes": "",
        "batch_id": fish.batch[positions],
        "container_id": fish.container[positions],
        "lifecycle_stage_id": fish.stage[positions] + 1,
        "avg_weight_g": centigrams(fish.weight_ug[positions]),
        "departure_date": None,
        "last_weighing_date": fish.weighed_day[positions],
        "created_at": fish.start_day[positions] * DAY_US + at(0, 8, 15),
    }


def assignment_row(world: World, position: int, day: int) -> dict[str, Any]:
    """The row of an assignment on the day it begins."""
    columns = assignment_columns(world, np.array([position]))
    return columns | {"updated_at": at(day, 8, 15)}


def update_assignments(
    world: World, positions: Ints, moment: int, *, departed: bool = False
) -> None:
    """Write the present state of assignments; `departed` closes them today."""
    columns = assignment_columns(world, positions) | {"updated_at": moment}
    if departed:
        columns |= {"is_active": False, "departure_date": world.today.day}
    world.output.update("batch_batchcontainerassignment", len(positions), **columns)


def mortality_rows(
    world: World,
    positions: Ints,
    counts: Ints,
    causes: Ints,
    reasons: Ints,
    moments: Ints | int,
    descriptions: Choice,
) -> None:
    """Mortality events; `causes` are indices into `CAUSES`, `reasons` keys of mortality reasons.

    `moments` say when they were counted.
    """
    fish = world.fish
    world.today.deaths.append(
        Deaths(
            batches=fish.batch[positions],
            containers=fish.container[positions],
            stocks=fish.count[positions],
            counts=counts,
            reasons=reasons,
        )
    )
    table = "batch_mortalityevent"
    world.output.insert(
        table,
        len(positions),
        id=world.ids.take(table, len(positions)),
        event_date=world.today.day,
        count=counts,
        biomass_kg=centikg(counts, fish.weight_ug[positions]),
        cause=Choice(CAUSES, causes),
        description=descriptions,
        batch_id=fish.batch[positions],
        assignment_id=fish.id[positions],
        created_at=moments,
        updated_at=moments,
    )


def usual_description(causes: Ints, stages: Ints) -> Ints:
    """Which of `CAUSE_TEXTS` says what a cause does at a stage."""
    result: Ints = causes + np.where(stages == 0, len(CAUSES), 0)
    return result
