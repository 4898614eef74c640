"""The admin site lists, filters and edits every model."""

from datetime import UTC, date, datetime, time

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from aquamind.db import tables as tables_of_admin
from aquamind.db.admin import LargePaginator
from aquamind.environmental.models import WeatherData
from aquamind.infrastructure.models import Area, Geography
from tests.schema_reference import our_tables

pytestmark = pytest.mark.django_db

MODELS = {model._meta.db_table: model for model in apps.get_models()}
TABLES = sorted(our_tables().keys() & MODELS.keys())
IN_ONE_PLACE = {"infrastructure_container": "hall", "infrastructure_feedcontainer": "hall"}
"""One of several nullable foreign keys that a check wants to be set."""


def make_month(year: int, month: int) -> None:
    first, end = date(year, month, 1), date(year, month + 1, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE environmental_weatherdata_y{year}m{month:02d} "
            f"PARTITION OF environmental_weatherdata FOR VALUES FROM ('{first}') TO ('{end}')"
        )


SAMPLES = {
    models.DateField: date(2015, 3, 10),
    models.DateTimeField: datetime(2015, 3, 10, 6, tzinfo=UTC),
    models.TimeField: time(8),
    models.JSONField: {"a": 1},
    models.BooleanField: True,
}


def make(model: type[models.Model]) -> models.Model:
    """A saved row with every required column filled, and rows for what it refers to."""
    values: dict[str, object] = {}
    for field in model._meta.concrete_fields:
        needed = IN_ONE_PLACE.get(model._meta.db_table) == field.name
        if (
            (field.primary_key and not field.is_relation)
            or (field.null and not needed)
            or field.has_default()
        ):
            continue
        if field.is_relation:
            related = field.related_model
            values[field.name] = related.objects.first() or make(related)
        else:
            first_choice = field.choices[0][0] if field.choices else "1"
            values[field.name] = SAMPLES.get(type(field), first_choice)
    row = model.objects.create(**values)
    row.refresh_from_db()  # values as stored: decimals with all their places
    return row


@pytest.fixture
def admin_client(client: Client) -> Client:
    # A user without a usable password spares every test the hashing of one.
    client.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def area() -> Area:
    geography = Geography.objects.create(name="Faroe Islands")
    return Area.objects.create(
        name="A-01", geography=geography, latitude=62, longitude=-7, max_biomass=1000
    )


@pytest.mark.parametrize("table", TABLES)
def test_every_model_is_listed_found_and_edited(table: str, admin_client: Client) -> None:
    model = MODELS[table]
    row = make(model)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    page = admin_client.get(reverse(f"{name}_changelist"))
    form = admin_client.get(reverse(f"{name}_change", args=[row.pk]))

    assert row in list(page.context["cl"].result_list)
    assert len(page.context["cl"].list_display) > 2, "the box to tick and at least two columns"
    assert admin_client.get(reverse(f"{name}_changelist"), {"q": "1"}).status_code == 200
    assert str(row) in form.context["subtitle"]
    assert admin_client.get(reverse(f"{name}_history", args=[row.pk])).status_code == 200


def weather(area: Area, *days: date) -> None:
    WeatherData.objects.bulk_create(
        WeatherData(area=area, timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC))
        for day in days
    )


WEATHER = "admin:environmental_weatherdata_changelist"


