"""Which days a new batch lives: flags of the event engine, and what they mean."""

import argparse
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.cli.flags.batch_days import (
    BatchDays,
    add_days_flags,
    batch_days,
    require_possible_days,
    stage,
)
from data_generation.config.loading.loader import load_config
from data_generation.config.types import ADULT, STAGES
from data_generation.errors import UsageError
from data_generation.generators.batch.itinerary import Stand, Wish, plan_stays
from data_generation.generators.core.dates import to_day
from data_generation.generators.core.layout import Layout
from tests.unit.generators.support import CONFIG

UNEQUAL = load_config(CONFIG, "guide", ["staggering.stage_days=[80, 95, 70, 90, 100]"])
FARM = Layout(UNEQUAL)
UNTIL = date(2026, 3, 25)


def options(*flags):
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_days_flags(parser.add_argument_group("days"), 650)
    return parser.parse_args(flags)


def days_of(*flags):
    given_ = options(*flags)
    require_possible_days(given_)
    return batch_days(given_, UNEQUAL, 650)


@pytest.mark.parametrize(
    ("flags", "start", "days"),
    [
        (("--start-date=2024-01-03",), date(2024, 1, 3), 650),
        (("--start-date=2024-01-03", "--duration=20"), date(2024, 1, 3), 20),
        (("--start-date=2026-03-25", f"--until={UNTIL}"), UNTIL, 1),
        (("--start-date=2026-03-01", "--until=2026-03-26T12:00Z"), date(2026, 3, 1), 25),
        (("--duration=25", f"--until={UNTIL}"), date(2026, 3, 1), 25),
        ((f"--until={UNTIL}",), UNTIL - timedelta(649), 650),
    ],
)
def test_two_of_first_day_duration_and_last_day_say_the_third(flags, start, days):
    assert days_of(*flags) == BatchDays(start, days)


@given(st.data())
def test_a_stage_and_its_days_say_the_day_of_the_eggs(data):
    """For any stage: the plan comes into it so many days before the last day."""
    number = data.draw(st.integers(0, ADULT))
    most = 400 if number == ADULT else UNEQUAL.staggering.stage_days[number] - 1
    wanted = data.draw(st.integers(0, most))
    lived = days_of(f"--stage={STAGES[number]}", f"--days-in-stage={wanted}", f"--until={UNTIL}")
    wish = Wish(0, to_day(lived.start), lived.days, 3_000_000, stand=lived.stand)
    stays = plan_stays(UNEQUAL, FARM, wish, {})

    assert lived.start + timedelta(lived.days - 1) == UNTIL
    assert lived.stand == Stand(number, wanted)
    assert FARM.places[stays[-1].place].stage == number
    assert stays[-1].arrive == to_day(UNTIL) - wanted


@pytest.mark.parametrize(
    "name", ["Post-Smolt", "post-smolt", " POST-SMOLT ", "Egg&Alevin", "egg/alevin"]
)
def test_stages_go_by_their_names_in_any_case(name):
    assert STAGES[stage(name)].startswith(name.strip()[:1].upper())


def test_an_unknown_stage_is_told_with_those_that_are():
    with pytest.raises(argparse.ArgumentTypeError, match=r"found 'Roe', expected one of Egg&Al"):
        stage("Roe")


POINT = ("--stage=Parr", "--days-in-stage=5", f"--until={UNTIL}")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--stage=Parr", "--days-in-stage=5"), "--stage, --days-in-stage and --until go together"),
        (("--stage=Egg&Alevin", f"--until={UNTIL}"), "go together"),
        (("--days-in-stage=0", f"--until={UNTIL}"), "go together"),
        ((*POINT, "--start-date=2024-01-03"), "--start-date and --stage contradict"),
        ((*POINT, "--duration=9"), "--duration and --stage contradict"),
        (("--stage=Parr", "--days-in-stage=-1", f"--until={UNTIL}"), "must be from 0 on"),
        (
            ("--stage=Parr", "--days-in-stage=70", f"--until={UNTIL}"),
            "in Parr it must be .* to 69;",
        ),
        (("--stage=Parr", f"--days-in-stage={10**12}", f"--until={UNTIL}"), "from 0 to 69;"),
        (("--stage=Adult", "--days-in-stage=1065", f"--until={UNTIL}"), "from 0 to 1,064;"),
        (("--stage=Adult", "--days-in-stage=9", "--until=1971-01-01"), "eggs of 1969-"),
        (("--start-date=2026-03-26", f"--until={UNTIL}"), "from 2026-03-26 to 2030-05-03"),
        (("--start-date=2020-01-01", f"--until={UNTIL}"), "from 2020-01-01 to 2024-02-08"),
        (
            ("--start-date=2024-01-03", "--duration=9", f"--until={UNTIL}"),
            "--start-date, --duration and --until contradict",
        ),
        (("--until=0001-01-01",), "must be from 1971 to 2100"),
        (("--until=1971-06-01",), "eggs of 1969-"),
    ],
)
def test_days_that_no_batch_lives_are_refused(flags, told):
    with pytest.raises(UsageError, match=told) as caught:
        days_of(*flags)

    assert len(str(caught.value).splitlines()) <= 2
