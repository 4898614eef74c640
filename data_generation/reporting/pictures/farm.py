"""Pictures of the farm: stock, who was where and when, how full the places were."""

from collections import Counter
from datetime import date
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from data_generation.months import month_end, next_month
from data_generation.reporting.facts import Facts
from data_generation.reporting.keyfigures import place_spans, whole
from data_generation.reporting.material import Material
from data_generation.reporting.pictures import style
from data_generation.reporting.rows import PlaceRow, StayRow
from data_generation.reporting.water import month_starts

_ROW_IN = 0.17
_LOWEST_IN = 2.2
_HIGHEST_IN = 9.6
_FEW_PLACES = 12
_NAMED_DAYS = 330
_MANY_ROWS = 50


def stock(material: Material) -> Figure | None:
    """Biomass and number of fish by month, and how many batches live."""
    facts = material.facts
    if not facts.stock:
        return None
    months = month_starts(facts.first_day, facts.last_day)
    days = {month: _days(facts, month) for month in months}
    sea = {stay.stage for stay in facts.stays if stay.sea}
    groups = [f"{country}, sea" for country in facts.geographies] + ["Fresh water"]
    tonnes = {name: Counter[date]() for name in groups}
    fish = {name: Counter[date]() for name in groups}
    kilograms: dict[tuple[str, date], float] = {}
    for row in facts.stock:
        country = facts.geography_of_batch.get(row.batch)
        name = f"{country}, sea" if row.stage in sea else "Fresh water"
        if name in tonnes and row.month in days:
            key = (name, row.month)
            kilograms[key] = kilograms.get(key, 0.0) + row.kg_days
            fish[name][row.month] += row.fish_days
    figure, axes = style.new(3, height_in=5.4, sharex=True, height_ratios=(3, 3, 2))
    top, middle, low = axes[:, 0]
    colours = [*style.CYCLE[: len(groups) - 1], style.SKY]
    # The last month lasts until the last day.
    shown = [*months, months[-1]]
    x = style.numbers([*months, facts.last_day])
    top.stackplot(
        x,
        [[kilograms.get((name, m), 0.0) / days[m] / 1000 for m in shown] for name in groups],
        labels=groups,
        colors=colours,
        linewidth=0,
    )
    middle.stackplot(
        x,
        [[fish[name][m] / days[m] / 1e6 for m in shown] for name in groups],
        colors=colours,
        linewidth=0,
    )
    ends = [min(month_end(m), facts.last_day) for m in shown]
    live = [
        sum(b.start <= day and (b.end is None or b.end > day) for b in facts.batches)
        for day in ends
    ]
    low.step(x, live, where="post", color=style.BLACK)
    low.set_ylim(0)
    for ax, title, label in (
        (top, "Biomass, mean of the month", "tonnes"),
        (middle, "Live fish and eggs, mean of the month", "millions"),
        (low, "Live batches at the month's end", "batches"),
    ):
        ax.set_title(title)
        ax.set_ylabel(label)
    style.thousands(top)
    style.beside(top)
    low.set_xlabel("Date")
    style.years(low, months[0], facts.last_day)
    return figure


def _days(facts: Facts, month: date) -> int:
    """Days of a month of which data tell."""
    first = max(month, facts.first_day)
    return max((min(month_end(month), facts.last_day) - first).days + 1, 1)


def areas(material: Material) -> Figure | None:
    """Which batch was in which sea area, and when it lay fallow."""
    facts = material.facts
    places = [place for place in facts.places if place.sea]
    used = {stay.place for stay in facts.stays if stay.sea}
    places = [place for place in places if place.id in used or len(places) <= _FEW_PLACES]
    if not used:
        return None
    countries = style.by_name(facts.geographies)
    figure, axes = _rows(facts, places)
    few = len(places) <= _FEW_PLACES
    numbers = {batch.id: batch.number for batch in facts.batches}
    for row, place in enumerate(places):
        spans = _batch_spans(facts, place)
        for batch, (first, last) in spans.items():
            _bar(axes, row, first, last, countries[place.geography])
            if few and (last - first).days > _NAMED_DAYS:
                middle = style.number(first) + (last - first).days / 2
                axes.text(
                    middle,
                    row,
                    numbers[batch],
                    ha="center",
                    va="center",
                    fontsize=6,
                    color=style.on(countries[place.geography]),
                )
        united = place_spans(facts, sea=True).get(place.id, [])
        for (_, before), (after, _) in pairwise(united):
            _fallow(axes, row, before, after, (after - before).days if few else None)
    handles = [Patch(color=colour, label=f"{name}, fish") for name, colour in countries.items()]
    handles.append(
        Patch(facecolor=style.WHITE, edgecolor=style.GREY, hatch="//////", label="Fallow")
    )
    _legend(axes, handles)
    return figure


def halls(material: Material) -> Figure | None:
    """Which stage was in which hall."""
    facts = material.facts
    used = {stay.place for stay in facts.stays if not stay.sea}
    places = [place for place in facts.places if not place.sea and place.id in used]
    if not places:
        return None
    names = {stay.stage_order: stay.stage for stay in facts.stays if not stay.sea}
    figure, axes = _rows(facts, places)
    spans: dict[tuple[int, int, int], tuple[date, date]] = {}
    for stay in facts.stays:
        if not stay.sea:
            key = (stay.place, stay.batch, stay.stage_order)
            last = stay.last_day or facts.last_day
            known = spans.get(key, (stay.first_day, last))
            spans[key] = (min(known[0], stay.first_day), max(known[1], last))
    rows = {place.id: row for row, place in enumerate(places)}
    bars: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for (place, _, stage), (first, last) in sorted(spans.items()):
        bar = (style.number(first), max((last - first).days, 1))
        bars.setdefault((rows[place], stage), []).append(bar)
    for (row, stage), ours in bars.items():
        axes.broken_barh(
            ours,
            (row - 0.36, 0.72),
            facecolor=style.STAGES[(stage - 1) % 6],
            edgecolor=style.WHITE,
            linewidth=0.4,
        )
    handles = [
        Patch(color=style.STAGES[(stage - 1) % 6], label=names[stage]) for stage in sorted(names)
    ]
    _legend(axes, handles)
    return figure


