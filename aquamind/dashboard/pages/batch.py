"""A batch's whole life: figures, charts over one time axis, and tables."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aquamind.dashboard.charts import BOTTOM_MARGIN, TOP, Chart, Scale, TimeAxis, moment
from aquamind.dashboard.limits import Limits, lice_limits
from aquamind.dashboard.pages.lineage import Step, chain
from aquamind.dashboard.palette import CAUSES
from aquamind.dashboard.queries import first_row, rows
from aquamind.dashboard.words import counted, grams, number, tonnes

_TREATMENTS: Final = {
    "medication": "Medicine",
    "physical": "Physical",
    "vaccination": "Vaccination",
    "other": "Other",
}


@dataclass(frozen=True)
class Figure:
    """A key figure."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Life:
    """Everything the page shows of one batch."""

    batch: Any
    last: date
    figures: list[Figure]
    charts: list[Chart]
    stays: list[Any]
    chosen: int | None
    steps: list[Step]
    eggs: list[Any]
    parents: list[Any]
    mixed: list[Any]
    transfers: list[Any]
    treatments: list[Any]
    diagnoses: list[Any]
    lab: list[Any]
    harvest: list[Any]

    @property
    def place(self) -> str:
        """The container whose fish are followed back."""
        return self.steps[-1].container if self.steps else ""


def find(batch_number: str) -> Any:
    """The batch of that number, None if there is none."""
    return first_row("batch", "batch", number=batch_number)


def life_of(batch: Any, assignment: int | None) -> Life:
    """The life of a batch; `assignment` is followed back to the egg, by default the last one."""
    stays = rows("batch", "stays", batch=batch.id)
    ids = {stay.id for stay in stays}
    # The last container may be one that was emptied early; any of the last stage will do.
    chosen = assignment if assignment in ids else stays[-1].id if stays else None
    known = [stay.departure_date or stay.known_until for stay in stays]
    last = max([batch.start_date, batch.actual_end_date or batch.start_date, *known])
    span = {"batch": batch.id, "first": batch.start_date, "end": last + timedelta(days=1)}
    time = TimeAxis(moment(span["first"]), moment(span["end"]))
    steps = chain(chosen, stays) if chosen is not None else []
    weeks = rows("batch", "weeks", **span)
    feed = rows("batch", "feed", **span)
    harvest = rows("batch", "harvest", batch=batch.id)
    treatments = rows("batch", "treatments", batch=batch.id)
    diagnoses = rows("batch", "diagnoses", batch=batch.id)
    deaths = rows("batch", "deaths", **span)
    eggs = rows("batch", "eggs", batch=batch.id)
    charts = [
        _places(time, stays, {step.id for step in steps}),
        _weight(time, weeks, rows("batch", "samples", **span)),
        _temperature(time, steps),
        _feed(time, feed),
        _alive(time, weeks),
        _deaths(time, deaths),
        _health(time, treatments, diagnoses, rows("batch", "harvest_days", batch=batch.id)),
        _lice(time, rows("batch", "lice", batch=batch.id), lice_limits()),
    ]
    return Life(
        batch=batch,
        last=last,
        figures=_figures(batch, stays, weeks, feed, deaths, harvest, eggs),
        charts=[chart for chart in charts if chart.shapes],
        stays=stays,
        chosen=chosen,
        steps=steps,
        eggs=eggs,
        parents=rows("batch", "parents", batch=batch.id),
        mixed=rows("batch", "mixed", batch=batch.id),
        transfers=rows("batch", "transfers", batch=batch.id),
        treatments=treatments,
        diagnoses=diagnoses,
        lab=rows("batch", "lab", batch=batch.id),
        harvest=harvest,
    )


def _figures(
    batch: Any,
    stays: Sequence[Any],
    weeks: Sequence[Any],
    feed: Sequence[Any],
    deaths: Sequence[Any],
    harvest: Sequence[Any],
    eggs: Sequence[Any],
) -> list[Figure]:
    live = [stay for stay in stays if stay.departure_date is None]
    fish, biomass = sum(s.fish for s in live), sum(s.biomass_kg for s in live)
    cut, cut_kg = sum(row.fish for row in harvest), sum(row.live_kg for row in harvest)
    begun = sum(row.eggs for row in eggs) or (weeks[0].fish if weeks else 0)
    dead, fed = sum(row.fish for row in deaths), sum(row.kg for row in feed)
    figures = [Figure("Eggs", number(begun), f"on {batch.start_date}")]
    if live:
        weight = grams(1000 * biomass / fish) if fish else ""
        known = max(stay.known_until for stay in live)
        note = f"{tonnes(biomass)}, mean {weight}, on {known}"
        figures.append(Figure("Alive", number(fish), note))
    if harvest:
        weight = grams(1000 * cut_kg / cut) if cut else ""
        figures.append(Figure("Harvested", number(cut), f"{tonnes(cut_kg)}, mean {weight}"))
    if begun:
        figures.append(Figure("Survival", f"{100 * (fish + cut) / begun:.1f} %", "of the eggs"))
    figures.append(Figure("Dead", number(dead)))
    gained = biomass + cut_kg
    ratio = f"{fed / gained:.2f} kg a kg of fish" if fed and gained else ""
    figures.append(Figure("Feed", tonnes(fed), ratio))
    days = ((batch.actual_end_date or max(s.known_until for s in stays)) - batch.start_date).days
    figures.append(Figure("Age", f"{days} days", f"{days / 30.4:.0f} months" if days > 60 else ""))
    return figures


