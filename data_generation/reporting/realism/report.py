"""Quantities held against their ranges, as text, as plain data and as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_generation.config.realism import Realism, ReferenceQuantity, ReferenceRange
from data_generation.errors import UsageError
from data_generation.reporting.realism.measures import Values
from data_generation.words import counted

NO_REASON = "No reason is given in config/realism.yaml."


@dataclass(frozen=True)
class Measured:
    """One value of a quantity, with the range that it should lie in."""

    label: str
    value: float
    limits: ReferenceRange | None

    @property
    def inside(self) -> bool:
        """Whether it lies in its range; a label without one never does."""
        if self.limits is None:
            return False
        low, high = self.limits
        return (low is None or self.value >= low) and (high is None or self.value <= high)


@dataclass(frozen=True)
class Judged:
    """A quantity and what was measured of it."""

    chapter: str
    name: str
    quantity: ReferenceQuantity
    values: tuple[Measured, ...]

    @property
    def measured(self) -> bool:
        """Whether there was anything to measure."""
        return bool(self.values)

    @property
    def inside(self) -> bool:
        """Whether all that was measured lies in its range."""
        return self.measured and all(value.inside for value in self.values)

    @property
    def verdict(self) -> str:
        """`in`, `OUT`, or `-` where there was nothing to measure."""
        return ("in" if self.inside else "OUT") if self.measured else "-"

    def shown_values(self) -> str:
        """The values with their labels; those outside are marked where others lie inside."""
        several = len(self.values) > 1
        parts = []
        for value in self.values:
            text = f"{value.value:,.{self.quantity.decimals}f}"
            mark = " (!)" if several and not value.inside else ""
            parts.append(f"{value.label} {text}{mark}")
        return "; ".join(parts)

    def shown_ranges(self) -> str:
        """The ranges, with labels where they differ."""
        parts = [f"{label} {_span(limits)}" for label, limits in self.quantity.ranges.items()]
        if self.quantity.range is not None:
            rest = _span(self.quantity.range)
            parts.append(f"others {rest}" if parts else rest)
        return "; ".join(parts)


@dataclass(frozen=True)
class Dataset:
    """What the data are: shown above a table."""

    profile: str
    seed: int
    first_day: str
    last_day: str
    batches: int
    fingerprint: str

    def as_text(self) -> str:
        """One sentence."""
        return (
            f"Profile {self.profile}, seed {self.seed}, {self.first_day} to {self.last_day}, "
            f"{counted(self.batches, 'batch', 'batches')}, fingerprint {self.fingerprint[:12]}."
        )


@dataclass(frozen=True)
class RealismReport:
    """All quantities of a dataset, and its empty tables with the reasons."""

    dataset: Dataset
    judged: tuple[Judged, ...]
    empty_tables: Mapping[str, str]
    series: Mapping[str, Sequence[Mapping[str, Any]]]

    def summary(self) -> str:
        """How many are inside, outside, and without anything to measure."""
        measured = [one for one in self.judged if one.measured]
        inside = sum(one.inside for one in measured)
        text = f"{inside} of {len(measured)} quantities inside, {len(measured) - inside} outside"
        missing = len(self.judged) - len(measured)
        return f"{text}, {missing} with nothing to measure." if missing else f"{text}."

    def as_text(self) -> str:
        """For a person at a terminal."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.dataset.as_text()
        chapter = ""
        for one in self.judged:
            if one.chapter != chapter:
                chapter = one.chapter
                yield f"{chapter}:"
            unit = f", {one.quantity.unit}" if one.quantity.unit else ""
            values = one.shown_values() or "nothing to measure"
            yield f"  {one.verdict:3} {one.quantity.title}{unit}: {values}"
            yield f"      [{one.shown_ranges()}] {one.quantity.source}"
            if one.measured and not one.inside and one.quantity.note:
                yield f"      {one.quantity.note}"
        if self.empty_tables:
            yield "Tables without rows:"
            yield from (f"  {name}: {reason}" for name, reason in self.empty_tables.items())
        else:
            yield "No table is without rows."
        yield self.summary()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `series` is what is plotted."""
        return {
            "dataset": vars(self.dataset),
            "summary": self.summary(),
            "inside": sum(one.inside for one in self.judged),
            "measured": sum(one.measured for one in self.judged),
            "quantities": {one.name: _as_dict(one) for one in self.judged},
            "empty_tables": dict(self.empty_tables),
            "series": self.series,
        }

    def as_markdown(self) -> str:
        """The tables for `docs/realism.md`."""
        return "\n".join(self._markdown())

    def _markdown(self) -> Iterator[str]:
        yield f"{self.dataset.as_text()} **{self.summary()}**"
        chapter = ""
        for one in self.judged:
            if one.chapter != chapter:
                chapter = one.chapter
                yield from ("", f"**{chapter}**", "")
                yield "| quantity | reference | source | measured | |"
                yield "|---|---|---|---|---|"
            unit = f", {one.quantity.unit}" if one.quantity.unit else ""
            cells = (
                f"{one.quantity.title}{unit}",
                one.shown_ranges(),
                one.quantity.source,
                one.shown_values() or "nothing to measure",
                f"**{one.verdict}**" if one.verdict == "OUT" else one.verdict,
            )
            yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
        yield ""
        outside = [one for one in self.judged if one.measured and not one.inside]
        for one in outside:
            if one.quantity.note:
                yield f"- {one.quantity.title}: {one.quantity.note}."
        yield from ([""] if any(one.quantity.note for one in outside) else [])
        yield "Tables without rows:" if self.empty_tables else "No table is without rows."
        if self.empty_tables:
            yield ""
            yield from (f"- `{name}`: {reason}" for name, reason in self.empty_tables.items())


def judge(wanted: Realism, found: Mapping[str, Values]) -> tuple[Judged, ...]:
    """Hold what was found against the ranges, in the order of the configuration."""
    return tuple(
        Judged(
            chapter,
            name,
            quantity,
            tuple(
                Measured(label, value, quantity.limits(label))
                for label, value in found.get(name, {}).items()
            ),
        )
        for chapter, quantities in wanted.quantities.items()
        for name, quantity in quantities.items()
    )


def reasons(wanted: Realism, empty: Sequence[str]) -> dict[str, str]:
    """Why each empty table is so, as far as the configuration knows."""
    return {name: wanted.empty_tables.get(name, NO_REASON) for name in empty}


def replaced(page: str, name: str, block: str) -> str:
    """Put a block of Markdown between its markers; UsageError if the page lacks them."""
    begin, end = f"<!-- realism: {name} -->", "<!-- realism end -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise UsageError(
            f"The page has no part named {name!r}.",
            f"Add the lines {begin} and {end} where it is to stand.",
        )
    return f"{before}{begin}\n\n{block}\n\n{end}{after}"


def _span(limits: ReferenceRange) -> str:
    low, high = limits
    if low is None:
        return f"≤ {high:,.8g}" if high is not None else "any"
    if high is None:
        return f"≥ {low:,.8g}"
    return f"{low:,.8g}" if low == high else f"{low:,.8g}-{high:,.8g}"


def _as_dict(one: Judged) -> dict[str, Any]:
    return {
        "chapter": one.chapter,
        "title": one.quantity.title,
        "unit": one.quantity.unit,
        "source": one.quantity.source,
        "verdict": one.verdict,
        "values": {
            value.label: {
                "value": round(value.value, 6),
                "range": value.limits,
                "inside": value.inside,
            }
            for value in one.values
        },
    }
