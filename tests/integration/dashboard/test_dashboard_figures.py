"""The figures of the dashboard's pages against plain SQL."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from aquamind.batch.models import BatchContainerAssignment
from aquamind.dashboard.queries import statement
from tests.integration.dashboard.support import text_of


def test_the_farm_of_a_day_is_what_the_history_says(client, ask):
    day = ask("SELECT max(assignment_date) FROM batch_batchcontainerassignment")[0][0]
    fish, biomass, places = ask(
        "SELECT sum(h.population_count), sum(h.biomass_kg), count(*)"
        " FROM batch_batchcontainerassignment a CROSS JOIN LATERAL ("
        "   SELECT * FROM batch_historicalbatchcontainerassignment h WHERE h.id = a.id"
        "   AND h.history_date < %s::date + 1 ORDER BY history_date DESC LIMIT 1) h"
        " WHERE a.assignment_date <= %s AND coalesce(a.departure_date, 'infinity') > %s",
        *(day, day, day),
    )[0]
    answer = client.get(f"/farm/?date={day}")
    farm = answer.context["farm"]
    assert (farm.fish, round(farm.biomass_kg, 2)) == (fish, float(biomass))
    assert sum(holding.fish for holding in farm.holdings) == fish
    body = answer.content.decode()
    assert body.count("<a href") > places
    assert body.count('class="tile stage-') == places
    containers = ask("SELECT count(*) FROM infrastructure_container")[0][0]
    assert body.count('class="tile empty"') == containers - places
    assert f"{fish:,}" in text_of(answer)


@pytest.mark.parametrize("measure", ["density", "temperature", "lice"])
def test_tiles_can_be_coloured_by_what_was_measured(client, ask, measure):
    day = ask("SELECT max(count_date)::date FROM health_licecount")[0][0]
    answer = client.get(f"/farm/?date={day}&by={measure}")
    body = answer.content.decode()
    assert "tile stage-" not in body
    assert re.search(r'class="tile q[0-5]', body)
    assert f"by={measure}" in body  # other days keep the measure


def test_steps_lead_from_day_to_day_and_month_to_month(client):
    steps = client.get("/farm/?date=2016-03-31").context["steps"]
    assert [day for _, day, _ in steps] == [
        date(2016, 2, 29),
        date(2016, 3, 30),
        date(2016, 4, 1),
        date(2016, 4, 30),
    ]


def test_a_day_without_fish_says_which_days_have_some(client, ask):
    first = ask("SELECT min(assignment_date) FROM batch_batchcontainerassignment")[0][0]
    assert str(first) in text_of(client.get(f"/farm/?date={first - timedelta(days=1)}"))


def test_fish_are_on_the_farm_as_long_as_their_batchs_rows_tell_of_them(client, ask):
    (last,) = ask("SELECT max(updated_at)::date FROM batch_batchcontainerassignment")[0]
    (alive,) = ask(
        "SELECT count(*) FROM batch_batchcontainerassignment WHERE departure_date IS NULL"
    )[0]

    def tiles(day: date) -> int:
        return client.get(f"/farm/?date={day}").content.decode().count('class="tile stage-')

    assert tiles(last) == alive > 0
    assert tiles(last + timedelta(days=1)) == 0
    with transaction.atomic():
        # Whoever does not write fish counts every day still feeds the fish.
        BatchContainerAssignment.objects.update(updated_at=f"{last - timedelta(days=9)} 00:00Z")
        assert tiles(last) == alive
        transaction.set_rollback(True)


def test_the_life_of_a_batch_adds_up(client, ask, number):
    life = client.get(f"/batch/{number}/").context["life"]
    figures = {figure.label: figure.value for figure in life.figures}
    (fed,) = ask(
        "SELECT sum(amount_kg) FROM inventory_feedingevent e JOIN batch_batch b ON b.id = batch_id"
        " WHERE batch_number = %s",
        number,
    )[0]
    (dead,) = ask(
        "SELECT sum(count) FROM batch_mortalityevent e JOIN batch_batch b ON b.id = batch_id"
        " WHERE batch_number = %s",
        number,
    )[0]
    assert figures["Dead"] == f"{dead:,}"
    assert figures["Feed"] == f"{fed / 1000:,.0f} t"
    titles = [chart.title for chart in life.charts]
    assert titles[:3] == ["Where it was", "Weight of a fish", "Water temperature"]
    assert {"Feed", "Deaths by cause", "Health and harvest", "Salmon lice"} <= set(titles)
    stays = next(chart for chart in life.charts if chart.title == "Where it was")
    assert sum(bool(shape.href) for shape in stays.shapes) == len(life.stays)


def test_an_assignment_is_followed_back_to_the_egg(client, ask, number):
    chosen, container = ask(
        "SELECT a.id, c.name FROM batch_batchcontainerassignment a"
        " JOIN batch_batch b ON b.id = batch_id JOIN infrastructure_container c"
        " ON c.id = container_id WHERE batch_number = %s AND area_id IS NOT NULL"
        " ORDER BY a.id LIMIT 1",
        number,
    )[0]
    life = client.get(f"/batch/{number}/?assignment={chosen}").context["life"]
    steps = life.steps
    assert (steps[-1].id, life.place) == (chosen, container)
    assert [step.stage_css for step in steps] == [f"stage-{n}" for n in range(1, 7)]
    assert all(one.last == other.first for one, other in pairwise(steps))
    assert all(one.fish >= other.fish for one, other in pairwise(steps))
    assert steps[0].weight_in_g < 1 < steps[-1].weight_out_g
    fed = ask(
        "SELECT sum(amount_kg) FROM inventory_feedingevent WHERE batch_assignment_id = ANY (%s)",
        [step.id for step in steps],
    )[0][0]
    assert sum(step.feed_kg or 0 for step in steps) == pytest.approx(float(fed))
    mean = ask(
        "SELECT avg(v) FROM (SELECT avg(value) AS v FROM environmental_environmentalreading r"
        " JOIN environmental_environmentalparameter p ON p.id = parameter_id"
        " WHERE p.name = 'Temperature' AND batch_container_assignment_id = %s"
        " GROUP BY reading_time::date) days",
        chosen,
    )[0][0]
    assert steps[-1].temperature == pytest.approx(float(mean))


@pytest.fixture
def measured(ask):
    """Container, parameter, first and last day of the assignment with most readings."""
    return ask(
        "SELECT r.container_id, parameter_id, min(reading_time)::date, max(reading_time)::date"
        " FROM environmental_environmentalreading r"
        " GROUP BY batch_container_assignment_id, 1, 2 ORDER BY count(*) DESC LIMIT 1"
    )[0]


@pytest.mark.parametrize(("days", "point"), [(1, "an hour"), (60, "six hours"), (200, "a day")])
def test_a_sensor_chart_shows_every_reading_of_its_days(client, ask, measured, days, point):
    container, parameter, first, _ = measured
    last = first + timedelta(days=days - 1)
    answer = client.get(
        f"/sensors/?container={container}&parameter={parameter}&from={first}&to={last}"
    )
    view = answer.context["view"]
    number, mean, low, high = ask(
        "SELECT count(*), avg(value), min(value), max(value)"
        " FROM environmental_environmentalreading WHERE container_id = %s AND parameter_id = %s"
        " AND reading_time >= %s AND reading_time < %s::date + 1",
        *(container, parameter, first, last),
    )[0]
    assert (view.point, view.readings) == (point, number)
    values = {one["label"].split()[-1]: one["values"] for one in view.charts[0].series}
    assert len(values["mean"]) == len(view.charts[0].moments) <= 1460
    assert min(values["lowest"]) == pytest.approx(float(low), rel=1e-3)
    assert max(values["highest"]) == pytest.approx(float(high), rel=1e-3)
    assert low <= mean <= high
    embedded = re.search(r'<script type="application/json">(.*?)</script>', answer.content.decode())
    assert json.loads(embedded[1])["moments"] == view.charts[0].moments


def test_a_year_of_a_sensor_is_at_most_a_thousand_points(client, measured):
    container, parameter, first, _ = measured
    view = client.get(
        f"/sensors/?container={container}&parameter={parameter}&from={first}&to=2100-01-01"
    ).context["view"]
    assert view.point == "a week"
    assert view.readings > 2 * len(view.charts[0].moments) > 0


def test_readings_of_other_months_are_not_looked_at(client, measured):
    _, parameter, first, _ = measured
    month = (first + timedelta(days=32)).replace(day=1)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "EXPLAIN " + statement("sensors", "readings"),
            {
                "assignments": [1, 2],
                "parameter": parameter,
                "first": month,
                "end": month + timedelta(days=20),
                "bin": timedelta(hours=1),
            },
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert set(re.findall(r"environmentalreading_y\d+m\d+", plan)) == {
        f"environmentalreading_y{month:%Y}m{month:%m}"
    }


def test_a_container_without_readings_says_so(client, ask):
    (empty,) = ask(
        "SELECT id FROM infrastructure_container c WHERE NOT EXISTS"
        " (SELECT FROM batch_batchcontainerassignment a WHERE a.container_id = c.id) LIMIT 1"
    )[0]
    assert "never held fish" in text_of(client.get(f"/sensors/?container={empty}"))


def test_times_are_printed_for_every_page(client, capsys):
    call_command("dashboard_times", repeat=1, limit=60)
    printed = capsys.readouterr().out
    addresses = [line.split()[-1] for line in printed.splitlines()[1:]]
    assert addresses[0] == "/"
    assert [address.split("/")[1] for address in addresses[1:]] == [
        "farm",
        "batch",
        "sensors",
        "sensors",
    ]