def _places(time: TimeAxis, stays: Sequence[Any], followed: set[int]) -> Chart:
    """A lane for each container, grouped by hall or area; each bar leads to its line of descent."""
    groups: dict[str, dict[str, list[Any]]] = {}
    for stay in stays:
        groups.setdefault(stay.place, {}).setdefault(stay.container, []).append(stay)
    lanes = sum(len(group) for group in groups.values())
    lane = 6.0 if lanes <= 80 else 4.0 if lanes <= 160 else 2.5
    height = TOP + BOTTOM_MARGIN + lanes * lane + 20 * len(groups)
    chart = Chart(
        "Where it was", "", time, Scale.none(height), "Choose a bar to follow its fish back"
    )
    y = TOP
    for place, group in groups.items():
        every = [stay for container in group.values() for stay in container]
        end = max(stay.departure_date or stay.known_until for stay in every)
        chart.head(y + 9, min(stay.assignment_date for stay in every), end, place)
        y += 14
        for container in group.values():
            for stay in container:
                end = stay.departure_date or stay.known_until + timedelta(days=1)
                left, right = time.x(stay.assignment_date), time.x(end)
                css = f"stay stage-{min(stay.stage_order, 6)}"
                chart.box(
                    f"{css} followed" if stay.id in followed else css,
                    left,
                    y,
                    max(right - left, 1.5),
                    lane - 1,
                    f"{stay.container}\n{stay.stage}\n{stay.assignment_date} to "
                    f"{stay.departure_date or f'{stay.known_until} and on'}",
                    f"?{urlencode({'assignment': stay.id})}#cv",
                )
            y += lane
        y += 6
    for order, stage in sorted({(stay.stage_order, stay.stage) for stay in stays}):
        chart.key(f"stage-{min(order, 6)}", stage)
    return chart


def _weight(time: TimeAxis, weeks: Sequence[Any], samples: Sequence[Any]) -> Chart:
    bounds = [*(row.lightest_g for row in samples), *(row.heaviest_g for row in samples)]
    means = [1000 * row.biomass_kg / row.fish for row in weeks]
    scale = Scale.around([*bounds, *means], 210, logarithmic=True)
    chart = Chart("Weight of a fish", "g, logarithmic", time, scale)
    ranges = [
        (row.day, row.lightest_g, row.heaviest_g)
        for row in samples
        if row.lightest_g and row.heaviest_g
    ]
    chart.band("band", ranges, timedelta(days=29))
    chart.line("line", zip((row.day for row in weeks), means, strict=True))
    for row in samples:
        if row.weight_g:
            chart.dot("sample", row.day, row.weight_g)
    if weeks:
        chart.read([row.day for row in weeks], "g", means)
        chart.key("line", "mean of all fish")
    if samples:
        chart.key("sample", "mean of a week's samples")
        chart.key("band", "lightest to heaviest sampled")
    return chart


def _temperature(time: TimeAxis, steps: Sequence[Step]) -> Chart:
    points = [(row.day, row.value) for step in steps for row in step.temperatures]
    scale = Scale.around([value for _, value in points], 140)
    chart = Chart(
        "Water temperature", "°C", time, scale, "daily means along the containers followed below"
    )
    chart.line("line water", points, timedelta(days=4))
    if points:
        chart.read([day for day, _ in points], "°C", [value for _, value in points])
    return chart


def _feed(time: TimeAxis, feed: Sequence[Any]) -> Chart:
    months: dict[date, list[Any]] = defaultdict(list)
    for row in feed:
        months[row.month].append(row)
    totals = {month: sum(row.kg for row in found) / 1000 for month, found in months.items()}
    chart = Chart("Feed", "t a month", time, Scale.around(totals.values(), 140, zero=True))
    for month, found in months.items():
        products = [f"{row.feed}: {tonnes(row.kg)}, {number(row.meals)} meals" for row in found]
        tip = "\n".join([f"{month:%Y-%m}: {tonnes(1000 * totals[month])}", *products])
        chart.bar("bar feed", month, _next_month(month), 0, totals[month], tip)
    return chart


