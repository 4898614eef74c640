"""Admin behaviour for tables of millions of rows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connections, models
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from aquamind.db.partitions import query

COUNT_LIMIT = 10_000


class EstimatedCountPaginator(Paginator):
    """Counts exactly up to 10,000 rows; beyond, an unfiltered list takes the planner's estimate.

    A filtered list of more rows ends after 10,000: nobody pages further, and counting the rest
    would read the whole table.
    """

    @cached_property
    def count(self) -> int:
        queryset: models.QuerySet[Any] = self.object_list
        counted = queryset.order_by().values("pk")[: COUNT_LIMIT + 1].count()
        if counted <= COUNT_LIMIT:
            return counted
        if queryset.query.where:
            return COUNT_LIMIT
        with connections[queryset.db].cursor() as cursor:
            cursor.execute(query("estimate_rows"), {"table": queryset.model._meta.db_table})
            estimate = cursor.fetchone()[0]
        return max(estimate or 0, COUNT_LIMIT)


class YearFilter(admin.SimpleListFilter):
    """Years that have month partitions; choosing one lets PostgreSQL skip all other partitions.

    A subclass names the time column in `field`.
    """

    title = "year"
    parameter_name = "year"
    field: str

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> Iterable[tuple[str, str]]:
        table = model_admin.model._meta.db_table
        with connections[model_admin.get_queryset(request).db].cursor() as cursor:
            cursor.execute(query("partition_years"), {"table": table})
            return [(str(year), str(year)) for (year,) in cursor.fetchall()]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: models.QuerySet[Any],
    ) -> models.QuerySet[Any]:
        value = self.value()
        if value is None or not value.isdecimal() or not 1 <= int(value) < date.max.year:
            return queryset
        first, end = date(int(value), 1, 1), date(int(value) + 1, 1, 1)
        if isinstance(queryset.model._meta.get_field(self.field), models.DateTimeField):
            first = datetime(first.year, 1, 1, tzinfo=UTC)
            end = datetime(end.year, 1, 1, tzinfo=UTC)
        return queryset.filter(**{f"{self.field}__gte": first, f"{self.field}__lt": end})


def year_filter(field: str) -> type[YearFilter]:
    """A YearFilter on the given time column."""
    return type("YearFilter", (YearFilter,), {"field": field})


class LargeTableMixin:
    """No exact counts, newest rows first by key, which the primary key's index serves."""

    paginator = EstimatedCountPaginator
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)


class LargeTableAdmin(LargeTableMixin, admin.ModelAdmin):
    """A high-volume table without history."""


class LargeHistoryAdmin(LargeTableMixin, SimpleHistoryAdmin):
    """A high-volume table with history."""
