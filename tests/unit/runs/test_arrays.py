"""Snapshots and payloads survive storage, and damage is noticed."""

import numpy as np
import pytest

from data_generation.errors import StorageError
from data_generation.runs.arrays import pack, unpack


def test_arrays_come_back_with_type_shape_and_value():
    arrays = {
        "ids": np.arange(5, dtype=np.int64),
        "names": np.array(["Egg&Alevin", "Fry"]),
        "table": np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
        "nothing": np.zeros((0, 3), dtype=np.float32),
        "scalar": np.array(7),
    }

    back = unpack(pack(arrays))

    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


def test_no_arrays_are_no_arrays():
    assert unpack(pack({})) == {}


@pytest.mark.parametrize("position", [0, 10, 40, 60, -1])
def test_a_changed_byte_is_noticed(position):
    data = bytearray(pack({"x": np.arange(100)}))
    data[position] ^= 1

    with pytest.raises(StorageError, match="damaged"):
        unpack(bytes(data))


def test_a_lost_end_is_noticed():
    with pytest.raises(StorageError, match="damaged"):
        unpack(pack({"x": np.arange(100)})[:-1])


def test_objects_are_not_stored():
    with pytest.raises(ValueError, match="objects"):
        pack({"x": np.array([object()])})
