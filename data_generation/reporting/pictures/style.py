"""How pictures look, and how one becomes inline SVG.

Colours are those of the dashboard's palette: matplotlib draws the light ones, and what becomes of
them in the page is their names, so that the page's style sheet has the last word, by day and by
night. Text stays text, so that it can be searched and prints sharp.
"""

import importlib
import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import ScaledTranslation

from aquamind.dashboard.palette import HUES, STEPS, colours

_LIGHT_COLOURS: Final = colours()
BLACK, WHITE, LIGHT = (_LIGHT_COLOURS[name] for name in ("ink", "paper", "pale"))
BLUE, ORANGE, GREEN, RED, SKY, PURPLE, GREY = CYCLE = tuple(_LIGHT_COLOURS[hue] for hue in HUES)
STAGES: Final = tuple(_LIGHT_COLOURS[step] for step in STEPS)
"""Colours of the six stages of life, in their order; also of amounts, from little to much."""
ORDERED: Final = (ORANGE, GREEN, SKY, BLUE, PURPLE)
"""Colours of lines that have an order: all of them stand out from the paper."""
WIDTH_IN: Final = 7.4
"""Inches between the margins of an A4 page."""

_RC: Final[Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "text.color": BLACK,
    "figure.facecolor": WHITE,
    "axes.facecolor": WHITE,
    "axes.labelcolor": BLACK,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": _LIGHT_COLOURS["soft"],
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _LIGHT_COLOURS["grid"],
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.color": _LIGHT_COLOURS["soft"],
    "ytick.color": _LIGHT_COLOURS["soft"],
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.4,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "none",
    "path.simplify": True,
    "text.parse_math": False,
}
_MOST_NAMED: Final = 20
_ON_BRIGHT: Final = "#08131a"
"""No name of the palette: it stays dark by night too."""
_dates: Any = importlib.import_module("matplotlib.dates")
"""This part of matplotlib has no types."""
_SVG: Final = "{http://www.w3.org/2000/svg}"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_NAMESPACES: Final = re.compile(r' xmlns(:\w+)?="[^"]*"')
_DECIMALS: Final = re.compile(r"(-?\d+\.\d\d)\d+")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}\b")
_NAMES: Final = {colour: name for name, colour in _LIGHT_COLOURS.items()}


def new(rows: int = 1, columns: int = 1, height_in: float = 3.0, **grid: Any) -> tuple[Figure, Any]:
    """A figure as wide as the page and its axes, as `subplots` gives them (never squeezed)."""
    figure = Figure(figsize=(WIDTH_IN, height_in))
    return figure, figure.subplots(rows, columns, squeeze=False, **grid)


@contextmanager
def styled(salt: str) -> Iterator[None]:
    """The settings of all pictures; `salt` keeps names inside pictures apart."""
    with mpl.rc_context({**_RC, "svg.hashsalt": salt}):
        yield


def draw(key: str, title: str, picture: Callable[[], Figure | None]) -> str | None:
    """Inline SVG of what `picture` draws, with what it shows in words; None if it drew nothing."""
    with styled(key):
        figure = picture()
        if figure is None:
            return None
        FigureCanvasSVG(figure)
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return inline(stream.getvalue(), f"{title}. {in_words(figure)}")


def inline(document: bytes, label: str) -> str:
    """An SVG document as an element for HTML: small, without names of namespaces and unused ids.

    `label` is what is told to somebody who does not see it.
    """
    root = ElementTree.fromstring(document)  # noqa: S314 matplotlib wrote it a moment ago
    used = set(re.findall(r"#([\w-]+)", document.decode()))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{_SVG}metadata" or child.tag.endswith("}RDF"):
                parent.remove(child)
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        link = element.attrib.pop(_LINK, None)
        if link is not None:
            element.set("href", link)
        for name in ("d", "x", "y", "transform", "points"):
            value = element.get(name)
            if value is not None:
                element.set(name, _DECIMALS.sub(r"\1", value))
        _name_colours(element)
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.set("role", "img")
    root.set("aria-label", label)
    ElementTree.register_namespace("", _SVG[1:-1])
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r"\n\s*", "\n", _NAMESPACES.sub("", text)).strip()


def _name_colours(element: ElementTree.Element) -> None:
    """Turn an element's colours into variables of the page; they only work in its style."""
    for name in ("fill", "stroke"):
        colour = _hexadecimal(element.get(name, ""))
        if colour in _NAMES:
            del element.attrib[name]
            element.set("style", f"{name}: {colour}; {element.get('style', '')}")
    style = element.get("style")
    if style is not None:
        element.set("style", _COLOUR.sub(_variable, style))


