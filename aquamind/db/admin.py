"""The admin of every model: what a page offers depends on how many rows it would have to read.

Nothing of this is said model by model. A foreign key is chosen from a list, by searching or by its
id, as many rows as there are to choose from. A large table (`tables.LARGE`) that is partitioned is
shown a month at a time, where every column can be sorted and counts are exact. One that is not can
be sorted by its indexes only, and its rows are estimated. What large tables refer to is not
deleted here.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, ForeignKeyRawIdWidget
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.text import capfirst, smart_split
from simple_history.admin import SimpleHistoryAdmin

from aquamind.dashboard.links import page_about
from aquamind.db import tables
from aquamind.db.tables import Months, Tables, indexed, months_of
from aquamind.program import as_called

Rows = models.QuerySet[Any]


class About(int):
    """A number of rows that is an estimate, and says so wherever it is printed."""

    def __str__(self) -> str:
        return f"about {int(self):,}"


class LargePaginator(Paginator):
    """Takes the planner's estimate where a list is long, and pages from the nearer end.

    The last pages end with the last row, whatever the estimate is worth.
    """

    @cached_property
    def count(self) -> int:
        """Rows of the list; About, if they are not counted."""
        plan = self.object_list.order_by().explain(format="json")
        # Without a plan, as when a search names nothing, there are no rows.
        planned = int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0
        if planned >= tables.LARGE:
            return About(planned)
        counted: int = self.object_list.count()
        return counted

    def page(self, number: int) -> Page:
        """One page, as a list where it lies in the second half."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        end = min(first + self.per_page, self.count)
        if 2 * first < self.count:
            return self._get_page(self.object_list[first:end], number, self)
        from_the_end = self.object_list.reverse()[self.count - end : self.count - first]
        return self._get_page(list(from_the_end)[::-1], number, self)


class MonthFilter(admin.ListFilter):
    """Offers the months of one year, and the other years."""

    title = "month"
    parameter_name = "month"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: admin.ModelAdmin,
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.wanted = params.pop(self.parameter_name, [""])[-1]

    def has_output(self) -> bool:
        """There is always something to choose from."""
        return True

    def expected_parameters(self) -> list[str]:
        """Name of the parameter."""
        return [self.parameter_name]

    def queryset(self, request: HttpRequest, queryset: Rows) -> None:
        """Nothing: which month is shown depends on what else was asked for; see FarmChangeList."""

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """The months of the year that is shown, and the last month of each other year."""
        if changelist.about_all is None:
            yield {
                "selected": changelist.month is None,
                "query_string": changelist.get_query_string(remove=[self.parameter_name]),
                "display": "All",
            }
        years = set()
        for month in changelist.months.first_days:
            shown = changelist.month is not None and month.year == changelist.month.year
            if shown or month.year not in years:
                years.add(month.year)
                yield {
                    "selected": month == changelist.month,
                    "query_string": changelist.get_query_string(
                        {self.parameter_name: f"{month:%Y-%m}"}
                    ),
                    "display": f"{month:%Y-%m}" if shown else f"{month.year}",
                }


