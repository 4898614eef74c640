"""The water that fish come into when they are moved."""

import json

import numpy as np

from data_generation.generators.farm import OXYGEN, PH, SALINITY, TEMPERATURE
from data_generation.generators.output import NULL
from data_generation.generators.population import LEVEL
from data_generation.generators.water import oxygen_saturation_mg_l
from data_generation.generators.world import World

_TABLE = "environmental_stagetransitionenvironmental"
_NOTEWORTHY_C = 2.0


def write_transition(
    world: World, transfer: int, source: int, destination: int, moment: int
) -> None:
    """The row of one transfer, by positions in `world.fish`; `moment` when it was made."""
    fish = world.fish
    level = fish.level[destination] / LEVEL
    at_sea = bool(fish.stage[destination] == 5)
    temperature = float(level[TEMPERATURE])
    salinity = float(level[SALINITY]) if at_sea else 0.0
    held = float(oxygen_saturation_mg_l(np.array(temperature), np.array(salinity)))
    colder = float(fish.level[source, TEMPERATURE]) / LEVEL - temperature
    note = ""
    if abs(colder) >= _NOTEWORTHY_C:
        word = "colder" if colder > 0 else "warmer"
        note = f"{abs(colder):.1f} °C {word} than the water they came from"
    facts = {
        "oxygen_saturation_percent": round(float(level[OXYGEN]), 1),
        "temperature_before_c": round(colder + temperature, 2),
    }
    world.output.insert(
        _TABLE,
        1,
        id=world.ids.take(_TABLE, 1),
        temperature=round(temperature * 100),
        oxygen=round(float(level[OXYGEN]) / 100.0 * held * 100),
        salinity=round(salinity * 100) if at_sea else NULL,
        ph=round(float(level[PH]) * 100),
        additional_parameters=json.dumps(facts),
        notes=note,
        batch_transfer_id=transfer,
        created_at=moment,
        updated_at=moment,
    )
