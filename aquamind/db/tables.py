"""What the database knows of the tables that models are kept in: how large, by which months."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final, Self

from django.db import connection, models
from django.http import HttpRequest
from psycopg import sql

from aquamind.db.partitions import query

LARGE: Final = 200_000
"""Rows from which on a table is not read from one end to the other for a page."""

MANY: Final = 2_000
"""Rows of one table from which on they are not deleted along with the row that they refer to."""

FEW: Final = 50
"""Rows up to which a table is a list to choose from."""


@dataclass(frozen=True)
class Months:
    """The months that a partitioned table has places for, newest first."""

    field: models.Field
    first_days: tuple[date, ...]

    def within(self, month: date) -> dict[str, date]:
        """The condition that keeps a query to one month, so to one partition."""
        first, end = month, (month + timedelta(days=31)).replace(day=1)
        if isinstance(self.field, models.DateTimeField):
            first, end = _midnight(first), _midnight(end)
        return {f"{self.field.name}__gte": first, f"{self.field.name}__lt": end}


class Tables:
    """Asked at most once for a request."""

    def __init__(self) -> None:
        self._few: dict[type[models.Model], bool] = {}

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """What is known for this request."""
        found: Self | None = getattr(request, "_aquamind_tables", None)
        if found is None:
            found = request._aquamind_tables = cls()
        return found

    @cached_property
    def large(self) -> Mapping[str, int]:
        """Names of the large tables, and about how many rows each holds."""
        with connection.cursor() as cursor:
            cursor.execute(query("large_tables"), {"rows": LARGE})
            return dict(cursor.fetchall())

    def is_large(self, model: type[models.Model]) -> bool:
        """Whether the model's table is large."""
        return model._meta.db_table in self.large

    def are_few(self, model: type[models.Model]) -> bool:
        """Whether the table has at most FEW rows."""
        if model not in self._few:
            self._few[model] = model._base_manager.order_by()[: FEW + 1].count() <= FEW
        return self._few[model]

    def lead_to_large(self, model: type[models.Model]) -> list[models.ForeignObjectRel]:
        """The relations by which rows of large tables hang on rows of the model, or may."""
        return [r for r in _referring(model) if self._leads(r.related_model, {model})]

    def _leads(self, model: type[models.Model], seen: set[type[models.Model]]) -> bool:
        if model in seen:
            return False
        seen.add(model)
        return self.is_large(model) or any(
            self._leads(relation.related_model, seen) for relation in _referring(model)
        )


def _referring(model: type[models.Model]) -> list[models.ForeignObjectRel]:
    """Foreign keys to the model; those of history tables have no name and hold nothing up."""
    return list(model._meta.related_objects)


def months_of(model: type[models.Model]) -> Months | None:
    """The months of a table that is partitioned by month; None for any other.

    They are those of its partitions, and of what lies in the DEFAULT partition.
    """
    with connection.cursor() as cursor:
        cursor.execute(query("month_partitions"), {"table": model._meta.db_table})
        partitions = cursor.fetchall()
        if not partitions:
            return None
        column = partitions[0][0]
        found = {month for _, _, month in partitions if month is not None}
        for _, partition, month in partitions:
            if month is None:
                names = {"table": sql.Identifier(partition), "column": sql.Identifier(column)}
                cursor.execute(sql.SQL(query("months_within")).format(**names))
                found.update(first for (first,) in cursor.fetchall())
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    return Months(field, tuple(sorted(found, reverse=True)))


def indexed(model: type[models.Model]) -> set[str]:
    """Names of the fields that lead an index of the model's table."""
    opts = model._meta
    single = {f.name for f in opts.concrete_fields if f.unique or f.db_index}
    several = {index.fields[0].lstrip("-") for index in opts.indexes if index.fields}
    unique = {one.fields[0] for one in opts.total_unique_constraints}
    return {opts.pk.name, *single, *several, *unique, *(names[0] for names in opts.unique_together)}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
