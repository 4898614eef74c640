"""Pictures of lice, diseases and treatments."""

import math
from collections import Counter
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from data_generation.months import next_month
from data_generation.reporting.facts import Facts, lice_limits
from data_generation.reporting.material import Material
from data_generation.reporting.pictures import style
from data_generation.reporting.water import month_starts

_FEW_AREAS = 3
_FORTNIGHT = timedelta(days=14)
_SMALLEST, _LARGEST = 4.0, 420.0
"""Areas of the dots of outbreaks, in square points."""


def lice(material: Material) -> Figure | None:
    """Adult females a fish of each sea area against the limit, with treatments against lice."""
    facts = material.facts
    if not facts.lice:
        return None
    places = {p.id: p for p in facts.places if p.sea}
    counted = {c.place for c in facts.lice}
    countries = [c for c in facts.geographies if any(places[key].geography == c for key in counted)]
    figure, axes = style.new(len(countries), height_in=2.5 * len(countries) + 0.2, sharex=True)
    for ax, country in zip(axes[:, 0], countries, strict=True):
        ours = sorted(key for key in counted if places[key].geography == country)
        few = len(ours) <= _FEW_AREAS
        for at, key in enumerate(ours):
            days, means = _curve(facts, key) if few else _mean_of_areas(facts, {key})
            ax.plot(
                days,
                means,
                color=(style.BLUE, style.GREEN, style.PURPLE)[at] if few else style.GREY,
                linewidth=0.9 if few else 0.4,
                alpha=1.0 if few else 0.6,
                label=places[key].label if few else ("Each area" if at == 0 else None),
            )
        if not few:
            weeks, means = _mean_of_areas(facts, set(ours))
            ax.plot(weeks, means, color=style.BLUE, linewidth=1.3, label="Mean of areas")
        _limit(ax, material, country)
        top = ax.get_ylim()[1]
        if few:
            _ticks(ax, facts, ours, -0.06 * top)
        else:
            _shares(ax, facts, ours, -0.11 * top)
        ax.set_ylim(-0.12 * top, top)
        ax.set_title(country)
        ax.set_ylabel("adult females a fish")
        style.beside(ax)
    axes[-1, 0].set_xlabel("Date")
    style.years(axes[-1, 0], min(c.week for c in facts.lice), facts.last_day)
    return figure


def _ticks(axes: Axes, facts: Facts, places: list[int], at: float) -> None:
    """A tick for each day on which any of a few areas was treated."""
    days = sorted({t.day for t in facts.treatments if t.against_lice and t.place in places})
    axes.plot(
        style.numbers(days),
        [at] * len(days),
        "|",
        color=style.RED,
        markersize=5,
        markeredgewidth=0.5,
        label="Day of treatment",
    )


def _shares(axes: Axes, facts: Facts, places: list[int], whole: float) -> None:
    """The share of many areas that were treated in each month, downwards; `whole` is all."""
    treated: dict[date, set[int]] = {}
    for treatment in facts.treatments:
        if treatment.against_lice and treatment.place in places:
            treated.setdefault(treatment.day.replace(day=1), set()).add(treatment.place)
    months = sorted(treated)
    axes.bar(
        style.numbers(months),
        [whole * len(treated[month]) / len(places) for month in months],
        width=28,
        align="edge",
        color=style.RED,
        linewidth=0,
        label="Share of areas treated",
    )


def _curve(facts: Facts, place: int) -> tuple[list[float], list[float]]:
    """Counts of an area; a gap where nobody counted for a month, because nobody was there."""
    days: list[float] = []
    means: list[float] = []
    before: date | None = None
    for count in facts.lice:
        if count.place != place:
            continue
        if before is not None and count.week - before > 2 * _FORTNIGHT:
            days.append(style.number(before))
            means.append(float("nan"))
        days.append(style.number(count.week))
        means.append(count.adult_females)
        before = count.week
    return days, means


def _mean_of_areas(facts: Facts, places: set[int]) -> tuple[list[float], list[float]]:
    months: dict[date, list[float]] = {}
    for count in facts.lice:
        if count.place in places:
            months.setdefault(count.week.replace(day=1), []).append(count.adult_females)
    days: list[float] = []
    means: list[float] = []
    before: date | None = None
    for month in sorted(months):
        if before is not None and month > next_month(before):
            days.append(style.number(before))
            means.append(float("nan"))
        days.append(style.number(month) + 15)
        means.append(sum(months[month]) / len(months[month]))
        before = month
    return days, means


