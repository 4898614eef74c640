"""Pictures of feed and money."""

from collections import Counter
from datetime import date

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from data_generation.generators.finance import COSTS
from data_generation.reporting.facts import Facts
from data_generation.reporting.material import Material
from data_generation.reporting.money import COST_LABELS
from data_generation.reporting.pictures import style
from data_generation.reporting.water import month_starts

_SIZES = ("MICRO", "SMALL", "MEDIUM", "LARGE")
_COST_COLOURS = {
    "eggs": style.ORANGE,
    "feed_fresh": style.SKY,
    "feed_sea": style.BLUE,
    "treatment": style.RED,
    "vaccine": style.PURPLE,
    "laboratory": style.GREEN,
    "other": style.GREY,
}


def feed(material: Material) -> Figure | None:
    """Feed bought, given and in stock by month, and what it cost."""
    facts = material.facts
    if not facts.deliveries:
        return None
    months = month_starts(facts.first_day, facts.last_day)
    x = style.numbers(months)
    given, came = Counter[date](), Counter[date]()
    for feeding in facts.feeding:
        given[feeding.month] += round(feeding.kg)
    for delivery in facts.deliveries:
        came[delivery.month] += round(delivery.kg)
    figure, axes = style.new(3, height_in=5.4, sharex=True)
    flow, stock, price = axes[:, 0]
    flow.step(x, [came[m] / 1000 for m in months], where="mid", color=style.ORANGE, label="Bought")
    flow.step(x, [given[m] / 1000 for m in months], where="mid", color=style.BLUE, label="Given")
    flow.set_title("Feed bought and given")
    flow.set_ylabel("tonnes a month")
    stock.step(x, stock_by_month(facts, months), where="mid", color=style.GREEN)
    stock.axhline(facts.silos.capacity_kg / 1000, color=style.BLACK, linewidth=0.8, linestyle="--")
    stock.text(
        x[0], facts.silos.capacity_kg / 1000, " All silos full", va="bottom", ha="left", fontsize=7
    )
    stock.set_title("Feed in silos at the month's end")
    stock.set_ylabel("tonnes")
    stock.set_ylim(0, facts.silos.capacity_kg / 1000 * 1.2)
    _prices(price, facts)
    price.set_title("Price by size of pellet")
    price.set_ylabel(f"{material.config.finance.currency} a kg")
    price.set_xlabel("Date")
    flow.set_ylim(0)
    for ax in (flow, stock):
        style.thousands(ax)
    style.beside(flow)
    style.beside(price)
    style.years(price, months[0], facts.last_day)
    return figure


def stock_by_month(facts: Facts, months: list[date]) -> list[float]:
    """Tonnes in silos at each month's end: what came, less what was fed and written off."""
    change: Counter[date] = Counter()
    for delivery in facts.deliveries:
        change[delivery.month] += round(delivery.kg * 100)
    for feeding in facts.feeding:
        change[feeding.month] -= round(feeding.kg * 100)
    for lost in facts.written_off:
        change[lost.month] -= round(lost.kg * 100)
    level = sum(amount for month, amount in change.items() if month < months[0])
    levels = []
    for month in months:
        level += change[month]
        levels.append(level / 100_000)
    return levels


def _prices(axes: Axes, facts: Facts) -> None:
    known = {delivery.size for delivery in facts.deliveries}
    sizes = [size for size in _SIZES if size in known] + sorted(known - set(_SIZES))
    colours = (style.RED, style.ORANGE, style.GREEN, style.BLUE, style.GREY)
    for at, size in enumerate(sizes):
        rows = [d for d in facts.deliveries if d.size == size and d.kg]
        axes.plot(
            style.numbers([d.month for d in rows]),
            [d.cost / d.kg for d in rows],
            label=size.capitalize(),
            color=colours[at % len(colours)],
            linewidth=0.9,
        )


