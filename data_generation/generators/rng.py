"""Keyed randomness: a draw depends on what it is for, never on when it is made.

Every draw of the ledger is a pure function of (seed, purpose, entity, day). A new batch, a new
purpose or another order of execution therefore shifts no other draw. The counter-based generator is
Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), written over
numpy arrays because numpy's own Philox hands out a stream, not one value for each of many counters.
Readings need long streams for few keys, so they use numpy's.
"""

from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = 0x9E3779B9
_WEYL_1 = 0xBB67AE85
_ROUNDS = 10


def philox4x32(
    counter: tuple[NDArray[np.uint64], ...], key: tuple[int, int]
) -> tuple[NDArray[np.uint64], ...]:
    """Four 32-bit words for each counter.

    `counter`: four arrays of one shape, each holding 32-bit values; `key`: two 32-bit values.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            (product_1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            product_1 & _MASK,
            (product_0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            product_0 & _MASK,
        )
        k0 = (k0 + _WEYL_0) & 0xFFFFFFFF
        k1 = (k1 + _WEYL_1) & 0xFFFFFFFF
    return c0, c1, c2, c3


class Draws:
    """Draws for arrays of entities, keyed by seed, purpose, entity and day."""

    def __init__(self, seed: int) -> None:
        """`seed`: 0 to 2**64 - 1."""
        self._key = (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF)

    def uniforms(
        self, purpose: str, entity: ArrayLike, day: ArrayLike = 0
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Four independent values in (0, 1) for each entity; `entity` and `day` broadcast."""
        entities, days = np.broadcast_arrays(
            np.asarray(entity, dtype=np.int64), np.asarray(day, dtype=np.int64)
        )
        entities_u = entities.astype(np.uint64)
        days_u = days.astype(np.uint64)
        words = philox4x32(
            (
                entities_u & _MASK,
                entities_u >> _SHIFT,
                days_u & _MASK,
                np.full(entities.shape, crc32(purpose.encode()), dtype=np.uint64),
            ),
            self._key,
        )
        a, b, c, d = ((word.astype(np.float64) + 0.5) / 4294967296.0 for word in words)
        return a, b, c, d

    def uniform(self, purpose: str, entity: ArrayLike, day: ArrayLike = 0) -> Floats:
        """One value in (0, 1) for each entity."""
        return self.uniforms(purpose, entity, day)[0]

    def normals(
        self, purpose: str, entity: ArrayLike, day: ArrayLike = 0
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Four independent standard normal values for each entity."""
        a, b, c, d = (normal_quantile(u) for u in self.uniforms(purpose, entity, day))
        return a, b, c, d

    def normal(self, purpose: str, entity: ArrayLike, day: ArrayLike = 0) -> Floats:
        """One standard normal value for each entity."""
        return normal_quantile(self.uniforms(purpose, entity, day)[0])

    def integer(self, purpose: str, entity: int, low: int, high: int, day: int = 0) -> int:
        """One whole number from `low` to `high`, both included."""
        u = float(self.uniform(purpose, entity, day))
        return low + int(u * (high - low + 1))


def whole(values: ArrayLike) -> Ints:
    """Rounded to the nearest whole number."""
    result: Ints = np.rint(values).astype(np.int64)
    return result


def normal_quantile(p: ArrayLike) -> Floats:
    """Inverse of the standard normal distribution function, `p` in (0, 1).

    Wichura 1988, Algorithm AS 241 (PPND7), accurate to about one part in 10**7.
    """
    p = np.asarray(p, dtype=np.float64)
    q = p - 0.5
    r = 0.180625 - q * q
    central = (
        q
        * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
        / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
    )
    outer = np.abs(q) > 0.425
    if not outer.any():
        return central
    r = np.sqrt(-np.log(np.minimum(p, 1.0 - p)))
    near = r - 1.6
    far = r - 5.0
    tail = np.where(
        r <= 5.0,
        (((0.17023821103 * near + 1.3067284816) * near + 2.7568153900) * near + 1.4234372777)
        / ((0.12021132975 * near + 0.73700164250) * near + 1.0),
        (((0.017337203997 * far + 0.42868294337) * far + 3.0812263860) * far + 6.6579051150)
        / ((0.012258202635 * far + 0.24197894225) * far + 1.0),
    )
    result: Floats = np.where(outer, np.copysign(tail, q), central)
    return result


_EXACT_UP_TO = 12.0
_EXACT_TERMS = 48


def poisson_quantile(u: Floats, mean: Floats) -> Ints:
    """Poisson counts with these means for uniform values `u`, by inversion.

    Means up to 12 are inverted term by term; above, by the Cornish-Fisher expansion (Cornish &
    Fisher 1938) of the normal quantile, whose error is below one count there.
    """
    small_mean = np.minimum(mean, _EXACT_UP_TO)
    term = np.exp(-small_mean)
    cumulative = term.copy()
    counts = np.zeros(mean.shape, dtype=np.int64)
    for k in range(1, _EXACT_TERMS):
        above = u > cumulative
        if not above.any():
            break
        counts += above
        term = term * small_mean / k
        cumulative += term
    large = mean > _EXACT_UP_TO
    if large.any():
        z = normal_quantile(u)
        approximate = np.floor(mean + np.sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5)
        counts = np.where(large, np.maximum(approximate, 0).astype(np.int64), counts)
    return counts
