"""Monthly partitions: which one a month's rows belong to, and how a new one is made.

A new partition is made in one of two ways: `StagedPartition` fills a table that nobody sees yet
and attaches it when its indexes and foreign keys stand, which is fastest for many rows, or attaches
it while it is empty, which is cheapest for few. `ReservedPartition` does so with a table that an
earlier transaction left, empty and with its foreign keys. A month of a hypertable goes the same way
and is attached as a chunk in the end (`StagedChunk`).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import errors, sql

from data_generation.storage.postgres.catalog import DATE, TIMESTAMPTZ, CatalogTable, TableKind
from data_generation.storage.postgres.loading import reserved
from data_generation.storage.postgres.session import Connection, rows, run, value
from data_generation.storage.postgres.statements import statement

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


def partition_name(table: str, month: Month, more: str = "") -> str:
    """Name a month's partition `<table>_y2015m01<more>`, in at most PostgreSQL's 63 bytes."""
    suffix = f"_y{month.first.year:04d}m{month.first.month:02d}{more}"
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


def find_places(conn: Connection, tables: Sequence[CatalogTable], month: Month) -> dict[str, str]:
    """Give, for tables that hold the month already, the relation to append to.

    That is the partition; or the table itself, where several partitions or a part of one cover the
    month. What other transactions committed by now counts; hold the publishing lock if the answer
    must stay true. Takes no lock, and waits for none.
    """
    chunked = [table for table in tables if table.kind is TableKind.CHUNKS]
    if chunked:
        tables = [table for table in tables if table.kind is not TableKind.CHUNKS]
        return find_places(conn, tables, month) | _chunked_places(conn, chunked, month)
    own = [partition_name(table.name, month) for table in tables]
    params = {"relations": [table.qualified for table in tables], "partitions": own}
    found = rows(conn, statement("loader", "places"), params) if tables else []
    present = {tables[n - 1].name: own[n - 1] for (n,) in found}
    absent = [table for table in tables if table.name not in present]
    return present | (_other_places(conn, absent, month) if absent else {})


def _other_places(conn: Connection, tables: Sequence[CatalogTable], month: Month) -> dict[str, str]:
    lower, upper = month.seconds()
    touching: dict[str, list[tuple[str, bool]]] = {}
    params = {"relations": [table.qualified for table in tables]}
    for position, name, begins, ends in rows(conn, statement("loader", "other_places"), params):
        if begins < upper and ends > lower:
            parts = touching.setdefault(tables[position - 1].name, [])
            parts.append((name, begins <= lower and ends >= upper))
    return {
        table: parts[0][0] if len(parts) == 1 and parts[0][1] else table
        for table, parts in touching.items()
    }


def _chunked_places(
    conn: Connection, tables: Sequence[CatalogTable], month: Month
) -> dict[str, str]:
    """Hypertables that have a chunk of the month or a part of it, by which they route rows."""
    lower, upper = month.bounds(TIMESTAMPTZ)
    params = {"relations": [table.qualified for table in tables], "lower": lower, "upper": upper}
    found = rows(conn, statement("loader", "chunked"), params)
    return {tables[position - 1].name: tables[position - 1].name for (position,) in found}


class Reservation(Enum):
    """How things are with the table that may be reserved for a month."""

    NO_PLACE = "there is no schema for it"
    NONE = "none"
    READY = "ready"
    OTHER = "has other columns or foreign keys than the table by now"


def stage(
    conn: Connection, table: CatalogTable, month: Month, *, private: bool = False
) -> "StagedPartition":
    """Give the month of a table, not made yet, in the way that its kind is attached.

    `private` if `create` is called without the publishing lock.
    """
    kind = StagedChunk if table.kind is TableKind.CHUNKS else StagedPartition
    return kind(conn, table, month, f"_s{conn.info.backend_pid}" if private else "")


def default_filled(conn: Connection, table: CatalogTable) -> bool:
    """Say whether the default partition has any page.

    A look at its size leaves no lock behind, but waits for whoever is attaching a month.
    """
    if table.default_partition is None:
        return False
    relation = f'"{table.schema}"."{table.default_partition}"'
    return bool(value(conn, "SELECT pg_relation_size(%s::regclass) > 0", [relation]))


class StagedPartition:
    """A month's partition while it is still a table of its own.

    For many rows: `create`, copy, `build_indexes`, then, holding the publishing lock, `give_way`,
    `take_strays`, `add_foreign_keys`, `attach`. For few, all under the lock: `create` and `attach`,
    which makes indexes and foreign keys on what is still empty, then copy.

    The month's own names are used under the publishing lock alone. What is created before has names
    that no other session takes; `attach` gives it the month's.
    """

    def __init__(
        self, conn: Connection, table: CatalogTable, month: Month, suffix: str = ""
    ) -> None:
        """Touch nothing yet; `suffix` is what its names have beyond the month's until `attach`."""
        self._conn = conn
        self._table = table
        self._month = month
        self._schema = table.schema
        self._suffix = suffix
        self._indexes = 0
        self.has_foreign_keys = False
        """Whether they stand, so that rows copied from now on need another proof."""
        self._parent = sql.Identifier(table.schema, table.name)
        self.name = partition_name(table.name, month)
        """What the partition is called in the end."""

    @property
    def identifier(self) -> sql.Identifier:
        """What it is called now."""
        return self._named(self._suffix)

    def _named(self, suffix: str) -> sql.Identifier:
        return sql.Identifier(self._schema, partition_name(self._table.name, self._month, suffix))

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
        """Build all keys and indexes that the attachment would otherwise build.

        Their names are given: those that PostgreSQL makes are cut before the month, and older
        releases may choose one that another session is about to commit.
        """
        self._indexes = len(self._table.keys) + len(self._table.indexes)
        for number, key in enumerate(self._table.keys, 1):
            run(
                self._conn,
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    self.identifier, sql.Identifier(self._index_name(number)), _verbatim(key)
                ),
            )
        for number, (unique, tail) in enumerate(self._table.indexes, len(self._table.keys) + 1):
            run(
                self._conn,
                sql.SQL("CREATE {} {} ON {} {}").format(
                    sql.SQL("UNIQUE INDEX" if unique else "INDEX"),
                    sql.Identifier(self._index_name(number)),
                    self.identifier,
                    _verbatim(tail),
                ),
            )

    def give_way(self) -> None:
        """Look for others who wait for it: as long as it is private, there are none."""

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
        lower, upper = self._month.bounds(self._table.partition_type)
        run(
            self._conn,
            sql.SQL(statement("loader", "move_from_default")).format(
                default_partition=sql.Identifier(self._table.schema, self._table.default_partition),
                column=sql.Identifier(self._table.partition_column or ""),
                columns=sql.SQL(", ").join(map(sql.Identifier, self._table.columns)),
                lower=sql.Literal(lower),
                upper=sql.Literal(upper),
                staged=self.identifier,
            ),
        )

    def add_foreign_keys(self) -> None:
        """Add the parent's foreign keys, each validated by one scan; attaching adopts them."""
        keys = self._table.foreign_keys
        self.has_foreign_keys = True
        if keys:
            added = sql.SQL(", ").join(
                sql.SQL("ADD CONSTRAINT {} {}").format(
                    sql.Identifier(key.name), _verbatim(key.definition)
                )
                for key in keys
            )
            run(self._conn, sql.SQL("ALTER TABLE {} {}").format(self.identifier, added))

    def attach(self) -> None:
        """Make it the parent's partition of its month."""
        self._take_own_names()
        lower, upper = self._month.bounds(self._table.partition_type)
        run(
            self._conn,
            sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                self._parent, self.identifier, sql.Literal(lower), sql.Literal(upper)
            ),
        )

    def _take_own_names(self) -> None:
        if not self._suffix:
            return
        for more in ["", *map(_index_suffix, range(1, self._indexes + 1))]:
            run(
                self._conn,
                sql.SQL("ALTER {} {} RENAME TO {}").format(
                    sql.SQL("INDEX" if more else "TABLE"),
                    self._named(self._suffix + more),
                    sql.Identifier(partition_name(self._table.name, self._month, more)),
                ),
            )
        self._suffix = ""

    def _index_name(self, number: int) -> str:
        return partition_name(self._table.name, self._month, self._suffix + _index_suffix(number))