def conversion(material: Material) -> Figure | None:
    """Feed for a kilogram of growth by stage, and for a kilogram harvested of each batch."""
    facts = material.facts
    if not facts.conversion:
        return None
    figure, axes = style.new(1, 2, height_in=2.9, sharey=True)
    growing, harvested = axes[0]
    names = {row.stage_order: row.stage for row in facts.conversion}
    for stage in sorted(names):
        rows = [r for r in facts.conversion if r.stage_order == stage]
        quarters: dict[date, list[float]] = {}
        for row in rows:
            quarter = row.month.replace(month=3 * ((row.month.month - 1) // 3) + 1)
            sums = quarters.setdefault(quarter, [0.0, 0.0])
            sums[0] += row.feed_kg
            sums[1] += row.growth_kg
        days = [day for day in sorted(quarters) if quarters[day][1] > 0]
        growing.plot(
            style.numbers(days),
            [quarters[day][0] / quarters[day][1] for day in days],
            color=style.STAGES[(stage - 1) % 6],
            path_effects=style.edged(),
            label=names[stage],
        )
    growing.set_title("Growing: feed / growth, by quarter")
    growing.set_ylabel("kg of feed a kg of fish")
    growing.set_xlabel("Date")
    style.years(growing, facts.first_day, facts.last_day)
    growing.tick_params(axis="x", rotation=45)
    style.below(growing, 48, ncols=3)
    _economic(harvested, material)
    return figure


def _economic(axes: Axes, material: Material) -> None:
    facts = material.facts
    low, high = material.config.acceptance.economic_fcr.range_of()
    axes.axhspan(low, high, color=style.LIGHT, zorder=0, linewidth=0)
    fed: Counter[int] = Counter()
    for feeding in facts.feeding:
        fed[feeding.batch] += round(feeding.kg)
    live: Counter[int] = Counter()
    for lot in facts.harvests:
        live[lot.batch] += round(lot.live_kg)
    colours = style.by_name(facts.geographies)
    for country in facts.geographies:
        done = [
            b
            for b in facts.batches
            if b.end is not None and live[b.id] and facts.geography_of_batch.get(b.id) == country
        ]
        axes.plot(
            [style.number(b.end) for b in done if b.end is not None],
            [fed[b.id] / live[b.id] for b in done],
            "o",
            markersize=5,
            alpha=0.85,
            mew=0,
            color=colours[country],
            label=country,
        )
    axes.set_title("Completed: feed / harvest (shaded: reference)")
    axes.set_xlabel("Date of completion")
    style.years(axes, facts.first_day, facts.last_day)
    axes.tick_params(axis="x", rotation=45)
    style.below(axes, 48, ncols=2)


def batches(material: Material) -> Figure | None:
    """Cost of each completed batch by kind, and what it brought, for a kilogram of live weight."""
    facts = material.facts
    live: Counter[int] = Counter()
    for lot in facts.harvests:
        live[lot.batch] += round(lot.live_kg)
    done = [b for b in facts.batches if b.end and live[b.id] and b.id in material.costs]
    done.sort(key=lambda b: (b.end or date.max, b.id))
    if not done:
        return None
    figure, grid = style.new(height_in=3.4)
    axes = grid[0, 0]
    bottom = np.zeros(len(done))
    for kind in COSTS:
        cost = np.array([material.costs[b.id].by_kind[kind] / live[b.id] for b in done])
        if cost.any():
            axes.bar(
                range(len(done)),
                cost,
                bottom=bottom,
                color=_COST_COLOURS[kind],
                label=COST_LABELS[kind],
                width=0.8,
                linewidth=0,
            )
            bottom += cost
    axes.plot(
        range(len(done)),
        [facts.revenue.get(b.id, 0.0) / live[b.id] for b in done],
        "D",
        color=style.BLACK,
        markersize=4 if len(done) < 40 else 2,
        label="Revenue",
    )
    every = max(len(done) // 40 + 1, 1)
    axes.set_xticks(
        range(0, len(done), every), [b.number for b in done[::every]], rotation=90, fontsize=6.5
    )
    axes.set_xlim(-0.7, len(done) - 0.3)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel(f"{material.config.finance.currency} a kg live weight")
    axes.set_xlabel("Completed batch, in the order of completion")
    style.beside(axes)
    return figure
