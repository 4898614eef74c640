"""Deaths of several causes on one day, and what is kept from day to day."""

import numpy as np
import pytest

from data_generation.generators.batch.mortality import Mortality
from data_generation.generators.core.day import Excess
from data_generation.generators.core.drawn_once import DrawnOnce
from tests.unit.generators.support import world_of


@pytest.mark.parametrize("share", [0.6, 0.999])
def test_no_more_fish_die_than_live_of_whatever_causes(share):
    world = world_of()
    fish = world.fish
    fish.count[0] = 10
    before = fish.count.copy()
    everywhere = np.arange(len(fish))
    for reason in ("Storm damage", "Algal bloom"):
        world.today.excess.append(
            Excess(everywhere, np.full(len(fish), share), 3, reason, f"Dead of {reason}")
        )
    Mortality(world).advance(world)
    assert (fish.count >= 0).all()
    assert (before - fish.count == world.fish_today.dead).all()
    assert (world.fish_today.dead >= before * min(1.8 * share, 0.99) - 20).all()
    (toll,) = world.today.deaths
    assert toll.counts.sum() == world.fish_today.dead.sum()
    first = toll.counts[toll.reasons == toll.reasons[0]].sum()
    assert first == pytest.approx(before.sum() * share, rel=0.02)
    rows = world.output.finish().inserts["batch_mortalityevent"]
    assert {"Dead of Storm damage", "Dead of Algal bloom"} <= set(rows["description"].to_pylist())


def test_what_is_kept_follows_the_fish_that_come_and_go():
    fish, asked = world_of().fish, []

    def reckon(keys):
        asked.append(len(keys))
        return np.sin(keys.astype(float))

    kept = DrawnOnce(reckon)
    everyone = len(fish)
    assert (kept.of(fish) == np.sin(fish.key.astype(float))).all()
    fish.keep(np.arange(everyone) % 2 == 0)
    assert (kept.of(fish) == np.sin(fish.key.astype(float))).all()
    new = fish.take(np.array([0]))
    new.id, new.key = int(fish.id.max()) + 5, 77
    fish.add(new)
    assert (kept.of(fish) == np.sin(fish.key.astype(float))).all()
    assert asked == [everyone, 1]
    kept.forget()
    kept.of(fish)
    assert asked[-1] == len(fish)
