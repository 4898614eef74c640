"""What the sensors of some containers read, over any period, thinned in the database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from statistics import median
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from aquamind.dashboard.charts import BOTTOM_MARGIN, TOP, Chart, Scale, TimeAxis, moment
from aquamind.dashboard.palette import HUES, site_event
from aquamind.dashboard.queries import first_row, rows
from aquamind.dashboard.words import whole

MOST: Final = 4
"""Containers, and parameters, that are shown at once: as many lines as can be told apart."""

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
# Longest period, and what is one point of the line in it: at most 1,460 points.
_BINS: Final = (
    (timedelta(days=31), _HOUR, "an hour"),
    (timedelta(days=124), 6 * _HOUR, "six hours"),
    (timedelta(days=4 * 365), _DAY, "a day"),
)
_LONGEST: Final = (timedelta(days=7), "a week")
_ORIGIN: Final = datetime(2001, 1, 1, tzinfo=UTC)
"""Where the points of the line begin to be counted, in the statement `readings` too."""
_ENOUGH: Final = 0.9
"""Share of the usual number of readings below which some are missing in a day or week."""
_SPANS: Final = (
    ("10 years", 3652),
    ("3 years", 1096),
    ("1 year", 365),
    ("90 days", 90),
    ("30 days", 30),
    ("7 days", 7),
)
_HEIGHTS: Final = {1: 320.0, 2: 220.0, 3: 180.0, 4: 160.0}
_LANE: Final = 40.0


@dataclass(frozen=True)
class Link:
    """A way to another view: of other days, containers or parameters."""

    label: str
    href: str
    current: bool = False
    key: str = ""
    css: str = ""


@dataclass(frozen=True)
class Asked:
    """What is shown, as it stands in the page's address."""

    containers: tuple[int, ...]
    parameters: tuple[int, ...]
    first: date
    last: date

    def href(self, **other: Any) -> str:
        """The address of this view with something else in place of what it has."""
        shown = {**self.__dict__, **other}
        query = [("container", key) for key in shown["containers"]]
        query += [("parameter", key) for key in shown["parameters"]]
        return "?" + urlencode([*query, ("from", shown["first"]), ("to", shown["last"])])


@dataclass(frozen=True)
class Outage:
    """A time in which readings of a sensor are missing."""

    container_id: int
    parameter_id: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class View:
    """What the template gets."""

    asked: Asked
    sites: list[Any]
    site: str
    others: list[Any]
    containers: list[Any]
    parameters: list[Any]
    chips: list[Link]
    toggles: list[Link]
    charts: list[Chart]
    spans: list[Link]
    steps: list[Link]
    point: str
    readings: int
    stays: int


def view(query: QueryDict) -> View | None:
    """What was asked for by `site`, `container`, `add`, `parameter`, `from`, `to`; all optional.

    `container` and `parameter` may be repeated; `add` is one more container. What is not there or
    makes no sense is left out or replaced by a default. None if there is no container.
    """
    sites = rows("sensors", "sites")
    if not sites:
        return None
    containers = _containers(query, sites)
    site = query.get("site", "")
    if site not in {row.key for row in sites}:
        chosen = containers[0]
        site = f"a{chosen.area_id}" if chosen.area_id else f"s{chosen.station_id}"
    keys = tuple(row.id for row in containers)
    stays = rows("sensors", "stays", containers=list(keys))
    parameters = _measured(stays)
    first, last = _period(stays, query.get("from", ""), query.get("to", ""))
    asked = Asked(keys, _wanted_parameters(query, parameters), first, last)
    page = _Page(asked, containers, parameters, stays)
    return View(
        asked=asked,
        sites=sites,
        site=site,
        others=[row for row in _at(site) if row.id not in keys],
        containers=containers,
        parameters=[row for row in parameters if row.id in asked.parameters],
        chips=_chips(asked, containers),
        toggles=_toggles(asked, parameters),
        charts=page.charts(),
        spans=_spans(asked, stays),
        steps=_steps(asked),
        point=page.point,
        readings=page.readings,
        stays=len(stays),
    )