def _limit(axes: Axes, material: Material, country: str) -> None:
    limits = lice_limits(material.config).get(country)
    if limits is None:
        return
    months = month_starts(material.facts.lice[0].week, material.facts.last_day)
    months.append(next_month(months[-1]))
    axes.step(
        style.numbers(months),
        [limits[month.month - 1] for month in months],
        where="post",
        color=style.BLACK,
        linewidth=0.9,
        linestyle="--",
        label="Limit",
    )


def outbreaks(material: Material) -> Figure | None:
    """When each disease broke out, and how many fish of that batch died of it."""
    facts = material.facts
    if not facts.diagnoses:
        return None
    lost: Counter[tuple[str, int]] = Counter()
    for reason in facts.reasons:
        lost[reason.name, reason.batch] += reason.fish
    number = Counter(d.disease for d in facts.diagnoses)
    shared = Counter((d.disease, d.batch) for d in facts.diagnoses)
    names = sorted(number, key=lambda name: (-number[name], name))
    colours = style.by_name(facts.geographies)
    most = max(lost[d.disease, d.batch] / shared[d.disease, d.batch] for d in facts.diagnoses)
    scale = _LARGEST / max(most, 1)
    figure, grid = style.new(height_in=0.3 * len(names) + 1.5)
    axes = grid[0, 0]
    for country, colour in colours.items():
        ours = [
            d
            for d in facts.diagnoses
            if (place := facts.place(d.sea, d.place)) and place.geography == country
        ]
        dead = [lost[d.disease, d.batch] / shared[d.disease, d.batch] for d in ours]
        axes.scatter(
            style.numbers([d.first_day for d in ours]),
            [names.index(d.disease) for d in ours],
            s=[_SMALLEST + fish * scale for fish in dead],
            color=colour,
            alpha=0.65,
            linewidth=0.3,
            edgecolor=style.WHITE,
        )
    axes.set_yticks(range(len(names)), [f"{name} ({number[name]})" for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_ylabel("Disease (outbreaks)")
    axes.set_xlabel("Date")
    style.years(axes, facts.first_day, facts.last_day)
    handles: list[Line2D] = [
        Line2D([], [], marker="o", linestyle="", color=colour, alpha=0.65, label=name)
        for name, colour in colours.items()
    ]
    largest = 10 ** math.floor(math.log10(max(most, 10)))
    handles += [
        Line2D(
            [],
            [],
            marker="o",
            linestyle="",
            color=style.GREY,
            markersize=(_SMALLEST + fish * scale) ** 0.5,
            label=f"{fish:,} dead",
        )
        for fish in (largest // 10, largest)
    ]
    axes.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, handleheight=2.4
    )
    return figure


_OUTCOMES = {
    "successful": ("Successful", style.BLUE),
    "partial": ("Partial", style.SKY),
    "unsuccessful": ("Unsuccessful", style.RED),
    "pending": ("Not known yet", style.LIGHT),
}


def treatments(material: Material) -> Figure | None:
    """What was given, how often, with what outcome."""
    facts = material.facts
    given: dict[tuple[bool, str], Counter[str]] = {}
    for treatment in facts.treatments:
        key = (treatment.kind == "vaccination", treatment.name)
        given.setdefault(key, Counter())[treatment.outcome] += treatment.containers
    if not given:
        return None
    # Vaccinations last, then by number.
    keys = sorted(given, key=lambda key: (key[0], -given[key].total(), key[1]))
    figure, grid = style.new(height_in=0.22 * len(keys) + 1.1)
    axes = grid[0, 0]
    left = [0.0] * len(keys)
    for outcome, (label, colour) in _OUTCOMES.items():
        numbers = [given[key][outcome] for key in keys]
        axes.barh(range(len(keys)), numbers, left=left, color=colour, label=label)
        left = [a + b for a, b in zip(left, numbers, strict=True)]
    for row, key in enumerate(keys):
        judged = given[key].total() - given[key]["pending"]
        if judged:
            share = 100 * given[key]["successful"] / judged
            axes.text(left[row], row, f" {share:.0f} %", va="center", fontsize=6.5)
    axes.set_yticks(range(len(keys)), [name for _, name in keys])
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.set_xlim(0, max(left) * 1.08)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("Containers treated (right of each bar: successful, % of those followed up)")
    axes.set_ylabel("Treatment or vaccine")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4)
    return figure
