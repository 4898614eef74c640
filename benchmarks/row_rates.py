"""Measures the rates of `data_generation/generators/row_rates.py`, and prints them.

    python -m benchmarks.row_rates > rates.txt

Lives through the ledgers of all profiles, which takes minutes, and fits the rows of each table to
days of containers, batches, areas and tanks: none below zero, by least squares over whole years.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.generators.environmental.tables import READINGS
from data_generation.generators.ledger import Ledger
from data_generation.generators.row_rates import OTHERS
from data_generation.runs.sessions import Plan, build_plan
from tests.lived import advance_month

WEIGHTS = {"tiny": 0.3, "demo": 1.0, "guide": 1.0, "bakkafrost": 1.0}
"""How much a profile counts; each is taken by its size first."""
COUNTED_OTHERWISE = {READINGS, "environmental_weatherdata"}
SMALL = 0.0008
"""Tables with a smaller share of the rows of every large profile are taken together."""

Floats = np.ndarray[Any, np.dtype[np.float64]]


def measure(profile: str) -> tuple[Floats, list[Counter[str]]]:
    """Days by what they are counted for, and rows by table, of each whole year but its setup."""
    config = load_config(CONFIG_DIR, profile, [])
    generation = config.generation
    plan: Plan = build_plan(generation.start_date, generation.sessions_months)
    ledger = Ledger(config)
    world, watch = ledger._world, _Watch()
    ledger._domains = (*ledger._domains, watch)
    tanks = config.broodstock.tanks_per_country * len(world.layout.countries)
    days: list[list[float]] = []
    rows: list[Counter[str]] = []
    for number, month in enumerate(plan.months):
        output = advance_month(ledger, month)
        counted = Counter({name: table.num_rows for name, table in output.inserts.items()})
        stood, batches, length = watch.take()
        areas = len(world.layout.areas) * length
        if number:
            days.append([stood[0], stood[1:5].sum(), stood[5], batches, areas, tanks * length])
            rows.append(counted)
    years = len(days) // 12
    summed = np.array(days[: years * 12]).reshape(years, 12, 6).sum(axis=1)
    return summed, [sum(rows[y * 12 : y * 12 + 12], Counter()) for y in range(years)]


class _Watch:
    """A last domain of the day, which counts who stands where."""

    name = "watch"

    def __init__(self) -> None:
        self._stood, self._batches, self._days = np.zeros(6), 0, 0

    def advance(self, world: Any) -> None:
        self._stood += np.bincount(world.fish.stage, minlength=6)
        self._batches += len(world.batches)
        self._days += 1

    def take(self) -> tuple[Floats, int, int]:
        taken = self._stood, self._batches, self._days
        self._stood, self._batches, self._days = np.zeros(6), 0, 0
        return taken


def not_negative(a: Floats, b: Floats) -> Floats:
    """Least squares with no coefficient below zero (Lawson and Hanson)."""
    chosen = np.zeros(a.shape[1], dtype=bool)
    x = np.zeros(a.shape[1])
    while not chosen.all():
        pull = a.T @ (b - a @ x)
        if pull[~chosen].max() <= 1e-7:
            break
        chosen[np.argmax(np.where(chosen, -np.inf, pull))] = True
        while True:
            tried = np.zeros_like(x)
            tried[chosen] = np.linalg.lstsq(a[:, chosen], b, rcond=None)[0]
            if tried[chosen].min() > 0:
                break
            low = chosen & (tried <= 0)
            x = x + (x[low] / (x[low] - tried[low])).min() * (tried - x)
            chosen &= x > 1e-12
        x = tried
    return x


def fit(measured: Mapping[str, tuple[Floats, list[Counter[str]]]]) -> dict[str, Floats]:
    """Rates by table, small tables together."""
    sums = {p: sum(years, Counter[str]()) for p, (_, years) in measured.items()}
    large = {
        table
        for profile, rows in sums.items()
        if profile != "tiny"
        for table, count in rows.items()
        if count >= SMALL * rows.total() * 4  # readings are three quarters of all rows
    } - COUNTED_OTHERWISE
    rates = {}
    for name in [*sorted(large), OTHERS]:
        a, b = [], []
        for profile, (days, years) in measured.items():
            scale = WEIGHTS[profile] / days[:, :3].sum(axis=1)
            a.append(days * scale[:, None])
            b.append([_rows(year, name, large) for year in years] * scale)
        rates[name] = not_negative(np.vstack(a), np.concatenate(b))
    return rates


def _rows(year: Counter[str], name: str, large: set[str]) -> int:
    if name != OTHERS:
        return year[name]
    return sum(n for table, n in year.items() if table not in large | COUNTED_OTHERWISE)


def main() -> None:
    """Measure, fit, print lines for the mapping."""
    for table, rates in fit({profile: measure(profile) for profile in WEIGHTS}).items():
        numbers = ", ".join(f"{float(f'{rate:.3g}'):g}" for rate in rates)
        sys.stdout.write(f'    "{table}": ({numbers}),\n')


if __name__ == "__main__":
    main()
