"""Meals from lots: first in first out, nothing lost, exact cost."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.generators.inventory.feeding import _ration, cost_ore, split_meals
from data_generation.generators.inventory.stores import feed_type
from tests.unit.generators.support import tiny_config


@st.composite
def tables(draw, enough=True):
    """Meals and lots by place; each place's lots hold at least what its meals need."""
    meals, lots = [], []
    places = draw(st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True))
    for place in sorted(places):
        here = draw(st.lists(st.integers(0, 5_000), max_size=6))
        held = draw(st.lists(st.integers(0, 9_000), max_size=6))
        if enough and sum(held) < sum(here):
            held.append(sum(here) - sum(held) + draw(st.integers(0, 3)))
        meals += [(place, amount) for amount in here]
        lots += [(place, amount) for amount in held]
    as_arrays = [np.array(rows, dtype=np.int64).reshape(-1, 2).T for rows in (meals, lots)]
    return *as_arrays[0], *as_arrays[1]


@given(tables())
def test_meals_get_what_they_need_and_lots_give_no_more_than_they_hold(tables):
    meal_place, meal_u, lot_place, lot_u = tables

    meal, lot, amount, into = split_meals(meal_place, meal_u, lot_place, lot_u)

    assert (amount > 0).all()
    assert np.array_equal(np.bincount(meal, amount, len(meal_u)), meal_u)
    taken = np.bincount(lot, amount, len(lot_u))
    assert (taken <= lot_u).all()
    assert (meal_place[meal] == lot_place[lot]).all()
    assert (into >= 0).all()
    assert (into + amount <= lot_u[lot]).all()


@given(tables())
def test_a_place_uses_up_a_lot_before_it_opens_the_next(tables):
    meal_place, meal_u, lot_place, lot_u = tables

    meal, lot, amount, into = split_meals(meal_place, meal_u, lot_place, lot_u)

    for place in np.unique(meal_place):
        here = np.flatnonzero(meal_place[meal] == place)
        assert (np.diff(meal[here]) >= 0).all()
        assert (np.diff(lot[here]) >= 0).all()
        for before, after in pairwise(here.tolist()):
            if lot[before] == lot[after]:
                assert into[after] == into[before] + amount[before]
            else:
                assert into[before] + amount[before] == lot_u[lot[before]]
                assert into[after] == 0
        skipped = [
            i
            for i in np.flatnonzero(lot_place == place)
            if len(here) and i < lot[here[-1]] and lot_u[i] and i not in lot[here]
        ]
        assert not skipped


@given(tables())
def test_no_piece_is_of_two_lots_or_two_meals(tables):
    meal_place, meal_u, lot_place, lot_u = tables
    meal, lot, _, _ = split_meals(meal_place, meal_u, lot_place, lot_u)
    assert len(set(zip(meal.tolist(), lot.tolist(), strict=True))) == len(meal)


def test_two_places_with_the_same_appetite_do_not_share_feed():
    place = np.array([3, 7])
    meal, lot, amount, into = split_meals(place, np.array([50, 50]), place, np.array([50, 60]))
    assert meal.tolist() == [0, 1]
    assert lot.tolist() == [0, 1]
    assert amount.tolist() == [50, 50]
    assert into.tolist() == [0, 0]


@given(
    st.integers(1, 2_500),
    st.lists(st.integers(1, 100_000), min_size=1, max_size=30),
)
def test_the_pieces_of_a_lot_cost_what_the_lot_cost(price, amounts):
    pieces = np.array(amounts, dtype=np.int64)
    consumed = np.cumsum(pieces) - pieces

    cost = cost_ore(consumed, pieces, np.full(len(pieces), price))

    kilograms_hundredfold = int(pieces.sum())
    assert cost.sum() == (kilograms_hundredfold * price + 50) // 100
    exact = pieces * price / 100
    assert (np.abs(cost - exact) <= 1).all()


def test_cost_is_kilograms_times_price():
    # 25 kg at 13.44 kr/kg, in units of 10 g and hundredths of a krone
    assert cost_ore(np.array([100]), np.array([2_500]), np.array([1_344])).tolist() == [33_600]


@given(tables(enough=False))
def test_a_short_place_shares_what_it_has_and_others_get_their_fill(tables):
    meal_place, meal_u, lot_place, lot_u = tables

    got = _ration(meal_place, meal_u, lot_place, lot_u)

    assert (got <= meal_u).all()
    assert (got >= 0).all()
    for place in np.unique(meal_place):
        wanted = meal_u[meal_place == place]
        given_ = got[meal_place == place]
        held = lot_u[lot_place == place].sum()
        if held >= wanted.sum():
            assert np.array_equal(given_, wanted)
        else:
            assert held - len(wanted) < given_.sum() <= held
            assert (np.abs(given_ - wanted * held / wanted.sum()) < 1).all()


@pytest.mark.parametrize(
    ("weight_g", "pellet_mm"),
    [(0.2, 0.5), (5, 1.0), (20, 2.0), (60, 3.0), (200, 4.0), (500, 4.5), (1_500, 7.0), (4_000, 11)],
)
def test_pellets_suit_the_fish(weight_g, pellet_mm):
    feed = tiny_config().feed
    index = feed_type(np.array([round(weight_g * 1e6)]), feed)[0]
    assert feed.types[index].pellet_size_mm == pellet_mm


def test_a_fish_at_the_limit_gets_the_next_size():
    feed = tiny_config().feed
    limit = round(feed.types[0].up_to_weight_g * 1e6)
    assert feed_type(np.array([limit - 1, limit, 10**12]), feed).tolist() == [
        0,
        1,
        len(feed.types) - 1,
    ]
