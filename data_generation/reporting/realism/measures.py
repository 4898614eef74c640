"""Measures the reference quantities in a database, by the queries in `sql/`.

A query gives rows of label and value. What they share is put into temporary tables first, so that
readings are gone through once; those vanish with the transaction, and nothing is stored.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql as psql

from data_generation.config.models import Config
from data_generation.named_sql import statement
from data_generation.ticker import TICKER

Connection = psycopg.Connection[tuple[Any, ...]]

PREPARE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("base", ("stay", "day", "water", "dead", "fed", "index_stay", "index_day", "index_water")),
    ("base", ("index_fed", "index_dead", "analyze", "sea", "wave", "anomaly", "growth", "cycle")),
    ("base", ("outbreak",)),
    ("water", ("saturation",)),
    ("deaths", ("site_month", "causes")),
    ("feed", ("eaten",)),
    ("health", ("counted", "index_counted", "deloused", "untreated")),
    ("production", ("sold",)),
)
"""Statements that make temporary tables, in order, by file."""

MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "growth": (
        *("tgc_sea", "tgc_sea_month", "tgc_fresh", "weight_by_month_fed"),
        *("first_feeding_degree_days", "stage_days", "smolt_weight_g", "sea_months"),
        *("egg_to_harvest_days", "harvest_weight_g", "weight_cv_fresh", "weight_cv_sea"),
        *("weight_cv_harvest", "condition_parr", "condition_smolt", "condition_sea"),
    ),
    "water": (
        *("sea_temperature_mean", "sea_temperature_amplitude", "sea_warmest_day"),
        *("sea_temperature_winter", "sea_temperature_summer", "sea_temperature_extremes"),
        *("temperature_anomaly_sd", "temperature_lag_1", "reading_lag_1", "heatwaves"),
        *("salinity", "oxygen_sea", "oxygen_sea_dips", "oxygen_hall", "co2", "nitrite"),
        *("nitrate", "ammonium", "ph_hall", "hall_temperature", "day_length", "wind"),
        *("air_temperature", "rain", "gales"),
    ),
    "deaths": (
        *("survival", "ova_to_smolt", "sea_loss", "site_month_median", "site_month_mean"),
        *("site_month_worst", "autumn_deaths", "cause_infectious", "cause_injury"),
        *("cause_unknown", "cause_environment", "cause_other", "mass_event"),
    ),
    "feed": (
        *("fcr_economic", "fcr_biological", "fcr_summary_weeks", "feed_rate", "pellets"),
        *("feed_price", "feed_volume_season", "silo_days"),
    ),
    "health": (
        *("lice_count_days", "lice_female", "lice_season", "lice_over_limit", "lice_growth"),
        *("delousings", "delousing_efficacy", "raised_mortality", "treatment_success"),
        *("vaccination_weight", "vaccination_onset", "outbreaks_a_cycle"),
        *("outbreak_onset_weeks", "cms_weight", "outbreak_season", "pd_season"),
        *("outbreak_days", "outbreak_loss", "noticed", "lab_days", "lab_types"),
    ),
    "production": (
        *("eggs_per_kg", "female_weight", "external_eggs", "egg_survival", "gutted_yield"),
        *("superior", "harvest_days", "salmon_price", "salmon_price_season", "fallow_weeks"),
        *("hall_rest_days", "density_sea", "density_hall"),
    ),
}
"""The quantities that a query measures, by file; a query has its quantity's name."""

SERIES: Final = (
    *("temperature", "weekly_temperature", "lice", "growth", "deaths", "outbreaks", "batches"),
)
"""The queries of `series.sql`: what is plotted."""

_SETTINGS: Final[tuple[LiteralString, ...]] = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET LOCAL work_mem = '128MB'",
    "SET LOCAL temp_buffers = '128MB'",
    "SET LOCAL jit = off",
    "SET LOCAL TimeZone = 'UTC'",
)

Values = dict[str, float]
"""What was measured of a quantity, by label."""


@dataclass(frozen=True)
class Cycle:
    """A completed batch in round figures: eggs, fish put to sea, kilograms harvested."""

    eggs: float
    put_to_sea: float
    harvested_kg: float


class Measurer:
    """A look at one state of a database."""

    def __init__(self, connection: Connection, config: Config) -> None:
        """Use `measuring`, which prepares the temporary tables."""
        self._connection = connection
        self._parameters = parameters(config)

    def prepare(self) -> None:
        """Make the temporary tables."""
        for file, names in PREPARE:
            for name in names:
                TICKER.doing(f"Preparing what is measured: {name}")
                self._connection.execute(_query(file, name), self._parameters)

    def measure(self, file: str, name: str) -> Values:
        """What one query finds; labels without a value are left out."""
        TICKER.doing(f"Measuring {name}")
        rows = self._connection.execute(_query(file, name), self._parameters).fetchall()
        return {str(label): float(value) for label, value in rows if value is not None}

    def measure_all(self) -> dict[str, Values]:
        """What all queries find, by quantity."""
        return {
            name: self.measure(file, name) for file, names in MEASURES.items() for name in names
        }

    def series(self) -> dict[str, list[dict[str, Any]]]:
        """What is plotted, by the name of its query: a mapping of columns for each row."""
        found = {}
        for name in SERIES:
            cursor = self._connection.execute(_query("series", name), self._parameters)
            columns = [column.name for column in cursor.description or ()]
            found[name] = [dict(zip(columns, map(_plain, row), strict=True)) for row in cursor]
        return found

    def cycles(self) -> dict[int, Cycle]:
        """The completed batches by their stored keys."""
        rows = self._connection.execute(_query("production", "cycles"), self._parameters)
        return {int(key): Cycle(*map(float, figures)) for key, *figures in rows}

    def extent(self) -> tuple[date, date, int] | None:
        """First and last day of the data and the number of batches; None if there is none."""
        row = self._connection.execute(_query("tables", "dataset")).fetchone()
        return None if row is None or row[0] is None else (row[0], row[1], row[2])

    def empty_tables(self) -> list[str]:
        """The tables of AquaMind's apps that have no row."""
        names = [row[0] for row in self._connection.execute(_query("tables", "tables"))]
        return [name for name in names if not self._has_rows(name)]

    def _has_rows(self, table: str) -> bool:
        found = psql.SQL("SELECT EXISTS (SELECT FROM {})").format(psql.Identifier(table))
        row = self._connection.execute(found).fetchone()
        return bool(row and row[0])


@contextmanager
def measuring(connection: Connection, config: Config) -> Iterator[Measurer]:
    """Measure in one transaction that is rolled back, so that the database stays as it was."""
    with connection.transaction(force_rollback=True):
        for setting in _SETTINGS:
            connection.execute(setting)
        measurer = Measurer(connection, config)
        measurer.prepare()
        yield measurer


def parameters(config: Config) -> dict[str, Any]:
    """What the queries need of the configuration: the lice limits of each country and month."""
    farm, limits = config.farm, config.lice.limit_female
    rows = [
        (farm.geographies[key].name, month, limit)
        for key in farm.countries
        for month, limit in enumerate(limits[key], start=1)
    ]
    return {
        "limit_countries": [row[0] for row in rows],
        "limit_months": [row[1] for row in rows],
        "limits": [row[2] for row in rows],
    }


def _query(file: str, name: str) -> LiteralString:
    return statement(__package__ or "", file, name)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, (int, str)):
        return value
    return round(float(value), 4) if hasattr(value, "__float__") else value.isoformat()
