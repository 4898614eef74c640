"""Water quantities: what is measured where, how well, and what it follows."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Hour = Annotated[float, Field(ge=0, lt=24)]
Number = Annotated[float, Field(gt=-1e8, lt=1e8)]

MODELLED = ("temperature", "oxygen", "ph", "salinity")
"""Quantities whose water is reckoned by equations of their own; all others follow the feed load."""


class Record(BaseModel):
    """Base of the records here: frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Swing(Record):
    """The swing within a day: half its height and the hour of its peak.

    `height` is relative to `diurnal_c` of the same section, in the quantity's unit for each °C.
    """

    height: Number = 0.0
    peak_hour: Hour = 0.0


class FeedLoad(Record):
    """How a quantity answers to the feed given: `base` + `per_load` x kg feed a day and m³.

    `wobble_power` says how strongly it takes part in the water's variation from day to day.
    """

    base: NotNegative
    per_load: NotNegative
    wobble_power: NotNegative = 1.0


class Sensor(Record):
    """A probe: its steps, its noise, its constant error, and its drift in ninety days."""

    resolution: Positive
    noise_sd: NotNegative
    offset_sd: NotNegative
    drift_sd: NotNegative


class Meter(Record):
    """A hand-held meter, and where people carry it: its steps, its noise, its own error."""

    used: tuple[Literal["hall", "sea"], ...]
    resolution: Positive
    noise_sd: NotNegative
    offset_sd: NotNegative


class Quantity(Record):
    """One quantity of the water, in `unit`.

    `valid` and `good` are ranges; `shared_sd` is the short-lived variation that a body of water has
    in common; `spare` marks what a container keeps a second, inactive probe for. `hall` and `sea`
    are given where it is measured.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    unit: Annotated[str, Field(min_length=1, max_length=20)]
    description: str
    sensor_type: Literal["TEMPERATURE", "OXYGEN", "PH", "SALINITY", "CO2", "OTHER"]
    valid: tuple[Number, Number]
    good: tuple[Number, Number]
    sensor: Sensor
    meter: Meter | None = None
    shared_sd: NotNegative
    spare: bool = False
    hall: Swing | None = None
    sea: Swing | None = None
    feed_load: FeedLoad | None = None

    @model_validator(mode="after")
    def _measured_somewhere(self) -> Self:
        if self.hall is None and self.sea is None:
            raise ValueError("a quantity is measured in the hall, at sea, or both")
        if self.feed_load is not None and self.sea is not None:
            raise ValueError("what follows the feed load is measured in halls only")
        return self


Quantities = dict[str, Quantity]


def require_modelled(quantities: Quantities) -> None:
    """Raise `ValueError` unless the model knows where each quantity's water comes from."""
    for key in (*MODELLED, "co2"):
        if key not in quantities:
            raise ValueError(f"quantities lacks {key!r}, which the model of the water needs")
    for key, quantity in quantities.items():
        if (quantity.feed_load is None) != (key in MODELLED):
            wanted = "has no feed_load of its own" if key in MODELLED else "needs a feed_load"
            raise ValueError(f"quantities.{key} {wanted}")
    for where in ("hall", "sea"):
        for key in MODELLED[:2]:
            if getattr(quantities[key], where) is None:
                raise ValueError(f"quantities.{key} must be measured in halls and at sea")
    if quantities["salinity"].sea is None:
        raise ValueError("quantities.salinity must be measured at sea: oxygen depends on it")
    by_hand = [
        sum(q.meter is not None and where in q.meter.used for q in quantities.values())
        for where in ("hall", "sea")
    ]
    if by_hand[0] != by_hand[1] or not by_hand[0]:
        raise ValueError("as many quantities must be read by hand in halls as at sea, one or more")
