"""Keyed randomness: a draw depends on what it is for, never on when it is made.

Every draw of the ledger is a pure function of (seed, purpose, entity, day). A new batch, a new
purpose or another order of execution therefore shifts no other draw. The counter-based generator is
Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), written over
numpy arrays because numpy's own Philox hands out a stream, not one value for each of many counters.
Readings need long streams for few keys, so they use numpy's.
"""

from itertools import pairwise
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Words = NDArray[np.uint64]
Four = tuple[Floats, Floats, Floats, Floats]
_Number = TypeVar("_Number", float, Floats)

_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_BOTH = np.array(_MULTIPLIERS, dtype=np.uint64)[:, None]
_WEYLS = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_LOW = 0xFFFFFFFF
_FEW = 4
"""Up to so many counters plain numbers are quicker than arrays."""
_PER_WORD = 1.0 / 4294967296.0


def philox4x32(counter: tuple[Words, ...], key: tuple[int, int]) -> tuple[Words, ...]:
    """Four 32-bit words for each counter.

    `counter`: four arrays of one shape, each holding 32-bit values; `key`: two 32-bit values.
    """
    shape = counter[0].shape
    even = np.stack([counter[0].ravel(), counter[2].ravel()])
    odd = np.stack([counter[1].ravel(), counter[3].ravel()])
    _rounds(even, odd, _round_keys(key))
    return tuple(word.reshape(shape) for word in (even[0], odd[0], even[1], odd[1]))


def _round_keys(key: tuple[int, int]) -> list[Words]:
    """The two key words of each round, as columns."""
    return [
        np.array(
            [[(word + number * weyl) & _LOW] for word, weyl in zip(key, _WEYLS, strict=True)],
            dtype=np.uint64,
        )
        for number in range(_ROUNDS)
    ]


def _rounds(even: Words, odd: Words, keys: list[Words]) -> None:
    """All rounds in place: `even` holds the counters' words 0 and 2, `odd` 1 and 3, as rows."""
    product = np.empty_like(even)
    swapped = product[::-1]
    for key in keys:
        np.multiply(even, _BOTH, out=product)
        np.bitwise_xor(odd, key, out=odd)
        np.right_shift(swapped, _SHIFT, out=even)
        np.bitwise_xor(even, odd, out=even)
        np.bitwise_and(swapped, _MASK, out=odd)


class Draws:
    """Draws for arrays of entities, keyed by seed, purpose, entity and day."""

    def __init__(self, seed: int) -> None:
        """`seed`: 0 to 2**64 - 1."""
        self._keys = _round_keys((seed & _LOW, (seed >> 32) & _LOW))
        self._plain_keys = [(int(key[0, 0]), int(key[1, 0])) for key in self._keys]

    def uniforms(self, purpose: str, entity: ArrayLike, day: ArrayLike = 0) -> Four:
        """Four independent values in (0, 1) for each entity; `entity` and `day` broadcast."""
        even, odd = self._words(purpose, entity, day)
        (a, c), (b, d) = _shares(even), _shares(odd)
        return a, b, c, d

    def uniform(self, purpose: str, entity: ArrayLike, day: ArrayLike = 0) -> Floats:
        """One value in (0, 1) for each entity."""
        return _shares(self._words(purpose, entity, day)[0][0])

    def normals(self, purpose: str, entity: ArrayLike, day: ArrayLike = 0) -> Four:
        """Four independent standard normal values for each entity."""
        even, odd = self._words(purpose, entity, day)
        (a, c), (b, d) = normal_quantile(_shares(even)), normal_quantile(_shares(odd))
        return a, b, c, d

    def normal(self, purpose: str, entity: ArrayLike, day: ArrayLike = 0) -> Floats:
        """One standard normal value for each entity."""
        return normal_quantile(self.uniform(purpose, entity, day))

    def together(self, *wanted: tuple[str, Ints, Ints | int]) -> list[Four]:
        """The `uniforms` of several (purpose, entity, day): quicker than one by one."""
        counts = [len(entity) for _, entity, _ in wanted]
        entities = np.concatenate([entity for _, entity, _ in wanted]).astype(np.uint64)
        days = np.concatenate([np.full(len(entity), day) for _, entity, day in wanted])
        even, odd = np.empty((2, len(entities)), np.uint64), np.empty((2, len(entities)), np.uint64)
        even[0], odd[0] = entities & _MASK, entities >> _SHIFT
        even[1] = days.astype(np.uint64) & _MASK
        odd[1] = np.repeat([crc32(purpose.encode()) for purpose, _, _ in wanted], counts)
        _rounds(even, odd, self._keys)
        (a, c), (b, d) = _shares(even), _shares(odd)
        ends = np.cumsum([0, *counts])
        parts = [slice(first, end) for first, end in pairwise(ends.tolist())]
        return [(a[part], b[part], c[part], d[part]) for part in parts]

    def integer(self, purpose: str, entity: int, low: int, high: int, day: int = 0) -> int:
        """One whole number from `low` to `high`, both included."""
        u = float(self.uniform(purpose, entity, day))
        return low + int(u * (high - low + 1))

    def _words(self, purpose: str, entity: ArrayLike, day: ArrayLike) -> tuple[Words, Words]:
        """Words 0 and 2, and 1 and 3, of each entity and day, as two arrays of two rows."""
        number = crc32(purpose.encode())
        plain = not isinstance(entity, np.ndarray) and not isinstance(day, np.ndarray)
        if plain and np.ndim(entity) == 0 and np.ndim(day) == 0:
            even_of_one, odd_of_one = self._words_of_one(int(entity), int(day), number)  # type: ignore[arg-type]
            return np.array(even_of_one, np.uint64), np.array(odd_of_one, np.uint64)
        entities = np.asarray(entity, dtype=np.int64).astype(np.uint64)
        days = np.asarray(day, dtype=np.int64).astype(np.uint64)
        shape = entities.shape
        if days.ndim and days.shape != shape:
            shape = np.broadcast_shapes(shape, days.shape)
        even, odd = np.empty((2, *shape), np.uint64), np.empty((2, *shape), np.uint64)
        if days.ndim == 0 and entities.ndim == 1 and len(entities) <= _FEW:
            for i, one in enumerate(entities.tolist()):
                even[:, i], odd[:, i] = self._words_of_one(one, int(days), number)
            return even, odd
        even[0], odd[0] = entities & _MASK, entities >> _SHIFT
        even[1], odd[1] = days & _MASK, number
        _rounds(even.reshape(2, -1), odd.reshape(2, -1), self._keys)
        return even, odd

    def _words_of_one(
        self, entity: int, day: int, number: int
    ) -> tuple[tuple[int, int], tuple[int, int]]:
        """The same for one counter: plain numbers are ten times as quick as arrays of one."""
        c0, c1, c2, c3 = entity & _LOW, (entity >> 32) & _LOW, day & _LOW, number
        first, second = _MULTIPLIERS
        for key_0, key_1 in self._plain_keys:
            p0, p1 = first * c0, second * c2
            c0, c1 = (p1 >> 32) ^ c1 ^ key_0, p1 & _LOW
            c2, c3 = (p0 >> 32) ^ c3 ^ key_1, p0 & _LOW
        return (c0, c2), (c1, c3)