def _alive(time: TimeAxis, weeks: Sequence[Any]) -> Chart:
    values = [row.fish / 1000 for row in weeks]
    days = [row.day for row in weeks]
    chart = Chart("Fish alive", "thousand", time, Scale.around(values, 130, zero=True))
    if weeks:
        chart.band("band", [(day, 0.0, value) for day, value in zip(days, values, strict=True)])
    chart.line("line", zip(days, values, strict=True))
    chart.read(days, "thousand fish", values)
    return chart


def _deaths(time: TimeAxis, deaths: Sequence[Any]) -> Chart:
    months: dict[date, dict[str, int]] = defaultdict(dict)
    for row in deaths:
        months[row.month][row.cause] = row.fish
    totals = [sum(causes.values()) / 1000 for causes in months.values()]
    scale = Scale.around(totals, 160, zero=True)
    chart = Chart("Deaths by cause", "thousand a month", time, scale)
    for month, causes in months.items():
        named = [f"{CAUSES[key][0]}: {number(causes[key])}" for key in CAUSES if key in causes]
        tip = "\n".join([f"{month:%Y-%m}: {number(sum(causes.values()))} dead", *named])
        level = 0.0
        for key, (_, colour) in CAUSES.items():
            count = causes.get(key, 0) / 1000
            if count:
                chart.bar(f"bar {colour}", month, _next_month(month), level, level + count, tip)
                level += count
    for label, colour in CAUSES.values():
        chart.key(colour, label)
    return chart


def _health(
    time: TimeAxis,
    treatments: Sequence[Any],
    diagnoses: Sequence[Any],
    harvest: Sequence[Any],
) -> Chart:
    """Four strips: diseases confirmed, treatments, vaccinations, harvest."""
    chart = Chart("Health and harvest", "", time, Scale.none(TOP + 4 * 22 + BOTTOM_MARGIN))
    lanes = {"Disease": 0, "Treatment": 1, "Vaccine": 2, "Harvest": 3}
    if not (treatments or diagnoses or harvest):
        return chart
    for label, lane in lanes.items():
        chart.lane(TOP + 22 * lane + 14, label)

    def strip(lane: str, css: str, first: date, last: date, tip: str) -> None:
        left, right = time.x(first), time.x(last + timedelta(days=1))
        chart.box(css, left, TOP + 22 * lanes[lane] + 4, max(right - left, 4), 13, tip)

    for row in diagnoses:
        where = f"confirmed in {counted(row.containers, 'container')}"
        strip("Disease", "disease", row.first, row.last, f"{row.disease}\n{_days(row)}\n{where}")
    for row in treatments:
        lane = "Vaccine" if row.kind == "vaccination" else "Treatment"
        lines = [row.name, f"{_TREATMENTS.get(row.kind, row.kind)}, {_days(row)}"]
        where = counted(row.containers, "container")
        lines.append(f"{where}: {row.reason}" if row.reason else where)
        strip(lane, f"given given-{row.kind}", row.first, row.last, "\n".join(lines))
    for row in harvest:
        tip = f"{row.day}\n{tonnes(row.kg)} from {counted(row.cages, 'container')}"
        strip("Harvest", "harvested", row.day, row.day, tip)
    for kind, label in _TREATMENTS.items():
        if any(row.kind == kind for row in treatments):
            chart.key(f"given-{kind}", label)
    return chart


def _lice(time: TimeAxis, counts: Sequence[Any], limits: Limits) -> Chart:
    """Counts, and the limit of the country in each month between the first and the last."""
    known_counts = [row for row in counts if row.females is not None]
    steps = _limit_steps(known_counts, limits)
    values = [*(row.females for row in known_counts), *(value for _, value in steps)]
    scale = Scale.around(values, 130, zero=True)
    chart = Chart("Salmon lice", "adult females a fish", time, scale)
    chart.line("limit", steps)
    chart.line("line lice", [(row.day, row.females) for row in known_counts], timedelta(days=45))
    for row in known_counts:
        tip = f"{row.day}\n{row.females:.2f} adult females, {row.lice:.2f} lice of all kinds a fish"
        chart.dot("count", row.day, row.females, f"{tip}\n{counted(row.cages, 'cage')} counted")
    if steps:
        chart.key("lice", "mean of the cages counted")
        chart.key("limit", "limit of the country and month")
    return chart


def _limit_steps(counts: Sequence[Any], limits: Limits) -> list[tuple[date, float]]:
    """The limit as a line with steps at the ends of months."""
    steps: list[tuple[date, float]] = []
    if not counts or counts[0].country not in limits:
        return steps
    monthly, last = limits[counts[0].country], counts[-1].day
    begin = counts[0].day
    while begin <= last:
        end = _next_month(begin.replace(day=1))
        limit = monthly[begin.month - 1]
        steps += [(begin, limit), (min(end, last + timedelta(days=1)), limit)]
        begin = end
    return steps


def _days(row: Any) -> str:
    return str(row.first) if row.first == row.last else f"{row.first} to {row.last}"


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