def _hexadecimal(colour: str) -> str:
    return WHITE if colour == "white" else colour.lower()


def _variable(colour: re.Match[str]) -> str:
    name = _NAMES.get(colour[0])
    return colour[0] if name is None else f"var(--{name})"


def in_words(figure: Figure) -> str:
    """What each part of a figure shows: its name and unit, its rows, its series, its range."""
    return " ".join(
        text for axes in figure.axes if axes.get_label() != "<colorbar>" and (text := _part(axes))
    )


def _part(axes: Axes) -> str:
    title, unit = axes.get_title(loc="left"), axes.get_ylabel()
    name = f"{title} ({unit})" if title and unit else title or unit
    rows = [label.get_text() for label in axes.get_yticklabels()]
    named = [row for row in rows if re.search(r"[^\W\d]{2}", row)]
    parts = [", ".join(named[:_MOST_NAMED])] if named else []
    series = axes.get_legend_handles_labels()[1]
    legend = axes.get_legend()
    if not series and legend is not None:
        series = [text.get_text() for text in legend.get_texts()]
    parts += [_line(line) for line in axes.get_lines() if line.get_label() in series]
    parts += [label for label in series if not any(part.startswith(label) for part in parts)]
    low, high = axes.dataLim.intervaly
    if not named and low <= high:
        parts.append(f"values from {low:,.4g} to {high:,.4g}")
    return f"{name}: {'; '.join(parts)}." if parts else ""


def _line(line: Line2D) -> str:
    values = [float(value) for value in np.ravel(np.asarray(line.get_ydata(), dtype=float))]
    known = [value for value in values if not math.isnan(value)]
    label = str(line.get_label())
    # Marks on one height say when, not how much.
    if len(known) < 2 or (line.get_linestyle() == "None" and min(known) == max(known)):
        return label
    return f"{label} from {min(known):,.4g} to {max(known):,.4g}, last {known[-1]:,.4g}"


def years(axes: Axes, first: date, last: date) -> None:
    """A time axis over the whole of a picture: years, or months if there are few."""
    axes.set_xlim(number(first), number(last))
    span = (last - first).days
    if span > 3 * 365:
        locator, form = _dates.YearLocator(base=1 if span < 16 * 365 else 2), "%Y"
    elif span > 200:
        quarters = (1, 7) if span > 550 else (1, 4, 7, 10)
        locator, form = _dates.MonthLocator(bymonth=quarters), "%b %Y"
    else:
        locator, form = _dates.MonthLocator(), "%b %Y"
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(_dates.DateFormatter(form))


def months(axes: Axes) -> None:
    """A time axis of one year: its months by name."""
    axes.xaxis.set_major_locator(_dates.MonthLocator())
    axes.xaxis.set_major_formatter(_dates.DateFormatter("%b"))


def number(day: date) -> float:
    """A day as matplotlib counts it."""
    return float(_dates.date2num(day))


def numbers(days: Sequence[date]) -> list[float]:
    """Days as matplotlib counts them."""
    return [number(day) for day in days]


def thousands(axes: Axes) -> None:
    """Large numbers of the vertical axis with commas."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def percent(axes: Axes) -> None:
    """Shares of the vertical axis in per cent."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))


def beside(axes: Axes, **options: Any) -> None:
    """The legend to the right of the axes, outside."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0, **options)


def below(axes: Axes, points: float, **options: Any) -> None:
    """The legend below the axes, outside; `points` from the axis, past its labels and its name.

    Not as a share of the axes' height: that changes while the layout is made, and the legend would
    end outside the picture.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    down = ScaledTranslation(0, -points / 72, figure.dpi_scale_trans)
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=axes.transAxes + down,
        borderaxespad=0.0,
        **options,
    )


def amounts() -> Colormap:
    """The colours of amounts, six classes from little to much; nothing at all is left blank."""
    return ListedColormap(STAGES).with_extremes(under=WHITE)


def on(ground: str) -> str:
    """The colour of words on a bar of that colour, whatever the theme."""
    return WHITE if ground in (BLUE, RED, PURPLE, GREY) else _ON_BRIGHT


def edged() -> list[AbstractPathEffect]:
    """Makes pale lines stand out from the paper."""
    return [withStroke(linewidth=2.4, foreground=_LIGHT_COLOURS["soft"])]


def colour(name: str) -> str:
    """A colour of the palette as matplotlib draws it."""
    return _LIGHT_COLOURS[name]


def by_name(names: Sequence[str], colours: Sequence[str] = CYCLE) -> dict[str, str]:
    """A colour for each name, always the same for the same list."""
    return {name: colours[at % len(colours)] for at, name in enumerate(names)}
