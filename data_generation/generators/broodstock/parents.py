"""Parents, each a fish with a tag: their rows, their traits, how many eggs a female gives."""

import json
from typing import Any

import numpy as np

from data_generation.generators.broodstock.state import Parents
from data_generation.generators.core.dates import to_date
from data_generation.generators.core.declared.output import Choice
from data_generation.generators.core.fish import NEVER
from data_generation.generators.core.world import Floats, Ints, World

FEMALE, MALE = 0, 1
_SEXES = ("female", "male")
STATUSES = ("healthy", "monitored", "sick", "deceased")
HEALTHY, MONITORED, SICK, DECEASED = range(4)

_CONDITION_FACTOR = 1.3
_YEARS_TO_CHOICE = 3


def fish_key(country: int, sex: int, number: int) -> int:
    """What a parent's draws are keyed by: it depends on no other country."""
    return (country << 40) | (sex << 36) | number


def weights_kg(world: World, fish: Parents) -> Floats:
    """Weight of parents, at their choice or in the spawning tanks."""
    config = world.config.broodstock
    z = world.draws.normal("broodstock weight", fish.key)
    ripe = fish.moved < NEVER
    mean = np.where(ripe, config.spawning_weight_kg, config.recruit_weight_kg)
    sex = np.where(fish.sex == MALE, config.male_weight_factor, 1.0)
    result: Floats = np.maximum(mean * sex * (1.0 + config.weight_cv * z), mean * 0.5)
    return result


def eyed_eggs(world: World, females: Parents) -> Ints:
    """Eyed eggs that each female gives when stripped."""
    config = world.config.broodstock
    number_z, eyed_z, _, _ = world.draws.normals("fecundity", females.key)
    each_kg = config.eggs_per_kg * np.clip(1.0 + 0.10 * number_z, 0.6, 1.4)
    eyed = np.clip(config.eyed_share + 0.04 * eyed_z, 0.5, 0.98)
    return np.rint(weights_kg(world, females) * each_kg * eyed).astype(np.int64)


def fish_columns(
    world: World, fish: Parents, moment: int, notes: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The rows of parents as they stand; `notes` are added to their traits."""
    keys = fish.key
    growth, resistance, fertility, length = world.draws.normals("broodstock traits", keys)
    weight = weights_kg(world, fish)
    length_cm = np.cbrt(100_000.0 * weight / (_CONDITION_FACTOR * (1.0 + 0.05 * length)))
    figures = zip(
        np.round(weight, 2).tolist(),
        np.round(length_cm, 1).tolist(),
        np.round(105 + 8 * growth, 1).tolist(),
        np.round(103 + 8 * resistance, 1).tolist(),
        np.round(100 + 6 * fertility, 1).tolist(),
        strict=True,
    )
    # Written out: nothing in it needs to be escaped, and there are thousands a month.
    traits = [
        f'{{"pit_tag": "985{(key + 7_919) * 2_654_435_761 % 10**12:012d}", '
        f'"sex": "{_SEXES[sex]}", "year_class": {to_date(since).year - _YEARS_TO_CHOICE}, '
        f'"weight_kg": {kg}, "length_cm": {cm}, "growth_index": {grows}, '
        f'"disease_resistance_index": {resists}, "fertility_index": {fertile}'
        for (key, sex, since), (kg, cm, grows, resists, fertile) in zip(
            zip(keys.tolist(), fish.sex.tolist(), fish.since.tolist(), strict=True),
            figures,
            strict=True,
        )
    ]
    ends = [f", {json.dumps(note)[1:]}" for note in notes] if notes else ["}"] * len(traits)
    return {
        "id": fish.id,
        "traits": [text + end for text, end in zip(traits, ends, strict=True)],
        "health_status": Choice(STATUSES, fish.status),
        "container_id": fish.container,
        "created_at": fish.created_us,
        "updated_at": moment,
    }
