"""`farm.scale`: a farm that many times as large, with sites of its own and as many more batches."""

import math

import numpy as np
import pytest

from data_generation.cli.flags.options import names_data, overrides, parse
from data_generation.config.loading.fingerprint import identity_of
from data_generation.config.loading.loader import load_config
from data_generation.generators.core.dates import add_months
from data_generation.generators.core.layout import Layout
from data_generation.generators.ledger import Ledger
from tests.lived import advance_month
from tests.unit.generators.support import CONFIG, tiny_config

KM_A_DEGREE = 111.2


def batches_of(config, months):
    """Batch numbers, and the containers that their eggs went to, of the first months."""
    ledger, month = Ledger(config), config.generation.start_date
    numbers, containers = [], []
    for _ in range(months):
        output = advance_month(ledger, month, lambda: False)
        if "batch_batch" in output.inserts:
            numbers += output.inserts["batch_batch"]["batch_number"].to_pylist()
            rows = output.inserts["batch_batchcontainerassignment"]
            eggs = rows.filter(np.array(rows["lifecycle_stage_id"]) == 1)
            containers += eggs["container_id"].to_pylist()
        month = add_months(month, 1)
    return numbers, containers


def test_twice_the_farm_has_twice_the_stations_areas_and_batches():
    once, twice = tiny_config(), tiny_config("farm.scale=2")
    small, large = Layout(once), Layout(twice)
    assert len(large.stations) == 2 * len(small.stations)
    assert len(large.areas) == 2 * len(small.areas)
    assert large.sensor_count == 2 * small.sensor_count
    assert large.silo_count == 2 * small.silo_count

    numbers, _ = batches_of(once, 3)
    more, containers = batches_of(twice, 3)
    assert len(more) == len(set(more)) == 2 * len(numbers)
    # Side by side, not one after the other in the same trays.
    assert len(containers) == len(set(containers))


@pytest.mark.parametrize("scale", [2, 40])
def test_sites_of_a_larger_farm_lie_near_the_real_ones_and_never_on_another(scale):
    config = load_config(CONFIG, "bakkafrost", [f"farm.scale={scale}"])
    layout = Layout(config)
    sites = [site for _, _, site in layout.stations] + [area.site for area in layout.areas]
    assert len(sites) == scale * 44
    assert len({(site.latitude, site.longitude) for site in sites}) == len(sites)
    assert len({site.name for site in sites}) == len(sites)
    real = {
        site.name: site
        for country in config.countries.values()
        for site in (*country.infrastructure.station_sites, *country.infrastructure.area_sites)
    }
    for site in sites:
        base = real.get(site.name) or real[site.name.rpartition(" ")[0]]
        north = site.latitude - base.latitude
        east = (site.longitude - base.longitude) * math.cos(math.radians(base.latitude))
        assert KM_A_DEGREE * math.hypot(north, east) <= 2.3 * math.sqrt(scale)


def test_many_batches_start_on_one_day_when_the_farm_is_large_enough():
    config = load_config(CONFIG, "tiny", ["farm.scale=60", "staggering.start_interval_days=30"])
    numbers, _ = batches_of(config, 1)
    # Two a day on average; one hall a batch is there from the first day on.
    assert 45 <= len(numbers) <= 60
    assert len(set(numbers)) == len(numbers)


def test_scale_is_part_of_the_fingerprint_and_of_what_resume_compares():
    once, twice = identity_of(tiny_config()), identity_of(tiny_config("farm.scale=2"))
    assert ("farm.scale", "1", "2") in once.differences(twice)
    assert once.fingerprint != twice.fingerprint
    options = parse(["--resume", "--scale", "2"])
    assert names_data(options)
    assert overrides(options) == ["farm.scale=2"]
