"""The list of batches: what is asked for, in the order that is asked for, a page at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from aquamind.dashboard.queries import rows
from aquamind.dashboard.words import whole

PAGE: Final = 50


@dataclass
class Entry:
    """A batch in the list; `row` is what the database tells of it."""

    row: Any
    feed_kg: float | None = None

    @property
    def stage_css(self) -> str:
        """Class of the stage's colour."""
        return f"stage-{min(max(self.row.stage_order, 1), 6)}"

    @property
    def fish_kg(self) -> float:
        """What is alive and what was harvested, in kg."""
        kg: float = self.row.biomass_kg + self.row.harvested_kg
        return kg

    @property
    def survival(self) -> float | None:
        """Fish alive or harvested, in per cent of the eggs."""
        row = self.row
        return 100 * (row.alive + row.harvested) / row.eggs if row.eggs else None

    @property
    def weight_g(self) -> float | None:
        """Mean weight of a fish that is alive, or else of one harvested."""
        row = self.row
        if row.alive:
            return float(1000 * row.biomass_kg / row.alive)
        return float(1000 * row.harvested_kg / row.harvested) if row.harvested else None

    @property
    def fcr(self) -> float | None:
        """Feed in kg for a kg of fish alive or harvested."""
        return self.feed_kg / self.fish_kg if self.feed_kg and self.fish_kg else None


@dataclass(frozen=True)
class Column:
    """A column of the table, and what a batch is sorted by in it."""

    key: str
    label: str
    value: Callable[[Entry], Any]
    figure: bool = False


COLUMNS: Final = (
    Column("batch", "Batch", lambda entry: entry.row.batch_number),
    Column("country", "Country", lambda entry: entry.row.country),
    Column("status", "Status", lambda entry: entry.row.status),
    Column("stage", "Stage", lambda entry: entry.row.stage_order),
    Column("start", "Eggs laid in", lambda entry: entry.row.start_date),
    Column("end", "Ended", lambda entry: entry.row.actual_end_date),
    Column("eggs", "Eggs", lambda entry: entry.row.eggs, True),
    Column("alive", "Alive", lambda entry: entry.row.alive, True),
    Column("survival", "Survival, %", lambda entry: entry.survival, True),
    Column("weight", "Mean weight", lambda entry: entry.weight_g, True),
    Column("biomass", "Biomass", lambda entry: entry.fish_kg, True),
    Column("fcr", "FCR", lambda entry: entry.fcr, True),
)
_BY_KEY: Final = {column.key: column for column in COLUMNS}
_NEWEST: Final = "-start"


@dataclass(frozen=True)
class Heading:
    """A column's heading: a link that sorts by it, or turns the order round."""

    column: Column
    href: str
    order: str


@dataclass(frozen=True)
class View:
    """What the template gets."""

    search: str
    country: str
    status: str
    sort: str
    countries: list[str]
    statuses: list[str]
    total: int
    found: int
    entries: list[Entry]
    page: int
    pages: int

    @property
    def query(self) -> dict[str, str]:
        """What was asked for, as it stands in the address."""
        asked = {"q": self.search, "country": self.country, "status": self.status}
        return {key: value for key, value in {**asked, "sort": self.sort}.items() if value}

    @cached_property
    def headings(self) -> list[Heading]:
        """Each column with its link."""
        headings = []
        for column in COLUMNS:
            order = {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sort, "")
            # Figures are looked through from the largest, names from A.
            first = f"-{column.key}" if column.figure else column.key
            turned = column.key if self.sort.startswith("-") else f"-{column.key}"
            href = "?" + urlencode({**self.query, "sort": turned if order else first})
            headings.append(Heading(column, href, order))
        return headings

    @property
    def neighbours(self) -> list[tuple[str, str]]:
        """Label and link of the pages before and after."""
        around = (("Previous", self.page - 1), ("Next", self.page + 1))
        return [
            (label, "?" + urlencode({**self.query, "page": page}))
            for label, page in around
            if 1 <= page <= self.pages
        ]


def view(asked: Mapping[str, str]) -> View | None:
    """The batches asked for by `q`, `country`, `status`, `sort` and `page`; all are optional.

    None if there is no batch at all.
    """
    every = [Entry(row) for row in rows("listing", "batches")]
    if not every:
        return None
    search = asked.get("q", "").strip()[:100]
    countries = sorted({entry.row.country for entry in every} - {""})
    statuses = sorted({entry.row.status for entry in every})
    country = asked.get("country", "") if asked.get("country") in countries else ""
    status = asked.get("status", "") if asked.get("status") in statuses else ""
    found = [
        entry
        for entry in every
        if (not country or entry.row.country == country)
        and (not status or entry.row.status == status)
        and all(word in _words(entry) for word in search.casefold().split())
    ]
    sort = asked.get("sort", "")
    sort = sort if sort.removeprefix("-") in _BY_KEY else _NEWEST
    if sort.removeprefix("-") == "fcr":
        _add_feed(found)
    found = _sorted(found, sort)
    pages = max(-(-len(found) // PAGE), 1)
    page = min(max(whole(asked.get("page", "")) or 1, 1), pages)
    shown = found[PAGE * (page - 1) : PAGE * page]
    _add_feed([entry for entry in shown if entry.feed_kg is None])
    return View(
        search=search,
        country=country,
        status=status,
        sort=sort,
        countries=countries,
        statuses=statuses,
        total=len(every),
        found=len(found),
        entries=shown,
        page=page,
        pages=pages,
    )


def _words(entry: Entry) -> str:
    """What a batch is found by."""
    row = entry.row
    return f"{row.batch_number} {row.country} {row.site} {row.status} {row.stage}".casefold()


def _sorted(entries: list[Entry], sort: str) -> list[Entry]:
    """In that order; batches of which the value is not known come last."""
    column = _BY_KEY[sort.removeprefix("-")]
    known = [entry for entry in entries if column.value(entry) is not None]
    unknown = [entry for entry in entries if column.value(entry) is None]
    return [*sorted(known, key=column.value, reverse=sort.startswith("-")), *unknown]


def _add_feed(entries: list[Entry]) -> None:
    """Tell each batch what it was fed. Feedings are many: only those of batches that need it."""
    if not entries:
        return
    found = rows("listing", "feed", batches=[entry.row.id for entry in entries])
    fed = {row.batch_id: row.kg for row in found}
    for entry in entries:
        entry.feed_kg = fed.get(entry.row.id, 0.0)