def test_a_partitioned_table_can_be_shown_by_months_and_a_large_one_only_so(
    admin_client: Client, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_month(2015, 3)
    make_month(2015, 4)
    make_month(2017, 1)
    # The last one lies in no month's partition, as whatever is entered by hand today.
    weather(area, date(2015, 3, 10), date(2017, 1, 10), date(2019, 5, 10))

    def shown(**parameters: str) -> tuple[list[str], list[str]]:
        page = admin_client.get(reverse(WEATHER), parameters).context["cl"]
        (months,) = [spec for spec in page.filter_specs if spec.title == "month"]
        rows = [f"{row.timestamp:%Y-%m}" for row in page.result_list]
        return rows, [choice["display"] for choice in months.choices(page)]

    assert shown() == (["2019-05", "2017-01", "2015-03"], ["All", "2019", "2017", "2015"])
    assert shown(month="2015-03") == (["2015-03"], ["All", "2019", "2017", "2015-04", "2015-03"])
    monkeypatch.setattr(tables_of_admin, "LARGE", 1)
    assert shown() == (["2019-05"], ["2019-05", "2017", "2015"])
    assert shown(month="nonsense") == shown()
    assert shown(month="2015-03")[0] == ["2015-03"]


def test_a_long_list_is_estimated_says_so_and_ends_with_its_last_row(
    admin_client: Client, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather(area, *(date(2015, 1, day) for day in range(1, 32)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE environmental_weatherdata")
    monkeypatch.setattr(tables_of_admin, "LARGE", 10)
    everything = WeatherData.objects.order_by("-pk")
    pages = LargePaginator(everything, 5)

    assert (pages.count, str(pages.count)) == (31, "about 31")
    paged = [row for number in pages.page_range for row in pages.page(number).object_list]
    assert paged == list(everything)
    assert type(LargePaginator(everything.filter(pk=0), 5).count) is int
    assert LargePaginator(everything.none(), 5).count == 0
    assert "about 31 weather data" in admin_client.get(reverse(WEATHER)).content.decode()


def test_a_large_table_without_months_is_sorted_by_its_indexes_only(
    admin_client: Client, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_of_admin, "LARGE", 0)
    page = admin_client.get(reverse("admin:infrastructure_area_changelist"), {"o": "3"})
    changelist = page.context["cl"]
    assert "latitude" not in changelist.sortable_by
    assert changelist.get_ordering(page.wsgi_request, Area.objects.all()) == ["-pk"]
    assert not changelist.is_facets_optional


def test_what_large_tables_hang_on_is_not_deleted_but_told_how(
    admin_client: Client, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather(area, date(2015, 1, 1))
    url = reverse("admin:infrastructure_area_delete", args=[area.pk])
    assert "Are you sure" in admin_client.get(url).content.decode()
    monkeypatch.setattr(tables_of_admin, "LARGE", 1)
    for answer in (admin_client.get(url), admin_client.post(url, {"post": "yes"})):
        assert "Weather data" in answer.content.decode()
        assert "runscript cleanup_batch_data" in answer.content.decode()
    assert Area.objects.filter(pk=area.pk).exists()


def test_foreign_keys_are_chosen_as_their_number_allows(
    admin_client: Client, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = reverse("admin:environmental_photoperioddata_add")
    assert "admin-autocomplete" not in admin_client.get(form).content.decode()
    monkeypatch.setattr(tables_of_admin, "FEW", 0)
    assert "admin-autocomplete" in admin_client.get(form).content.decode()


def test_dates_are_iso_and_batches_lead_to_the_dashboard(admin_client: Client) -> None:
    batch = make(MODELS["batch_batch"])
    page = admin_client.get(reverse("admin:batch_batch_changelist")).content.decode()
    form = admin_client.get(reverse("admin:batch_batch_change", args=[batch.pk]))
    assert '<td class="field-start_date nowrap">2015-03-10</td>' in page
    assert f'href="/batch/{batch.batch_number}/"' in form.content.decode()


def test_history_tables_are_looked_at_only(admin_client: Client, area: Area) -> None:
    name = "admin:infrastructure_historicalarea"
    listed = admin_client.get(reverse("admin:infrastructure_area_changelist")).content.decode()
    assert f'href="{reverse(f"{name}_changelist")}"' in listed
    page = admin_client.get(reverse(f"{name}_changelist"), {"q": str(area.pk)})
    (row,) = page.context["cl"].result_list
    assert (row.id, row.history_type) == (area.pk, "+")
    change = reverse(f"{name}_change", args=[row.pk])
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, {"name": "x"}).status_code == 403
    assert admin_client.get(reverse(f"{name}_add")).status_code == 403


def test_an_edit_in_the_admin_leaves_history(admin_client: Client, area: Area) -> None:
    url = reverse("admin:infrastructure_area_change", args=[area.pk])
    form = admin_client.get(url).context["adminform"].form.initial
    filled = {name: value for name, value in form.items() if value is not None}

    response = admin_client.post(url, {**filled, "name": "A-02"})

    assert response.status_code == 302
    assert list(area.history.values_list("history_type", "name", "history_user__username")) == [
        ("~", "A-02", "admin"),
        ("+", "A-01", None),
    ]
    history = reverse("admin:infrastructure_area_history", args=[area.pk])
    assert admin_client.get(history).status_code == 200
