"""The checks: integrity and rules count offending rows, statistics are held against ranges."""

from dataclasses import dataclass
from typing import Any, Literal, LiteralString

from data_generation import named_sql
from data_generation.config.models import STAGES, Config

Group = Literal["integrity", "rules", "statistics"]

CHECKS: dict[Group, tuple[str, ...]] = {
    "integrity": (
        "readings_outside_assignment",
        "feedings_outside_assignment",
        "samples_outside_assignment",
        "mortalities_outside_assignment",
        "fish_created_or_lost",
        "fish_created_or_lost_on_a_day",
        "feed_lots_unbalanced",
        "feed_not_bought",
        "silos_over_or_under",
        "two_batches_in_a_container",
        "duplicate_readings",
        "history_incomplete",
    ),
    "rules": (
        "hall_without_rest",
        "area_without_fallow",
        "stages_out_of_order",
        "stage_in_wrong_place",
        "wrong_parameter_for_water",
        "harvest_lots_differ",
        "delivered_too_soon",
    ),
    "statistics": (
        "tgc_ratio",
        "stage_end_weight_g",
        "harvest_weight_g",
        "survival",
        "economic_fcr",
        "oxygen_saturation_percent",
        "temperature_lag_1",
        "autumn_mortality",
        "fresh_water_ranges",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One figure of one check: a count of offending rows, or a statistic and its range."""

    group: Group
    check: str
    label: str
    value: float
    low: float
    high: float

    @property
    def passed(self) -> bool:
        """Whether the value lies in its range."""
        return self.low <= self.value <= self.high


def sql(group: Group, check: str) -> LiteralString:
    """The query behind a check: offending rows, or (label, value) of a statistic."""
    return named_sql.statement(__package__, group, check)


def description(group: Group, check: str) -> str:
    """What a check looks for."""
    return named_sql.description(__package__, group, check)


def parameters(config: Config) -> dict[str, Any]:
    """What the queries need of the configuration."""
    names = [config.farm.geographies[key].name for key in config.farm.countries]
    tgc = [
        (config.farm.geographies[key].name, stage, value)
        for key in config.farm.countries
        for stage, value in zip(
            STAGES[1:], (*config.growth.tgc, config.growth.tgc_sea[key]), strict=True
        )
    ]
    return {
        "grace_days": config.staggering.hall_grace_days_min,
        "geographies": names,
        "fallow_days": [config.staggering.fallow_days[key] for key in config.farm.countries],
        "delivery_days": config.feed.delivery_days,
        "bend_c": config.growth.bend_c,
        "bend_slope": config.growth.bend_slope,
        "tgc_geographies": [row[0] for row in tgc],
        "tgc_stages": [row[1] for row in tgc],
        "tgc": [row[2] for row in tgc],
    }
