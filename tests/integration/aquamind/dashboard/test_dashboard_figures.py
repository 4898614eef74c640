"""The figures of the dashboard's pages against plain SQL."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from aquamind.batch.models import BatchContainerAssignment
from aquamind.dashboard.pages import listing
from aquamind.dashboard.queries import statement
from tests.integration.aquamind.dashboard.support import text_of


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
    parents = ask(
        "SELECT count(DISTINCT container_id) FROM ("
        "  SELECT DISTINCT ON (id) container_id, health_status"
        "  FROM broodstock_historicalbroodstockfish WHERE history_date < %s::date + 1"
        "  ORDER BY id, history_date DESC, history_id DESC) fish WHERE health_status <> 'deceased'",
        day,
    )[0][0]
    assert body.count('class="tile parents"') == parents > 0
    assert body.count('class="tile empty"') == containers - places - parents
    assert f"{fish:,}" in text_of(answer)


@pytest.mark.parametrize("measure", ["density", "temperature", "lice"])
def test_tiles_can_be_coloured_by_what_was_measured(client, ask, measure):
    day = ask("SELECT max(count_date)::date FROM health_licecount")[0][0]
    answer = client.get(f"/farm/?date={day}&by={measure}")
    body = answer.content.decode()
    assert "tile stage-" not in body
    assert re.search(r'class="tile q[0-5]', body)
    assert f"by={measure}" in body  # other days keep the measure


def test_a_cage_is_ringed_at_the_limit_of_its_country_and_month(client, ask):
    """By the configuration that wrote the counts, which the dashboard itself does not know."""
    day, country = ask(
        "SELECT l.count_date::date, g.name FROM health_licecount l"
        " JOIN infrastructure_container c ON c.id = l.container_id"
        " JOIN infrastructure_area a ON a.id = c.area_id"
        " JOIN infrastructure_geography g ON g.id = a.geography_id"
        " ORDER BY l.adult_female_count::float8 / l.fish_sampled DESC, l.id LIMIT 1"
    )[0]
    (config,) = ask("SELECT config FROM data_generation.run")[0]
    known = next(c for c in config["countries"].values() if c["name"] == country)
    limit = known["health"]["lice_limit_female"][day.month - 1]
    answer = client.get(f"/farm/?date={day}")
    ours = next(one for one in answer.context["farm"].countries if one.name == country)
    tiles = [tile for site in ours.sites for group in site.groups for tile in group.tiles]
    counted = {
        tile: float(found[1])
        for tile in tiles
        if (found := re.search(r"Lice ([\d.]+) adult females", tile.tip))
    }
    assert ours.lice_limit == limit
    assert any(tile.ringed for tile in counted)
    for tile, females in counted.items():
        if abs(females - limit) > 0.005:  # as it is rounded in the tip
            assert tile.ringed == (females >= limit)
    assert f"{country} {limit}" in text_of(answer)


def test_without_anybody_who_knows_limits_nothing_is_ringed(client, ask, monkeypatch):
    monkeypatch.setattr("aquamind.dashboard.pages.farm.lice_limits", dict)
    day = ask("SELECT max(count_date)::date FROM health_licecount")[0][0]
    body = client.get(f"/farm/?date={day}").content.decode()
    assert "ringed" not in body
    assert "limit:" not in body


def test_batches_are_listed_with_what_became_of_them(client, ask):
    view = client.get("/batch/").context["view"]
    found = {
        entry.row.batch_number: (
            entry.row.country,
            pytest.approx(entry.survival),
            pytest.approx(entry.weight_g),
            pytest.approx(entry.fcr),
        )
        for entry in view.entries
        if entry.row.status == "COMPLETED"
    }
    expected = ask(
        "WITH cut AS (SELECT batch_id, sum(unit_count) AS fish, sum(live_weight_kg) AS kg"
        "   FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = event_id GROUP BY 1),"
        " eggs AS (SELECT p.batch_id, sum(egg_count) AS eggs FROM broodstock_batchparentage p"
        "   JOIN broodstock_eggproduction e ON e.id = egg_production_id GROUP BY 1),"
        " fed AS (SELECT batch_id, sum(amount_kg) AS kg FROM inventory_feedingevent GROUP BY 1)"
        " SELECT batch_number, (100.0 * cut.fish / eggs)::float8,"
        "   (1000 * cut.kg / cut.fish)::float8, (fed.kg / cut.kg)::float8"
        " FROM batch_batch b JOIN cut ON cut.batch_id = b.id JOIN eggs ON eggs.batch_id = b.id"
        " JOIN fed ON fed.batch_id = b.id WHERE status = 'COMPLETED'"
    )
    assert expected
    assert {number: figures[1:] for number, figures in found.items()} == {
        number: tuple(figures) for number, *figures in expected
    }
    assert {figures[0] for figures in found.values()} <= set(view.countries)


@pytest.mark.parametrize("column", [column.key for column in listing.COLUMNS])
def test_batches_are_sorted_both_ways(client, column):
    value = next(one.value for one in listing.COLUMNS if one.key == column)
    up, down = (
        [value(entry) for entry in client.get(f"/batch/?sort={sort}").context["view"].entries]
        for sort in (column, f"-{column}")
    )
    known = [one for one in up if one is not None]
    assert known == sorted(known) == [one for one in down if one is not None][::-1]
    assert up[: len(known)] == known, "what is not known comes last"


def test_batches_are_found_and_the_search_is_kept(client, ask, number):
    (country,) = {row.row.country for row in client.get("/batch/").context["view"].entries}
    answer = client.get("/batch/", {"q": f"{number[-8:].lower()} {country}", "sort": "-fcr"})
    view = answer.context["view"]
    assert [entry.row.batch_number for entry in view.entries] == [number]
    assert all("q=" in heading.href for heading in view.headings)
    assert 'aria-sort="descending"' in answer.content.decode()
    nothing = client.get("/batch/?q=whale&status=ACTIVE&country=Atlantis&sort=nonsense&page=x")
    assert nothing.context["view"].entries == []
    assert "No batch is like that" in text_of(nothing)


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
                "parameters": [parameter],
                "first": month,
                "end": month + timedelta(days=20),
                "bin": timedelta(hours=1),
            },
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert set(re.findall(r"environmentalreading_y\d+m\d+", plan)) == {
        f"environmentalreading_y{month:%Y}m{month:%m}"
    }


@pytest.fixture
def two_cages(ask):
    """Two containers of one hall or area, and the days in which both held the same batch."""
    return ask(
        "SELECT a.container_id, b.container_id,"
        " max(greatest(a.assignment_date, b.assignment_date)),"
        " min(least(a.departure_date, b.departure_date)) - 1"
        " FROM batch_batchcontainerassignment a JOIN batch_batchcontainerassignment b"
        " ON b.batch_id = a.batch_id AND b.lifecycle_stage_id = a.lifecycle_stage_id"
        " AND b.id > a.id"
        " JOIN infrastructure_container c ON c.id = a.container_id AND c.area_id IS NOT NULL"
        " WHERE a.departure_date IS NOT NULL GROUP BY 1, 2, a.id, b.id"
        " ORDER BY 4 DESC, 1, 2 LIMIT 1"
    )[0]


def test_several_sensors_are_shown_over_each_other_with_what_happened(client, ask, two_cages):
    one, other, first, last = two_cages
    parameters = [row[0] for row in ask("SELECT id FROM environmental_environmentalparameter")][:2]
    asked = {"container": [one, other], "parameter": parameters, "from": first, "to": last}
    answer = client.get("/sensors/", asked)
    view = answer.context["view"]
    names = [
        row[0]
        for row in ask(
            "SELECT name FROM infrastructure_container WHERE id IN (%s, %s) ORDER BY id", one, other
        )
    ]
    *plots, happened = view.charts
    assert len(plots) == 2
    for plot in plots:
        assert [one["label"] for one in plot.series] == names
        lines = [shape.css for shape in plot.shapes if shape.css.startswith("line")]
        assert lines == ["line blue", "line orange"]
    (readings,) = ask(
        "SELECT count(*) FROM environmental_environmentalreading WHERE container_id IN (%s, %s)"
        " AND parameter_id = ANY (%s) AND reading_time >= %s AND reading_time < %s::date + 1",
        *(one, other, parameters, first, last),
    )[0]
    assert view.readings == readings > 0
    tips = [shape.tip for shape in happened.shapes]
    (calibrated,) = ask(
        "SELECT count(DISTINCT (container_id, last_calibration_date))"
        " FROM infrastructure_historicalsensor WHERE container_id IN (%s, %s)"
        " AND last_calibration_date BETWEEN %s AND %s",
        *(one, other, first, last),
    )[0]
    assert sum("Calibrated" in tip for tip in tips) == calibrated > 0
    (events,) = ask(
        "SELECT count(DISTINCT (entry_date::date, description)) FROM health_journalentry j"
        " JOIN infrastructure_container c ON c.id = j.container_id WHERE category = 'action'"
        " AND area_id = (SELECT area_id FROM infrastructure_container WHERE id = %s)"
        " AND entry_date >= %s AND entry_date < %s::date + 1",
        *(one, first, last),
    )[0]
    assert sum(shape.css.startswith("event") for shape in plots[0].shapes) == events
    # A container is taken away by its chip, and a parameter added by its own.
    assert f"container={one}" not in view.chips[0].href
    assert view.toggles[2].href.count("parameter=") == 3


@pytest.mark.parametrize("days", [60, 300])
def test_an_outage_is_marked_where_readings_are_missing(client, measured, days):
    container, parameter, first, last = measured
    begin = first + timedelta(days=20)
    end = min(last, first + timedelta(days=days))
    address = f"/sensors/?container={container}&parameter={parameter}&from={first}&to={end}"
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM environmental_environmentalreading WHERE container_id = %s"
            " AND parameter_id = %s AND reading_time >= %s AND reading_time < %s::date + 12",
            [container, parameter, begin, begin],
        )
        view = client.get(address).context["view"]
        transaction.set_rollback(True)
    boxes = [shape.tip for shape in view.charts[0].shapes if shape.css == "outage"]
    near = {str(begin - timedelta(days=1)), str(begin)}
    assert any(tip.split("\n")[-1][:10] in near for tip in boxes)


def test_a_period_in_a_gap_keeps_its_charts_and_the_way_out(client, ask):
    container, left, came = ask(
        "SELECT * FROM (SELECT container_id, departure_date, lead(assignment_date)"
        "  OVER (PARTITION BY container_id ORDER BY assignment_date) AS came"
        "  FROM batch_batchcontainerassignment) stays WHERE came > departure_date + 10 LIMIT 1"
    )[0]
    first, last = left + timedelta(days=2), came - timedelta(days=2)
    answer = client.get(f"/sensors/?container={container}&from={first}&to={last}")
    view = answer.context["view"]
    assert view.readings == 0
    assert all(chart.zooms and chart.scale.ticks() for chart in view.charts[:-1])
    assert answer.content.decode().count("data-zooms") == 2
    shown = text_of(answer)
    assert "No readings in these days" in shown
    wider = client.get("/sensors/" + next(s.href for s in view.steps if s.label == "Zoom out"))
    assert wider.context["view"].readings > 0


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
        "batch",
        "sensors",
        "sensors",
        "sensors",
    ]
