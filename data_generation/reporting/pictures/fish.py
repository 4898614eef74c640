"""Pictures of growth, harvest and deaths."""

from collections import Counter
from datetime import date

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aquamind.dashboard import palette
from data_generation.months import next_month
from data_generation.reporting.facts import Facts
from data_generation.reporting.material import Material
from data_generation.reporting.pictures import style
from data_generation.reporting.water import month_starts

_MONTH_DAYS = 365.25 / 12
_FRESH_MONTHS = 13
_MONTHS = ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"]
_REASONS = 14


def growth(material: Material) -> Figure | None:
    """Mean weight of each batch by age, by country: fresh water enlarged, then the whole life."""
    facts = material.facts
    if not facts.growth:
        return None
    countries = [c for c in facts.geographies if c in set(facts.geography_of_batch.values())]
    start = {batch.id: batch.start for batch in facts.batches}
    years = sorted({day.year for day in start.values()})
    classes = _classes(years[0], years[-1])
    figure, axes = style.new(2, len(countries), height_in=5.0, sharey="row", sharex="row")
    curves: dict[int, list[tuple[float, float]]] = {}
    for sample in facts.growth:
        curves.setdefault(sample.batch, []).append((sample.age_days / _MONTH_DAYS, sample.weight_g))
    for column, country in enumerate(countries):
        fresh, life = axes[0, column], axes[1, column]
        for batch, points in sorted(curves.items()):
            if facts.geography_of_batch.get(batch) != country:
                continue
            months, grams = zip(*points, strict=True)
            colour = classes[start[batch].year][1]
            fresh.plot(months, grams, color=colour, linewidth=0.9)
            life.plot(months, [g / 1000 for g in grams], color=colour, linewidth=0.9)
        fresh.set_title(f"{country}: fresh water")
        fresh.set_yscale("log")
        fresh.set_xlim(2, _FRESH_MONTHS)
        fresh.set_ylim(0.1, 1200)
        fresh.set_yticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1,000"])
        fresh.minorticks_off()
        life.set_title(f"{country}: whole life")
        life.set_ylim(0)
        life.set_xlim(0)
        for ax in (fresh, life):
            ax.set_xlabel("Months since the eggs were laid in")
    axes[0, 0].set_ylabel("Mean weight, g (log scale)")
    axes[1, 0].set_ylabel("Mean weight, kg")
    handles = {
        label: Line2D([], [], color=colour, linewidth=1.6, label=label)
        for label, colour in classes.values()
    }
    style.beside(axes[0, -1], handles=list(handles.values()), title="Batch began")
    return figure


