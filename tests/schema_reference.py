"""Versions of AquaMind's schema, parsed from tests/data, and this project's own.

`tables()` and `published_history_tables()` give those of a version. `our_tables()` is what the
migrations of this project make: the newest, what only the older one has, and what is added.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Version:
    """The files of tests/data that list a version's tables and their histories."""

    tables: str
    histories: str


OLDER = Version("aquamind_tables.tsv", "aquamind_history_tables.txt")
NEWEST = Version("aquamind_2026-03-25.tsv", "aquamind_2026-03-25_history.txt")

# Histories that are named after a model whose table has another name.
TRACKED = {"batch_historicalbatchcreationworkflow": "batch_creationworkflow"}

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
# Columns that must not be null in the newest version, and may be here: rows of before lack them.
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
    indexes: list[str] = field(default_factory=list)
    """Partial unique indexes as DDL, from their name on."""

    @property
    def unique_where(self) -> set[tuple[tuple[str, ...], str]]:
        """Columns and condition of partial unique indexes, as pg_get_indexdef prints them."""
        found = [re.fullmatch(r"\w+ \((.*?)\) WHERE (.*)", index) for index in self.indexes]
        return {(_names(index[1]), index[2]) for index in found if index}


def our_tables() -> dict[str, Table]:
    """Tables of this project, by name."""
    found, older = tables(NEWEST), tables(OLDER)
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


def published_history_tables(version: Version = OLDER) -> dict[str, str]:
    """History tables of a version, by name, with the table each one tracks."""
    names = [line.strip() for line in _lines(version.histories) if not line.startswith("#")]
    return {name: TRACKED.get(name) or name.replace("_historical", "_", 1) for name in names}


def history_tables() -> dict[str, str]:
    """Those of 2025-10-16 and the one that this project adds."""
    added = "environmental_historicalenvironmentalreading"
    return {**published_history_tables(), added: added.replace("_historical", "_", 1)}


def our_history_tables() -> dict[str, str]:
    """Those of this project."""
    return history_tables() | published_history_tables(NEWEST)


def tables(version: Version = OLDER) -> dict[str, Table]:
    """Tables of a version, by name."""
    found: dict[str, Table] = {}
    for line in _lines(version.tables):
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
    elif definition.startswith("CREATE UNIQUE INDEX "):
        found[name].indexes.append(definition.removeprefix("CREATE UNIQUE INDEX "))
    elif group := re.fullmatch(r"UNIQUE \((.*)\)", definition):
        found[name].unique_together.add(frozenset(_names(group[1])))


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip('"') for name in listed.split(", "))


def _lines(file: str) -> Iterator[str]:
    for line in (DATA / file).read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield line
