"""The history of tracked tables: which they are, and whose a row is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, LiteralString

from psycopg import sql as psql

from data_generation.named_sql import statement

_NOBODY: Final = "NULL::bigint"
_HARVEST: Final = """(SELECT e.batch_id FROM harvest_harvestevent e
        WHERE e.id = coalesce(t.event_id, h.event_id))"""


@dataclass(frozen=True)
class _Owner:
    """Whose the rows of a table are: a column, or SQL on a row `t` or its last history row `h`."""

    column: str | None = None
    batch: LiteralString = _NOBODY
    silo: LiteralString = _NOBODY


_TRACKED: Final[Mapping[str, _Owner]] = {
    "batch_batch": _Owner("id"),
    "batch_batchcontainerassignment": _Owner("batch_id"),
    "batch_batchtransfer": _Owner("destination_batch_id"),
    "batch_growthsample": _Owner(
        batch="""(SELECT a.batch_id FROM batch_batchcontainerassignment a
        WHERE a.id = coalesce(t.assignment_id, h.assignment_id))"""
    ),
    "batch_mortalityevent": _Owner("batch_id"),
    "inventory_feedpurchase": _Owner(
        silo="""(SELECT min(s.feed_container_id) FROM inventory_feedcontainerstock s
        WHERE s.feed_purchase_id = coalesce(t.id, h.id))"""
    ),
    "inventory_feedcontainerstock": _Owner(
        silo="coalesce(t.feed_container_id, h.feed_container_id)"
    ),
    "inventory_feedingevent": _Owner("batch_id"),
    "harvest_harvestevent": _Owner("batch_id"),
    "harvest_harvestlot": _Owner(batch=_HARVEST),
    "harvest_harvestwaste": _Owner(batch=_HARVEST),
}
"""The tracked tables that batches fill."""


def history_table(table: str) -> str:
    """The table in which django-simple-history keeps the states of a table's rows."""
    app, model = table.split("_", 1)
    return f"{app}_historical{model}"


def branches(columns: Collection[str], *, restricted: bool) -> psql.Composed:
    """The parts of `history_incomplete`, one a table; `columns` are all of the database's.

    If restricted, tables whose rows name their batch are read for the parameter `batches` only.
    """
    template = psql.SQL(statement(__package__, "integrity", "history_of_a_table"))
    parts = [
        template.format(
            name=psql.Literal(table),
            table=psql.Identifier(table),
            history=psql.Identifier(history_table(table)),
            theirs=_theirs(owner) if restricted else psql.SQL("true"),
            batch=_batch(owner),
            silo=psql.SQL(owner.silo),
            columns_there=_columns("h", table, columns),
            columns_here=_columns("t", table, columns),
        )
        for table, owner in _TRACKED.items()
    ]
    return psql.SQL("\nUNION ALL\n").join(parts)


def _theirs(owner: _Owner) -> psql.Composable:
    if owner.column is None:
        return psql.SQL("true")
    return psql.SQL("{} = ANY (%(batches)s::bigint[])").format(psql.Identifier(owner.column))


def _batch(owner: _Owner) -> psql.Composable:
    if owner.column is None:
        return psql.SQL(owner.batch)
    return psql.SQL("coalesce({}, {})").format(
        psql.Identifier("t", owner.column), psql.Identifier("h", owner.column)
    )


def _columns(alias: str, table: str, columns: Collection[str]) -> psql.Composed:
    prefix = f"{table}."
    names = sorted(name.removeprefix(prefix) for name in columns if name.startswith(prefix))
    return psql.SQL(", ").join(psql.Identifier(alias, name) for name in names)
