"""What the sensors of one container read, over any period, thinned in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from aquamind.dashboard.charts import BOTTOM_MARGIN, TOP, Chart, Scale, TimeAxis, moment
from aquamind.dashboard.queries import first_row, rows

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
# Longest period, and what is one point of the line in it: at most 1,460 points.
_BINS: Final = (
    (timedelta(days=31), _HOUR, "an hour"),
    (timedelta(days=124), 6 * _HOUR, "six hours"),
    (timedelta(days=4 * 365), _DAY, "a day"),
)
_LONGEST: Final = (timedelta(days=7), "a week")
_SPANS: Final = (
    ("10 years", 3652),
    ("3 years", 1096),
    ("1 year", 365),
    ("90 days", 90),
    ("30 days", 30),
    ("7 days", 7),
)


@dataclass(frozen=True)
class Link:
    """A way to another view of the same sensor."""

    label: str
    href: str
    current: bool = False
    key: str = ""


@dataclass(frozen=True)
class View:
    """Everything the page shows."""

    sites: list[Any]
    site: str
    containers: list[Any]
    container: Any
    parameters: list[Any]
    parameter: Any
    first: date
    last: date
    charts: list[Chart]
    spans: list[Link]
    steps: list[Link]
    point: str
    readings: int


def view(asked: Mapping[str, str]) -> View | None:
    """What was asked for by `site`, `container`, `parameter`, `from`, `to`; all are optional.

    What is not there or makes no sense is replaced by a default. None if there is no container.
    """
    sites = rows("sensors", "sites")
    wanted = _whole(asked.get("container"))
    site = asked.get("site", "")
    if site not in {row.key for row in sites}:
        if wanted is None:
            found = first_row("sensors", "first_container")
            wanted = found.id if found else None
        home = first_row("sensors", "site_of", container=wanted)
        site = home.key if home and home.key else sites[0].key if sites else ""
    if not site:
        return None
    key = int(site[1:])
    containers = rows(
        "sensors",
        "containers",
        station=key if site[0] == "s" else None,
        area=key if site[0] == "a" else None,
    )
    container = next((row for row in containers if row.id == wanted), None) or max(
        containers, key=lambda row: row.stays
    )
    stays = rows("sensors", "stays", container=container.id)
    parameters, parameter = _parameters(stays, _whole(asked.get("parameter")))
    first, last = _period(stays, asked.get("from", ""), asked.get("to", ""))
    charts: list[Chart] = []
    point, readings = "", 0
    if parameter is not None and stays:
        charts, point, readings = _charts(container, parameter, stays, first, last)
    query = {"container": container.id, "parameter": parameter.id if parameter else ""}
    return View(
        sites=sites,
        site=site,
        containers=containers,
        container=container,
        parameters=parameters,
        parameter=parameter,
        first=first,
        last=last,
        charts=charts,
        spans=_spans(query, stays, first, last),
        steps=_steps(query, first, last),
        point=point,
        readings=readings,
    )


def _charts(
    container: Any, parameter: Any, stays: Sequence[Any], first: date, last: date
) -> tuple[list[Chart], str, int]:
    time = TimeAxis(moment(first), moment(last + _DAY))
    span = time.last - time.first
    bin_, point = next(
        ((bin_, point) for longest, bin_, point in _BINS if span <= longest), _LONGEST
    )
    inside = [stay for stay in stays if stay.assignment_date <= last and _end(stay) >= first]
    found = rows(
        "sensors",
        "readings",
        assignments=[stay.id for stay in inside],
        parameter=parameter.id,
        first=time.first,
        end=time.last,
        bin=bin_,
    )
    gap = max(3 * bin_, 2 * _DAY)
    values = [value for row in found for value in (row.low, row.high)]
    chart = Chart(
        f"{parameter.name} in {container.name}",
        parameter.unit,
        time,
        Scale.around(values, 340),
        zooms=True,
    )
    middles = [row.at + bin_ / 2 for row in found]
    if found:
        _limits(chart, parameter)
        lows_highs = zip(middles, found, strict=True)
        chart.band("band", [(at, row.low, row.high) for at, row in lows_highs], gap)
        chart.line("line", zip(middles, (row.mean for row in found), strict=True), gap)
        chart.read(middles, f"{parameter.unit} mean", [row.mean for row in found])
        chart.read(middles, "lowest", [row.low for row in found])
        chart.read(middles, "highest", [row.high for row in found])
        chart.key("line", f"mean over {point}")
        chart.key("band", f"lowest to highest in {point}")
    strip = Chart("Who was there", "", time, Scale.none(TOP + 26 + BOTTOM_MARGIN))
    for stay in inside:
        end = min(_end(stay), last) + _DAY
        left, right = time.x(max(stay.assignment_date, first)), time.x(end)
        tip = f"{stay.batch_number}, {stay.stage}\n{stay.assignment_date} to " + str(
            stay.departure_date or "now"
        )
        css = f"stay stage-{min(stay.stage_order, 6)}"
        page = reverse("dashboard:batch", args=[stay.batch_number])
        href = f"{page}?{urlencode({'assignment': stay.id})}#cv"
        strip.box(css, left, TOP, max(right - left - 1, 1.5), 22, tip, href)
        if right - left > 80:
            shade = "inside dark" if stay.stage_order > 3 else "inside"
            strip.write(shade, (left + right) / 2, TOP + 15, stay.batch_number)
    return [chart, strip], point, sum(row.readings for row in found)


def _limits(chart: Chart, parameter: Any) -> None:
    for bound in (parameter.optimal_min, parameter.optimal_max):
        if bound is not None and chart.scale.low < bound < chart.scale.high:
            chart.level("limit", bound)
            if not any(key.css == "limit" for key in chart.legend):
                chart.key("limit", "end of the optimal range")


def _parameters(stays: Sequence[Any], wanted: int | None) -> tuple[list[Any], Any]:
    """Parameters measured during the last stay, or all; and the one that is wanted."""
    parameters = rows("sensors", "parameters")
    if stays:
        stay = stays[-1]
        measured = {
            row.id
            for row in rows(
                "sensors",
                "measured",
                assignment=stay.id,
                first=stay.assignment_date,
                end=_end(stay) + _DAY,
            )
        }
        parameters = [row for row in parameters if row.id in measured] or parameters
    chosen = next((row for row in parameters if row.id == wanted), None)
    return parameters, chosen or (parameters[0] if parameters else None)


def _period(stays: Sequence[Any], asked_first: str, asked_last: str) -> tuple[date, date]:
    """The days asked for, by default the whole time in which the container held fish."""
    earliest = stays[0].assignment_date if stays else datetime.now(UTC).date()
    latest = max((_end(stay) for stay in stays), default=earliest)
    first = day_from(asked_first) or earliest
    last = day_from(asked_last) or latest
    return (first, last) if first <= last else (last, first)


def _spans(query: Mapping[str, Any], stays: Sequence[Any], first: date, last: date) -> list[Link]:
    shown = (last - first).days + 1
    links = []
    if stays:
        begin, end = stays[0].assignment_date, max(_end(stay) for stay in stays)
        links.append(Link("All", _href(query, begin, end), (first, last) == (begin, end)))
    for label, days in _SPANS:
        links.append(Link(label, _href(query, _before(last, days - 1), last), shown == days))
    return links


def _steps(query: Mapping[str, Any], first: date, last: date) -> list[Link]:
    days = (last - first).days + 1
    return [
        Link("earlier", _href(query, _before(first, days), _before(last, days)), key="ArrowLeft"),
        Link("later", _href(query, _before(first, -days), _before(last, -days)), key="ArrowRight"),
        Link("zoom out", _href(query, _before(first, days // 2), _before(last, -(days // 2)))),
    ]


def _href(query: Mapping[str, Any], first: date, last: date) -> str:
    return "?" + urlencode({**query, "from": first, "to": last})


def _before(day: date, days: int) -> date:
    """That many days earlier, or later for a negative number, as far as the calendar goes."""
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return date.min if days > 0 else date.max - _DAY


def _end(stay: Any) -> date:
    return stay.departure_date or max(stay.known_until, stay.assignment_date)


def day_from(text: str) -> date | None:
    """A day as `YYYY-MM-DD`, between the years 1900 and 2200; None for anything else."""
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
