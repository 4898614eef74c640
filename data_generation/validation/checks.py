"""The checks: integrity and rules count offending rows, statistics are held against ranges."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from psycopg import sql as psql

from data_generation import named_sql
from data_generation.config.models import STAGES, Config
from data_generation.validation import history

Group = Literal["integrity", "rules", "statistics"]

_ONE_BERTH = 2**31 - 1
"""Cages of a berth where a berth is the whole area."""


@dataclass(frozen=True)
class Check:
    """One check.

    `ties` are the columns of its rows that tie them to batches, directly or by the places that
    batches used; by any of them a row is a batch's. `needs` are columns (table.column) that
    AquaMind's own schema lacks; without them the check cannot be done. `planner` are settings of
    the database's planner, switched for this query only.
    """

    name: str
    ties: tuple[str, ...] = ("batch_id",)
    needs: tuple[str, ...] = ()
    planner: Mapping[str, bool] = field(default_factory=dict)


_PAIR = ("batch_id", "other_batch_id")
_SILO = ("feed_container_id",)
_LOT = "inventory_feedingevent.feed_stock_id"
_DEAD_FROM = "batch_mortalityevent.assignment_id"

HISTORY = Check("history_incomplete", ("batch_id", *_SILO))
"""The check of audit trails; its query is made of one for each tracked table."""

CHECKS: dict[Group, tuple[Check, ...]] = {
    "integrity": (
        Check("readings_outside_assignment", _PAIR),
        Check("feedings_outside_assignment"),
        Check("samples_outside_assignment"),
        Check("mortalities_outside_assignment", needs=(_DEAD_FROM,)),
        Check("fish_created_or_lost"),
        Check("fish_created_or_lost_on_a_day"),
        Check(
            "feed_lots_unbalanced",
            _SILO,
            needs=(_LOT, "inventory_feedcontainerstock.written_off_kg"),
        ),
        Check("purchases_not_received", _SILO),
        Check("feed_not_bought", needs=(_LOT,)),
        Check("silos_over_or_under", _SILO),
        Check("two_batches_in_a_container", _PAIR),
        # Month by month along the unique index: hash tables of all months would be held at once.
        Check(
            "duplicate_readings",
            ("sensor_id",),
            planner={"enable_partitionwise_aggregate": True, "enable_hashagg": False},
        ),
        HISTORY,
    ),
    "rules": (
        Check("hall_without_rest", _PAIR),
        Check("area_without_fallow", _PAIR),
        Check("stages_out_of_order", _PAIR),
        Check("stage_in_wrong_place"),
        Check("container_overfull"),
        Check("wrong_parameter_for_water", ("container_id",)),
        Check("harvest_lots_differ"),
        Check("delivered_too_soon", _SILO),
        Check("feed_not_first_in_first_out", needs=(_LOT,)),
    ),
    "statistics": (
        Check("tgc_ratio", needs=("batch_batch.growth_factor",)),
        Check("stage_end_weight_g"),
        Check("harvest_weight_g"),
        Check("survival"),
        Check("economic_fcr"),
        Check("oxygen_saturation_percent"),
        Check("temperature_lag_1"),
        Check("autumn_mortality", needs=(_DEAD_FROM,)),
        Check("fresh_water_ranges"),
    ),
}

_VALUES = {
    "batch_id": "batches",
    "other_batch_id": "batches",
    "container_id": "containers",
    "sensor_id": "sensors",
    "feed_container_id": "silos",
}
"""For each column that may tie a row to batches, the parameter with the values that do."""


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


@dataclass(frozen=True)
class LeftOut:
    """A check that this database does not allow."""

    group: Group
    check: str
    missing: tuple[str, ...]
    """The columns (table.column) that the database lacks."""

    @property
    def reason(self) -> str:
        """Why, for a person."""
        return f"this database has no column {', '.join(self.missing)}"


def missing(check: Check, columns: Collection[str]) -> tuple[str, ...]:
    """The columns that the check needs and that are not among those of the database."""
    return tuple(name for name in check.needs if name not in columns)


def query(
    group: Group, check: Check, columns: Collection[str], *, restricted: bool
) -> psql.Composed:
    """The query behind a check: offending rows, or (label, value) of a statistic.

    `columns` are those of the database, as table.column. A restricted query shows only rows that
    are tied to the batches and places of its parameters; a statistic restricts itself.
    """
    text = psql.SQL(named_sql.statement(__package__, group, check.name))
    whole: psql.Composable = text
    if check is HISTORY:
        whole = text.format(branches=history.branches(columns, restricted=restricted))
    if group == "statistics" or not restricted:
        return psql.Composed([whole])
    tied = psql.SQL(" OR ").join(
        psql.SQL("{} = ANY ({}::bigint[])").format(
            psql.Identifier(column), psql.Placeholder(_VALUES[column])
        )
        for column in check.ties
    )
    return psql.SQL("SELECT * FROM (\n{}\n) AS offending\nWHERE {}").format(whole, tied)


def description(group: Group, check: str) -> str:
    """What a check looks for."""
    return named_sql.description(__package__, group, check)


def parameters(config: Config) -> dict[str, Any]:
    """What the queries need of the configuration."""
    farm = config.farm
    names = [farm.geographies[key].name for key in farm.countries]
    tgc = [
        (farm.geographies[key].name, stage, value)
        for key in farm.countries
        for stage, value in zip(
            STAGES[1:], (*config.growth.tgc, config.growth.tgc_sea[key]), strict=True
        )
    ]
    several = farm.berths_per_area > 1
    return {
        "grace_days": config.staggering.hall_grace_days_min,
        "geographies": names,
        "fallow_days": [config.staggering.fallow_days[key] for key in farm.countries],
        "berth_cages": farm.cages_per_area // farm.berths_per_area if several else _ONE_BERTH,
        "berth_silos": farm.area.silos // farm.berths_per_area if several else _ONE_BERTH,
        "delivery_days": config.feed.delivery_days,
        "bend_c": config.growth.bend_c,
        "bend_slope": config.growth.bend_slope,
        "tgc_geographies": [row[0] for row in tgc],
        "tgc_stages": [row[1] for row in tgc],
        "tgc": [row[2] for row in tgc],
    }