def _containers(query: QueryDict, sites: Sequence[Any]) -> list[Any]:
    """The containers asked for and the one to add, or one of the site to begin with."""
    wanted = _numbers([*query.getlist("container"), query.get("add", "")])
    found = rows("sensors", "chosen", containers=wanted)[-MOST:] if wanted else []
    found = [row for row in found if row.area_id or row.station_id]
    if found:
        return found
    site = query.get("site", "")
    if site in {row.key for row in sites}:
        begin = max(_at(site), key=lambda row: row.stays).id
    else:
        usual = first_row("sensors", "first_container")
        begin = usual.id if usual else _at(sites[0].key)[0].id
    return rows("sensors", "chosen", containers=[begin])


def _at(site: str) -> list[Any]:
    """The containers of a site by its key, `s` or `a` and a number."""
    key = int(site[1:])
    station, area = (key, None) if site[0] == "s" else (None, key)
    return rows("sensors", "containers", station=station, area=area)


def _measured(stays: Sequence[Any]) -> list[Any]:
    """Parameters measured during the last stay in each container, or all."""
    parameters = rows("sensors", "parameters")
    newest = {stay.container_id: stay for stay in stays}.values()
    if not newest:
        return parameters
    found = rows(
        "sensors",
        "measured",
        assignments=[stay.id for stay in newest],
        first=min(stay.assignment_date for stay in newest),
        end=max(_end(stay) for stay in newest) + _DAY,
    )
    measured = {row.id for row in found}
    return [row for row in parameters if row.id in measured] or parameters


def _wanted_parameters(query: QueryDict, parameters: Sequence[Any]) -> tuple[int, ...]:
    known = [row.id for row in parameters]
    wanted = [key for key in known if key in _numbers(query.getlist("parameter"))]
    return tuple(wanted[:MOST] or known[:2])


