"""Keyed randomness: the published generator, the right distributions, and draws that stay put."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.generators.core.draws import (
    Draws,
    normal_quantile,
    philox4x32,
    poisson_quantile,
    whole,
)

ONES = 0xFFFFFFFF


def words(counter, key):
    found = philox4x32(tuple(np.array([word], dtype=np.uint64) for word in counter), key)
    return [int(word[0]) for word in found]


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ((ONES,) * 4, (ONES, ONES), [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_the_generator_gives_the_known_answers_of_random123(counter, key, expected):
    assert words(counter, key) == expected


def test_many_counters_at_once_give_what_each_gives_alone():
    counters = tuple(np.arange(5, dtype=np.uint64) * step for step in (1, 7, 11, 13))

    together = philox4x32(counters, (3, 4))

    for i in range(5):
        alone = words([int(c[i]) for c in counters], (3, 4))
        assert [int(word[i]) for word in together] == alone


def test_both_halves_of_the_seed_and_of_the_entity_count():
    draws = {
        seed: float(Draws(seed).uniform("x", 1)) for seed in (1, 2, 1 + (1 << 32), 1 + (1 << 62))
    }
    assert len(set(draws.values())) == len(draws)
    entities = np.array([5, 5 + (1 << 32), 5 + (1 << 50)])
    assert len(set(Draws(1).uniform("x", entities).tolist())) == 3


def test_entities_purposes_and_days_shift_no_other_draw():
    draws = Draws(20150101)
    alone = float(draws.normal("deaths", 77, 16_500))

    entities = np.array([1, 77, 500, 1 << 49])
    among = draws.normal("deaths", entities, 16_500)
    draws.uniforms("a new purpose", entities, 16_500)
    days = draws.normal("deaths", 77, np.array([[16_499], [16_500], [16_501]]))

    assert among[1] == alone
    assert days[1, 0] == alone
    assert float(Draws(20150101).normal("deaths", 77, 16_500)) == alone
    other = {float(draws.normal("growth", 77, 16_500)), float(days[0, 0]), float(among[0])}
    assert alone not in other


def test_uniform_values_are_even_independent_and_inside_the_interval():
    four = np.array(Draws(1).uniforms("even", np.arange(20_000), 3))

    assert four.min() > 0
    assert four.max() < 1
    counts = np.array([np.histogram(column, bins=20, range=(0, 1))[0] for column in four])
    chi_squared = ((counts - 1_000) ** 2 / 1_000).sum(axis=1)
    assert (chi_squared < 50).all()  # 19 degrees of freedom; 50 has probability 0.00013
    off_diagonal = np.corrcoef(four) - np.eye(4)
    assert np.abs(off_diagonal).max() < 0.03


def test_days_in_a_row_are_not_correlated():
    z = Draws(9).normal("daily", 4, np.arange(20_000))
    assert abs(np.corrcoef(z[1:], z[:-1])[0, 1]) < 0.03


@given(st.integers(-40, 40), st.integers(0, 60), st.integers(0, 2**62))
def test_whole_draws_lie_between_their_bounds(low, span, entity):
    drawn = Draws(5).integer("days", entity, low, low + span)
    assert low <= drawn <= low + span


def test_whole_draws_reach_both_bounds_evenly():
    drawn = [Draws(5).integer("days", entity, 14, 21) for entity in range(2_000)]
    counts = np.bincount(drawn, minlength=22)[14:]
    assert counts.min() > 180
    assert counts.sum() == 2_000


@pytest.mark.parametrize(
    ("p", "z"),
    [
        (0.5, 0.0),
        (0.8413447461, 1.0),
        (0.975, 1.9599639845),
        (1e-4, -3.7190164855),
        (1e-9, -5.9978070150),
        (1e-13, -7.3487961028),
    ],
)
def test_normal_quantiles_are_those_of_the_tables(p, z):
    assert normal_quantile(p) == pytest.approx(z, abs=1e-6)
    if p > 1e-9:  # beyond it 1 - p keeps too few digits
        assert normal_quantile(1 - p) == pytest.approx(-z, abs=1e-6)


def test_normal_quantiles_rise_and_have_the_normal_moments():
    p = (np.arange(200_000) + 0.5) / 200_000
    z = normal_quantile(p)
    assert (np.diff(z) > 0).all()
    assert z.mean() == pytest.approx(0, abs=1e-6)
    assert z.std() == pytest.approx(1, abs=1e-3)
    assert (z**4).mean() == pytest.approx(3, abs=0.02)
    extremes = normal_quantile(np.array([0.5 / 2**32, 1 - 0.5 / 2**32]))
    assert np.isfinite(extremes).all()


@pytest.mark.parametrize("mean", [0.003, 0.4, 3.0, 11.9, 12.0, 12.1, 60.0, 4_000.0])
def test_poisson_counts_have_the_mean_and_the_variance_of_their_mean(mean):
    u = (np.arange(100_000) + 0.5) / 100_000
    counts = poisson_quantile(u, np.full(u.shape, mean))
    assert (np.diff(counts) >= 0).all()
    assert counts.min() >= 0
    assert counts.mean() == pytest.approx(mean, rel=0.01, abs=1e-4)
    assert counts.var() == pytest.approx(mean, rel=0.02, abs=1e-3)


def test_poisson_counts_of_a_small_mean_are_exact():
    probabilities = np.exp(-2.0) * np.cumprod([1.0, 2.0, 1.0, 2 / 3, 0.5])
    edges = np.cumsum(probabilities)
    below = poisson_quantile(edges - 1e-9, np.full(5, 2.0))
    above = poisson_quantile(edges + 1e-9, np.full(5, 2.0))
    assert below.tolist() == [0, 1, 2, 3, 4]
    assert above.tolist() == [1, 2, 3, 4, 5]


def test_nobody_dies_where_nobody_lives():
    u = np.array([0.5, 1 - 1e-10, 0.5])
    assert poisson_quantile(u, np.zeros(3)).tolist() == [0, 0, 0]


def test_each_mean_of_an_array_is_its_own():
    u = np.array([0.5, 0.5, 0.5])
    assert poisson_quantile(u, np.array([0.1, 5.0, 1_000.0])).tolist() == [0, 5, 1000]


def test_whole_rounds_to_the_nearest():
    assert whole([1.4, 1.6, -1.6]).tolist() == [1, 2, -2]


def test_one_entity_few_and_many_are_drawn_alike():
    draws, entities = Draws(77), np.arange(50) * ((1 << 45) + 3) + 5
    many = np.array(draws.uniforms("x", entities, 16_000))
    few = np.array(draws.uniforms("x", entities[:3], 16_000))
    assert (few == many[:, :3]).all()
    for i in range(50):
        assert (np.array(draws.uniforms("x", int(entities[i]), 16_000)) == many[:, i]).all()
    normals = draws.normals("x", entities, 16_000)
    one = [float(draws.normal("x", int(entity), 16_000)) for entity in entities.tolist()]
    assert one == normals[0].tolist()


def test_purposes_drawn_together_are_those_drawn_apart():
    draws, days = Draws(77), np.array([3, 5, 16_000])
    entities = np.array([1, 1 << 33, 9])
    first, second = draws.together(("x", entities, days), ("y", entities[:2], 7))
    assert (np.array(first) == np.array(draws.uniforms("x", entities, days))).all()
    assert (np.array(second) == np.array(draws.uniforms("y", entities[:2], 7))).all()