def _rows(facts: Facts, places: list[PlaceRow]) -> tuple[Figure, Axes]:
    height = min(max(_ROW_IN * len(places) + 0.9, _LOWEST_IN), _HIGHEST_IN)
    figure, grid = style.new(height_in=height)
    axes: Axes = grid[0, 0]
    labels = [place.label for place in places]
    if len(places) > _MANY_ROWS:
        # Each hall's name would be too small to read: the first hall of a station names it.
        sites = [""] + [place.site for place in places]
        labels = [now if now != before else "" for before, now in pairwise(sites)]
    axes.set_yticks(range(len(places)), labels, fontsize=7)
    axes.set_ylim(len(places) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    style.years(axes, facts.first_day, facts.last_day)
    axes.set_xlabel("Date")
    axes.set_ylabel("Sea area" if places[0].sea else "Station and hall")
    return figure, axes


def _bar(axes: Axes, row: int, first: date, last: date, colour: str) -> None:
    axes.barh(
        row,
        max((last - first).days, 1),
        left=style.number(first),
        height=0.72,
        color=colour,
        edgecolor=style.WHITE,
        linewidth=0.4,
    )


def _fallow(axes: Axes, row: int, before: date, after: date, days: int | None) -> None:
    length = (after - before).days
    axes.barh(
        row,
        length,
        left=style.number(before),
        height=0.5,
        facecolor=style.WHITE,
        edgecolor=style.GREY,
        hatch="//////",
        linewidth=0.3,
    )
    if days is not None and days > 45:
        middle = style.number(before) + length / 2
        box = {"facecolor": style.WHITE, "edgecolor": "none", "pad": 0.6}
        axes.text(middle, row, f"{days} d", ha="center", va="center", fontsize=6, bbox=box)


def _legend(axes: Axes, handles: list[Patch]) -> None:
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(handles))


def _batch_spans(facts: Facts, place: PlaceRow) -> dict[int, tuple[date, date]]:
    spans: dict[int, tuple[date, date]] = {}
    for stay in facts.stays:
        if stay.sea == place.sea and stay.place == place.id:
            last = stay.last_day or facts.last_day
            known = spans.get(stay.batch, (stay.first_day, last))
            spans[stay.batch] = (min(known[0], stay.first_day), max(known[1], last))
    return spans


def utilisation(material: Material) -> Figure | None:
    """Share of each kind of place that held fish, month by month."""
    facts = material.facts
    if not facts.stays:
        return None
    kinds = _kinds(facts)
    months = month_starts(facts.first_day, facts.last_day)
    spans = {sea: place_spans(facts, sea=sea) for sea in (False, True)}
    shares = []
    for kind in kinds:
        places = [place for place in facts.places if place.kind == kind]
        shares.append([_share(facts, spans, places, month) for month in months])
    figure, grid = style.new(height_in=0.32 * len(kinds) + 1.1)
    axes = grid[0, 0]
    edges = style.numbers([*months, next_month(months[-1])])
    rows = [at - 0.5 for at in range(len(kinds) + 1)]
    mesh = axes.pcolormesh(
        edges,
        rows,
        shares,
        cmap=style.amounts(),
        vmin=1e-9,
        vmax=1,
        edgecolors="face",
        linewidth=0.3,
    )
    axes.set_yticks(
        range(len(kinds)),
        [f"{kind} ({_number(facts, kind)})" for kind in kinds],
    )
    axes.set_ylim(len(kinds) - 0.5, -0.5)
    axes.grid(visible=False)
    axes.set_ylabel("Kind of place (how many)")
    axes.set_xlabel("Date")
    style.years(axes, whole(facts).first, facts.last_day)
    bar = figure.colorbar(mesh, ax=axes, pad=0.01, ticks=[n / 6 for n in range(7)])
    bar.ax.set_yticklabels([f"{100 * n / 6:.0f}" for n in range(7)])
    bar.set_label("Place-days with fish, %")
    return figure


def _kinds(facts: Facts) -> list[str]:
    """Kinds of container that batches use, in the order of the stages."""

    def first_stage(kind: str) -> int:
        places = {(p.sea, p.id) for p in facts.places if p.kind == kind}
        return min(_stages_in(facts.stays, places), default=99)

    kinds = {place.kind: first_stage(place.kind) for place in facts.places}
    return sorted(
        (kind for kind in kinds if kinds[kind] < 99), key=lambda kind: (kinds[kind], kind)
    )


def _stages_in(stays: list[StayRow], places: set[tuple[bool, int]]) -> set[int]:
    return {stay.stage_order for stay in stays if (stay.sea, stay.place) in places}


def _number(facts: Facts, kind: str) -> int:
    return sum(place.kind == kind for place in facts.places)


def _share(
    facts: Facts,
    spans: dict[bool, dict[int, list[tuple[date, date]]]],
    places: list[PlaceRow],
    month: date,
) -> float:
    last_day = min(month_end(month), facts.last_day)
    days = (last_day - month).days + 1
    used = sum(
        max((min(last, last_day) - max(first, month)).days + 1, 0)
        for place in places
        for first, last in spans[place.sea].get(place.id, [])
    )
    return used / (days * len(places))
