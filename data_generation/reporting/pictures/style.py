"""How pictures look, and how one becomes inline SVG.

Colours are Okabe & Ito's (2008), which people with any kind of colour vision tell apart; amounts
are in cividis (Nunez 2018). Text stays text, so that it can be searched and prints sharp.
"""

import importlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import ScaledTranslation

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PURPLE, GREY = "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999"
LIGHT: Final = "#E6E6E6"
CYCLE: Final = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, BLACK)
STAGES: Final = (SKY, GREEN, YELLOW, ORANGE, PURPLE, BLUE)
"""Colours of the six stages of life, in their order."""
WIDTH_IN: Final = 7.4
"""Inches between the margins of an A4 page."""

_RC: Final[Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#555555",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LIGHT,
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.4,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "none",
    "path.simplify": True,
    "text.parse_math": False,
}
_dates: Any = importlib.import_module("matplotlib.dates")
"""This part of matplotlib has no types."""
_SVG: Final = "{http://www.w3.org/2000/svg}"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_NAMESPACES: Final = re.compile(r' xmlns(:\w+)?="[^"]*"')
_DECIMALS: Final = re.compile(r"(-?\d+\.\d\d)\d+")


def new(rows: int = 1, columns: int = 1, height_in: float = 3.0, **grid: Any) -> tuple[Figure, Any]:
    """A figure as wide as the page and its axes, as `subplots` gives them (never squeezed)."""
    figure = Figure(figsize=(WIDTH_IN, height_in))
    return figure, figure.subplots(rows, columns, squeeze=False, **grid)


@contextmanager
def styled(salt: str) -> Iterator[None]:
    """The settings of all pictures; `salt` keeps names inside pictures apart."""
    with mpl.rc_context({**_RC, "svg.hashsalt": salt}):
        yield


def draw(key: str, picture: Callable[[], Figure | None]) -> str | None:
    """Inline SVG of what `picture` draws; None if it had nothing to draw."""
    with styled(key):
        figure = picture()
        if figure is None:
            return None
        FigureCanvasSVG(figure)
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return inline(stream.getvalue())


def inline(document: bytes) -> str:
    """An SVG document as an element for HTML: small, without names of namespaces and unused ids."""
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
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.set("role", "img")
    ElementTree.register_namespace("", _SVG[1:-1])
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r"\n\s*", "\n", _NAMESPACES.sub("", text)).strip()


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
    """The colours of amounts, dark to light."""
    return mpl.colormaps["cividis"]


def by_name(names: Sequence[str], colours: Sequence[str] = CYCLE) -> dict[str, str]:
    """A colour for each name, always the same for the same list."""
    return {name: colours[at % len(colours)] for at, name in enumerate(names)}