def _classes(first: int, last: int) -> dict[int, tuple[str, str]]:
    """Name and colour of each year's class: as many years to a class as the colours ask for."""
    length = -(-(last - first + 1) // len(style.ORDERED))
    classes = {}
    for year in range(first, last + 1):
        at = (year - first) // length
        begin, end = first + at * length, min(first + at * length + length - 1, last)
        label = f"{begin}" if begin == end else f"{begin}-{end}"
        classes[year] = (label, style.ORDERED[at])
    return classes


def harvest(material: Material) -> Figure | None:
    """Mean weight of each batch at harvest, and the shares of grades by quarter."""
    facts = material.facts
    if not facts.harvests:
        return None
    low, high = material.config.acceptance.harvest_weight_g.range_of()
    colours = style.by_name(facts.geographies)
    figure, axes = style.new(2, height_in=4.6, sharex=True)
    top, bottom = axes[:, 0]
    top.axhspan(low / 1000, high / 1000, color=style.LIGHT, zorder=0, linewidth=0)
    for country in facts.geographies:
        x, y = _batch_weights(facts, country)
        if x:
            top.plot(
                x, y, "o", markersize=5, alpha=0.85, label=country, color=colours[country], mew=0
            )
    top.set_title("Mean live weight of each batch (shaded: range of the reference)")
    top.set_ylabel("kg")
    top.set_ylim(0)
    style.beside(top)
    _grades(bottom, facts)
    bottom.set_title("Grades, share of live weight by quarter")
    bottom.set_ylabel("%")
    bottom.set_xlabel("Date")
    style.beside(bottom)
    first = min(lot.month for lot in facts.harvests)
    style.years(bottom, first.replace(month=3 * ((first.month - 1) // 3) + 1), facts.last_day)
    return figure


def _batch_weights(facts: Facts, country: str) -> tuple[list[float], list[float]]:
    x, y = [], []
    for batch in facts.batches:
        lots = [h for h in facts.harvests if h.batch == batch.id and h.geography == country]
        fish = sum(h.fish for h in lots)
        if fish:
            middle = sum(style.number(h.month) * h.fish for h in lots) / fish + _MONTH_DAYS / 2
            x.append(middle)
            y.append(sum(h.live_kg for h in lots) / fish)
    return x, y


def _grades(axes: Axes, facts: Facts) -> None:
    quarters: dict[date, Counter[str]] = {}
    order = {lot.grade: lot.grade_order for lot in facts.harvests}
    for lot in facts.harvests:
        quarter = lot.month.replace(month=3 * ((lot.month.month - 1) // 3) + 1)
        quarters.setdefault(quarter, Counter())[lot.grade] += round(lot.live_kg)
    days = sorted(quarters)
    bottom = np.zeros(len(days))
    colours = (style.BLUE, style.SKY, style.ORANGE, style.GREY)
    for at, grade in enumerate(sorted(order, key=lambda name: order[name])):
        share = np.array([100 * quarters[d][grade] / quarters[d].total() for d in days])
        axes.bar(
            style.numbers(days),
            share,
            bottom=bottom,
            width=85,
            align="edge",
            color=colours[at % len(colours)],
            label=grade,
            linewidth=0,
        )
        bottom += share
    axes.set_ylim(0, 100)


CAUSES = {cause: (label, style.colour(name)) for cause, (label, name) in palette.CAUSES.items()}
"""Name and colour of each cause of death."""


def mortality(material: Material) -> Figure | None:
    """Deaths as a share of the stock, by cause: each month at sea and in fresh water."""
    facts = material.facts
    if not facts.deaths:
        return None
    months = month_starts(facts.first_day, facts.last_day)
    figure, axes = style.new(2, height_in=4.6, sharex=True)
    for ax, sea, title in (
        (axes[0, 0], True, "At sea"),
        (axes[1, 0], False, "In fresh water, eggs included"),
    ):
        shares = _monthly_shares(facts, months, sea=sea)
        ax.stackplot(
            style.numbers([*months, facts.last_day]),
            [[*shares[cause], shares[cause][-1]] for cause in CAUSES],
            labels=[label for label, _ in CAUSES.values()],
            colors=[colour for _, colour in CAUSES.values()],
            linewidth=0,
            step="post",
        )
        ax.set_title(title)
        ax.set_ylabel("dead a month, % of stock")
        ax.set_ylim(0)
    style.beside(axes[0, 0])
    axes[1, 0].set_xlabel("Date")
    style.years(axes[1, 0], months[0], facts.last_day)
    return figure


def _monthly_shares(facts: Facts, months: list[date], *, sea: bool) -> dict[str, list[float]]:
    """Per cent of the month's mean stock that died of each cause."""
    at_sea = {stay.stage for stay in facts.stays if stay.sea}
    fish_days: Counter[date] = Counter()
    for stock in facts.stock:
        if (stock.stage in at_sea) == sea:
            fish_days[stock.month] += stock.fish_days
    dead: Counter[tuple[str, date]] = Counter()
    for deaths in facts.deaths:
        if deaths.sea == sea:
            dead[deaths.cause if deaths.cause in CAUSES else "OTHER", deaths.month] += deaths.fish
    return {
        cause: [
            100 * dead[cause, m] * (next_month(m) - m).days / fish_days[m] if fish_days[m] else 0.0
            for m in months
        ]
        for cause in CAUSES
    }


def causes(material: Material) -> Figure | None:
    """Deaths at sea by calendar month, and all deaths by what was found."""
    facts = material.facts
    if not facts.deaths:
        return None
    months = month_starts(facts.first_day, facts.last_day)
    figure, axes = style.new(1, 2, height_in=3.6, width_ratios=(1, 1))
    season, found = axes[0]
    shares = _monthly_shares(facts, months, sea=True)
    with_fish = [
        [
            at
            for at, m in enumerate(months)
            if m.month == month and any(s[at] for s in shares.values())
        ]
        for month in range(1, 13)
    ]
    bottom = np.zeros(12)
    for cause, (label, colour) in CAUSES.items():
        mean = np.array(
            [sum(shares[cause][at] for at in which) / max(len(which), 1) for which in with_fish]
        )
        season.bar(range(12), mean, bottom=bottom, color=colour, label=label, width=0.8)
        bottom += mean
    season.set_xticks(range(12), _MONTHS)
    season.set_title("At sea by calendar month, mean of years")
    season.set_xlabel("Month")
    season.set_ylabel("dead a month, % of stock")
    season.grid(axis="x", visible=False)
    style.below(season, 34, ncols=3)
    _reasons(found, facts)
    return figure


def _reasons(axes: Axes, facts: Facts) -> None:
    fish: Counter[tuple[str, bool]] = Counter()
    for reason in facts.reasons:
        fish[reason.name, reason.sea] += reason.fish
    names = Counter[str]()
    for (name, _), number in fish.items():
        names[name] += number
    top = [name for name, _ in sorted(names.items(), key=lambda item: (-item[1], item[0]))]
    top = top[:_REASONS]
    scale = 1000.0
    sea = [fish[name, True] / scale for name in top]
    axes.barh(range(len(top)), sea, color=style.BLUE, label="At sea")
    axes.barh(
        range(len(top)),
        [fish[name, False] / scale for name in top],
        left=sea,
        color=style.SKY,
        label="Fresh water",
    )
    axes.set_yticks(range(len(top)), top, fontsize=6.5)
    axes.set_ylim(max(len(top), 1) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.set_title("All deaths by what was found")
    axes.set_xlabel("Dead fish, thousands")
    axes.set_ylabel("Reason")
    axes.legend(loc="lower right")
