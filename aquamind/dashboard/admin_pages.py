"""Every page of the admin that somebody can reach, and what answers it without a login."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.templatetags.admin_list import date_hierarchy, result_headers
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteMixin
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import NoReverseMatch, resolve, reverse

KINDS: Final = (
    "list",
    "last page",
    "sort",
    "filter",
    "counts",
    "search",
    "add",
    "change",
    "choices",
    "history",
    "delete",
)
_NOWHERE: Final = "no-such-thing"


@dataclass(frozen=True)
class Page:
    """An address of the admin; `kind` is one of KINDS."""

    model: str
    kind: str
    address: str


def answer(address: str) -> HttpResponse:
    """What the admin answers a superuser, rendered.

    The user is not stored and there is no session, so asking leaves nothing in the database.
    """
    view = resolve(address.partition("?")[0])
    response = view.func(_request(address), *view.args, **view.kwargs)
    return response.render() if hasattr(response, "render") else response


def models() -> set[str]:
    """Labels of the admin's models, in small letters, such as `batch.batch`."""
    return {model._meta.label_lower for model in site._registry}


def pages(model: str) -> Iterator[Page]:
    """Every page of a model, given by its label, to which its lists and forms themselves lead."""
    for kind, address in _pages_of(site.get_model_admin(apps.get_model(model))):
        yield Page(model, kind, address)


def _request(address: str) -> HttpRequest:
    request = RequestFactory(SERVER_NAME="localhost").get(address)
    request.user = User(username="nobody", is_active=True, is_staff=True, is_superuser=True)
    request.resolver_match = resolve(request.path)
    return request


def _pages_of(model_admin: ModelAdmin) -> Iterator[tuple[str, str]]:
    opts = model_admin.opts
    name = f"admin:{opts.app_label}_{opts.model_name}"
    table = reverse(f"{name}_changelist")
    request = _request(table)
    changelist = model_admin.get_changelist_instance(request)
    yield "list", table
    for kind, parameters in _lists(changelist):
        yield kind, f"{table}{parameters}"
    if model_admin.has_add_permission(request):
        yield "add", reverse(f"{name}_add")
        for field in model_admin.get_form(request)().fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, AutocompleteMixin):
                yield "choices", _choices(widget.field)
    for row in _ends(changelist):
        yield "change", reverse(f"{name}_change", args=[quote(row.pk)])
        if model_admin.has_delete_permission(request, row):
            yield "delete", reverse(f"{name}_delete", args=[quote(row.pk)])
        yield from _histories(name, row)


def _lists(changelist: ChangeList) -> Iterator[tuple[str, str]]:
    """Kind and query of every other list that this one offers."""
    if changelist.multi_page:
        yield "last page", changelist.get_query_string({"p": changelist.paginator.num_pages})
    for header in result_headers(changelist):
        if header["sortable"]:
            yield "sort", header["url_primary"]
    for spec in changelist.filter_specs:
        for choice in _few([c for c in spec.choices(changelist) if not c["selected"]]):
            yield "filter", choice["query_string"]
    if changelist.date_hierarchy:
        for choice in _few((date_hierarchy(changelist) or {"choices": []})["choices"]):
            yield "filter", choice["link"]
    if changelist.is_facets_optional and changelist.has_filters:
        yield "counts", changelist.add_facet_link
    if changelist.search_fields:
        for term in (*_terms(changelist), _NOWHERE):
            yield "search", changelist.get_query_string({"q": term})


def _terms(changelist: ChangeList) -> Iterator[str]:
    """What finds the rows at both ends of the table."""
    path = changelist.search_fields[0].lstrip("=^@").split("__")
    for row in _ends(changelist):
        value = reduce(lambda found, step: getattr(found, step, None), path, row)
        if value is not None:
            yield str(value)


def _ends(changelist: ChangeList) -> Iterator[Model]:
    """The first row of the list and the first of the table."""
    newest = next(iter(changelist.result_list), None)
    oldest = changelist.model._default_manager.order_by("pk").first()
    yield from dict.fromkeys(row for row in (newest, oldest) if row is not None)


def _few(choices: Iterable[Any]) -> list[Any]:
    """The first and the last."""
    found = list(choices)
    return found[:1] + found[1:][-1:]


def _choices(field: ForeignKey) -> str:
    source = field.model._meta
    words = {
        "app_label": source.app_label,
        "model_name": source.model_name,
        "field_name": field.name,
        "term": "",
    }
    return f"{reverse('admin:autocomplete')}?{urlencode(words)}"


def _histories(name: str, row: Model) -> Iterator[tuple[str, str]]:
    yield "history", reverse(f"{name}_history", args=[quote(row.pk)])
    manager = getattr(row._meta, "simple_history_manager_attribute", None)
    if manager is None:
        return
    try:
        version = getattr(row, manager).latest("history_date")
        yield "history", reverse(f"{name}_simple_history", args=[quote(row.pk), version.pk])
    except (ObjectDoesNotExist, NoReverseMatch):
        return  # a row that was stored without history
