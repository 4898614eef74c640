"""The history of tracked tables: which they are, and whose a row is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, LiteralString

from psycopg import sql as psql

from data_generation.generators.domains import TABLES
from data_generation.named_sql import statement
from data_generation.storage.postgres.catalog import history_table

_NOBODY: Final = "NULL::bigint"
_HARVEST: Final = """(SELECT e.batch_id FROM harvest_harvestevent e
        WHERE e.id = coalesce(t.event_id, h.event_id))"""
_STAY: Final = """(SELECT a.batch_id FROM batch_batchcontainerassignment a
        WHERE a.id = coalesce(t.{column}, h.{column}))"""
_SAMPLING: Final = """(SELECT a.batch_id FROM batch_batchcontainerassignment a
        JOIN health_healthsamplingevent e ON e.assignment_id = a.id
        WHERE e.id = coalesce(t.sampling_event_id, h.sampling_event_id))"""
_EGGS: Final = """(SELECT min(p.batch_id) FROM broodstock_batchparentage p
        WHERE p.egg_production_id = coalesce(t.{column}, h.{column}))"""


_APPS: Final = {
    "batch",
    "broodstock",
    "environmental",
    "finance",
    "harvest",
    "health",
    "infrastructure",
    "inventory",
}


@dataclass(frozen=True)
class _Owner:
    """Whose the rows of a table are: columns, or SQL on a row `t` or its last history row `h`.

    `column` names the batch and lets a restricted query read only the batch's rows.
    """

    column: str | None = None
    batch: LiteralString = _NOBODY
    silo: LiteralString = _NOBODY
    container: LiteralString = _NOBODY
    area: LiteralString = _NOBODY


_OWNERS: Final[Mapping[str, _Owner]] = {
    "batch_batch": _Owner("id"),
    "batch_batchcontainerassignment": _Owner("batch_id"),
    "batch_batchtransfer": _Owner("destination_batch_id"),
    "batch_batchtransferworkflow": _Owner("batch_id"),
    "batch_transferaction": _Owner(batch=_STAY.replace("{column}", "source_assignment_id")),
    "batch_growthsample": _Owner(batch=_STAY.replace("{column}", "assignment_id")),
    "batch_mortalityevent": _Owner("batch_id"),
    "broodstock_batchparentage": _Owner("batch_id"),
    "broodstock_eggproduction": _Owner(batch=_EGGS.replace("{column}", "id")),
    "broodstock_externaleggbatch": _Owner(batch=_EGGS.replace("{column}", "egg_production_id")),
    "environmental_photoperioddata": _Owner(area="coalesce(t.area_id, h.area_id)"),
    "environmental_stagetransitionenvironmental": _Owner(
        batch="""(SELECT m.destination_batch_id FROM batch_batchtransfer m
        WHERE m.id = coalesce(t.batch_transfer_id, h.batch_transfer_id))"""
    ),
    "finance_factharvest": _Owner("dim_batch_id"),
    "finance_intercompanytransaction": _Owner(batch=_HARVEST),
    "finance_navexportline": _Owner("batch_id_int"),
    "harvest_harvestevent": _Owner("batch_id"),
    "harvest_harvestlot": _Owner(batch=_HARVEST),
    "harvest_harvestwaste": _Owner(batch=_HARVEST),
    "health_healthlabsample": _Owner(
        batch=_STAY.replace("{column}", "batch_container_assignment_id")
    ),
    "health_healthsamplingevent": _Owner(batch=_STAY.replace("{column}", "assignment_id")),
    "health_individualfishobservation": _Owner(batch=_SAMPLING),
    "health_journalentry": _Owner("batch_id"),
    "health_licecount": _Owner("batch_id"),
    "health_mortalityrecord": _Owner("batch_id"),
    "health_treatment": _Owner("batch_id"),
    "infrastructure_area": _Owner(area="coalesce(t.id, h.id)"),
    "infrastructure_container": _Owner(container="coalesce(t.id, h.id)"),
    "infrastructure_feedcontainer": _Owner(silo="coalesce(t.id, h.id)"),
    "infrastructure_sensor": _Owner(container="coalesce(t.container_id, h.container_id)"),
    "inventory_batchfeedingsummary": _Owner("batch_id"),
    "inventory_containerfeedingsummary": _Owner("batch_id"),
    "inventory_feedpurchase": _Owner(
        silo="""(SELECT min(s.feed_container_id) FROM inventory_feedcontainerstock s
        WHERE s.feed_purchase_id = coalesce(t.id, h.id))"""
    ),
    "inventory_feedcontainerstock": _Owner(
        silo="coalesce(t.feed_container_id, h.feed_container_id)"
    ),
    "inventory_feedingevent": _Owner("batch_id"),
}
"""Tracked tables whose rows belong to a batch or a place. Those of others are looked at only when
the whole database is."""


def tracked(columns: Collection[str], keys: Mapping[str, str]) -> tuple[str, ...]:
    """Tables of the farm with a history; `columns` are all of the database's, `keys` its keys.

    Some tables are filled without their history, where a version keeps one. That of sensor readings
    is for corrections made by hand: the readings themselves are not tracked.
    """
    tables = {name.split(".")[0] for name in columns}
    return tuple(
        sorted(
            table
            for table in tables
            if table.split("_")[0] in _APPS
            and table in keys
            and f"{history_table(table)}.history_type" in columns
            and (table not in TABLES or TABLES[table].history)
        )
    )


def quick(
    table: str, columns: Collection[str], keys: Mapping[str, str]
) -> tuple[psql.Composed, ...]:
    """Queries that, if each says true, leave no doubt about the history of a table.

    Most tables are only added to. A sort of their history by row would take most of the time of all
    checks.
    """
    return tuple(
        psql.SQL(statement(__package__, "integrity", name)).format(
            key=psql.Identifier(keys[table]),
            table=psql.Identifier(table),
            history=psql.Identifier(history_table(table)),
            columns_there=_columns("h", table, columns),
            columns_here=_columns("t", table, columns),
        )
        for name in ("histories_as_many", "histories_equal")
    )


def branches(
    columns: Collection[str],
    keys: Mapping[str, str],
    among: Collection[str],
    *,
    restricted: bool,
) -> psql.Composed:
    """The parts of `history_incomplete`, one for each of some tables, or one that finds nothing.

    `columns` are all of the database's.

    If restricted, tables whose rows name their batch are read for the parameter `batches` only, and
    those whose rows belong to nobody not at all.
    """
    template = psql.SQL(statement(__package__, "integrity", "history_of_a_table"))
    parts = [
        template.format(
            name=psql.Literal(table),
            key=psql.Identifier(keys[table]),
            table=psql.Identifier(table),
            history=psql.Identifier(history_table(table)),
            theirs=_theirs(owner) if restricted else psql.SQL("true"),
            batch=_batch(owner),
            silo=psql.SQL(owner.silo),
            container=psql.SQL(owner.container),
            area=psql.SQL(owner.area),
            columns_there=_columns("h", table, columns),
            columns_here=_columns("t", table, columns),
        )
        for table in among
        if (owner := _OWNERS.get(table, _Owner())) != _Owner() or not restricted
    ]
    if not parts:
        return psql.Composed([psql.SQL(statement(__package__, "integrity", "history_of_no_table"))])
    return psql.SQL("\nUNION ALL\n").join(parts)


def _theirs(owner: _Owner) -> psql.Composable:
    if owner.column is None:
        return psql.SQL("true")
    return psql.SQL("{} = ANY (%(batches)s::bigint[])").format(psql.Identifier(owner.column))


def _batch(owner: _Owner) -> psql.Composable:
    if owner.column is None:
        return psql.SQL(owner.batch)
    return psql.SQL("coalesce({}, {})::bigint").format(
        psql.Identifier("t", owner.column), psql.Identifier("h", owner.column)
    )


def _columns(alias: str, table: str, columns: Collection[str]) -> psql.Composed:
    prefix = f"{table}."
    names = sorted(name.removeprefix(prefix) for name in columns if name.startswith(prefix))
    return psql.SQL(", ").join(psql.Identifier(alias, name) for name in names)
