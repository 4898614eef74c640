"""Figures as a person reads them: their names, their order, their units."""

from dataclasses import dataclass
from typing import Final

from data_generation.reporting.keyfigures import Figures

NOTHING: Final = "\N{EN DASH}"


@dataclass(frozen=True)
class Line:
    """A figure of a table: its key, its name, how it is shown."""

    key: str
    label: str
    form: str = "whole"


LINES: Final[tuple[tuple[str, tuple[Line, ...]], ...]] = (
    (
        "Batches",
        (
            Line("batches_started", "Batches started"),
            Line("batches_completed", "Batches completed"),
            Line("active_batches_at_end", "Live batches at the end"),
            Line("active_batches_lowest", "Live batches, fewest at a month's end"),
            Line("active_batches_highest", "Live batches, most at a month's end"),
        ),
    ),
    (
        "Fish",
        (
            Line("eggs_in", "Eggs laid in, million", "million"),
            Line("fish_dead", "Fish dead, million", "million"),
            Line("mortality_rate", "Dead of all that lived, %", "percent"),
            Line("mortality_sea_percent_a_month", "Dead a month at sea, %", "two"),
            Line("mortality_fresh_water_percent_a_month", "Dead a month in fresh water, %", "two"),
            Line("fish_alive_at_end", "Fish alive at the end, million", "million"),
        ),
    ),
    (
        "Harvest",
        (
            Line("fish_harvested", "Fish harvested, million", "million"),
            Line("harvested_live_kg", "Harvested, live weight, tonnes", "tonnes"),
            Line("mean_harvest_weight_kg", "Mean live weight at harvest, kg", "two"),
            Line("superior_share", "Superior grade, % of weight", "percent"),
            Line("survival_to_harvest", "Eggs harvested (completed batches), %", "percent"),
        ),
    ),
    (
        "Feed",
        (
            Line("feed_events", "Feed events"),
            Line("feed_bought_kg", "Feed bought, tonnes", "tonnes"),
            Line("feed_given_kg", "Feed given, tonnes", "tonnes"),
            Line("feed_price_per_kg", "Price of feed bought, {currency}/kg", "two"),
            Line("feed_cost", "Cost of feed given, million {currency}", "million"),
            Line("economic_fcr", "Feed / harvest (completed batches), kg/kg", "three"),
            Line("biological_fcr", "Feed / growth, kg/kg", "three"),
        ),
    ),
    (
        "Health",
        (
            Line("mortality_events", "Mortality events"),
            Line("disease_outbreaks", "Disease outbreaks"),
            Line("treatments", "Treatments of containers"),
            Line("treatments_against_lice", "Treatments against lice"),
            Line("treatment_success_rate", "Treatments successful, %", "percent"),
            Line("vaccinations", "Vaccinations of containers"),
            Line("lice_counts", "Lice counts"),
            Line("journal_entries", "Health journal entries"),
        ),
    ),
    (
        "Use of facilities",
        (
            Line("utilisation_halls", "Halls with fish, % of days", "percent"),
            Line("utilisation_areas", "Sea areas with fish, % of days", "percent"),
        ),
    ),
)
"""The ten-year plan's metrics in groups."""

WORK: Final = (
    Line("rows", "Rows"),
    Line("readings", "Environmental readings"),
    Line("wall_seconds", "Time from first to last commit, s"),
    Line("rows_per_second", "Rows a second"),
    Line("unit_seconds", "Time of all units together, s"),
    Line("peak_memory_mb", "Peak memory, MB"),
    Line("months_unfinished", "Months not finished"),
)
"""What a session took."""


def shown(value: float | int | None, form: str = "whole") -> str:
    """A value as text."""
    if value is None:
        return NOTHING
    if form == "million":
        return f"{value / 1e6:,.2f}"
    if form == "tonnes":
        return f"{value / 1000:,.0f}"
    if form == "percent":
        return f"{100 * value:.1f}"
    if form == "two":
        return f"{value:.2f}"
    if form == "three":
        return f"{value:.3f}"
    return f"{value:,.0f}"


def table(
    lines: tuple[Line, ...], columns: list[Figures], currency: str
) -> list[dict[str, object]]:
    """Rows of a table: a name with its unit, and a cell for each column."""
    return [
        {
            "label": line.label.format(currency=currency),
            "cells": [shown(figures[line.key], line.form) for figures in columns],
        }
        for line in lines
    ]


def cards(total: Figures, rows: int, readings: int) -> list[tuple[str, str, str]]:
    """What a reader wants to know first: value, unit, name."""
    harvested = total["harvested_live_kg"]
    return [
        (shown(total["batches_started"]), "", "batches"),
        (shown(harvested, "tonnes"), "t", "harvested, live weight"),
        (shown(total["mean_harvest_weight_kg"], "two"), "kg", "mean harvest weight"),
        (shown(total["survival_to_harvest"], "percent"), "%", "of eggs harvested"),
        (shown(total["economic_fcr"], "two"), "kg/kg", "feed / harvest (FCR)"),
        (shown(total["disease_outbreaks"]), "", "disease outbreaks"),
        (shown(total["treatment_success_rate"], "percent"), "%", "of treatments successful"),
        (shown(total["utilisation_areas"], "percent"), "%", "of sea areas' days with fish"),
        (*large(readings), "sensor readings"),
        (*large(rows), "rows in all tables"),
    ]


def large(number: int) -> tuple[str, str]:
    """A number as text and its unit: in millions from a tenth of one on."""
    return (f"{number / 1e6:,.1f}", "million") if number >= 100_000 else (f"{number:,}", "")
