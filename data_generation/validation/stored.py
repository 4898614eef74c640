"""What runs noted that they stored, and of which months a table holds less."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import psycopg
from psycopg import sql as psql

from data_generation.named_sql import statement
from data_generation.storage.keys.shifts import Keys, KeySpan
from data_generation.storage.postgres.catalog import history_table, tracked_table
from data_generation.storage.postgres.written import stored_spans
from data_generation.validation import history

_READINGS: Final = "environmental_environmentalreading"


@dataclass(frozen=True)
class Stretch:
    """Stored keys from first to last that a month of a run took in a table, for so many rows.

    Readings leave keys out: a month keeps as many as can be due, fish go and sensors fail. Where a
    month's keys lie in several stretches, the first counts all of its rows.
    """

    month: date
    rows: int
    first: int
    last: int


def stretches(
    cursor: psycopg.Cursor[Any], runs: Collection[int] | None
) -> dict[str, list[Stretch]]:
    """By table, what these runs stored, or all; empty where nothing is recorded."""
    cursor.execute(statement(__package__, "stored", "recorded"))
    if cursor.fetchone() != (True,):
        return {}
    wanted = None if runs is None else list(runs)
    cursor.execute(statement(__package__, "stored", "units"), {"runs": wanted})
    units: dict[int, list[_Unit]] = {}
    keys: dict[int, Keys] = {}
    years: set[int] = set()
    for run, of_years, offsets, first_day, kind, kept, rows in cursor.fetchall():
        if of_years:
            years.add(run)
        keys[run] = Keys.parse(offsets)
        reserved = {_READINGS: kept} if kind == "readings" else rows
        units.setdefault(run, []).append(_Unit(first_day.replace(day=1), rows, reserved))
    found: dict[str, list[Stretch]] = {}
    for run, of_run in units.items():
        if run in years:
            of_run[0] = _with_history_of_adopted(of_run[0], keys[run], of_run)
        for table in sorted({name for unit in of_run for name in unit.reserved}):
            found.setdefault(table, []).extend(_of_table(keys[run], table, of_run))
    return found


@dataclass(frozen=True)
class _Unit:
    """A unit: its month, the rows stored by table, and how many keys were taken for the month."""

    month: date
    rows: Mapping[str, int]
    reserved: Mapping[str, int]


def _with_history_of_adopted(first: _Unit, keys: Keys, units: Sequence[_Unit]) -> _Unit:
    """The first unit of a run that sets up its farm.

    It took keys for the history of all that stands, also of adopted rows, which it then left out.
    """
    reserved = dict(first.reserved)
    for table in {name for unit in units for name in unit.reserved}:
        spans = keys.adopted.get(tracked_table(table) or "", ())
        if spans:
            left_out = sum(last - begin + 1 for begin, last in spans)
            reserved[table] = reserved.get(table, 0) + left_out
    return replace(first, reserved=reserved)


def _of_table(keys: Keys, table: str, units: Sequence[_Unit]) -> Iterator[Stretch]:
    """Give the stretches of a table that one run filled: it gives out keys month by month."""
    own = sum(unit.reserved.get(table, 0) for unit in units)
    used = sum(last - first + 1 for first, last in keys.adopted.get(table, ()))
    left = stored_spans(keys, table, own + used + 1)[::-1]
    for unit in units:
        rows, keys_left = unit.rows.get(table, 0), unit.reserved.get(table, 0)
        while keys_left:
            first, last = left.pop()
            end = min(last, first + keys_left - 1)
            if end < last:
                left.append((end + 1, last))
            yield Stretch(unit.month, rows, first, end)
            rows, keys_left = 0, keys_left - (end - first + 1)


def merged(found: Iterable[Stretch]) -> list[KeySpan]:
    """First and last keys of what the stretches cover, neighbours in one."""
    spans: list[KeySpan] = []
    for first, last in sorted((stretch.first, stretch.last) for stretch in found):
        if spans and spans[-1][1] == first - 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def short(
    cursor: psycopg.Cursor[Any], stored: Mapping[str, Sequence[Stretch]], keys: Mapping[str, str]
) -> list[str]:
    """The tables that hold fewer rows in these stretches than were stored; `keys` are their keys.

    A table that the database has no more is left to its readers, who fail without it.
    """
    found = []
    for table, noted in stored.items():
        spans = merged(noted)
        rows = sum(stretch.rows for stretch in noted)
        if not rows or table not in keys:
            continue
        counting = psql.SQL(statement(__package__, "stored", "found_between")).format(
            table=psql.Identifier(table), key=psql.Identifier(keys[table])
        )
        ends = {"firsts": [s[0] for s in spans], "lasts": [s[1] for s in spans]}
        there = cursor.execute(counting, ends).fetchone()
        if there is None or there[0] < rows:
            found.append(table)
    return found


def branches(
    stored: Mapping[str, Sequence[Stretch]],
    among: Collection[str],
    columns: Collection[str],
    keys: Mapping[str, str],
) -> psql.Composed:
    """The parts of `rows_missing`, one for each of some tables, or one that finds nothing."""
    tracked = history.tracked(columns, keys)
    parts = [_branch(table, stored[table], table in tracked, keys[table]) for table in among]
    if not parts:
        return psql.Composed([psql.SQL(statement(__package__, "stored", "missing_of_no_table"))])
    return psql.SQL("\nUNION ALL\n").join(parts)


def _branch(table: str, noted: Sequence[Stretch], tracked: bool, key: str) -> psql.Composed:
    names = {"table": psql.Identifier(table), "key": psql.Identifier(key)}
    deleted: psql.Composable = psql.SQL("0")
    if tracked:
        past = psql.Identifier(history_table(table))
        counting = psql.SQL(statement(__package__, "stored", "deleted_between"))
        deleted = counting.format(history=past, **names)
    return psql.SQL(statement(__package__, "stored", "missing_of_a_table")).format(
        name=psql.Literal(table),
        deleted=deleted,
        months=psql.Literal([stretch.month for stretch in noted]),
        stored=psql.Literal([stretch.rows for stretch in noted]),
        firsts=psql.Literal([stretch.first for stretch in noted]),
        lasts=psql.Literal([stretch.last for stretch in noted]),
        **names,
    )
