"""PostgreSQL's extended hash functions over Arrow arrays, so that a digest needs no database.

They are those on which hash partitioning rests, so PostgreSQL keeps them as they are: Bob Jenkins'
lookup3 (`common/hashfn.c`), with seed 0, over each type's bytes. Little-endian machines, as most
are; on others the database's own differ. What is hashed is described in `digest.py`.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

HashWords = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

_START: Final = 0x9E3779B9 + 3923095
_BLOCK: Final = 12
_SLICE: Final = 4096
_DAYS_TO_2000: Final = 10_957
_MICROSECONDS_TO_2000: Final = _DAYS_TO_2000 * 86_400_000_000
_INTEGER_GROUPS: Final = 5
_MOST_DIGITS: Final = 18
_MASK: Final = 2**64 - 1
_OBJECT: Final = 0x2000_0000_2000_0000
_ARRAY: Final = 0x4000_0000_4000_0000


def hash_rows(batch: pa.RecordBatch, json_columns: frozenset[str]) -> Hashes:
    """Give `hashtextextended(hash_record_extended(ROW(...), 0)::text, 0)` of each row.

    The columns are taken as they come; those of `json_columns` hold JSON as text.
    """
    result: Hashes = np.zeros(batch.num_rows, dtype=np.uint64)
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        result = result * np.uint64(31) + hash_array(array, is_json=name in json_columns)
    return _of_texts(pa.array(result.view(np.int64)).cast(pa.string()))


def hash_array(array: pa.Array, *, is_json: bool = False) -> Hashes:
    """Give the extended hash of each value with seed 0; 0 for null."""
    if pa.types.is_null(array.type):
        return np.zeros(len(array), dtype=np.uint64)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if is_json:
        found = _by_value(array, _of_json)
    elif pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        found = _by_value(array, _of_texts)
    elif pa.types.is_decimal(array.type):
        found = _by_value(array, _of_decimals)
    elif pa.types.is_floating(array.type):
        found = _of_floats(array.fill_null(0).to_numpy(zero_copy_only=False))
    else:
        found = _of_integers(_as_integers(array))
    if array.null_count:
        found = np.where(array.is_null().to_numpy(zero_copy_only=False), np.uint64(0), found)
    return found


def _by_value(array: pa.Array, hashed: Callable[[pa.Array], Hashes]) -> Hashes:
    """Hash each distinct value once."""
    coded = array.dictionary_encode()
    if not len(coded.dictionary):
        return np.zeros(len(array), dtype=np.uint64)
    found: Hashes = hashed(coded.dictionary)
    indices: NDArray[np.int32] = coded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    return found[indices]


def _as_integers(array: pa.Array) -> NDArray[np.int64]:
    """Values as PostgreSQL stores them: days and microseconds since 2000."""
    kind = array.type
    since = 0
    if pa.types.is_date32(kind):
        array, since = array.cast(pa.int32()), _DAYS_TO_2000
    elif pa.types.is_timestamp(kind):
        array, since = array.cast(pa.timestamp("us", kind.tz)), _MICROSECONDS_TO_2000
        array = array.cast(pa.int64())
    elif not (pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_time64(kind)):
        raise TypeError(f"no hash for Arrow's {kind}")
    values: NDArray[np.int64]
    values = array.cast(pa.int64()).fill_null(since).to_numpy(zero_copy_only=False)
    return values - since if since else values


def _of_integers(values: NDArray[np.int64]) -> Hashes:
    """Hash whole numbers of any width alike, as PostgreSQL does."""
    halves = np.ascontiguousarray(values).view(np.uint32).reshape(-1, 2)
    low, high = halves[:, 0], halves[:, 1]
    word = low ^ np.where(values >= 0, high, ~high)
    start = np.full(len(values), (_START + 4) & 0xFFFFFFFF, dtype=np.uint32)
    return _final(start + word, start, start)


def _of_floats(values: NDArray[np.float64]) -> Hashes:
    words = np.zeros((len(values), 3), dtype=np.uint32)
    words[:, :2] = np.ascontiguousarray(values).view(np.uint32).reshape(-1, 2)
    found = _of_bytes(words, np.full(len(values), 8))
    return np.where(values == 0, np.uint64(0), found)


def _of_texts(texts: pa.Array) -> Hashes:
    size = len(texts) if len(texts) and pc.max(pc.binary_length(texts)).as_py() <= 24 else _SLICE
    parts = [_of_short(texts.slice(at, size)) for at in range(0, len(texts), max(size, 1))]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)


def _of_short(texts: pa.Array) -> Hashes:
    array = texts.cast(pa.large_binary())
    _, offsets_buffer, data_buffer = array.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[array.offset :][: len(array) + 1]
    lengths = np.diff(offsets)
    width = (int(lengths.max()) // _BLOCK + 1) * _BLOCK
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.zeros(last - first + width, dtype=np.uint8)
    if last > first:
        data[: last - first] = np.frombuffer(data_buffer, dtype=np.uint8)[first:last]
    windows = np.lib.stride_tricks.sliding_window_view(data, width)[offsets[:-1] - first]
    padded = np.where(np.arange(width) < lengths[:, None], windows, np.uint8(0))
    return _of_bytes(np.ascontiguousarray(padded).view(np.uint32), lengths)


def _of_decimals(values: pa.Array) -> Hashes:
    """Hash the digits to base 10,000 without zeros at either end, and the first one's weight."""
    kind = values.type
    if kind.precision > _MOST_DIGITS:
        raise TypeError(f"no hash for Arrow's {kind}")
    raw = np.frombuffer(values.cast(pa.decimal128(kind.precision, kind.scale)).buffers()[1], "<i8")
    unscaled = np.abs(raw.reshape(-1, 2)[values.offset :][: len(values), 0])
    one = 10**kind.scale
    whole, part = unscaled // one, unscaled % one * 10 ** (-kind.scale % 4)
    groups = -(-kind.scale // 4)
    columns = [whole // 10_000**g % 10_000 for g in range(_INTEGER_GROUPS - 1, -1, -1)]
    columns += [part // 10_000**g % 10_000 for g in range(groups - 1, -1, -1)]
    digits = np.stack(columns, axis=1)
    filled = digits != 0
    first = filled.argmax(axis=1)
    last = digits.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)
    width = 2 * _BLOCK
    at = first[:, None] + np.arange(width)
    inside = at <= last[:, None]
    kept = np.take_along_axis(digits, np.minimum(at, digits.shape[1] - 1), axis=1)
    packed = np.ascontiguousarray(np.where(inside, kept, 0).astype("<i2"))
    found = _of_bytes(packed.view(np.uint32), 2 * (last - first + 1))
    weight = (_INTEGER_GROUPS - 1 - first).astype(np.int64).view(np.uint64)
    return np.where(filled.any(axis=1), found ^ weight, np.uint64(_MASK))


def _of_json(texts: pa.Array) -> Hashes:
    parse = partial(json.loads, parse_float=Decimal, parse_int=Decimal)
    return np.array([_of_document(parse(text)) for text in texts.to_pylist()], dtype=np.uint64)


def _of_document(value: Any) -> int:
    """Hash a document as jsonb: keys by length and bytes, one rotation a key or value."""
    if isinstance(value, dict | list) and not value:
        return 0
    return _walk(0, value if isinstance(value, dict | list) else [value])


def _walk(found: int, value: Any) -> int:
    if isinstance(value, Mapping):
        found ^= _OBJECT
        for key in sorted(value, key=lambda key: (len(key.encode()), key.encode())):
            found = _walk(_walk(found, key), value[key])
        return found
    if isinstance(value, list):
        found ^= _ARRAY
        for item in value:
            found = _walk(found, item)
        return found
    rotated = ((found << 1) & 0xFFFFFFFE_FFFFFFFE) | ((found >> 31) & 0x1_00000001)
    return rotated ^ _of_scalar(value)


@lru_cache(maxsize=100_000, typed=True)
def _of_scalar(value: Decimal | str | bool | None) -> int:
    if value is None:
        return 1
    if isinstance(value, bool):
        return 2 if value else 4
    if isinstance(value, str):
        return int(_of_texts(pa.array([value]))[0])
    scale = max(0, -int(value.as_tuple().exponent))
    return int(_of_decimals(pa.array([value], pa.decimal128(_MOST_DIGITS, scale)))[0])


def _of_bytes(words: HashWords, lengths: NDArray[np.int64]) -> Hashes:
    """Hash the first `lengths` bytes of each row of words, which are zero behind them."""
    start = (lengths + _START).astype(np.uint32)
    a, b, c = start.copy(), start.copy(), start.copy()
    blocks = lengths // _BLOCK
    for block in range(int(blocks.max(initial=0))):
        rows = np.flatnonzero(blocks > block)
        at = words[rows, 3 * block : 3 * block + 3]
        a[rows], b[rows], c[rows] = _mix(a[rows] + at[:, 0], b[rows] + at[:, 1], c[rows] + at[:, 2])
    row = np.arange(len(words))
    a += words[row, 3 * blocks]
    b += words[row, 3 * blocks + 1]
    # The lowest byte of the last word stands for the length.
    c += words[row, 3 * blocks + 2] << np.uint32(8)
    return _final(a, b, c)


def _rot(x: HashWords, bits: int) -> HashWords:
    return (x << np.uint32(bits)) | (x >> np.uint32(32 - bits))


def _mix(a: HashWords, b: HashWords, c: HashWords) -> tuple[HashWords, HashWords, HashWords]:
    for x in (4, 6, 8, 16, 19, 4):
        a = (a - c) ^ _rot(c, x)
        c = c + b
        a, b, c = b, c, a
    return a, b, c


def _final(a: HashWords, b: HashWords, c: HashWords) -> Hashes:
    for x in (14, 11, 25, 16, 4, 14, 24):
        c = (c ^ b) - _rot(b, x)
        a, b, c = b, c, a
    # After seven turns the roles have moved on by one.
    return (a.astype(np.uint64) << np.uint64(32)) | b.astype(np.uint64)
