"""Tables as domains declare them: columns, what names a row, whether it keeps a history.

A domain's `tables.py` lists its `Table`s; `domains.py` puts them together as `Tables`. Storing
rows, deriving their history, finding rows that are stored already and clearing them follow from
this declaration.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter

_STAMPS = "created_at:ts updated_at:ts"
_HISTORY_COLUMNS = {
    "history_id": "i8",
    "history_date": "ts",
    "history_change_reason": "s",
    "history_type": "s",
    "history_user_id": "i4",
}
_CREATED = ("created_at", "date_joined", "count_date", "event_date", "treatment_date")


@dataclass(frozen=True)
class Table:
    """One table.

    `spec` lists its columns as `name:type`, or `name:type>table` for a foreign key; the first is
    the primary key, `stamps` stands for `created_at` and `updated_at`. Types: `i2 i4 i8` whole
    numbers, `nP.S` an exact decimal given as an integer scaled by 10**S, `s` text, `b` boolean,
    `d` days since 1970-01-01, `ts` microseconds since then (UTC), `t` microseconds since midnight,
    `f8` a float, `j` JSON text.

    A table with a `natural_key` is infrastructure or master data: it stands before the first batch,
    and a row whose key is stored already is used instead of a new one. `sizes` are columns that a
    run reckons with, so that a stored row of another size is told of; `spelled_freely`, the key
    counts by its letters and digits only. `unhashed` are columns in which equal datasets differ: a
    salted hash, and what using the data leaves.

    AquaMind's versions differ, and what a database lacks is left out. It must have a table that is
    `needed`, with its history; a table without one of its `essential` columns says nothing, and is
    left out. `ours` are columns that no version of AquaMind's has.

    `keys` are columns that hold keys of a table without being foreign keys; `keys_by_kind` is one
    whose keys are those of one table or another: the column, the column that says which, and the
    table by what that says. `constant`, `copied` and `found` are columns that some versions want
    filled and that tell nothing new: always the same value, the value of another column, or the key
    of a stored row (its table, and the values that name it). They are no part of a digest.
    """

    name: str
    spec: str
    history: bool = False
    natural_key: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    spelled_freely: bool = False
    unhashed: tuple[str, ...] = ()
    needed: bool = False
    essential: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)
    keys_by_kind: tuple[str, str, Mapping[str, str]] | None = field(default=None, hash=False)
    constant: Mapping[str, str | int | bool] = field(default_factory=dict, hash=False)
    copied: Mapping[str, str] = field(default_factory=dict, hash=False)
    found: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict, hash=False)

    @cached_property
    def _items(self) -> list[tuple[str, str, str]]:
        items = []
        for item in self.spec.replace("stamps", _STAMPS).split():
            column, _, rest = item.partition(":")
            code, _, refers_to = rest.partition(">")
            items.append((column, code, refers_to))
        return items

    @cached_property
    def columns(self) -> dict[str, str]:
        """The type of each column, in order."""
        return {column: code for column, code, _ in self._items}

    @cached_property
    def references(self) -> dict[str, str]:
        """The table that each foreign key leads to."""
        return {column: table for column, _, table in self._items if table}

    @cached_property
    def key(self) -> str:
        """The primary key's column."""
        return next(iter(self.columns))

    @cached_property
    def created(self) -> str | None:
        """The column that says when a row was entered, None if the writer must say it."""
        return next((name for name in _CREATED if name in self.columns), None)

    @cached_property
    def history_name(self) -> str | None:
        """Its history table, as django-simple-history names it; None if it keeps none."""
        app, model = self.name.split("_", 1)
        return f"{app}_historical{model}" if self.history else None

    @cached_property
    def history_columns(self) -> dict[str, str]:
        """The type of each column of the history table, in order."""
        return self.columns | _HISTORY_COLUMNS


class Tables(Mapping[str, Table]):
    """All tables by name, a table after those that it refers to."""

    def __init__(self, tables: Iterable[Table]) -> None:
        """Raises `ValueError` for a table declared twice."""
        declared: dict[str, Table] = {}
        for table in tables:
            if table.name in declared:
                raise ValueError(f"{table.name} is declared twice")
            declared[table.name] = table
        self._tables = {name: declared[name] for name in _parents_first(declared)}

    def __getitem__(self, name: str) -> Table:
        """The table of that name."""
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        """Names, histories aside."""
        return iter(self._tables)

    def __len__(self) -> int:
        """How many, histories aside."""
        return len(self._tables)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every table that is written, a table before its history."""
        return tuple(
            name
            for table in self.values()
            for name in (table.name, table.history_name)
            if name is not None
        )

    @cached_property
    def unhashed(self) -> dict[str, tuple[str, ...]]:
        """Columns that a digest leaves out, by table."""
        return {table.name: table.unhashed for table in self.values() if table.unhashed}

    @cached_property
    def setup(self) -> tuple[str, ...]:
        """Infrastructure and master data, parents before children."""
        return tuple(table.name for table in self.values() if table.natural_key)


def _parents_first(declared: Mapping[str, Table]) -> list[str]:
    """The names in an order that depends on the declarations alone."""
    sorter = TopologicalSorter(
        {
            name: [to for to in table.references.values() if to != name and to in declared]
            for name, table in declared.items()
        }
    )
    sorter.prepare()
    order: list[str] = []
    position = {name: number for number, name in enumerate(declared)}
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        order += ready
        sorter.done(*ready)
    return order