class FarmChangeList(ChangeList):
    """A list; that of a large table offers only what is answered at once.

    `month` is the one that is shown, None for all; `about_all` the rows of a large table.
    """

    months: Months | None = None
    month: date | None = None
    about_all: About | None = None

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Rows:
        """The rows asked for; those of one month if the table is large and has months."""
        if exclude_parameters is None:
            self._look_at_the_table(Tables.of(request))
        queryset = super().get_queryset(request, exclude_parameters)
        if self.months is not None:
            self.month = self._month(self.months, queryset)
            if self.month is not None:
                return queryset.filter(**self.months.within(self.month))
        return queryset

    def get_results(self, request: HttpRequest) -> None:
        """The rows of the page; a list of all rows does not offer to show all."""
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count

    def get_ordering_field(self, field_name: Any) -> Any:
        """The field to sort by; None for a column that may not be sorted."""
        if self.about_all is not None and field_name not in self.sortable_by:
            return None
        return super().get_ordering_field(field_name)

    def _look_at_the_table(self, known: Tables) -> None:
        self.months = months_of(self.model)
        if known.is_large(self.model):
            self.about_all = About(known.large[self.opts.db_table])
            self.add_facets = self.is_facets_optional = False
            self.date_hierarchy = None
            self.list_filter = [one for one in self.list_filter if self._needs_no_search(one)]
            if self.months is None:
                relations = {field.name for field in self.opts.fields if field.is_relation}
                self.sortable_by = indexed(self.model) - relations
        if self.months is not None:
            self.list_filter = [MonthFilter, *self.list_filter]

    def _needs_no_search(self, list_filter: Any) -> bool:
        """Whether the choices of a filter are known without reading the table for them."""
        try:
            field = self.opts.get_field(list_filter)
        except (FieldDoesNotExist, TypeError, AttributeError):
            return not isinstance(list_filter, str) or "__" in list_filter
        return bool(field.choices or field.is_relation or isinstance(field, models.BooleanField))

    def _month(self, months: Months, queryset: Rows) -> date | None:
        """The month asked for; else, of a large table, the newest in which a search finds rows."""
        chosen = next((f.wanted for f in self.filter_specs if isinstance(f, MonthFilter)), "")
        for month in months.first_days:
            if chosen == f"{month:%Y-%m}":
                return month
        if self.about_all is None or not months.first_days:
            return None
        newest = months.first_days[0]
        if not self.query:
            return newest
        found = (m for m in months.first_days if queryset.filter(**months.within(m)).exists())
        return next(found, newest)


