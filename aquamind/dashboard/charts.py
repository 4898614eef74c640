"""Charts as plain geometry, drawn by `chart.html` as inline SVG.

A chart is as wide as its frame, on any screen: x is in thousandths of the plot's width, y in
pixels. Words are kept apart from shapes, so that they are not stretched. Colours are the style
sheet's, by class. Moments are `datetime` or `date`; a date means its midnight, UTC.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

WIDTH = 1000.0
TOP = 10.0
BOTTOM_MARGIN = 22.0

DAY = 86_400
_MOST_TICKS = 12


def moment(value: date) -> datetime:
    """A date's midnight; a datetime in UTC as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, what is written there, and for how much room (`few` to `many`)."""

    at: float
    label: str
    room: str = "few"

    @property
    def percent(self) -> str:
        """Where, in hundredths of the width."""
        return f"{self.at / 10:.2f}"

    @property
    def anchor(self) -> str:
        """Which end of the label is at the mark: the edges cut nothing off."""
        return "start" if self.at < 35 else "end" if self.at > 965 else "middle"


@dataclass(frozen=True)
class TimeAxis:
    """Moments to x. `first` and `last` are the ends of the plotted period."""

    first: datetime
    last: datetime

    def x(self, value: date) -> float:
        """Where a moment lies; what is outside the period lies on its edge."""
        whole = max((self.last - self.first).total_seconds(), 1.0)
        share = (moment(value) - self.first).total_seconds() / whole
        return WIDTH * min(max(share, 0.0), 1.0)

    def ticks(self) -> list[Tick]:
        """At most twelve marks at whole hours, days, Mondays, months or years."""
        marks: list[datetime] = []
        for unit, step in _STEPS:
            marks = _marks(self.first, self.last, unit, step)
            if len(marks) <= _MOST_TICKS:
                labels = [_label(mark, unit, n == 0) for n, mark in enumerate(marks)]
                return self._ticks(marks, labels, unit == "month")
        marks = marks[:: len(marks) // _MOST_TICKS + 1]
        return self._ticks(marks, [str(mark.year) for mark in marks], False)

    def _ticks(self, marks: Sequence[datetime], labels: Sequence[str], months: bool) -> list[Tick]:
        """Every fourth mark is named in any frame, every second in a wider one; among months,
        January, which names the year.
        """
        begin = next((n for n, mark in enumerate(marks) if n and months and mark.month == 1), 0)
        ticks = []
        for away, (mark, label) in enumerate(zip(marks, labels, strict=True), start=-begin):
            room = "many" if away % 2 else "some" if away % 4 else "few"
            ticks.append(Tick(self.x(mark), label, room))
        return ticks


_STEPS = (
    *(("hour", step) for step in (1, 3, 6, 12)),
    *(("day", step) for step in (1, 2, 7, 14)),
    *(("month", step) for step in (1, 2, 3, 6)),
    *(("year", step) for step in (1, 2, 5)),
)


def _marks(first: datetime, last: datetime, unit: str, step: int) -> list[datetime]:
    """All marks in the period, or one more than are allowed."""
    marks: list[datetime] = []
    if unit in ("hour", "day"):
        length = timedelta(hours=step) if unit == "hour" else timedelta(days=step)
        # 1970-01-05 was a Monday.
        origin = datetime(1970, 1, 5, tzinfo=UTC)
        mark = origin + math.ceil((first - origin) / length) * length
        while mark <= last and len(marks) <= _MOST_TICKS:
            marks.append(mark)
            mark += length
        return marks
    months = step if unit == "month" else 12 * step
    number = -(-(first.year * 12 + first.month - 1) // months) * months
    while len(marks) <= _MOST_TICKS:
        mark = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if mark > last:
            break
        if mark >= first:
            marks.append(mark)
        number += months
    return marks


def _label(mark: datetime, unit: str, is_first: bool) -> str:
    day = f"{mark.day} {mark:%b}"
    if unit == "hour":
        return day if is_first or mark.hour == 0 else f"{mark:%H:%M}"
    if unit == "day":
        return f"{day} {mark.year}" if is_first else day
    if unit == "month":
        return f"{mark:%b} {mark.year}" if is_first or mark.month == 1 else f"{mark:%b}"
    return str(mark.year)


@dataclass(frozen=True)
class Scale:
    """Values to y, linear or logarithmic."""

    low: float
    high: float
    height: float
    logarithmic: bool = False
    silent: bool = False

    @classmethod
    def none(cls, height: float) -> "Scale":
        """A scale for strips, which have no values."""
        return cls(0.0, 1.0, height, silent=True)

    @classmethod
    def around(
        cls,
        values: Iterable[float | None],
        height: float,
        *,
        zero: bool = False,
        logarithmic: bool = False,
    ) -> "Scale":
        """A scale with whole ticks around the values; with `zero` it begins at 0."""
        known = [float(value) for value in values if value is not None]
        if logarithmic:
            positive = [value for value in known if value > 0] or [1.0]
            smallest = max(min(positive), max(positive) / 1e8)
            low = 10.0 ** math.floor(math.log10(smallest))
            return cls(low, max(max(positive) * 1.2, low * 10), height, logarithmic=True)
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        low = 0.0 if zero else low
        if high - low < 1e-9:
            high = low + (abs(low) * 0.1 or 1.0)
        step = 0.0
        # Whole ticks make the scale longer, and a longer one may ask for larger steps.
        while (wider := _step(high - low)) != step:
            step = wider
            low, high = math.floor(low / step) * step, math.ceil(high / step) * step
        return cls(low, high, height)

    def y(self, value: float) -> float:
        """Where a value lies; what is outside lies on the edge."""
        if self.logarithmic:
            value = max(value, self.low)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        bottom = self.height - BOTTOM_MARGIN
        return bottom - (bottom - TOP) * min(max(share, 0.0), 1.0)

    def ticks(self) -> list[Tick]:
        """Four to seven marks, or the powers of ten; none for a silent scale."""
        if self.silent:
            return []
        if self.logarithmic:
            powers = range(round(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            return [Tick(self.y(10.0**p), f"{10.0**p:,.{max(0, -p)}f}") for p in powers]
        step = _step(self.high - self.low)
        places = next((n for n in range(12) if math.isclose(round(step, n), step)), 12)
        count = round((self.high - self.low) / step)
        values = [self.low + n * step for n in range(count + 1)]
        return [Tick(self.y(value), f"{value:,.{places}f}") for value in values]


def _step(span: float) -> float:
    rough = span / 5
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= rough * 0.999)


@dataclass(frozen=True)
class Shape:
    """One element of the SVG: a path or a rectangle, perhaps with a tip."""

    css: str
    d: str = ""
    x: str = ""
    y: str = ""
    width: str = ""
    height: str = ""
    tip: str = ""
    href: str = ""


@dataclass(frozen=True)
class Word:
    """Words beside or on a shape; x in hundredths of the width, y in pixels."""

    css: str
    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Key:
    """An entry of the legend."""

    css: str
    label: str


@dataclass
class Chart:
    """A titled plot over time. Shapes are drawn in the order in which they were added."""

    title: str
    unit: str
    time: TimeAxis
    scale: Scale
    note: str = ""
    zooms: bool = False
    shapes: list[Shape] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    lanes: list[Word] = field(default_factory=list)
    legend: list[Key] = field(default_factory=list)
    # What a reader's pointer asks for: moments as Unix seconds, and values beside them.
    moments: list[int] = field(default_factory=list)
    series: list[dict[str, Any]] = field(default_factory=list)

    @property
    def height(self) -> float:
        """Height of the view box."""
        return self.scale.height

    @property
    def bottom(self) -> float:
        """Where the time axis lies."""
        return self.scale.height - BOTTOM_MARGIN

    @property
    def data(self) -> dict[str, Any]:
        """What the page's script needs to answer a pointer."""
        return {
            "first": self.time.first.timestamp(),
            "last": self.time.last.timestamp(),
            "moments": self.moments,
            "series": self.series,
        }

    def read(self, moments: Sequence[date], label: str, values: Sequence[float | None]) -> None:
        """Let a pointer read these values. All series of a chart share their moments."""
        self.moments = [int(moment(at).timestamp()) for at in moments]
        rounded = [None if value is None else float(f"{value:.4g}") for value in values]
        self.series.append({"label": label, "values": rounded})

    def line(
        self, css: str, points: Iterable[tuple[date, float | None]], gap: timedelta | None = None
    ) -> None:
        """A line, broken where a value is missing or two points are further apart than `gap`."""
        parts: list[str] = []
        before: date | None = None
        for at, value in points:
            if value is None:
                before = None
                continue
            far = before is None or (gap is not None and moment(at) - moment(before) > gap)
            parts.append(f"{'M' if far else 'L'}{self.time.x(at):.1f} {self.scale.y(value):.1f}")
            before = at
        if parts:
            self.shapes.append(Shape(css, d="".join(parts)))

    def band(
        self, css: str, points: Iterable[tuple[date, float, float]], gap: timedelta | None = None
    ) -> None:
        """The area between low and high values, broken like a line."""
        runs: list[list[tuple[date, float, float]]] = []
        for point in points:
            far = not runs or (gap is not None and moment(point[0]) - moment(runs[-1][-1][0]) > gap)
            if far:
                runs.append([])
            runs[-1].append(point)
        for run in runs:
            upper = [f"{self.time.x(at):.1f} {self.scale.y(high):.1f}" for at, _, high in run]
            lower = [f"{self.time.x(at):.1f} {self.scale.y(low):.1f}" for at, low, _ in run[::-1]]
            self.shapes.append(Shape(css, d=f"M{'L'.join(upper + lower)}Z"))

    def bar(
        self, css: str, first: date, last: date, low: float, high: float, tip: str = ""
    ) -> None:
        """A rectangle from one moment to another, from one value to another."""
        left, right = self.time.x(first), self.time.x(last)
        top, bottom = self.scale.y(high), self.scale.y(low)
        self.box(css, left, top, max(right - left - 0.6, 0.8), bottom - top, tip)

    def box(
        self,
        css: str,
        x: float,
        y: float,
        width: float,
        height: float,
        tip: str = "",
        href: str = "",
    ) -> None:
        """A rectangle in units of the view box."""
        self.shapes.append(
            Shape(
                css,
                x=f"{x:.1f}",
                y=f"{y:.1f}",
                width=f"{width:.1f}",
                height=f"{height:.1f}",
                tip=tip,
                href=href,
            )
        )

    def dot(self, css: str, at: date, value: float, tip: str = "") -> None:
        """A small round mark at a value."""
        self.spot(css, at, self.scale.y(value), tip)

    def spot(self, css: str, at: date, y: float, tip: str = "") -> None:
        """A small round mark at a height: a stroke without length, which is never stretched."""
        self.shapes.append(Shape(f"spot {css}", d=f"M{self.time.x(at):.1f} {y:.1f}h0", tip=tip))

    def upright(self, css: str, at: date) -> None:
        """A line over the whole height of the plot."""
        self.shapes.append(Shape(css, d=f"M{self.time.x(at):.1f} {TOP:.1f}V{self.bottom:.1f}"))

    def level(self, css: str, value: float) -> None:
        """A line over the whole width of the plot."""
        self.shapes.append(Shape(css, d=f"M0 {self.scale.y(value):.1f}H{WIDTH:.0f}"))

    def write(self, css: str, x: float, y: float, text: str) -> None:
        """Words at a place of the plot."""
        self.words.append(Word(css, f"{x / 10:.2f}", f"{y:.1f}", text))

    def head(self, y: float, first: date, last: date, text: str) -> None:
        """Words above what is drawn from one moment to another, on the side that has room."""
        left, right = self.time.x(first), self.time.x(last)
        if left <= WIDTH / 2:
            self.write("name", left, y, text)
        else:
            self.write("name end", right, y, text)

    def lane(self, y: float, text: str) -> None:
        """The name of a strip, beside the plot."""
        self.lanes.append(Word("", "", f"{y:.1f}", text))

    def key(self, css: str, label: str) -> None:
        """Add an entry to the legend, once."""
        if all(key.label != label for key in self.legend):
            self.legend.append(Key(css, label))
