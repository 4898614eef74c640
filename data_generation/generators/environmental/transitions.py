"""The water that fish come into when they are moved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data_generation.generators.core.declared.output import NULL
from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import LEVEL, Ints, World
from data_generation.generators.environmental.gases import oxygen_saturation_mg_l

_TABLE = "environmental_stagetransitionenvironmental"
_NOTEWORTHY_C = 2.0


@dataclass(frozen=True)
class Arrival:
    """Fish that came into other water: keys of the transfer and its workflow, both waters by
    parameter, when.
    """

    transfer: int
    workflow: int
    before: Ints
    after: Ints
    at_sea: bool
    moment: int


def write_transitions(world: World, arrivals: Sequence[Arrival]) -> None:
    """The rows of a day's transfers."""
    if not arrivals:
        return
    level, q = np.array([a.after for a in arrivals]) / LEVEL, world.quantities
    at_sea = np.array([a.at_sea for a in arrivals])
    temperature, saturation = level[:, q.temperature], level[:, q.oxygen]
    salinity = np.where(at_sea, level[:, q.salinity], 0.0)
    held = oxygen_saturation_mg_l(temperature, salinity)
    before = np.array([a.before[q.temperature] for a in arrivals]) / LEVEL
    facts = [
        {"oxygen_saturation_percent": round(percent, 1), "temperature_before_c": round(t, 2)}
        for percent, t in zip(saturation.tolist(), before.tolist(), strict=True)
    ]
    moments = np.array([a.moment for a in arrivals])
    world.output.insert(
        _TABLE,
        len(arrivals),
        id=world.ids.take(_TABLE, len(arrivals)),
        temperature=whole(temperature * 100),
        oxygen=whole(saturation / 100.0 * held * 100),
        salinity=np.where(at_sea, whole(salinity * 100), NULL),
        ph=whole(level[:, q.ph] * 100),
        additional_parameters=[json.dumps(fact) for fact in facts],
        notes=[_note(colder) for colder in (before - temperature).tolist()],
        batch_transfer_id=np.array([a.transfer for a in arrivals]),
        batch_transfer_workflow_id=np.array([a.workflow for a in arrivals]),
        created_at=moments,
        updated_at=moments,
    )


def _note(colder: float) -> str:
    if abs(colder) < _NOTEWORTHY_C:
        return ""
    word = "colder" if colder > 0 else "warmer"
    return f"{abs(colder):.1f} °C {word} than the water they came from"
