"""The scripts in any order, on small farms: nothing sound is spoilt.

After each command the database validates, or the command was refused and every table is as before.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from data_generation.generators.tables import TABLES
from data_generation.storage.digest import digest
from tests import in_process
from tests.acceptance import filled
from tests.shell import Shell

TINY = ("--profile", "tiny", "--set", "generation.sessions_months=[8,5,4,4]")
"""Twenty-one months: the first batch comes to sea in the third session."""
YEARS = ("data_generation", "--no-progress", "--workers", "0")
ENGINE = ("event_engine", "--no-progress")

Command = tuple[str, ...]


def new_batch(draw: random.Random) -> Command:
    """A batch somewhere in the years of the run or after them."""
    day = f"{draw.randint(2014, 2018)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    days = draw.choice([20, 100, 200, 480])
    geography = draw.choice(["Faroe Islands"] * 3 + ["Scotland"])
    flags = ("--start-date", day, "--duration", str(days), "--geography", geography)
    return (*ENGINE, *flags, "--eggs", str(draw.choice([150_000, 3_500_000])))


def fixed(*command: str) -> Callable[[random.Random], Command]:
    """A command without anything to draw."""
    return lambda _: command


COMMANDS: tuple[tuple[int, Callable[[random.Random], Command]], ...] = (
    (2, fixed("bootstrap_infrastructure")),
    (2, fixed("bootstrap_infrastructure", *TINY)),
    (1, fixed("bootstrap_infrastructure", "--profile", "guide")),
    (1, fixed("bootstrap_infrastructure", "--set", "farm.areas_per_country=2")),
    (3, fixed("initialize_master_data")),
    (1, fixed("initialize_master_data", "--set", "feed.opening_stock_kg=500")),
    (6, new_batch),
    (2, fixed(*ENGINE, "--resume")),
    (2, fixed(*YEARS, "--session=1", *TINY)),
    (2, fixed(*YEARS, "--session=2", *TINY)),
    (1, fixed(*YEARS, "--mode=sequential")),
    (3, fixed(*YEARS, "--mode=sequential", *TINY)),
    (3, fixed(*YEARS, "--resume")),
    (3, fixed("cleanup_batch_data", "--yes")),
    (1, fixed("clear_data", "--yes")),
)
"""Commands and how often each comes."""

BEGINNINGS: dict[str, tuple[Command, ...]] = {
    "nothing": (),
    "a farm": (("bootstrap_infrastructure", *TINY), ("initialize_master_data",)),
    "a session": ((*YEARS, "--session=1", *TINY),),
    "a whole run": ((*YEARS, "--mode=sequential", *TINY),),
}


def rows(shell: Shell) -> dict[str, object]:
    """The digest of every table."""
    with psycopg.connect(shell.url, autocommit=True) as connection:
        return digest(connection, TABLES).as_dict()


def faults(shell: Shell) -> list[str]:
    """What both validations call broken; statistics aside, which a part of a run may not meet."""
    found = []
    for command in (("data_generation", "--validate-only"), ("verify_data_integrity",)):
        done = in_process.run(shell, *command, "--json")
        told = json.loads(done.out)
        assert done.code in (0, 1) or "holds no" in told["message"], done.err
        found += [
            f"{finding['check']}: {finding['value']}"
            for finding in told.get("findings", ())
            if finding["group"] != "statistics" and not finding["passed"]
        ]
    # Of the last, which goes through the batches one by one.
    found += [
        f"{batch['batch']}: {name}"
        for batch in told.get("batches", ())
        for name, check in batch["checks"].items()
        if name != "survival_rate" and not check["passed"]
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


@pytest.fixture(scope="session")
def beginning(
    server_url, migrated_database, tmp_path_factory, django_db_blocker
) -> Iterator[Callable[[str], str]]:
    """Gives names of databases to copy, made when they are first asked for."""
    with ExitStack() as stack, django_db_blocker.unblock():
        made: dict[str, str] = {}

        def get(name: str) -> str:
            if name not in made:
                folder = tmp_path_factory.mktemp("beginning")
                copy = filled.copied_database(server_url, migrated_database, folder)
                shell = stack.enter_context(copy)
                for command in BEGINNINGS[name]:
                    done = in_process.run(shell, *command)
                    assert done.code == 0, done.err
                made[name] = conninfo_to_dict(shell.url)["dbname"]
            return made[name]

        yield get


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
