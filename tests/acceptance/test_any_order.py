"""The scripts in any order, on small farms: nothing sound is spoilt.

After each command the database validates, or the command was refused and every table is as before.
"""

import json
import random
from collections import Counter
from collections.abc import Callable

import psycopg
import pytest

from tests import in_process
from tests.acceptance.filled import BEGINNINGS, SHORT, SHORT_YEARS, Command
from tests.shell import Shell
from tests.stored import digest_of

ENGINE = ("event_engine", "--no-progress")


def new_batch(draw: random.Random) -> Command:
    """A batch somewhere in the years of the run or after them."""
    day = f"{draw.randint(2014, 2018)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    days = draw.choice([20, 100, 200, 480])
    geography = draw.choice(["Faroe Islands"] * 3 + ["Scotland"])
    flags = ("--start-date", day, "--duration", str(days), "--geography", geography)
    return (*ENGINE, *flags, "--eggs", str(draw.choice([150_000] * 4 + [3_500_000])))


def fixed(*command: str) -> Callable[[random.Random], Command]:
    """A command without anything to draw."""
    return lambda _: command


COMMANDS: tuple[tuple[int, Callable[[random.Random], Command]], ...] = (
    (2, fixed("bootstrap_infrastructure")),
    (2, fixed("bootstrap_infrastructure", *SHORT)),
    (1, fixed("bootstrap_infrastructure", "--profile", "guide")),
    (1, fixed("bootstrap_infrastructure", "--set", "farm.areas_per_country=2")),
    (3, fixed("initialize_master_data")),
    (1, fixed("initialize_master_data", "--set", "feed.opening_stock_kg=500")),
    (6, new_batch),
    (2, fixed(*ENGINE, "--resume")),
    (2, fixed(*SHORT_YEARS, "--session=1", *SHORT)),
    (2, fixed(*SHORT_YEARS, "--session=2", *SHORT)),
    (1, fixed(*SHORT_YEARS, "--session=2", *SHORT, "--seed", "7")),
    (3, fixed(*SHORT_YEARS, "--mode=sequential", *SHORT)),
    (3, fixed(*SHORT_YEARS, "--resume")),
    (3, fixed("cleanup_batch_data", "--yes")),
    (1, fixed("clear_data", "--yes")),
)
"""Commands and how often each comes."""


def rows(shell: Shell) -> dict[str, object]:
    """The digest of every table."""
    with psycopg.connect(shell.url, autocommit=True) as connection:
        return digest_of(connection).as_dict()


def faults(shell: Shell) -> list[str]:
    """What both validations call broken."""
    found = []
    for command in (("data_generation", "--validate-only"), ("verify_data_integrity",)):
        done = in_process.run(shell, *command, "--json")
        told = json.loads(done.out)
        assert done.code in (0, 1) or "holds no" in told["message"], done.err
        found += [
            f"{finding['check']}: {finding['value']}"
            for finding in told.get("findings", ())
            if finding["verdict"] == "broken"
        ]
    # Of the last, which goes through the batches one by one.
    found += [
        f"{batch['batch']}: {name}"
        for batch in told.get("batches", ())
        for name, check in batch["checks"].items()
        if check["verdict"] == "broken"
    ]
    return found


def play(
    shell: Shell, draw: random.Random, length: int, outcomes: Counter[tuple[str, int]]
) -> None:
    """Give commands, one in six of them stopped midway, look at what each leaves, and count."""
    told = []
    before = rows(shell)
    weights = [weight for weight, _ in COMMANDS]
    for _ in range(length):
        ((_, make),) = draw.choices(COMMANDS, weights)
        command = make(draw)
        stop = draw.randint(1, 12) if draw.random() < 1 / 6 else 10**9
        with in_process.stopped_at(stop):
            done = in_process.run(shell, *command)
        told.append(f"{done.code}  {' '.join(command)}{f' (stop {stop})' if stop < 99 else ''}")
        story = "\n".join([*told, done.out[-300:], done.err[-600:]])
        outcomes[command[0], done.code] += 1
        assert done.code in (0, 2, 3, 130), story
        after = rows(shell)
        if done.code in (2, 3):
            assert after == before, story
            assert len(done.err.strip().splitlines()[-2:]) <= 2
        elif after != before:
            assert not faults(shell), f"{story}\n{faults(shell)}"
        before = after


@pytest.mark.parametrize(
    "seed", [seed if seed < 3 else pytest.param(seed, marks=pytest.mark.long) for seed in range(50)]
)
def test_any_order(seed, beginning, make_shell, django_db_blocker, record_property):
    draw = random.Random(seed)
    outcomes: Counter[tuple[str, int]] = Counter()
    with django_db_blocker.unblock():
        shell = make_shell(beginning(draw.choice(list(BEGINNINGS))))
        play(shell, draw, 6, outcomes)
    record_property("outcomes", sorted(outcomes.items()))