class FarmMixin(BaseModelAdmin):
    """What the admin of every model has in common."""

    list_per_page = 50
    show_full_result_count = False
    change_list_template = "aquamind_db/change_list.html"
    delete_confirmation_template = "aquamind_db/delete_confirmation.html"
    deletion_notes: tuple[str, ...] = (
        "python manage.py runscript cleanup_batch_data deletes all batches and what hangs on them.",
        "python manage.py runscript clear_data deletes the generated farm as well.",
    )
    """What to do instead where a row of this model is not deleted here."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002
        """The class of the list."""
        return FarmChangeList

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Paginator:
        """Pages; of a large table those that are quick."""
        large = Tables.of(request).is_large(self.model)
        return (LargePaginator if large else Paginator)(*args, **kwargs)

    def get_ordering(self, request: HttpRequest) -> Any:
        """The model's own order; else, and in a large table, the newest first by the key."""
        if Tables.of(request).is_large(self.model):
            return ["-pk"]
        return self.ordering or self.opts.ordering or ["-pk"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Foreign keys among the columns, and what the admin adds of what their names need."""
        columns = {f.name for f in self.opts.fields if f.is_relation}
        return [
            *(name for name in self.get_list_display(request) if name in columns),
            *(self.list_select_related or ()),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: Rows, search_term: str
    ) -> tuple[Rows, bool]:
        """What the words find; in a large table by the keys of the rows that they name."""
        if not Tables.of(request).is_large(self.model):
            return super().get_search_results(request, queryset, search_term)
        for word in smart_split(search_term):
            queryset = queryset.filter(
                Q.create(
                    [self._named_by(path, word) for path in self.get_search_fields(request)],
                    connector=Q.OR,
                )
            )
        return queryset, False

    def _named_by(self, path: str, word: str) -> Q:
        """The condition of one search field: an index can serve it."""
        name, _, rest = path.lstrip("=^").partition("__")
        field = self.opts.get_field(name)
        if rest:
            found = field.related_model._default_manager.filter(**{f"{rest}__icontains": word})
            return Q(**{f"{name}__in": list(found.values_list("pk", flat=True))})
        try:
            return Q(**{name: field.to_python(word)})
        except forms.ValidationError:
            return Q(pk__in=())

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """A list of few rows; else a box to search in; else, without a search, the id."""
        related = db_field.remote_field.model
        site = self.admin_site
        if Tables.of(request).are_few(related):
            # Names of rows are made of the rows that they refer to.
            names = [field.name for field in related._meta.fields if field.is_relation]
            kwargs["queryset"] = related._default_manager.select_related(*names)
        elif site.is_registered(related) and site.get_model_admin(related).search_fields:
            kwargs["widget"] = AutocompleteSelect(db_field, site)
        else:
            kwargs["widget"] = ForeignKeyRawIdWidget(db_field.remote_field, site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deletion of many rows where that would mean to look through a large table."""
        actions: dict[str, Any] = super().get_actions(request)
        known = Tables.of(request)
        if known.is_large(self.model) or known.lead_to_large(self.model):
            actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What goes along with the rows, and what does not let them go.

        Nothing is collected if rows of large tables, or many rows of another, hang on them: that
        would take seconds to minutes.
        """
        hanging = list(self._hanging(objs, request))
        if hanging:
            return [], {}, set(), hanging
        return super().get_deleted_objects(objs, request)

    def _hanging(self, objs: Iterable[Any], request: HttpRequest) -> Iterator[str]:
        known = Tables.of(request)
        large = known.lead_to_large(self.model)
        for relation in self.model._meta.related_objects:
            if relation not in large:
                rows = relation.related_model._base_manager.order_by()
                hanging = rows.filter(**{f"{relation.field.name}__in": objs})
                if hanging[: tables.MANY + 1].count() > tables.MANY:
                    yield capfirst(relation.related_model._meta.verbose_name_plural)
        for relation in large:
            referring = relation.related_model
            name = capfirst(referring._meta.verbose_name_plural)
            if relation.field.name not in indexed(referring) and known.is_large(referring):
                yield f"{name}, possibly: by {relation.field.verbose_name} there is no index"
            elif referring._base_manager.filter(**{f"{relation.field.name}__in": objs}).exists():
                yield name

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Ask, or say what has to be done instead."""
        notes = [as_called(note) for note in self.deletion_notes]
        context = {"deletion_notes": notes, **(extra_context or {})}
        return super().delete_view(request, object_id, context)

    def view_on_site(self, row: models.Model) -> str | None:
        """The page of the dashboard that shows the row."""
        return page_about(row)


class FarmPlainAdmin(FarmMixin, admin.ModelAdmin):
    """The admin of a model without history."""


class FarmAdmin(FarmMixin, SimpleHistoryAdmin):
    """The admin of a model with history."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, with a link to the history of all rows."""
        history = _history_of(self.model)._meta
        name = f"{self.admin_site.name}:{history.app_label}_{history.model_name}_changelist"
        return super().changelist_view(request, {"history_list": name, **(extra_context or {})})


class HistoryRowsAdmin(FarmPlainAdmin):
    """The rows of a history table: to be looked at, found by the id of the row they tell of."""

    def has_module_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """The list of the tracked table leads here; the index would be twice as long."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """History is written by what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """History stays as it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """History stays."""
        return False


def register_histories(site: admin.AdminSite) -> None:
    """Add the history table of each model that has one."""
    for model, model_admin in list(site._registry.items()):
        if isinstance(model_admin, FarmAdmin):
            history = _history_of(model)
            fields = {field.name for field in history._meta.concrete_fields}
            own = ("history_date", "history_type", model._meta.pk.name)
            shown = [name for name in model_admin.list_display if name in fields - {*own}]
            site.register(
                history,
                HistoryRowsAdmin,
                list_display=[*own, *shown, "history_user"],
                list_select_related=model_admin.list_select_related,
                search_fields=[f"={model._meta.pk.name}"],
                list_filter=["history_type"],
            )


def _history_of(model: type[models.Model]) -> type[models.Model]:
    manager = getattr(model, model._meta.simple_history_manager_attribute)
    return manager.model
