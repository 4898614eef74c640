"""The configuration that generators take: every profile makes a farm, and nonsense is refused."""

import copy

import pytest
import yaml
from pydantic import ValidationError

from data_generation.config.loading.loader import known_profiles, load_config
from data_generation.config.models import Config
from data_generation.generators.core.layout import Layout
from tests.unit.generators.support import CONFIG, tiny_config


@pytest.fixture(scope="module")
def dumped():
    return tiny_config().model_dump(mode="json")


@pytest.fixture
def plain(dumped):
    return copy.deepcopy(dumped)


def test_the_plain_values_of_a_configuration_make_it_again(plain):
    assert Config.model_validate(plain) == tiny_config()


@pytest.mark.parametrize("profile", known_profiles(CONFIG))
def test_every_profile_makes_a_farm_on_which_a_batch_finds_room(profile):
    config = load_config(CONFIG, profile)
    layout = Layout(config)
    for country in range(len(layout.countries)):
        for stage in range(6):
            places = layout.halls(country, stage)
            assert places
            for place in places:
                assert len(place.containers) >= place.config.containers_per_batch
    assert layout.container_place[0] == 0
    assert layout.sensor_count == int(layout.first_sensor[-1] + layout.sensors_of[-1]) - 1
    assert sum(len(p.silos) for p in layout.places) == layout.silo_count


def test_the_large_profile_is_as_large_as_the_plan_says():
    layout = Layout(load_config(CONFIG, "bakkafrost"))
    areas = [p for p in layout.places if p.at_sea]
    assert len(layout.stations) == 20
    assert len(areas) == 24
    assert sum(len(p.containers) for p in areas) == 480
    assert layout.container_count >= 4_230
    assert layout.sensor_count >= 37_530
    assert sum(len(p.silos) for p in layout.places if not p.at_sea) >= 150


def test_sensors_and_silos_of_two_containers_never_share_a_key():
    layout = Layout(load_config(CONFIG, "bakkafrost"))
    ends = layout.first_sensor[1:] + layout.sensors_of[1:]
    assert (ends[:-1] == layout.first_sensor[2:]).all()
    silos = [key for place in layout.places for key in place.silos]
    assert silos == list(range(1, layout.silo_count + 1))
    containers = [key for place in layout.places for key in place.containers]
    assert containers == list(range(1, layout.container_count + 1))


def test_sites_beyond_the_list_have_names_and_places_of_their_own():
    config = tiny_config("farm.areas_per_country=30", "farm.stations_per_country=25")
    layout = Layout(config)
    areas = [p for p in layout.places if p.at_sea]
    assert len({p.name for p in areas}) == 30
    assert len({(p.site.latitude, p.site.longitude) for p in areas}) == 30
    assert len({name for _, name, _ in layout.stations}) == 25


@pytest.mark.parametrize(
    "override",
    [
        "staggering.eggs_min=-1",
        "staggering.eggs_min=0",
        "staggering.eggs_max=5",
        "staggering.stage_days=[90, 90, 90, 90]",
        "staggering.stage_days=[90, 90, 90, 90, 0]",
        "staggering.month_weight=[1, 1, 1]",
        "staggering.transfer_days=0",
        "staggering.hall_grace_days_min=30",
        "countries.faroe.batch.fallow_days=-3",
        "growth.tgc=[1, 2, 3]",
        "countries.faroe.batch.tgc_sea=0",
        "growth.weight_cv=[0.1, 0.2]",
        "growth.cohort_sd=.nan",
        "countries.faroe.batch.daily_rate_sea=-0.1",
        "mortality.handling_rate=1.5",
        "mortality.season_amplitude=1",
        "feed.waste_share=0.9",
        "feed.delivery_days=0",
        "feed.morning_share=1",
        "environment.fast_phi=1",
        "environment.sensor_outage_rate=2",
        "harvest.superior_share=0.99",
        "harvest.days_min=9",
        "harvest.gutted_yield=1.2",
        "acceptance.rules.cage_density_kg_m3=[[3000, 20], [1000, 10]]",
        "acceptance.rules.cage_density_kg_m3=[[1000, 10], [3000, 8]]",
        "farm.countries=[faroe, faroe]",
        "farm.halls.A.containers_per_batch=9",
        "farm.area.containers_per_batch=5",
        "farm.area.volume_m3=0",
        "generation.readings_per_day=5",
        "generation.readings_per_day=0",
        "generation.seed=-1",
        "generation.sessions_months=[]",
        "generation.start_date=2015-01-15",
    ],
)
def test_nonsense_is_refused_with_its_section(override, plain):
    path, _, value = override.partition("=")
    *above, key = path.split(".")
    section = plain
    for name in above:
        assert name in section
        section = section[name]
    assert key in section
    section[key] = yaml.safe_load(value)

    with pytest.raises(ValidationError) as refused:
        Config.model_validate(plain)

    said = {
        str(error["loc"][0]) if error["loc"] else error["msg"] for error in refused.value.errors()
    }
    assert any(above[0] in text for text in said)