class ReservedPartition(StagedPartition):
    """A month whose table and foreign keys an earlier transaction made, while it was empty.

    To make a foreign key locks the table that it refers to against all who write to it, until the
    transaction ends. `reserve` does so in a transaction that holds the publishing lock anyway;
    whoever fills the table later then needs the lock for no longer than `attach` takes.

    Until then it lies in a schema of its own. Its foreign keys are real: who deletes a row that
    they may refer to looks into it, and waits while it is being filled.
    """

    def __init__(self, conn: Connection, table: CatalogTable, month: Month) -> None:
        """The partition of a table for a month; nothing is asked of the database yet."""
        super().__init__(conn, table, month)
        self._schema = reserved.SCHEMA
        self.has_foreign_keys = True

    def state(self) -> "Reservation":
        """Say whether it can be made, is there, or has become another than the month must be."""
        params = {
            "schema": reserved.SCHEMA,
            "relation": self._table.qualified,
            "reserved": self.name,
        }
        return Reservation(value(self._conn, statement("loader", "reserved"), params))

    def reserve(self) -> None:
        """Make the table and its foreign keys; hold the publishing lock."""
        super().create()
        self.add_foreign_keys()

    def create(self) -> None:
        """Begin anew, with what is still empty, so that COPY may freeze its rows."""
        run(self._conn, sql.SQL("TRUNCATE {}").format(self.identifier))

    def give_way(self) -> None:
        """Raise LockNotAvailable if somebody waits to look into it, who holds what is needed next.

        A deadlock would end either of both, after a second; this can be tried again.
        """
        params = {"schema": reserved.SCHEMA, "reserved": self.name}
        if value(self._conn, statement("loader", "is_waited_for"), params):
            raise errors.LockNotAvailable(f"somebody deletes what {self.name} may refer to")

    def _take_own_names(self) -> None:
        home = sql.Identifier(self._table.schema)
        run(self._conn, sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(self.identifier, home))
        self._schema = self._table.schema


class StagedChunk(StagedPartition):
    """A month of a hypertable while it is still a table of its own.

    TimescaleDB makes each foreign key itself when it attaches a chunk, and names it; made before,
    all would be there and be checked twice. There is no default partition.
    """

    def add_foreign_keys(self) -> None:
        """Leave them to the attachment."""

    def attach(self) -> None:
        """Make it the hypertable's chunk of its month."""
        self._take_own_names()
        lower, upper = self._month.bounds(self._table.partition_type)
        run(
            self._conn,
            statement("loader", "attach_chunk"),
            {
                "hypertable": self._table.qualified,
                "chunk": f'"{self._table.schema}"."{self.name}"',
                "slices": json.dumps({self._table.partition_column: [lower, upper]}),
            },
        )


def _index_suffix(number: int) -> str:
    return f"_i{number}"


def _verbatim(definition: str) -> sql.SQL:
    """Take DDL that PostgreSQL itself wrote (pg_get_constraintdef, pg_get_indexdef) as it is."""
    return sql.SQL(definition)
