"""Each batch's life in one line: how many, how long, how heavy, at what cost."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from data_generation.reporting.material import Material


@dataclass(frozen=True)
class Life:
    """A batch from its eggs on; weights in kg, money in the run's currency."""

    number: str
    geography: str
    status: str
    start: date
    end: date | None
    eggs: int
    alive: int
    dead: int
    harvested: int
    harvested_kg: float
    feed_kg: float
    cost: float | None
    revenue: float

    @property
    def survival(self) -> float | None:
        """Share of the eggs that was harvested, once it is over."""
        return self.harvested / self.eggs if self.end and self.eggs and self.harvested else None

    @property
    def fcr(self) -> float | None:
        """Feed for a kilogram harvested, once it is over."""
        return self.feed_kg / self.harvested_kg if self.end and self.harvested_kg else None

    @property
    def weight_kg(self) -> float | None:
        """Mean live weight of what was harvested."""
        return self.harvested_kg / self.harvested if self.harvested else None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        dates = {
            "start": self.start.isoformat(),
            "end": self.end.isoformat() if self.end else None,
        }
        ratios = {"survival": self.survival, "fcr": self.fcr, "weight_kg": self.weight_kg}
        return {
            **asdict(self),
            **dates,
            **{name: None if v is None else round(v, 6) for name, v in ratios.items()},
        }


def lives(material: Material) -> list[Life]:
    """All batches in the order of their start."""
    facts = material.facts
    alive: Counter[int] = Counter()
    for stay in facts.stays:
        alive[stay.batch] += stay.alive
    dead: Counter[int] = Counter()
    for deaths in facts.deaths:
        dead[deaths.batch] += deaths.fish
    fish: Counter[int] = Counter()
    grams: Counter[int] = Counter()
    for lot in facts.harvests:
        fish[lot.batch] += lot.fish
        grams[lot.batch] += round(lot.live_kg * 1000)
    fed: Counter[int] = Counter()
    for feeding in facts.feeding:
        fed[feeding.batch] += round(feeding.kg * 10_000)
    return [
        Life(
            batch.number,
            facts.geography_of_batch.get(batch.id, ""),
            batch.status,
            batch.start,
            batch.end,
            facts.eggs.get(batch.id, 0),
            alive[batch.id],
            dead[batch.id],
            fish[batch.id],
            grams[batch.id] / 1000,
            fed[batch.id] / 10_000,
            round(material.costs[batch.id].total, 2) if batch.id in material.costs else None,
            round(facts.revenue.get(batch.id, 0.0), 2),
        )
        for batch in facts.batches
    ]
