"""Run-local keys become stored ones exactly as a plain dictionary of them would say."""

import json
from collections.abc import Mapping

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.storage.keys.rows import shifted, without_adopted
from data_generation.storage.keys.shifts import Keys

LAST = 60
Stored = Mapping[int, int]

adopted_rows = st.dictionaries(st.integers(1, LAST), st.integers(1, 2**40), max_size=LAST)
offsets = st.integers(0, 2**40)
local_keys = st.lists(st.one_of(st.none(), st.integers(1, 2 * LAST)), max_size=40)
blocks = st.lists(st.tuples(st.integers(0, 9), st.integers(-LAST, 2**40)), max_size=8)


def _stored(keys: Keys, table: str, local: list[int | None]) -> list[int | None]:
    return shifted(keys, table, pa.array(local, pa.int64())).to_pylist()


@given(adopted_rows, offsets, local_keys)
def test_adopted_keys_are_those_of_the_stored_rows(
    stored: Stored, offset: int, local: list[int | None]
) -> None:
    keys = Keys.adopting({"farm_tank": stored}, {"farm_tank": offset, "farm_stay": 5})
    naive = {key: stored.get(key, key + offset) for key in range(1, 2 * LAST + 1)}
    assert _stored(keys, "farm_tank", local) == [k and naive[k] for k in local]
    assert [keys.stored("farm_tank", key) for key in (1, LAST)] == [naive[1], naive[LAST]]
    assert _stored(keys, "farm_stay", [1, 7]) == [6, 12]


@given(offsets, local_keys)
def test_one_offset_moves_all_keys(offset: int, local: list[int | None]) -> None:
    keys = Keys.shifted({"farm_tank": offset})
    assert _stored(keys, "farm_tank", local) == [k and k + offset for k in local]
    assert _stored(keys, "farm_stay", local) == local


@given(adopted_rows, offsets, blocks, local_keys)
def test_blocks_move_the_keys_from_their_first_one_on(
    stored: Stored, offset: int, sizes: list[tuple[int, int]], local: list[int | None]
) -> None:
    keys = Keys.adopting({"farm_tank": stored}, {"farm_tank": offset})
    naive = {key: stored.get(key, key + offset) for key in range(1, 2 * LAST + 1)}
    first = LAST + 1
    for size, moved in sizes:
        keys = keys.with_block("farm_tank", first, moved)
        naive |= {key: key + moved for key in range(first, 2 * LAST + 1)}
        first += size
    assert _stored(keys, "farm_tank", local) == [k and naive[k] for k in local]
    assert keys == Keys.parse(json.loads(json.dumps(keys.as_json())))


@given(st.dictionaries(st.sampled_from(["a_b", "c_d"]), adopted_rows), offsets)
def test_keys_survive_as_json(stored: Mapping[str, Stored], offset: int) -> None:
    keys = Keys.adopting(stored, {"a_b": offset, "e_f": 1})
    assert Keys.parse(json.loads(json.dumps(keys.as_json()))) == keys


def test_a_block_of_another_table_leaves_the_first_alone() -> None:
    keys = Keys.shifted({"farm_tank": 10}).with_block("farm_stay", 1, 100)
    assert keys.pieces == {"farm_tank": ((1, 10),), "farm_stay": ((1, 100),)}
    assert keys.with_block("farm_tank", 5, 10) == keys
    assert Keys().with_block("farm_tank", 5, 0) == Keys()
    assert Keys.shifted({"farm_tank": 10}).with_block("farm_tank", 1, 0) == Keys()


def test_a_block_that_is_taken_again_replaces_the_one_before() -> None:
    keys = Keys().with_block("farm_tank", 5, 10).with_block("farm_tank", 9, 20)
    again = keys.with_block("farm_tank", 9, 30)
    assert _stored(again, "farm_tank", [4, 5, 8, 9]) == [4, 15, 18, 39]
    assert keys.with_block("farm_tank", 9, 10).pieces == {"farm_tank": ((5, 10),)}


def test_a_block_among_keys_that_are_stored_is_refused() -> None:
    keys = Keys().with_block("farm_tank", 5, 10)
    with pytest.raises(ValueError, match="farm_tank: key 4"):
        keys.with_block("farm_tank", 4, 20)


@pytest.mark.parametrize("keys", [Keys.shifted({"a": 1}), Keys({"a": ((1, 0), (5, 1))})])
def test_keys_beyond_64_bits_are_refused(keys: Keys) -> None:
    with pytest.raises(pa.ArrowInvalid):
        shifted(keys, "a", pa.array([2**63 - 1]))
    with pytest.raises(pa.ArrowInvalid):
        shifted(keys, "a", pa.array([2**63], pa.uint64()))


@pytest.mark.parametrize("keys", [Keys(), Keys.shifted({"a": 1}), Keys({"a": ((1, 1), (2, 1))})])
def test_keys_come_back_as_64_bits(keys: Keys) -> None:
    for given_ in (pa.array([1], pa.int8()), pa.array([1]).dictionary_encode(), pa.nulls(1)):
        assert shifted(keys, "a", given_).type == pa.int64()


@given(adopted_rows, offsets)
def test_adopted_rows_are_not_written_and_their_history_goes_on(
    stored: Stored, offset: int
) -> None:
    keys = Keys.adopting({"farm_tank": stored}, {"farm_tank": offset})
    rows = pa.table({"id": pa.array(range(1, LAST + 1), pa.int32())})
    history = pa.table(
        {
            "id": pa.array([*range(1, LAST + 1), 1]),
            "history_id": range(LAST + 1),
            "history_type": ["+"] * LAST + ["~"],
        }
    )
    tables = {"farm_tank": rows, "farm_historicaltank": history, "farm_stay": rows}
    left, changed = without_adopted(keys, tables, {"farm_tank": rows.slice(0, 0)})
    new = [key for key in range(1, LAST + 1) if key not in stored]
    expected = {"farm_stay": [*range(1, LAST + 1)], "farm_historicaltank": [*new, 1]}
    if new:
        expected["farm_tank"] = new
    assert {name: table["id"].to_pylist() for name, table in left.items()} == expected
    assert changed["farm_tank"]["id"].to_pylist() == ([1] if 1 in stored else [])