def _shares(words: Words) -> Floats:
    """32-bit words as values in (0, 1)."""
    return (words.astype(np.float64) + 0.5) * _PER_WORD


def whole(values: ArrayLike) -> Ints:
    """Rounded to the nearest whole number."""
    result: Ints = np.rint(values).astype(np.int64)
    return result


def normal_quantile(p: ArrayLike) -> Floats:
    """Inverse of the standard normal distribution function, `p` in (0, 1).

    Wichura 1988, Algorithm AS 241 (PPND7), accurate to about one part in 10**7.
    """
    p = np.asarray(p, dtype=np.float64)
    if p.ndim == 0:
        # Plain numbers are ten times as quick as an array of one.
        one = float(p)
        centre = abs(one - 0.5) <= 0.425
        return np.asarray(_central(one - 0.5) if centre else _tail(p, p - 0.5))
    q = p - 0.5
    result = _central(q)
    outer = np.abs(q) > 0.425
    if outer.any():
        result[outer] = _tail(p[outer], q[outer])
    return result


def _central(q: _Number) -> _Number:
    """The quantile where `q` = `p` - 0.5 is within 0.425."""
    r = 0.180625 - q * q
    return (
        q
        * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
        / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
    )


def _tail(p: Floats, q: Floats) -> Floats:
    """The quantile where `q` = `p` - 0.5 is beyond 0.425 either way."""
    r = np.sqrt(-np.log(np.minimum(p, 1.0 - p)))
    near = r - 1.6
    tail = (((0.17023821103 * near + 1.3067284816) * near + 2.7568153900) * near + 1.4234372777) / (
        (0.12021132975 * near + 0.73700164250) * near + 1.0
    )
    if (r > 5.0).any():
        far = r - 5.0
        extreme = (
            ((0.017337203997 * far + 0.42868294337) * far + 3.0812263860) * far + 6.6579051150
        ) / ((0.012258202635 * far + 0.24197894225) * far + 1.0)
        tail = np.where(r <= 5.0, tail, extreme)
    result: Floats = np.copysign(tail, q)
    return result


_EXACT_UP_TO = 12.0
_EXACT_TERMS = 48


def poisson_quantile(u: Floats, mean: Floats) -> Ints:
    """Poisson counts with these means for uniform values `u`, by inversion.

    Means up to 12 are inverted term by term; above, by the Cornish-Fisher expansion (Cornish &
    Fisher 1938) of the normal quantile, whose error is below one count there.
    """
    counts = np.zeros(mean.shape, dtype=np.int64)
    large = mean > _EXACT_UP_TO
    if large.any():
        lam, z = mean[large], normal_quantile(u[large])
        approximate = np.floor(lam + np.sqrt(lam) * z + (z * z - 1.0) / 6.0 + 0.5)
        counts[large] = np.maximum(approximate, 0)
    # Those whose count is not found yet: fewer with each number tried.
    left = np.flatnonzero(~large)
    lam, uniform = mean.ravel()[left], u.ravel()[left]
    term = np.exp(-lam)
    cumulative = term
    found = counts.reshape(-1)
    for k in range(1, _EXACT_TERMS):
        above = uniform > cumulative
        if not above.all():
            left, lam, uniform = left[above], lam[above], uniform[above]
            term, cumulative = term[above], cumulative[above]
        if not len(left):
            break
        found[left] = k
        term = term * lam / k
        cumulative = cumulative + term
    return counts
