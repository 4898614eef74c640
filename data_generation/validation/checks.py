"""The checks: integrity and rules count offending rows, statistics are held against ranges.

An offending row is *broken* on any data; a statistic outside of its range is *unusual*.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, LiteralString

from psycopg import sql as psql

from data_generation import named_sql
from data_generation.config.models import Config
from data_generation.config.types import STAGES

Group = Literal["integrity", "rules", "statistics"]
Verdict = Literal["passed", "unsure", "unusual", "broken", "nothing"]
"""Of a check. `unsure`: inside of a range, but resting on too little to say so. `nothing`: there
was nothing to look at."""

_WORD = re.compile(r"\w+")
_ONE_BERTH = 2**31 - 1
"""Cages of a berth where a berth is the whole area."""


@dataclass(frozen=True)
class Check:
    """One check.

    `of` names the query in `subjects.sql` of what it looks at: where there is none of it, the check
    has nothing to say. `ties` are the columns of its rows that tie them to batches, directly or by
    the places that batches used; by any of them a row is a batch's. `file` holds its query, by
    default the group's.
    `needs` are columns (table.column) that AquaMind's own schema lacks; without them the check
    cannot be done. `planner` are settings of the database's planner, switched for this query only.
    `unique` are a table and the columns that an index makes unique where there is one: then
    nothing can be wrong. `counted_by` is a cheaper query of the same file that counts what this
    check and perhaps others could find; only if it finds some is the check's own query asked.
    `statistics` are the names in the configuration of what its rows say, if not its own name.
    `of_years`: it holds for the run over years only, not for batches made one by one.
    `slow`: it takes a good part of the time of all, so it is begun before the others.
    `sampled`: its query has a place, {sampled}, for that of the readings of every thirtieth day.
    `of_record`: its rows are of what runs noted, which a scope names; they are tied to no batch.
    """

    name: str
    of: LiteralString = ""
    ties: tuple[str, ...] = ("batch_id",)
    file: str = ""
    needs: tuple[str, ...] = ()
    planner: Mapping[str, bool] = field(default_factory=dict)
    unique: tuple[str, tuple[str, ...]] | None = None
    counted_by: LiteralString | None = None
    statistics: tuple[str, ...] = ()
    of_years: bool = False
    slow: bool = False
    sampled: bool = False
    of_record: bool = False


_PAIR = ("batch_id", "other_batch_id")
_SILO = ("feed_container_id",)
_AREA = ("area_id",)
_LOT = "inventory_feedingevent.feed_stock_id"
_DEAD_FROM = "batch_mortalityevent.assignment_id"


def _of_readings(name: str, ties: tuple[str, ...] = ("batch_id",)) -> Check:
    """One of the checks of every reading, for which one pass, a month at a time, is enough."""
    by_month = {"enable_partitionwise_aggregate": True}
    count: LiteralString = "readings_in_one_pass"
    return Check(name, "readings", ties, "water", planner=by_month, counted_by=count, slow=True)


HISTORY = Check(
    "history_incomplete", "batches", ("batch_id", *_SILO, "container_id", *_AREA), slow=True
)
"""The check of audit trails; its query is made of one for each tracked table."""

MISSING = Check("rows_missing", file="stored", ties=(), of_record=True, slow=True)
"""The check of what runs stored; its query is made of one for each table that holds less."""

CHECKS: dict[Group, tuple[Check, ...]] = {
    "integrity": (
        _of_readings("readings_outside_assignment", _PAIR),
        _of_readings("readings_stored_late"),
        Check("feedings_outside_assignment", "feedings"),
        Check("samples_outside_assignment", "growth_samples"),
        Check("mortalities_outside_assignment", "deaths", needs=(_DEAD_FROM,)),
        Check("health_rows_outside_stay", "health_rows", file="health"),
        Check("fish_created_or_lost", "batches"),
        Check("fish_created_or_lost_on_a_day", "states_of_stays"),
        Check("transfers_differ", "moves", file="moves"),
        Check("assignment_state_wrong", "stays", file="moves"),
        Check("batch_state_wrong", "batches", file="moves"),
        Check("mortality_records_differ", "death_records", file="health", needs=(_DEAD_FROM,)),
        Check("health_samplings_differ", "health_samplings", file="health"),
        Check("lab_dates_out_of_order", "lab_samples", file="health"),
        Check(
            "feed_lots_unbalanced",
            "lots",
            _SILO,
            needs=(_LOT, "inventory_feedcontainerstock.written_off_kg"),
        ),
        Check("purchases_not_received", "purchases", _SILO),
        Check("feed_not_bought", "feedings", needs=(_LOT,)),
        Check("feed_cost_differs", "feedings", _SILO, "money", needs=(_LOT,)),
        Check("feed_summaries_differ", "feed_summaries", file="moves"),
        Check("silos_over_or_under", "states_of_lots", _SILO),
        Check("two_batches_in_a_container", "stays", _PAIR),
        Check("harvest_facts_differ", "harvest_lots", file="money"),
        Check("harvest_waste_differs", "harvests", file="money"),
        Check("sales_differ", "sales", file="money"),
        Check("exports_differ", "sales", file="money"),
        Check("eggs_unbalanced", "batches", file="broodstock"),
        Check("egg_productions_unfit", "eggs", file="broodstock"),
        Check("parents_in_wrong_tank", "parents", ("container_id",), "broodstock"),
        Check("weather_missing", "weather", _AREA, "water"),
        Check("photoperiod_missing", "weather", _AREA, "water"),
        # Month by month along the unique index: hash tables of all months would be held at once.
        Check(
            "duplicate_readings",
            "readings",
            ("sensor_id",),
            planner={"enable_partitionwise_aggregate": True, "enable_hashagg": False},
            unique=("environmental_environmentalreading", ("reading_time", "sensor_id")),
        ),
        HISTORY,
        MISSING,
    ),
    "rules": (
        Check("hall_without_rest", "stays", _PAIR),
        Check("area_without_fallow", "stays_at_sea", _PAIR),
        Check("stages_out_of_order", "moves", _PAIR),
        Check("stage_in_wrong_place", "stays"),
        Check("container_overfull", "states_of_stays", counted_by="perhaps_overfull"),
        Check("too_many_batches", "batches", file="moves", of_years=True),
        Check("wrong_parameter_for_water", "sensors", ("container_id",)),
        _of_readings("readings_wrong_for_water"),
        Check("transition_water_wrong", "moves", file="water"),
        Check("sensors_apart", "readings", file="water", sampled=True),
        Check("day_length_wrong", "daylight", _AREA, "water"),
        Check("harvest_lots_differ", "harvest_lots"),
        Check("harvested_in_withholding", "harvests", file="health"),
        Check("treatment_without_reason", "treatments", file="health"),
        Check("outbreak_not_everywhere", "diagnoses", file="health"),
        Check("vaccinated_too_small", "vaccinations", file="health"),
        Check("unvaccinated_at_sea", "stays_at_sea", file="health"),
        Check("lice_in_fresh_water", "lice_counts", file="health"),
        Check("lice_not_counted", "stays_at_sea", file="health"),
        Check("lice_limit_ignored", "lice_counts", file="health"),
        Check("parents_unfit", "pairs", file="broodstock"),
        Check("delivered_too_soon", "lots", _SILO),
        Check("feed_after_expiry", "feedings", file="moves", needs=(_LOT,)),
        Check("feed_not_first_in_first_out", "feedings", needs=(_LOT,)),
    ),
    "statistics": (
        Check("tgc_ratio", needs=("batch_batch.growth_factor",)),
        Check("stage_end_weight_g"),
        Check("fish_in_samples", file="life", statistics=("weight_cv_percent", "condition_factor")),
        Check("harvest_weight_g"),
        Check("harvest_quality", file="life", statistics=("superior_share", "gutted_yield")),
        Check("survival"),
        Check("eggs_to_sea", file="life"),
        Check(
            "deaths_at_sea",
            file="life",
            needs=(_DEAD_FROM,),
            statistics=(
                "autumn_mortality",
                "sea_mortality_percent_a_month",
                "cause_of_death_percent",
            ),
        ),
        Check(
            "outbreaks",
            file="life",
            statistics=("diseases_a_batch", "pd_autumn_share", "outbreak_loss_percent"),
        ),
        Check("treatments_successful", file="life"),
        Check(
            "lice_of_season", file="life", statistics=("lice_autumn_ratio", "lice_females_a_fish")
        ),
        Check("lice_treatment_effect", file="life"),
        Check("economic_fcr"),
        Check("biological_fcr", file="life"),
        Check("feeding_rate_percent", file="life"),
        Check("feed_season", file="life"),
        Check("prices", file="life", statistics=("feed_price_nok", "salmon_price_nok")),
        Check("external_eggs_share", file="life"),
        Check(
            "water_of_sampled_days",
            statistics=(
                "oxygen_saturation_percent",
                "fresh_water_ranges",
                "fresh_water_ph",
                "sea_temperature_c",
                "salinity_psu",
            ),
            slow=True,
            sampled=True,
        ),
        Check("temperature_lag_1"),
        Check("readings_lag_1"),
    ),
}

_VALUES = {
    "batch_id": "batches",
    "other_batch_id": "batches",
    "container_id": "containers",
    "sensor_id": "sensors",
    "feed_container_id": "silos",
    "area_id": "areas",
}
"""For each column that may tie a row to batches, the parameter with the values that do."""


@dataclass(frozen=True)
class Finding:
    """One figure of one check: a count of offending rows, or a statistic and its range.

    A statistic rests on so many units; it may lie outside of its range by the allowance for these.
    `sure`: the allowance is small enough for a value that passes to say something.
    """

    group: Group
    check: str
    label: str
    value: float
    low: float
    high: float
    unit: str = ""
    units: float = 0.0
    allowance: float = 0.0
    sure: bool = True

    @property
    def sound(self) -> bool:
        """Whether the value lies in its range, as far as what it rests on can tell."""
        return self.low - self.allowance <= self.value <= self.high + self.allowance

    @property
    def verdict(self) -> Verdict:
        """A statistic outside of its range is unusual; anything else is exact, and broken."""
        if self.sound:
            return "passed" if self.sure else "unsure"
        return "unusual" if self.group == "statistics" else "broken"


@dataclass(frozen=True)
class Skipped:
    """A check that was not made, and why.

    `nothing`: there was nothing to look at; else the database lacks a column that it needs.
    """

    group: Group
    check: str
    reason: str
    nothing: bool = False


def lacking(check: Check, columns: Collection[str]) -> str:
    """Why the check cannot be made with these columns; empty if it can."""
    names = [name for name in check.needs if name not in columns]
    return f"this database has no column {', '.join(names)}" if names else ""


def query(
    group: Group,
    check: Check,
    *,
    restricted: bool,
    parts: Mapping[str, psql.Composable] | None = None,
) -> psql.Composed:
    """The query behind a check: offending rows, or (label, value) of a statistic.

    `parts` go into its places, if it has any. A restricted query shows only rows that are tied to
    the batches and places of its parameters; a statistic restricts itself.
    """
    text = psql.SQL(named_sql.statement(__package__, check.file or group, check.name))
    whole: psql.Composable = text.format(**parts) if parts else text
    if group == "statistics" or check.of_record or not restricted:
        return psql.Composed([whole])
    tied = psql.SQL(" OR ").join(
        psql.SQL("{} = ANY ({}::bigint[])").format(
            psql.Identifier(column), psql.Placeholder(_VALUES[column])
        )
        for column in check.ties
    )
    return psql.SQL("SELECT * FROM (\n{}\n) AS offending\nWHERE {}").format(whole, tied)


def tables(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The tables that a query reads, of those that are `known`."""
    return tuple(sorted(set(_WORD.findall(text)) & set(known)))


