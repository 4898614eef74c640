"""The admin site lists, filters and edits every model."""

from datetime import UTC, date, datetime, time

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from aquamind.db import admin as large
from aquamind.db.admin import EstimatedCountPaginator
from aquamind.environmental.models import WeatherData
from aquamind.infrastructure.models import Area, Geography
from tests.schema_reference import PARTITIONED, tables

pytestmark = pytest.mark.django_db

TABLES = sorted(tables())
MODELS = {model._meta.db_table: model for model in apps.get_models()}


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
        if field.primary_key or field.null or field.has_default():
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


@pytest.mark.parametrize("table", [name for name in PARTITIONED if "_historical" not in name])
def test_large_tables_are_not_counted(table: str) -> None:
    site = admin.site._registry[MODELS[table]]

    assert site.paginator is EstimatedCountPaginator
    assert site.show_full_result_count is False
    assert site.date_hierarchy is None


def test_the_year_filter_offers_the_years_that_have_partitions(
    admin_client: Client, area: Area
) -> None:
    make_month(2015, 3)
    make_month(2015, 4)
    make_month(2017, 1)
    for year in (2015, 2017):
        WeatherData.objects.create(area=area, timestamp=datetime(year, 3, 10, tzinfo=UTC))
    url = reverse("admin:environmental_weatherdata_changelist")

    page = admin_client.get(url, {"year": "2015"}).context["cl"]

    assert [row.timestamp.year for row in page.result_list] == [2015]
    assert [label for label, _ in page.filter_specs[0].lookup_choices] == ["2015", "2017"]
    assert admin_client.get(url, {"year": "x"}).context["cl"].result_count == 2


def test_a_long_list_is_estimated_and_a_filtered_one_ends(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "COUNT_LIMIT", 10)
    WeatherData.objects.bulk_create(
        WeatherData(area=area, timestamp=datetime(2015, 1, day, tzinfo=UTC)) for day in range(1, 32)
    )
    everything = WeatherData.objects.order_by("-pk")

    assert EstimatedCountPaginator(everything, 5).count == 10
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE environmental_weatherdata")
    assert EstimatedCountPaginator(everything, 5).count == 31
    assert EstimatedCountPaginator(everything.filter(area=area), 5).count == 10
    assert EstimatedCountPaginator(everything.filter(pk=0), 5).count == 0


def test_the_count_of_a_plain_table_is_estimated_too(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "COUNT_LIMIT", 0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE infrastructure_area")
    assert EstimatedCountPaginator(Area.objects.order_by("pk"), 5).count == 1


def test_an_edit_in_the_admin_leaves_history(admin_client: Client, area: Area) -> None:
    url = reverse("admin:infrastructure_area_change", args=[area.pk])
    form = admin_client.get(url).context["adminform"].form.initial

    response = admin_client.post(url, {**form, "name": "A-02"})

    assert response.status_code == 302
    assert list(area.history.values_list("history_type", "name", "history_user__username")) == [
        ("~", "A-02", "admin"),
        ("+", "A-01", None),
    ]
    history = reverse("admin:infrastructure_area_history", args=[area.pk])
    assert admin_client.get(history).status_code == 200
