"""Monthly partitions: which one a month's rows belong to, and how a new one is made.

A new partition is made in one of two ways: `StagedPartition` fills a table that nobody sees yet
and attaches it when its indexes and foreign keys stand, which is fastest for many rows, or attaches
it while it is empty, which is cheapest for few. What is particular to native
partitioning is the handful of statements at the end; a table kind that attaches otherwise replaces
`attach` and `find_places` and keeps the rest.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from data_generation.storage.catalog import DATE, Table
from data_generation.storage.session import Connection, rows, run, value
from data_generation.storage.statements import statement

_LONGEST_NAME = 63


@dataclass(frozen=True)
class Month:
    """One calendar month in UTC, from `first` up to the first day of the `following` one."""

    first: date
    following: date

    @classmethod
    def of(cls, day: date) -> "Month":
        """Give the month that a day lies in."""
        years, month = divmod(day.month, 12)
        return cls(day.replace(day=1), date(day.year + years, month + 1, 1))

    def bounds(self, type_oid: int) -> tuple[str, str]:
        """Write both ends as the partition column's type reads them, whatever the time zone."""
        ends = (self.first.isoformat(), self.following.isoformat())
        if type_oid == DATE:
            return ends
        return f"{ends[0]} 00:00:00+00", f"{ends[1]} 00:00:00+00"

    def seconds(self) -> tuple[float, float]:
        """Both ends in seconds since 1970."""
        lower, upper = (
            datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp()
            for d in (self.first, self.following)
        )
        return lower, upper


def partition_name(table: str, month: Month) -> str:
    """Name a month's partition `<table>_y2015m01`, in at most PostgreSQL's 63 bytes."""
    suffix = f"_y{month.first.year:04d}m{month.first.month:02d}"
    # Names of one domain begin alike and differ at the end, so what is too long is cut in front.
    return table[-(_LONGEST_NAME - len(suffix)) :] + suffix


def split_by_month(
    rows_: pa.Table, column: str, expected: Month
) -> Iterator[tuple[Month, pa.Table]]:
    """Divide rows by the month of a date or timestamp column; one part if all lie in `expected`."""
    times = rows_[column].cast(pa.date32(), safe=False)
    ends = pc.min_max(times).as_py()
    if expected.first <= ends["min"] and ends["max"] < expected.following:
        yield expected, rows_
        return
    firsts = pc.floor_temporal(times, unit="month")
    for first in pc.unique(firsts).sort().to_pylist():
        yield Month.of(first), rows_.filter(pc.equal(firsts, first))


@dataclass(frozen=True)
class Places:
    """Where one month's rows of several tables go.

    `present` gives, for tables that hold the month already, the relation to append to: the
    partition; or the table itself, where several partitions or a part of one cover the month.
    `default_filled` names the tables whose default partition may hold rows.
    """

    present: Mapping[str, str]
    default_filled: frozenset[str]


def find_places(conn: Connection, tables: Collection[Table], month: Month) -> Places:
    """Look up where a month's rows go. Takes no lock that outlives the call."""
    if not tables:
        return Places({}, frozenset())
    own = {table.name: partition_name(table.name, month) for table in tables}
    params = {
        "tables": list(own),
        "partitions": list(own.values()),
        "defaults": [table.default_partition for table in tables],
    }
    found = rows(conn, statement("loader", "places"), params)
    present = {name: own[name] for name, exists, _ in found if exists}
    for table in tables:
        if table.name not in present and (other := _other_partition(table, month)):
            present[table.name] = other
    return Places(present, frozenset(name for name, _, filled in found if filled))


def _other_partition(table: Table, month: Month) -> str | None:
    lower, upper = month.seconds()
    touching = [r for r in table.other_partitions if r.lower < upper and r.upper > lower]
    if not touching:
        return None
    whole = len(touching) == 1 and touching[0].lower <= lower and touching[0].upper >= upper
    return touching[0].name if whole else table.name


