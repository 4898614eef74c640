"""How sound the data are: the last validation if it was kept, and cheap counts.

`--validate-only` looks at every row and takes minutes on a large database; the counts here take a
second and look at sums and samples.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_generation.files import read_small, write_atomically
from data_generation.reporting.facts import Facts
from data_generation.reporting.water import SampledMonth
from data_generation.validation.results import Validation
from data_generation.words import counted


@dataclass(frozen=True)
class ZeroCount:
    """Something that should be zero."""

    key: str
    label: str
    value: float
    looked_at: str

    @property
    def good(self) -> bool:
        """Whether there is none of it, as there should be."""
        return self.value == 0


def counts(facts: Facts, months: list[SampledMonth]) -> list[ZeroCount]:
    """What should be zero and is cheap to know."""
    faults = facts.faults
    readings = sum(month.counted for month in months)
    sampled = f"{counted(readings, 'reading')} of {counted(len(months), 'month')}"
    known = [month for month in months if month.noted is not None]
    found = [
        ZeroCount(
            "fish_unaccounted",
            "Fish that are neither alive, dead nor harvested",
            _fish_unaccounted(facts),
            counted(len(facts.batches), "batch", "batches"),
        ),
        *_feed_unaccounted(facts),
        ZeroCount(
            "silos_below_zero",
            "Lots of feed below zero",
            faults.silos,
            counted(sum(d.lots for d in facts.deliveries), "lot"),
        ),
        ZeroCount(
            "stays_before_batch",
            "Stays before their batch began, or that end before they begin",
            faults.stays,
            counted(len(facts.stays), "stay"),
        ),
        ZeroCount(
            "samples_outside_stay",
            "Growth samples outside their stay",
            faults.samples,
            f"{sum(g.samples for g in facts.growth):,} samples",
        ),
        ZeroCount(
            "lice_in_fresh_water",
            "Lice counted in fresh water",
            faults.lice,
            f"{sum(c.counts for c in facts.lice):,} counts at sea",
        ),
        ZeroCount(
            "readings_untied",
            "Readings that belong to no batch or stay",
            sum(month.untied for month in months),
            sampled,
        ),
        ZeroCount(
            "readings_outside_limits",
            "Readings outside their parameter's limits",
            sum(month.outside_limits for month in months),
            sampled,
        ),
    ]
    if known:
        found.append(
            ZeroCount(
                "readings_not_as_noted",
                "Readings more or fewer than were noted when they were written",
                sum(abs(month.counted - (month.noted or 0)) for month in known),
                sampled,
            )
        )
    return found


def _fish_unaccounted(facts: Facts) -> int:
    left = dict(facts.eggs)
    for stay in facts.stays:
        left[stay.batch] = left.get(stay.batch, 0) - stay.alive
    for deaths in facts.deaths:
        left[deaths.batch] = left.get(deaths.batch, 0) - deaths.fish
    for harvest in facts.harvests:
        left[harvest.batch] = left.get(harvest.batch, 0) - harvest.fish
    return sum(abs(fish) for fish in left.values())


def _feed_unaccounted(facts: Facts) -> list[ZeroCount]:
    """Nothing where the database does not keep what was written off: nobody could tell."""
    if facts.silos.written_off_kg is None:
        return []
    delivered = sum(round(d.kg * 100) for d in facts.deliveries)
    fed = sum(round(f.kg * 10_000) for f in facts.feeding)
    silos = round((facts.silos.in_stock_kg + facts.silos.written_off_kg) * 100)
    # Meals are kept to a tenth of a gram, lots to ten grams.
    left = delivered - silos - fed / 100
    return [
        ZeroCount(
            "feed_unaccounted_kg",
            "Feed that is neither in silos, fed nor written off, kg",
            abs(round(left / 100, 1)),
            f"{sum(p.purchases for p in facts.purchases):,} purchases",
        )
    ]


def keep(validation: Validation, folder: Path, run: int, fingerprint: str, rows: int) -> None:
    """Write a validation for the next report; a folder that cannot be written is no error."""
    content = {"run": run, "fingerprint": fingerprint, "rows": rows, **validation.as_dict()}
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, indent=2, ensure_ascii=False)
        write_atomically(_path(folder, run), text.encode() + b"\n")


def kept(folder: Path, run: int, fingerprint: str, rows: int) -> dict[str, Any] | None:
    """The validation that was kept of this run as it stands; None if there is none."""
    try:
        found = json.loads(read_small(_path(folder, run)))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict):
        return None
    same = found.get("fingerprint") == fingerprint and found.get("rows") == rows
    return found if same and {"findings", "broken", "unusual"} <= found.keys() else None


def _path(folder: Path, run: int) -> Path:
    return folder / f"validation-run-{run}.json"
