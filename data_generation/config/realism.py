"""Reference quantities that generated data are compared with: `config/realism.yaml`."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from data_generation.config.types import Section

ReferenceRange = tuple[float | None, float | None]
"""Lowest and highest, None for no limit."""


class ReferenceQuantity(Section):
    """What a quantity should be, and who says so."""

    title: Annotated[str, Field(min_length=1)]
    unit: str
    range: ReferenceRange | None = None
    """For every label that `ranges` does not name."""
    ranges: dict[str, ReferenceRange] = {}
    source: Annotated[str, Field(min_length=1)]
    decimals: Annotated[int, Field(ge=0, le=4)] = 2
    note: str = ""
    """Why it may lie outside."""

    @model_validator(mode="after")
    def _has_limits(self) -> Self:
        if self.range is None and not self.ranges:
            raise ValueError("range or ranges is needed")
        for low, high in [*self.ranges.values(), *([self.range] if self.range else [])]:
            if low is not None and high is not None and low > high:
                raise ValueError(f"the lowest, {low:g}, is more than the highest, {high:g}")
        return self

    def limits(self, label: str) -> ReferenceRange | None:
        """The range of a label; None if none is known for it."""
        return self.ranges.get(label, self.range)


class Realism(Section):
    """All quantities by chapter and name, and why tables are empty."""

    quantities: dict[str, dict[str, ReferenceQuantity]]
    empty_tables: dict[str, str]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [name for chapter in self.quantities.values() for name in chapter]
        if len(names) != len(set(names)):
            raise ValueError("a quantity is named in two chapters")
        return self
