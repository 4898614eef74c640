"""What rows of health have in common: who wrote them."""

import numpy as np

from data_generation.generators.core.world import Ints, World

_VETERINARIANS = {"faroe": 2, "scotland": 3}
_OPERATORS = {"faroe": 6, "scotland": 7}
_MANAGERS = {"faroe": 4, "scotland": 5}
"""Keys of `master_data._USERS` by geography; elsewhere those of the first."""


def veterinarian(world: World, country: Ints) -> Ints:
    """Keys of the users who write diagnoses and prescribe."""
    return _users(world, country, _VETERINARIANS)


def operator(world: World, country: Ints) -> Ints:
    """Keys of the users who count, weigh and look after cages."""
    return _users(world, country, _OPERATORS)


def manager(world: World, country: Ints) -> Ints:
    """Keys of the users who run the stations on land."""
    return _users(world, country, _MANAGERS)


def _users(world: World, country: Ints, known: dict[str, int]) -> Ints:
    first = next(iter(known.values()))
    by_country = np.array([known.get(key, first) for key in world.layout.countries])
    result: Ints = by_country[country]
    return result
