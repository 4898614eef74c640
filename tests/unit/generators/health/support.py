"""A farm that catches everything, and ways to read what became of its fish."""

import functools
from collections import defaultdict

from data_generation.generators.core.fish import NEVER
from data_generation.generators.health.state import FishHealth
from tests.unit.generators.support import run, tiny_config, world_of

SEA = 6
SICKLY = (
    "countries.faroe.health.diseases_per_year.hsmi=30",
    "countries.faroe.health.diseases_per_year.furunculosis=30",
    "diseases.profiles.saprolegniosis.station_per_year=4",
    "countries.faroe.health.lice_background_per_day=0.03",
)


@functools.cache
def sickly():
    """A farm that catches everything, over the life of its first batch."""
    return run(tiny_config(*SICKLY), 33)


@functools.cache
def stays():
    rows = sickly().rows("batch_batchcontainerassignment")
    return {
        int(key): {name: rows[name][i] for name in rows}
        for i, key in enumerate(rows["id"].tolist())
    }


def table(name):
    rows = sickly().rows(name)
    count = len(next(iter(rows.values())))
    return [{key: values[i] for key, values in rows.items()} for i in range(count)]


def container_deaths(text):
    """Days and deaths with this description, by (batch, container)."""
    found = defaultdict(dict)
    for row in table("batch_mortalityevent"):
        if row["description"] == text:
            container = stays()[int(row["assignment_id"])]["container_id"]
            found[row["batch_id"], container][row["event_date"]] = row["count"]
    return found


def treatments(word=""):
    return [r for r in table("health_treatment") if word in r["description"]]


def world_at_sea(month=20):
    """The world of the tiny farm with healthy fish at sea, on a new morning."""
    world = world_of(month)
    fish = world.fish
    world.of(FishHealth).values[:] = 0
    assert (fish.stage == 5).all()
    assert (fish.move_day == NEVER).all()
    return world
