"""The quantities of the water as arrays, by their numbers in the configuration's order."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from data_generation.config.environmental import Meter, Quantity, Swing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PREFIX = "quantity."


@dataclass(frozen=True)
class Quantities:
    """What readings need to know; each array has an entry for each quantity.

    Zeros stand where a quantity is not measured, or not read by hand. `hall` and `sea` are the
    numbers of those that are measured there, `hall_by_hand` and `sea_by_hand` of those that people
    read; `numbers` are those of temperature, oxygen, pH and salinity.
    """

    resolution: Floats
    noise_sd: Floats
    offset_sd: Floats
    drift_sd: Floats
    shared_sd: Floats
    meter_resolution: Floats
    meter_noise_sd: Floats
    meter_offset_sd: Floats
    hall_swing: Floats
    hall_peak_hour: Floats
    sea_swing: Floats
    sea_peak_hour: Floats
    hall: Ints
    sea: Ints
    hall_by_hand: Ints
    sea_by_hand: Ints
    numbers: Ints

    @classmethod
    def of(cls, config: Mapping[str, Quantity]) -> Self:
        """The configured ones."""
        all_ = list(config.values())
        meters = [q.meter or Meter(used=(), resolution=1, noise_sd=0, offset_sd=0) for q in all_]
        halls, seas = ([getattr(q, w) or Swing() for q in all_] for w in ("hall", "sea"))

        def numbers(wanted: list[bool]) -> Ints:
            return np.flatnonzero(np.array(wanted))

        return cls(
            resolution=np.array([q.sensor.resolution for q in all_]),
            noise_sd=np.array([q.sensor.noise_sd for q in all_]),
            offset_sd=np.array([q.sensor.offset_sd for q in all_]),
            drift_sd=np.array([q.sensor.drift_sd for q in all_]),
            shared_sd=np.array([q.shared_sd for q in all_]),
            meter_resolution=np.array([m.resolution for m in meters]),
            meter_noise_sd=np.array([m.noise_sd for m in meters]),
            meter_offset_sd=np.array([m.offset_sd for m in meters]),
            hall_swing=np.array([s.height for s in halls]),
            hall_peak_hour=np.array([s.peak_hour for s in halls]),
            sea_swing=np.array([s.height for s in seas]),
            sea_peak_hour=np.array([s.peak_hour for s in seas]),
            hall=numbers([q.hall is not None for q in all_]),
            sea=numbers([q.sea is not None for q in all_]),
            hall_by_hand=numbers(["hall" in m.used for m in meters]),
            sea_by_hand=numbers(["sea" in m.used for m in meters]),
            numbers=np.array(
                [list(config).index(k) for k in ("temperature", "oxygen", "ph", "salinity")]
            ),
        )

    def __len__(self) -> int:
        """How many there are."""
        return len(self.resolution)

    @property
    def temperature(self) -> int:
        """The number of the temperature."""
        return int(self.numbers[0])

    @property
    def oxygen(self) -> int:
        """The number of oxygen, which is kept as per cent of saturation."""
        return int(self.numbers[1])

    @property
    def ph(self) -> int:
        """The number of the pH."""
        return int(self.numbers[2])

    @property
    def salinity(self) -> int:
        """The number of the salinity."""
        return int(self.numbers[3])

    def measured(self, *, at_sea: bool) -> Ints:
        """Those that sensors measure."""
        return self.sea if at_sea else self.hall

    def by_hand(self, *, at_sea: bool) -> Ints:
        """Those that people read."""
        return self.sea_by_hand if at_sea else self.hall_by_hand

    def pack(self) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
        """As named arrays, for a readings order."""
        return {f"{_PREFIX}{f.name}": getattr(self, f.name) for f in fields(self)}

    @classmethod
    def unpack(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """The inverse of `pack`."""
        return cls(**{f.name: arrays[f"{_PREFIX}{f.name}"] for f in fields(cls)})
