"""A country, a disease or a water quantity is one file or record; nothing else knows of it."""

import re
import shutil
from collections import Counter

import pyarrow as pa
import pytest

from data_generation.config.loading.loader import load_config
from data_generation.errors import ConfigError
from data_generation.generators.core.dates import add_months
from data_generation.generators.ledger import Ledger
from data_generation.generators.readings.expand import expand_readings
from tests.lived import advance_month
from tests.unit.generators.support import CONFIG

PEOPLE = {"fiona.macleod": "kari.berg", "ewan.fraser": "ola.vik", "isla.campbell": "siv.dahl"}
SULPHIDE = """
    hydrogen_sulphide:
      name: Hydrogen sulphide
      unit: µg/L
      description: "Hydrogen sulphide"
      sensor_type: OTHER
      valid: [0, 100]
      good: [0, 5]
      sensor: {resolution: 0.1, noise_sd: 0.1, offset_sd: 0.1, drift_sd: 0.2}
      shared_sd: 0.1
      hall: {height: 0.2, peak_hour: 20}
      feed_load: {base: 0.3, per_load: 2.0, wobble_power: 1.0}
"""
WINTER_SORES = """
    sores:
      name: Sores of the cold
      agent: Moritella marina
      signs: Open sores on the flanks
      stages: [5]
      month_weight: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
      area_per_year: 12
      attack_share: 1.0
      spread_days: 5
      lasts_days: [30, 60]
      loss: [0.01, 0.05]
      loss_skew: 1.5
      appetite_loss: 0.3
      treatment_sea: functional_feed
      samples: [skin, bacteriology]
"""


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(CONFIG, tmp_path / "config")


def country(folder, **changed):
    """Norway: Scotland's file with its own name, people and limits."""
    text = (folder / "countries" / "scotland.yaml").read_text()
    for old, new in PEOPLE.items():
        text = text.replace(old, new)
    text = text.replace("name: Scotland", "name: Norway").replace("prefix: SCO", "prefix: NO")
    text = text.replace("geography: SC", "geography: NO")
    for key, value in changed.items():
        text, found = re.subn(rf"^( *){key}:.*$", rf"\g<1>{key}: {value}", text, flags=re.M)
        assert found == 1
    (folder / "countries" / "norway.yaml").write_text(text)


def lived(config, months):
    """What gives a table's rows, and the readings orders."""
    ledger, month, tables, orders = Ledger(config), config.generation.start_date, {}, []
    for _ in range(months):
        output = advance_month(ledger, month)
        for name, table in output.inserts.items():
            tables.setdefault(name, []).append(table)
        orders.append(output.readings)
        month = add_months(month, 1)
    return (lambda name: pa.concat_tables(tables[name]).to_pylist()), orders


def test_a_third_country_is_a_file(folder):
    country(folder, lice_limit_female=str([0.05] * 12))

    rows, _ = lived(load_config(folder, "tiny", ["farm.countries=[norway]"]), 36)

    assert [row["name"] for row in rows("infrastructure_geography")] == ["Norway"]
    assert all(row["batch_number"].startswith("NO-") for row in rows("batch_batch"))
    names = {row["id"]: row["username"] for row in rows("auth_user")}
    signed = {names[row["user_id"]] for row in rows("health_journalentry")}
    assert signed == set(PEOPLE.values())
    assert {names[row["user_id"]] for row in rows("health_treatment")} <= signed
    assert any(row["category"] == "diagnosis" for row in rows("health_journalentry"))
    deloused = [row for row in rows("health_treatment") if row["treatment_type"] != "vaccination"]
    assert len(deloused) > len(rows("batch_batch"))


def test_what_a_third_country_lacks_is_named(folder):
    country(folder)
    file = folder / "countries" / "norway.yaml"
    lines = [line for line in file.read_text().splitlines() if "pd: 4.0" not in line]
    file.write_text("\n".join(lines))

    with pytest.raises(ConfigError, match=r"norway\.yaml.*diseases_per_year.*'pd'"):
        load_config(folder, "tiny", ["farm.countries=[norway]"])


def test_a_new_quantity_is_a_record(folder):
    file = folder / "environmental.yaml"
    file.write_text(file.read_text().rstrip() + SULPHIDE)

    rows, orders = lived(load_config(folder, "tiny"), 2)

    quantities = [row["name"] for row in rows("environmental_environmentalparameter")]
    assert quantities[-1] == "Hydrogen sulphide"
    readings = pa.concat_tables(part for order in orders for part in expand_readings(order, 10_000))
    found = Counter(readings["parameter_id"].to_pylist())
    assert found[len(quantities)] > 0.9 * found[1]
    values = [
        float(row["value"])
        for row in readings.to_pylist()
        if row["parameter_id"] == len(quantities)
    ]
    assert 0 < sum(values) / len(values) < 5
    assert len(set(values)) > 4


def test_a_new_disease_is_a_record(folder):
    file = folder / "health.yaml"
    file.write_text(file.read_text().rstrip() + WINTER_SORES)

    rows, _ = lived(load_config(folder, "tiny"), 36)

    agents = [row["description"] for row in rows("health_journalentry")]
    assert any("Sores of the cold" in text for text in agents)


def test_a_new_disease_comes_as_often_as_a_country_says(folder):
    file = folder / "health.yaml"
    file.write_text(file.read_text().rstrip() + WINTER_SORES)
    rare = [f"countries.{key}.health.diseases_per_year.sores=0" for key in ("faroe", "scotland")]

    rows, _ = lived(load_config(folder, "tiny", rare), 36)

    assert not any("Sores of the cold" in row["description"] for row in rows("health_journalentry"))
