"""Schemas that AquaMind published, parsed from tests/data, and what this project adds to them."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Version:
    """The files of tests/data that list a version's tables and their histories."""

    tables: str
    histories: str


OLDER = Version("aquamind_tables.tsv", "aquamind_history_tables.txt")
NEWEST = Version("aquamind_2026-03-25.tsv", "aquamind_2026-03-25_history.txt")

# Histories that are not named after their tables.
TRACKED = {"batch_historicalbatchcreationworkflow": "batch_creationworkflow"}

# Nullable columns beyond the published schema.
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
    "batch_growthsample": "sample_date",
    "inventory_historicalfeedingevent": "history_date",
    "inventory_historicalfeedcontainerstock": "history_date",
    "batch_historicalmortalityevent": "history_date",
    "batch_historicalgrowthsample": "history_date",
    "batch_historicalbatchcontainerassignment": "history_date",
}
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
    checks: list[str] = field(default_factory=list)
    """CHECKs as DDL; of a version that lists none, none."""
    indexes: list[str] = field(default_factory=list)
    """Unique indexes as DDL, from their name on."""


def tables(version: Version = OLDER) -> dict[str, Table]:
    """Published tables by name."""
    found: dict[str, Table] = {}
    for line in (DATA / version.tables).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            _take_constraint(found, line)
            continue
        name, column, kind, null, key, limits = [*line.split("\t"), "", ""][:6]
        table = found.setdefault(name, Table(name))
        if column == "-":
            groups = ast.literal_eval(f"{key}{limits}".removeprefix("UNIQUE").strip())
            table.unique_together |= {frozenset(group) for group in groups}
            continue
        foreign = re.search(r"FK (\w+) (\w+)", key)
        table.columns[column] = Column(
            name=column,
            type="double precision" if kind == "double" else kind,
            null=null == "null",
            primary_key=key.split(" ")[0] == "PK",
            unique="UNIQUE" in key,
            choices=tuple(limits.split(",")) if limits else (),
            references=foreign[1] if foreign else None,
            on_delete=foreign[2] if foreign else None,
        )
    return found


def _take_constraint(found: dict[str, Table], line: str) -> None:
    """Read `# table<TAB>CHECK ...`, `UNIQUE (...)` or `CREATE UNIQUE INDEX ...`."""
    name, _, text = line.removeprefix("# ").partition("\t")
    if text.startswith("CHECK"):
        found[name].checks.append(text)
    elif text.startswith("UNIQUE"):
        columns = text.removeprefix("UNIQUE").strip().strip("()").split(", ")
        found[name].unique_together.add(frozenset(c.strip('"') for c in columns))
    elif text.startswith("CREATE UNIQUE INDEX"):
        found[name].indexes.append(text.removeprefix("CREATE UNIQUE INDEX").strip())


def published_history_tables(version: Version = OLDER) -> dict[str, str]:
    """History tables that AquaMind publishes, by name, with the table each one tracks."""
    lines = (DATA / version.histories).read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return {name: TRACKED.get(name) or name.replace("_historical", "_", 1) for name in names}


def history_tables() -> dict[str, str]:
    """The published history tables and the one that this project adds."""
    added = "environmental_historicalenvironmentalreading"
    return {**published_history_tables(), added: added.replace("_historical", "_", 1)}