def description(group: Group, check: Check) -> str:
    """What a check looks for."""
    return named_sql.description(__package__, check.file or group, check.name)


def find(name: str) -> tuple[Group, Check]:
    """The check of a name, or the one that gives the statistic of that name."""
    for group, checks in CHECKS.items():
        for check in checks:
            if name == check.name or name in check.statistics:
                return group, check
    raise KeyError(name)


def parameters(config: Config) -> dict[str, Any]:
    """What the queries need of the configuration."""
    farm, countries = config.farm, config.countries_in_use
    tgc = [
        (country.name, stage, value)
        for country in countries
        for stage, value in zip(
            STAGES[1:], (*config.growth.tgc, country.batch.tgc_sea), strict=True
        )
    ]
    several = farm.berths_per_area > 1
    rules = config.acceptance.rules
    limits = [
        (country.name, month, females)
        for country in countries
        for month, females in enumerate(country.health.lice_limit_female, start=1)
    ]
    treatments, density = config.treatments, rules.cage_density_kg_m3
    return {
        "grace_days": config.staggering.hall_grace_days_min,
        "geographies": [country.name for country in countries],
        "fallow_days": [country.batch.fallow_days for country in countries],
        "berth_cages": farm.cages_per_area // farm.berths_per_area if several else _ONE_BERTH,
        "berth_silos": farm.area.silos // farm.berths_per_area if several else _ONE_BERTH,
        "max_live_batches": config.staggering.max_live_batches,
        "density_up_to_g": [row[0] for row in density],
        "density_kg_m3": [row[1] for row in density],
        "delivery_days": config.feed.delivery_days,
        "bend_c": config.growth.bend_c,
        "bend_slope": config.growth.bend_slope,
        "tgc_geographies": [row[0] for row in tgc],
        "tgc_stages": [row[1] for row in tgc],
        "tgc": [row[2] for row in tgc],
        "lice_geographies": [row[0] for row in limits],
        "lice_months": [row[1] for row in limits],
        "lice_limits": [row[2] for row in limits],
        "lice_count_days": config.lice.count_interval_days,
        "lice_action_days": rules.lice_action_days,
        "lice_young_days": rules.lice_young_days,
        "lice_harvest_days": rules.lice_harvest_days,
        "treatment_reason_days": rules.treatment_reason_days,
        "vaccination_weight_min_g": rules.vaccination_weight_min_g,
        "vaccination_stages": [STAGES[stage] for stage in treatments.vaccination_stages],
        "preventive_reasons": [rule.reason for rule in treatments.preventive],
        "preventive_stages": [STAGES[rule.stage] for rule in treatments.preventive],
        "preventive_days": [rule.day for rule in treatments.preventive],
        "diseases": [disease.name for disease in config.diseases.profiles.values()],
        "mature_years": rules.mature_years,
        "sensor_apart_c": rules.sensor_apart_c,
    }
