"""The ten-year plan's metrics, for each session, up to its end, and for everything stored.

Pure arithmetic on what `facts.py` read. A figure that cannot be known yet is None.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from data_generation.months import month_end
from data_generation.reporting.facts import Facts
from data_generation.reporting.rows import StayRow
from data_generation.reporting.water import month_starts

Figures = dict[str, float | int | None]

_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Period:
    """Whole months, the first and the last day."""

    label: str
    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


class Metrics:
    """Reckons figures of periods from facts."""

    def __init__(self, facts: Facts) -> None:
        """Sum up by batch what periods ask for more than once."""
        self._facts = facts
        self._fed: Counter[int] = Counter()
        for feeding in facts.feeding:
            self._fed[feeding.batch] += round(feeding.kg * 10_000)
        self._harvested_kg: Counter[int] = Counter()
        self._harvested: Counter[int] = Counter()
        for harvest in facts.harvests:
            self._harvested_kg[harvest.batch] += round(harvest.live_kg * 1000)
            self._harvested[harvest.batch] += harvest.fish

    def of(self, period: Period) -> Figures:
        """Every figure of a period; states are those of its last day."""
        return {
            **self._batches(period),
            **self._fish(period),
            **self._harvests(period),
            **self._feed(period),
            **self._health(period),
            **self._use(period),
        }

    def _batches(self, period: Period) -> Figures:
        batches = self._facts.batches
        ends = [month_end(m) for m in month_starts(period.first, period.last)]
        live = [self._live(min(day, period.last)) for day in ends]
        return {
            "batches_started": sum(period.holds(b.start) for b in batches),
            "batches_completed": sum(period.holds(b.end) for b in batches),
            "active_batches_at_end": self._live(period.last),
            "active_batches_lowest": min(live),
            "active_batches_highest": max(live),
        }

    def _live(self, day: date) -> int:
        return sum(b.start <= day and (b.end is None or b.end > day) for b in self._facts.batches)

    def _fish(self, period: Period) -> Figures:
        facts = self._facts
        deaths = [d for d in facts.deaths if period.holds(d.month)]
        dead = sum(d.fish for d in deaths)
        stock = [s for s in facts.stock if period.holds(s.month)]
        at_sea = _sea_stages(facts.stays)
        figures: Figures = {
            "eggs_in": sum(facts.eggs.get(b.id, 0) for b in facts.batches if period.holds(b.start)),
            "fish_dead": dead,
            "mortality_events": sum(d.rows for d in deaths),
        }
        present = self._alive_before(period.first) + int(figures["eggs_in"] or 0)
        figures["mortality_rate"] = _ratio(dead, present)
        for name, sea in (("fresh_water", False), ("sea", True)):
            fish_days = sum(s.fish_days for s in stock if (s.stage in at_sea) == sea)
            lost = sum(d.fish for d in deaths if d.sea == sea)
            figures[f"mortality_{name}_percent_a_month"] = _ratio(
                100 * lost * _DAYS_A_MONTH, fish_days
            )
        figures["fish_alive_at_end"] = self._alive_before(period.last + timedelta(days=1))
        return figures

    def _alive_before(self, day: date) -> int:
        """Fish that live on the morning of a day that begins a month, or after the last day."""
        facts = self._facts
        eggs = sum(facts.eggs.get(b.id, 0) for b in facts.batches if b.start < day)
        dead = sum(d.fish for d in facts.deaths if d.month < day)
        return eggs - dead - sum(h.fish for h in facts.harvests if h.month < day)

    def _harvests(self, period: Period) -> Figures:
        facts = self._facts
        lots = [h for h in facts.harvests if period.holds(h.month)]
        fish, live_kg = sum(h.fish for h in lots), _kg(h.live_kg for h in lots)
        best = min((h.grade_order for h in facts.harvests), default=None)
        done = [b.id for b in facts.batches if period.holds(b.end) and self._harvested[b.id]]
        eggs = sum(facts.eggs.get(batch, 0) for batch in done)
        fed = sum(self._fed[batch] for batch in done) / 10_000
        return {
            "fish_harvested": fish,
            "harvested_live_kg": live_kg,
            "mean_harvest_weight_kg": _ratio(live_kg, fish),
            "superior_share": _ratio(
                _kg(h.live_kg for h in lots if h.grade_order == best), live_kg
            ),
            "survival_to_harvest": _ratio(sum(self._harvested[batch] for batch in done), eggs),
            "economic_fcr": _ratio(fed, sum(self._harvested_kg[batch] for batch in done) / 1000),
        }

    def _feed(self, period: Period) -> Figures:
        facts = self._facts
        given = [f for f in facts.feeding if period.holds(f.month)]
        bought = [p for p in facts.purchases if period.holds(p.month)]
        weeks = [c for c in facts.conversion if period.holds(c.month)]
        bought_kg = _kg(p.kg for p in bought)
        return {
            "feed_events": sum(f.meals for f in given),
            "feed_given_kg": _kg(f.kg for f in given),
            "feed_cost": round(sum(f.cost for f in given), 2),
            "feed_purchases": sum(p.purchases for p in bought),
            "feed_bought_kg": bought_kg,
            "feed_price_per_kg": _ratio(sum(p.cost for p in bought), bought_kg),
            "biological_fcr": _ratio(
                sum(w.feed_kg for w in weeks), sum(w.growth_kg for w in weeks)
            ),
        }

    def _health(self, period: Period) -> Figures:
        facts = self._facts
        given = [t for t in facts.treatments if period.holds(t.day) and t.kind != "vaccination"]
        outcomes: Counter[str] = Counter()
        for treatment in given:
            outcomes[treatment.outcome] += treatment.containers
        judged = sum(outcomes.values()) - outcomes["pending"]
        return {
            "disease_outbreaks": sum(period.holds(d.first_day) for d in facts.diagnoses),
            "treatments": sum(outcomes.values()),
            "treatments_against_lice": sum(t.containers for t in given if t.against_lice),
            "treatment_success_rate": _ratio(outcomes["successful"], judged),
            "vaccinations": sum(
                t.containers
                for t in facts.treatments
                if t.kind == "vaccination" and period.holds(t.day)
            ),
            "lice_counts": sum(c.counts for c in facts.lice if period.holds(c.week)),
            "journal_entries": sum(n for month, _, n in facts.journal if period.holds(month)),
        }

    def _use(self, period: Period) -> Figures:
        days = (period.last - period.first).days + 1
        result: Figures = {}
        for name, sea in (("halls", False), ("areas", True)):
            spans = self._spans[sea]
            used = sum(
                max((min(last, period.last) - max(first, period.first)).days + 1, 0)
                for place in spans.values()
                for first, last in place
            )
            result[f"utilisation_{name}"] = _ratio(used, days * len(self._in_use[sea]))
        return result

    @cached_property
    def _in_use(self) -> dict[bool, list[int]]:
        """Places of the kinds of container that batches use; broodstock stands in others."""
        facts = self._facts
        used = {(s.sea, s.place) for s in facts.stays}
        kinds = {p.kind for p in facts.places if (p.sea, p.id) in used}
        return {
            sea: [p.id for p in facts.places if p.sea == sea and p.kind in kinds]
            for sea in (False, True)
        }

    @cached_property
    def _spans(self) -> dict[bool, dict[int, list[tuple[date, date]]]]:
        """First and last days on which a place held fish, without overlaps."""
        return {sea: place_spans(self._facts, sea=sea) for sea in (False, True)}


def place_spans(facts: Facts, *, sea: bool) -> dict[int, list[tuple[date, date]]]:
    """First and last days on which each hall or area held fish, in order, without overlaps."""
    spans: dict[int, list[tuple[date, date]]] = {}
    for stay in sorted((s for s in facts.stays if s.sea == sea), key=lambda s: s.first_day):
        last = stay.last_day or facts.last_day
        known = spans.setdefault(stay.place, [])
        if known and stay.first_day <= known[-1][1] + timedelta(days=1):
            known[-1] = (known[-1][0], max(known[-1][1], last))
        else:
            known.append((stay.first_day, last))
    return spans


def whole(facts: Facts) -> Period:
    """Everything that is stored."""
    return Period("Everything", facts.first_day.replace(day=1), facts.last_day)


def sessions(facts: Facts) -> list[Period]:
    """The sessions of a run over years, as far as they went."""
    found = []
    for number in sorted({unit.session for unit in facts.units}):
        units = [unit for unit in facts.units if unit.session == number]
        first = min(unit.first_day for unit in units)
        last = min(max(unit.last_day for unit in units), facts.last_day)
        if last >= first:
            found.append(Period(str(number), first, last))
    return found


def session_work(facts: Facts, number: int) -> Figures:
    """Rows, time and memory of a session."""
    units = [unit for unit in facts.units if unit.session == number]
    began = [unit.began_at for unit in units if unit.began_at is not None]
    ended = [unit.committed_at for unit in units if unit.committed_at is not None]
    rows = sum(unit.rows for unit in units)
    wall = (max(ended) - min(began)).total_seconds() if began and ended else None
    return {
        "rows": rows,
        "readings": sum(unit.readings for unit in units),
        "months": len(units),
        "months_unfinished": sum(not unit.done for unit in units),
        "wall_seconds": None if wall is None else round(wall, 1),
        "rows_per_second": None if not wall else round(rows / wall),
        "unit_seconds": round(sum(unit.seconds for unit in units), 1),
        "peak_memory_mb": round(max(unit.peak_memory_mb for unit in units), 1),
    }


def _sea_stages(stays: Iterable[StayRow]) -> set[str]:
    return {stay.stage for stay in stays if stay.sea}


def _kg(amounts: Iterable[float]) -> float:
    """A sum to the gram, whatever the order of its parts."""
    return sum(round(amount * 1000) for amount in amounts) / 1000


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole else None
