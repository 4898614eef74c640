"""Two versions of AquaMind's schema, parsed from tests/data, and this project's own.

`tables()` is that of 2025-10-16, `newest_tables()` that of 2026-03-25. `our_tables()` is what the
migrations of this project make: the newest, what only the older one has, and what is added.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

DATA = Path(__file__).parent / "data"

# Nullable columns beyond the schema of 2025-10-16.
ADDED_COLUMNS = {
    "batch_batch": {"growth_factor": "numeric(6,4)"},
    "batch_mortalityevent": {"assignment_id": "bigint"},
    "inventory_feedcontainerstock": {"written_off_kg": "numeric(10,2)"},
    "inventory_feedingevent": {"feed_stock_id": "bigint"},
}
# Their foreign keys: table -> column -> table referred to.
ADDED_REFERENCES = {
    "batch_mortalityevent": {"assignment_id": "batch_batchcontainerassignment"},
    "inventory_feedingevent": {"feed_stock_id": "inventory_feedcontainerstock"},
}
# Uniqueness beyond the published schema: two readings of one sensor at one moment are impossible.
ADDED_UNIQUE = {
    "environmental_environmentalreading": {frozenset({"sensor_id", "reading_time"})},
    "environmental_weatherdata": {frozenset({"area_id", "timestamp"})},
}
# Table -> time column that its months are partitioned by.
PARTITIONED = {
    "environmental_environmentalreading": "reading_time",
    "environmental_weatherdata": "timestamp",
    "inventory_feedingevent": "feeding_date",
    "batch_mortalityevent": "event_date",
    "batch_actualdailyassignmentstate": "date",
    "inventory_historicalfeedingevent": "history_date",
    "inventory_historicalfeedcontainerstock": "history_date",
    "batch_historicalmortalityevent": "history_date",
    "batch_historicalgrowthsample": "history_date",
    "batch_historicalbatchcontainerassignment": "history_date",
}
# Columns that must not be null in the newest version, and that the generators do not fill yet.
NULLABLE_YET = {
    "environmental_stagetransitionenvironmental": {"batch_transfer_workflow_id"},
    "finance_intercompanytransaction": {"content_type_id", "object_id"},
}
# Where AquaMind's column is narrower than the key that it refers to, ours is as wide.
WIDER = {("batch_actualdailyassignmentstate", "planned_activity_id"): "bigint"}
HISTORY_COLUMNS = {
    "history_id": ("integer", False),
    "history_date": ("timestamptz", False),
    "history_change_reason": ("varchar(100)", True),
    "history_type": ("varchar(1)", False),
    "history_user_id": ("integer", True),
}


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    null: bool
    primary_key: bool
    unique: bool
    choices: tuple[str, ...]
    references: str | None
    on_delete: str | None


@dataclass
class Table:
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    unique_together: set[frozenset[str]] = field(default_factory=set)
    checks: set[str] = field(default_factory=set)
    """As pg_get_constraintdef prints them."""
    unique_where: set[tuple[tuple[str, ...], str]] = field(default_factory=set)
    """Columns and condition of partial unique indexes, as pg_get_indexdef prints them."""


def tables() -> dict[str, Table]:
    """Tables of the version of 2025-10-16, by name."""
    return _read("aquamind_tables.tsv")


def newest_tables() -> dict[str, Table]:
    """Tables of the version of 2026-03-25, by name."""
    return _read("aquamind_2026-03-25.tsv")


def our_tables() -> dict[str, Table]:
    """Tables of this project, by name."""
    found, older = newest_tables(), tables()
    for name, table in found.items():
        before = older.pop(name, Table(name)).columns
        gone = before.keys() - table.columns.keys()
        table.columns |= {column: replace(before[column], null=True) for column in gone}
        for column in NULLABLE_YET.get(name, ()):
            table.columns[column] = replace(table.columns[column], null=True)
    for (name, column), kind in WIDER.items():
        found[name].columns[column] = replace(found[name].columns[column], type=kind)
    found |= older
    for name, columns in ADDED_COLUMNS.items():
        for column, kind in columns.items():
            target = ADDED_REFERENCES.get(name, {}).get(column)
            added = Column(column, kind, True, False, False, (), target, None)
            found[name].columns.setdefault(column, added)
    for name, groups in ADDED_UNIQUE.items():
        found[name].unique_together |= groups
    return found


def published_history_tables() -> dict[str, str]:
    """History tables of the version of 2025-10-16, by name, with the table each one tracks."""
    return _tracked("aquamind_history_tables.txt")


def newest_history_tables() -> dict[str, str]:
    """History tables of the version of 2026-03-25, by name, with the table each one tracks."""
    return _tracked("aquamind_2026-03-25_history.txt") | {
        # Named after the model, whose table has another name.
        "batch_historicalbatchcreationworkflow": "batch_creationworkflow",
    }


def history_tables() -> dict[str, str]:
    """Those of 2025-10-16 and the one that this project adds."""
    added = "environmental_historicalenvironmentalreading"
    return {**published_history_tables(), added: added.replace("_historical", "_", 1)}


def our_history_tables() -> dict[str, str]:
    """Those of this project."""
    return history_tables() | newest_history_tables()


def _read(file: str) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for line in _lines(file):
        if line.startswith("# "):
            _read_rule(found, line[2:])
            continue
        name, column, kind, null, key, limits = [*line.split("\t"), "", ""][:6]
        table = found.setdefault(name, Table(name))
        if column == "-":
            groups = ast.literal_eval(f"{key}{limits}".removeprefix("UNIQUE").strip())
            table.unique_together |= {
                frozenset(c if c in table.columns else f"{c}_id" for c in group) for group in groups
            }
            continue
        foreign = re.search(r"FK (\w+) (\w+)", key)
        table.columns[column] = Column(
            name=column,
            type="double precision" if kind == "double" else kind,
            null=null == "null",
            primary_key=re.match(r"PK\b", key) is not None,
            unique="UNIQUE" in key,
            choices=tuple(limits.split(",")) if limits else (),
            references=foreign[1] if foreign else None,
            on_delete=foreign[2] if foreign else None,
        )
    return found


def _read_rule(found: dict[str, Table], rule: str) -> None:
    """One line below the columns: a constraint of several columns, a check, a partial index."""
    name, _, definition = rule.partition("\t")
    if name not in found:
        return
    if definition.startswith("CHECK"):
        found[name].checks.add(definition)
    elif index := re.search(r"INDEX \w+ \((.*?)\) WHERE (.*)", definition):
        found[name].unique_where.add((_names(index[1]), index[2]))
    elif group := re.fullmatch(r"UNIQUE \((.*)\)", definition):
        found[name].unique_together.add(frozenset(_names(group[1])))


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip('"') for name in listed.split(", "))


def _tracked(file: str) -> dict[str, str]:
    names = [line.strip() for line in _lines(file) if not line.startswith("#")]
    return {name: name.replace("_historical", "_", 1) for name in names}


def _lines(file: str) -> Iterator[str]:
    for line in (DATA / file).read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield line
