"""Everything that pictures are drawn from."""

from dataclasses import dataclass

from data_generation.config.models import Config
from data_generation.reporting.facts import Facts
from data_generation.reporting.money import BatchCosts
from data_generation.reporting.water import WaterSeries


@dataclass(frozen=True)
class Material:
    """What was read: sums, sampled water, costs by batch, and the configuration with its limits."""

    facts: Facts
    water: WaterSeries
    costs: dict[int, BatchCosts]
    config: Config