class _Page:
    """The charts of one view and what is read for them."""

    def __init__(
        self, asked: Asked, containers: list[Any], parameters: list[Any], stays: list[Any]
    ) -> None:
        """`stays` are all those of the containers."""
        self._asked = asked
        self._containers = containers
        self._parameters = [row for row in parameters if row.id in asked.parameters]
        self._time = TimeAxis(moment(asked.first), moment(asked.last + _DAY))
        span = self._time.last - self._time.first
        self._bin, self.point = next(
            ((length, name) for longest, length, name in _BINS if span <= longest), _LONGEST
        )
        self._stays = [
            s for s in stays if s.assignment_date <= asked.last and _end(s) >= asked.first
        ]
        self._colours = dict(zip(asked.containers, HUES, strict=False))
        period = {"first": self._time.first, "end": self._time.last}
        which = {
            "assignments": [stay.id for stay in self._stays],
            "parameters": list(asked.parameters),
            **period,
        }
        self._found = rows("sensors", "readings", bin=self._bin, **which) if self._stays else []
        self.readings = sum(row.readings for row in self._found)
        if self._bin < _DAY:
            self.outages: list[Any] = rows("sensors", "outages", **which) if self._stays else []
        else:
            # Looking at each reading of many years would take as long as all the rest.
            self.outages = [one for key in _pairs(asked) for one in self._scarce(*key)]
        self._events = rows(
            "sensors",
            "events",
            areas=[row.area_id for row in containers if row.area_id],
            stations=[row.station_id for row in containers if row.station_id],
            **period,
        )

    def charts(self) -> list[Chart]:
        """A chart for each parameter, and what happened meanwhile."""
        return [*(self._parameter(row) for row in self._parameters), self._happened()]

    def _scarce(self, container: int, parameter: int) -> Iterator[Outage]:
        """Days or weeks, all of them with fish, that have fewer readings than most have."""
        number = {
            row.at: row.readings
            for row in self._found
            if (row.container_id, row.parameter_id) == (container, parameter)
        }
        enough = _ENOUGH * median(number.values()) if number else 0
        for stay in self._stays:
            if stay.container_id != container:
                continue
            begin = max(moment(stay.assignment_date), self._time.first)
            end = min(moment(_end(stay)), self._time.last)
            at = _ORIGIN + -((_ORIGIN - begin) // self._bin) * self._bin
            first = None
            while at + self._bin <= end:
                scarce = number.get(at, 0) < enough
                if scarce and first is None:
                    first = at
                elif not scarce and first is not None:
                    yield Outage(container, parameter, first, at)
                    first = None
                at += self._bin
            if first is not None:
                yield Outage(container, parameter, first, at)

    def _parameter(self, parameter: Any) -> Chart:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in self._found:
            if row.parameter_id == parameter.id:
                found[row.container_id].append(row)
        values = [value for ours in found.values() for row in ours for value in (row.low, row.high)]
        # Without readings the frame is that of the optimal range: there is a way back out of it.
        empty = [parameter.optimal_min, parameter.optimal_max]
        scale = Scale.around(values or empty, _HEIGHTS[len(self._parameters)])
        chart = Chart(parameter.name, parameter.unit, self._time, scale, zooms=True)
        self._limits(chart, parameter)
        for event in self._events:
            chart.upright(f"event {site_event(event.description)[1]}", event.day)
        for outage in self.outages:
            if outage.parameter_id == parameter.id:
                self._outage(chart, outage)
        self._lines(chart, found)
        if not values:
            chart.write("nothing", 500, scale.height / 2, "No readings in these days")
        return chart

    def _lines(self, chart: Chart, found: Mapping[int, list[Any]]) -> None:
        gap = max(3 * self._bin, 2 * _DAY)
        moments = sorted({row.at for ours in found.values() for row in ours})
        alone = len(self._containers) == 1
        for container in self._containers:
            ours, colour = found.get(container.id, []), self._colours[container.id]
            middles = [row.at + self._bin / 2 for row in ours]
            ranges = [(at, row.low, row.high) for at, row in zip(middles, ours, strict=True)]
            chart.band(f"band {colour}", ranges, gap)
            means = zip(middles, (row.mean for row in ours), strict=True)
            chart.line(f"line {colour}", means, gap)
            by_moment = {row.at: row for row in ours}
            at = [self._bin / 2 + known for known in moments]
            known = [by_moment.get(known) for known in moments]
            if alone:
                for name in ("mean", "low", "high"):
                    label = {"low": "lowest", "high": "highest"}.get(name, f"{chart.unit} mean")
                    chart.read(at, label, [getattr(row, name, None) for row in known])
            else:
                chart.read(at, container.name, [row.mean if row else None for row in known])
            chart.key(f"line {colour}", container.name)
        chart.key("band", f"lowest to highest in {self.point}")

    def _limits(self, chart: Chart, parameter: Any) -> None:
        for bound in (parameter.optimal_min, parameter.optimal_max):
            if bound is not None and chart.scale.low < bound < chart.scale.high:
                chart.level("limit", bound)
                chart.key("limit", "end of the optimal range")

    def _outage(self, chart: Chart, outage: Any) -> None:
        name = self._name(outage.container_id)
        tip = f"Readings are missing\n{name}\n{_span(outage)}"
        left, right = self._time.x(outage.first), self._time.x(outage.last)
        chart.box("outage", left, TOP, max(right - left, 1.5), chart.bottom - TOP, tip)
        chart.key("outage", "readings missing though fish were there")

    def _happened(self) -> Chart:
        """A lane for each container, then events of the sites, calibrations, outages."""
        lanes = len(self._containers) + 3
        height = TOP + lanes * _LANE + BOTTOM_MARGIN
        chart = Chart("Batches and events", "", self._time, Scale.none(height))
        tops = [TOP + n * _LANE for n in range(lanes)]
        for container, top in zip(self._containers, tops, strict=False):
            chart.write("name", 0, top + 11, f"Batches in {container.name}")
            for stay in self._stays:
                if stay.container_id == container.id:
                    self._stay(chart, stay, top + 15)
        events, calibrations, outages = tops[-3:]
        chart.write("name", 0, events + 11, "Storms, blooms and the like")
        for event in self._events:
            label, colour = site_event(event.description)
            tip = f"{event.day}\n{event.description}\n{event.site}"
            chart.spot(f"mark {colour}", event.day, events + 25, tip)
            chart.key(colour, label)
        chart.write("name", 0, calibrations + 11, "Sensors calibrated")
        for row in self._calibrations():
            tip = f"{row.day}\n{self._name(row.container_id)}\nCalibrated: {row.sensors}"
            colour = self._colours[row.container_id]
            chart.spot(f"mark {colour}", row.day, calibrations + 25, tip)
        chart.write("name", 0, outages + 11, "Outages of the sensors shown")
        for row in self.outages:
            label = next(p.name for p in self._parameters if p.id == row.parameter_id)
            tip = f"{label}: readings are missing\n{self._name(row.container_id)}\n{_span(row)}"
            chart.spot(f"mark {self._colours[row.container_id]}", row.first, outages + 25, tip)
        return chart

    def _calibrations(self) -> list[Any]:
        return rows(
            "sensors",
            "calibrations",
            containers=list(self._asked.containers),
            first=self._asked.first,
            last=self._asked.last,
        )

    def _name(self, container: int) -> str:
        return next(row.name for row in self._containers if row.id == container)

    def _stay(self, chart: Chart, stay: Any, top: float) -> None:
        first, last = self._asked.first, self._asked.last
        left = self._time.x(max(stay.assignment_date, first))
        right = self._time.x(min(_end(stay), last) + _DAY)
        tip = f"{stay.batch_number}, {stay.stage}\n{stay.assignment_date} to " + str(
            stay.departure_date or "now"
        )
        page = reverse("dashboard:batch", args=[stay.batch_number])
        href = f"{page}?{urlencode({'assignment': stay.id})}#cv"
        css = f"stay stage-{min(stay.stage_order, 6)}"
        chart.box(css, left, top, max(right - left - 1, 1.5), 20, tip, href)
        if right - left > 300:
            shade = "inside dark" if stay.stage_order > 4 else "inside"
            chart.write(shade, (left + right) / 2, top + 14, stay.batch_number)


def _pairs(asked: Asked) -> list[tuple[int, int]]:
    return list(product(asked.containers, asked.parameters))


def _span(row: Any) -> str:
    return f"{row.first:%Y-%m-%d %H:%M} to {row.last:%Y-%m-%d %H:%M} UTC"


def _chips(asked: Asked, containers: Iterable[Any]) -> list[Link]:
    """Each container that is shown; its link takes it away, if it is not the only one."""
    links = []
    for container, colour in zip(containers, HUES, strict=False):
        others = tuple(key for key in asked.containers if key != container.id)
        href = asked.href(containers=others) if others else ""
        links.append(Link(container.name, href, css=colour))
    return links


def _toggles(asked: Asked, parameters: Iterable[Any]) -> list[Link]:
    """Each parameter; its link shows it as well, or takes it away."""
    links = []
    for row in parameters:
        shown = row.id in asked.parameters
        others = tuple(key for key in asked.parameters if key != row.id)
        wanted = others if shown else (*asked.parameters[1 - MOST :], row.id)
        links.append(Link(row.name, asked.href(parameters=wanted) if wanted else "", shown))
    return links


def _period(stays: Sequence[Any], asked_first: str, asked_last: str) -> tuple[date, date]:
    """The days asked for, by default the whole time in which the containers held fish."""
    earliest = stays[0].assignment_date if stays else datetime.now(UTC).date()
    latest = max((_end(stay) for stay in stays), default=earliest)
    first = day_from(asked_first) or earliest
    last = day_from(asked_last) or latest
    return (first, last) if first <= last else (last, first)


def _spans(asked: Asked, stays: Sequence[Any]) -> list[Link]:
    shown = (asked.last - asked.first).days + 1
    links = []
    if stays:
        begin, end = stays[0].assignment_date, max(_end(stay) for stay in stays)
        current = (asked.first, asked.last) == (begin, end)
        links.append(Link("All", asked.href(first=begin, last=end), current))
    for label, days in _SPANS:
        links.append(Link(label, asked.href(first=_before(asked.last, days - 1)), shown == days))
    return links


def _steps(asked: Asked) -> list[Link]:
    days = (asked.last - asked.first).days + 1

    def moved(earlier: int, later: int) -> str:
        return asked.href(first=_before(asked.first, earlier), last=_before(asked.last, -later))

    half = max(days // 2, 1)
    return [
        Link("Earlier", moved(days, -days), key="ArrowLeft"),
        Link("Later", moved(-days, days), key="ArrowRight"),
        Link("Zoom out", moved(half, half), key="-"),
    ]


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


def _numbers(texts: Iterable[str]) -> list[int]:
    """Those that are whole numbers, each once, in their order."""
    found = (whole(text) for text in texts)
    return list(dict.fromkeys(number for number in found if number is not None))
