"""Plots of how areas, years and seeds differ. The only module that loads matplotlib.

Colours are those of Okabe & Ito (2008), told apart by colour-blind eyes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Rows = Sequence[Mapping[str, Any]]
Series = Mapping[str, Rows]

BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
RED: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
GREY: Final = "#777777"
_MORE: Final = (BLUE, ORANGE, GREEN, RED, PURPLE, "#56B4E9", "#F0E442", "#000000", GREY, "#A05A2C")
_MONTHS: Final = "JFMAMJJASOND"
_STYLE: Final[Any] = {
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
}
_DPI: Final = 110


def draw(series: Series, other: Series | None, folder: Path) -> list[Path]:
    """Draw areas, years and, with the series of another seed, seeds; returns the files."""
    with mpl.rc_context(_STYLE):
        figures = {"areas": _areas(series), "years": _years(series)}
        if other is not None:
            figures["seeds"] = _seeds(series, other)
        return [_save(figure, folder / f"{name}.png") for name, figure in figures.items()]


def _save(figure: Figure, path: Path) -> Path:
    FigureCanvasAgg(figure)
    figure.savefig(path, format="png", metadata={"Software": None})
    return path


def _figure(columns: int, rows: int = 1) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(3.4 * columns, 2.7 * rows), dpi=_DPI, layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def _areas(series: Series) -> Figure:
    """Two areas, the one with most data of each country: temperature, lice, growth."""
    figure, (warmth, lice, growth) = _figure(3)
    for area, colour in zip(_two_areas(series["temperature"]), (BLUE, ORANGE), strict=False):
        here = [row for row in series["temperature"] if row["area"] == area]
        months = range(1, 13)
        low, mean, high = (_by_month(here, key) for key in ("low", "mean", "high"))
        known = [m for m in months if m in mean]
        warmth.plot(known, [mean[m] for m in known], color=colour, label=area)
        warmth.fill_between(
            known,
            [low[m] for m in known],
            [high[m] for m in known],
            color=colour,
            alpha=0.2,
            linewidth=0,
        )
        counted = _by_month([r for r in series["lice"] if r["area"] == area], "mean")
        known = [m for m in months if m in counted]
        lice.plot(known, [counted[m] for m in known], color=colour, marker=".", label=area)
        for batch, line in _lines(
            [r for r in series["growth"] if r["area"] == area], "batch", "week", "kg"
        ).items():
            first = batch == min(r["batch"] for r in series["growth"] if r["area"] == area)
            growth.plot(*line, color=colour, alpha=0.7, label=area if first else None)
    for axes, title, unit in (
        (warmth, "Temperature, mean and 10-90 % of days", "°C"),
        (lice, "Adult female lice", "a fish"),
    ):
        axes.set(title=title, ylabel=unit, xlabel="month", xticks=range(1, 13))
        axes.set_xticklabels(_MONTHS)
        axes.legend()
    lice.set_ylim(bottom=0)
    growth.set(title="Growth of each batch", ylabel="mean weight, kg", xlabel="weeks at sea")
    growth.legend()
    return figure


def _years(series: Series) -> Figure:
    """The warmest and the coldest year, deaths, and outbreaks by year."""
    figure, (warmth, deaths, outbreaks) = _figure(3)
    country, years = _extreme_years(series["weekly_temperature"])
    lines = _lines(
        [r for r in series["weekly_temperature"] if r["country"] == country],
        "year",
        "week",
        "anomaly",
    )
    for year, line in lines.items():
        if year not in years:
            warmth.plot(*line, color=GREY, alpha=0.25, linewidth=0.7)
    for year, colour in zip(years, (RED, BLUE), strict=False):
        warmth.plot(*lines[year], color=colour, label=str(year))
    warmth.axhline(0, color="black", linewidth=0.6)
    warmth.set(title=f"Sea of {country}, less its season", ylabel="°C", xlabel="week of the year")
    warmth.legend()
    for (name, line), colour in zip(
        _lines(series["deaths"], "country", "month", "percent").items(),
        (BLUE, ORANGE),
        strict=False,
    ):
        deaths.plot(_years_of(line[0]), line[1], color=colour, label=name, linewidth=0.9)
    deaths.set(title="Deaths at sea", ylabel="% of the stock a month", xlabel="year")
    deaths.set_yscale("log")
    deaths.legend()
    _stack(outbreaks, series["outbreaks"])
    outbreaks.set(title="Outbreaks at sea by year of their start", ylabel="batches", xlabel="year")
    outbreaks.set_ylim(top=1.7 * max(outbreaks.get_ylim()[1], 1.0))
    outbreaks.legend(fontsize=5.5, ncols=2, loc="upper left")
    return figure


def _seeds(series: Series, other: Series) -> Figure:
    """The same farm from two seeds: water, deaths, what batches lost and weighed."""
    figure, (warmth, deaths, batches) = _figure(3)
    country, _ = _extreme_years(series["weekly_temperature"])
    for data, colour, label in ((series, BLUE, "seed A"), (other, ORANGE, "seed B")):
        here = [r for r in data["weekly_temperature"] if r["country"] == country]
        means = defaultdict(list)
        for row in here:
            means[row["year"] + (row["week"] // 4) * 4 / 52].append(row["anomaly"])
        moments = sorted(means)
        warmth.plot(
            moments,
            [sum(means[m]) / len(means[m]) for m in moments],
            color=colour,
            label=label,
            linewidth=0.9,
        )
        lines = _lines(
            [r for r in data["deaths"] if r["country"] == country], "country", "month", "percent"
        )
        for line in lines.values():
            deaths.plot(_years_of(line[0]), line[1], color=colour, label=label, linewidth=0.9)
        batches.scatter(
            [r["kg"] for r in data["batches"]],
            [r["lost"] for r in data["batches"]],
            color=colour,
            label=label,
            s=16,
            marker="o" if colour == BLUE else "s",
        )
    warmth.axhline(0, color="black", linewidth=0.6)
    warmth.set(title=f"Sea of {country}, less its season", ylabel="°C", xlabel="year")
    deaths.set(title=f"Deaths at sea, {country}", ylabel="% of the stock a month", xlabel="year")
    deaths.set_yscale("log")
    batches.set(title="Completed batches", ylabel="lost at sea, %", xlabel="weight at harvest, kg")
    for axes in (warmth, deaths, batches):
        axes.legend()
    return figure


def _two_areas(rows: Rows) -> list[str]:
    """The area with most months of each country, in the order of the countries."""
    months: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        months[row["country"]][row["area"]] += 1
    best = [
        min(areas, key=lambda name: (-areas[name], name)) for _, areas in sorted(months.items())
    ]
    if len(best) == 1:
        ranked = sorted(next(iter(months.values())).items(), key=lambda item: (-item[1], item[0]))
        best = [name for name, _ in ranked]
    return best[:2]


def _by_month(rows: Rows, column: str) -> dict[int, float]:
    """Mean of a column by month of the year."""
    found: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        found[_day(row["month"]).month].append(row[column])
    return {month: sum(values) / len(values) for month, values in found.items()}


def _lines(rows: Rows, by: str, x: str, y: str) -> dict[Any, tuple[list[Any], list[float]]]:
    """A line of x and y for each value of `by`."""
    found: dict[Any, tuple[list[Any], list[float]]] = {}
    for row in rows:
        line = found.setdefault(row[by], ([], []))
        line[0].append(row[x])
        line[1].append(row[y])
    return found


def _extreme_years(rows: Rows) -> tuple[str, list[int]]:
    """The country with most data, its warmest and its coldest year with nine months or more."""
    weeks: dict[str, int] = defaultdict(int)
    for row in rows:
        weeks[row["country"]] += 1
    if not weeks:
        return "", []
    country = max(sorted(weeks), key=lambda name: weeks[name])
    years = defaultdict(list)
    for row in rows:
        if row["country"] == country:
            years[row["year"]].append(row["anomaly"])
    most = max(len(values) for values in years.values())
    means = {
        year: sum(values) / len(values)
        for year, values in years.items()
        if len(values) >= min(39, most)
    }
    ranked = sorted(means, key=lambda year: means[year])
    return country, list(dict.fromkeys([ranked[-1], ranked[0]]))


def _stack(axes: Axes, rows: Rows) -> None:
    """Bars of outbreaks by year, a colour for each disease."""
    years = sorted({row["year"] for row in rows})
    base = dict.fromkeys(years, 0)
    for number, disease in enumerate(sorted({row["disease"] for row in rows})):
        counts = {row["year"]: row["outbreaks"] for row in rows if row["disease"] == disease}
        axes.bar(
            years,
            [counts.get(year, 0) for year in years],
            bottom=[base[year] for year in years],
            color=_MORE[number % len(_MORE)],
            label=disease,
        )
        for year, count in counts.items():
            base[year] += count


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _years_of(months: Sequence[str]) -> list[float]:
    """Months as fractions of years."""
    return [_day(month).year + (_day(month).month - 0.5) / 12 for month in months]
