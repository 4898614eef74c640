"""Pictures of the water: sites over the years, and one site's year with its events."""

from collections.abc import Sequence
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aquamind.dashboard import palette
from data_generation.reporting.material import Material
from data_generation.reporting.pictures import style
from data_generation.reporting.rows import PlaceRow
from data_generation.reporting.water import OXYGEN, PARAMETERS, SALINITY, TEMPERATURE, Point

_FEW_AREAS = 3
_GAP_DAYS = 45
_LABELS = {TEMPERATURE: "Temperature, °C", OXYGEN: "Oxygen, mg/L", SALINITY: "Salinity, PSU"}
_COLOURS = (style.BLUE, style.GREEN, style.PURPLE)


def sites(material: Material) -> Figure | None:
    """Temperature, oxygen and salinity of each sea area, and of halls, by country."""
    series, facts = material.water.series, material.facts
    names = [name for name in PARAMETERS if series.get(name)]
    if not names:
        return None
    countries = [
        c
        for c in facts.geographies
        if any(place.geography == c for name in names for place in series[name])
    ]
    figure, axes = style.new(
        len(names), len(countries), height_in=1.7 * len(names) + 0.9, sharex=True, sharey="row"
    )
    for row, name in enumerate(names):
        for column, country in enumerate(countries):
            ax = axes[row, column]
            ours = {p: s for p, s in series[name].items() if p.geography == country}
            _areas(ax, {place: points for place, points in ours.items() if place.sea})
            halls = [points for place, points in ours.items() if not place.sea]
            if halls:
                x, y = _mean(halls)
                ax.plot(x, y, color=style.ORANGE, linewidth=0.8, label="Halls, mean")
            if row == 0:
                ax.set_title(country)
        axes[row, 0].set_ylabel(_LABELS[name])
    for column in range(len(countries)):
        axes[-1, column].set_xlabel("Date")
        style.years(axes[-1, column], facts.first_day, facts.last_day)
        axes[-1, column].tick_params(axis="x", rotation=45)
        handles, labels = axes[0, column].get_legend_handles_labels()
        if handles:
            style.below(axes[-1, column], 48, handles=handles, labels=labels, ncols=2)
    return figure


def _areas(axes: Axes, series: dict[PlaceRow, list[Point]]) -> None:
    few = len(series) <= _FEW_AREAS
    for at, (place, points) in enumerate(sorted(series.items(), key=lambda item: item[0].id)):
        x, y = _line(points)
        axes.plot(
            x,
            y,
            color=_COLOURS[at] if few else style.GREY,
            linewidth=0.8 if few else 0.4,
            alpha=1.0 if few else 0.7,
            label=place.label if few else ("Each sea area" if at == 0 else None),
        )
    if not few:
        x, y = _mean(list(series.values()))
        axes.plot(x, y, color=style.BLUE, linewidth=1.0, label="Mean of sea areas")


def _line(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    """A line that is broken where there were no fish, and so no readings."""
    x: list[float] = []
    y: list[float] = []
    before: date | None = None
    for point in points:
        if before is not None and (point.day - before).days > _GAP_DAYS:
            x.append(style.number(before))
            y.append(float("nan"))
        x.append(style.number(point.day))
        y.append(point.mean)
        before = point.day
    return x, y


def _mean(series: Sequence[Sequence[Point]]) -> tuple[list[float], list[float]]:
    days: dict[date, list[float]] = {}
    for points in series:
        for point in points:
            days.setdefault(point.day, []).append(point.mean)
    means = [Point(day, sum(days[day]) / len(days[day]), 0.0, 0.0) for day in sorted(days)]
    return _line(means)


def year(material: Material) -> Figure | None:
    """One year of the sea area that most befell: daily means and ranges, events marked."""
    found = material.water.year
    if found is None:
        return None
    names = [name for name in PARAMETERS if found.series.get(name)]
    if not names:
        return None
    rows = list(dict.fromkeys(kind_of(event.description) for event in found.events))
    heights = [0.2 * len(rows) + 0.1, *(1.5 for _ in names)]
    figure, axes = style.new(
        len(heights), height_in=sum(heights) + 0.9, sharex=True, height_ratios=heights
    )
    strip = axes[0, 0]
    for event in found.events:
        kind = kind_of(event.description)
        x = style.number(event.day)
        strip.plot(x, rows.index(kind), "D", color=kind[1], markersize=4)
        for ax in axes[1:, 0]:
            ax.axvline(x, color=kind[1], linewidth=0.8, linestyle=":")
    strip.set_yticks(range(len(rows)), [label for label, _ in rows])
    strip.set_ylim(len(rows) - 0.4, -0.6)
    strip.set_ylabel("Event")
    strip.set_title(f"{found.place.label}, {found.place.geography}, {found.year}")
    for ax, name in zip(axes[1:, 0], names, strict=True):
        points = found.series[name]
        days = style.numbers([point.day for point in points])
        ax.fill_between(
            days,
            [point.low for point in points],
            [point.high for point in points],
            color=style.SKY,
            alpha=0.5,
            linewidth=0,
            label="Lowest to highest reading",
        )
        ax.plot(days, [point.mean for point in points], color=style.BLUE, label="Mean of the day")
        ax.set_ylabel(_LABELS[name])
    axes[1, 0].legend(loc="upper left")
    axes[-1, 0].set_xlabel(f"Month of {found.year}")
    style.years(axes[-1, 0], date(found.year, 1, 1), date(found.year, 12, 31))
    style.months(axes[-1, 0])
    return figure


def kind_of(description: str) -> tuple[str, str]:
    """Name and colour of an event by the journal's entry about it."""
    label, name = palette.site_event(description)
    return label, style.colour(name)