def default_holds(conn: Connection, table: Table, month: Month) -> bool:
    """Say whether the default partition holds rows of the month.

    Looking leaves a lock on it that stands in the way of attaching: hold the publishing lock.
    """
    return bool(value(conn, _default_query("in_default", table, month)))


class StagedPartition:
    """A month's partition while it is still a table of its own.

    For many rows: `create`, copy, `build_indexes`, then, holding the publishing lock,
    `take_strays`, `add_foreign_keys`, `attach`. For few: `create` and `attach`, which makes indexes
    and foreign keys on what is still empty, then copy.
    """

    def __init__(self, conn: Connection, table: Table, month: Month) -> None:
        """Touch nothing yet; `name` and `identifier` say what `create` will make."""
        self._conn = conn
        self._table = table
        self._month = month
        self._parent = sql.Identifier(table.schema, table.name)
        self.name = partition_name(table.name, month)
        self.identifier = sql.Identifier(table.schema, self.name)

    def create(self) -> None:
        """Create the table, bare of indexes and foreign keys.

        Not as PARTITION OF, which would lock the parent against those who read it, and form a
        circle of waits with whoever stages another month.
        """
        run(
            self._conn,
            sql.SQL(
                "CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
                " INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION)"
            ).format(self.identifier, self._parent),
        )

    def build_indexes(self) -> None:
        """Build all keys and indexes that the attachment would otherwise build."""
        for key in self._table.keys:
            run(
                self._conn,
                sql.SQL("ALTER TABLE {} ADD {}").format(self.identifier, _verbatim(key)),
            )
        for unique, tail in self._table.indexes:
            run(
                self._conn,
                sql.SQL("CREATE {} ON {} {}").format(
                    sql.SQL("UNIQUE INDEX" if unique else "INDEX"),
                    self.identifier,
                    _verbatim(tail),
                ),
            )

    def take_strays(self) -> None:
        """Move in the rows of the month that lie in the default partition."""
        if self._table.default_partition is None:
            return
        # The attachment takes this very lock; taking a lesser one now and raising it then could
        # deadlock with a reader that asks for the same.
        run(
            self._conn,
            sql.SQL("LOCK TABLE ONLY {} IN ACCESS EXCLUSIVE MODE").format(
                sql.Identifier(self._table.schema, self._table.default_partition)
            ),
        )
        run(
            self._conn,
            _default_query("move_from_default", self._table, self._month, staged=self.identifier),
        )

    def add_foreign_keys(self) -> None:
        """Add the parent's foreign keys, each validated by one scan; attaching adopts them."""
        keys = self._table.foreign_keys
        if keys:
            added = sql.SQL(", ").join(
                sql.SQL("ADD {}").format(_verbatim(key.definition)) for key in keys
            )
            run(self._conn, sql.SQL("ALTER TABLE {} {}").format(self.identifier, added))

    def attach(self) -> None:
        """Make it the parent's partition of its month."""
        lower, upper = self._month.bounds(self._table.partition_type)
        run(
            self._conn,
            sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                self._parent, self.identifier, sql.Literal(lower), sql.Literal(upper)
            ),
        )


def _default_query(name: str, table: Table, month: Month, **more: sql.Composable) -> sql.Composed:
    lower, upper = month.bounds(table.partition_type)
    return sql.SQL(statement("loader", name)).format(
        default_partition=sql.Identifier(table.schema, table.default_partition or ""),
        column=sql.Identifier(table.partition_column or ""),
        columns=sql.SQL(", ").join(map(sql.Identifier, table.columns)),
        lower=sql.Literal(lower),
        upper=sql.Literal(upper),
        **more,
    )


def _verbatim(definition: str) -> sql.SQL:
    """Take DDL that PostgreSQL itself wrote (pg_get_constraintdef, pg_get_indexdef) as it is."""
    return sql.SQL(definition)
