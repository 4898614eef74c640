"""What settings and the length of a run do to its speed.

    python benchmarks/whole_run.py [--profile demo] [--session 1] [--rounds 3]
    python benchmarks/whole_run.py --readings [--profile demo] [--rounds 3]
    python benchmarks/whole_run.py --stored

The first form runs one session with one worker and with two, and with chunks of one month and of
three, each into a database of its own, in turns of changing order, and prints ratios of medians of
each round's. The second does so with the readings of the first session alone: a run is stopped when
its ledger is done and no readings are written, and copies of its database are resumed with one
worker and with two.
The third prints rows/s and memory of each year of the run that the database holds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import NoReturn

import psutil
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.databases import MANAGE, copied_database, migrated_database, server_url
from data_generation.config.loading.loader import load_config

CONFIG_DIR = MANAGE.parent / "config"

SETTINGS = {
    "one worker": ("--workers", "1", "--chunk-months", "1"),
    "two workers": ("--workers", "2", "--chunk-months", "1"),
    "three months a chunk": ("--workers", "2", "--chunk-months", "3"),
}
RATIOS = (("two workers", "one worker"), ("three months a chunk", "two workers"))

HAS_RUN = "SELECT to_regclass('data_generation.unit') IS NOT NULL"
LEDGER_MONTHS = "SELECT count(*) FROM data_generation.unit WHERE kind = 'ledger'"
BY_YEAR = """
    WITH done AS (
        SELECT extract(year FROM month)::int AS year, committed_at, peak_memory_mb,
               (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(rows)) AS rows
        FROM data_generation.unit JOIN data_generation.run ON run.id = unit.run_id
        WHERE run.kind = 'years' AND committed_at IS NOT NULL
    ),
    years AS (
        SELECT year, sum(rows) AS rows, max(peak_memory_mb) AS memory_mb,
               max(committed_at) AS ended
        FROM done GROUP BY year
    )
    SELECT year, rows, memory_mb,
           extract(epoch FROM ended - lag(ended) OVER (ORDER BY year))
    FROM years ORDER BY year
"""
"""A year's time runs from the last commit of the year before, so the first year has none."""


def command(*flags: str) -> list[str]:
    """The command line of a run."""
    return [sys.executable, str(MANAGE), "runscript", "data_generation", *flags, "--no-progress"]


def environment(url: str, folder: str) -> dict[str, str]:
    """The environment of a run whose checkpoints and logs are its own."""
    where = {f"AQUAMIND_{name}_DIR": folder for name in ("CHECKPOINT", "LOG", "REPORT")}
    return {**os.environ, **where, "DATABASE_URL": url}


def fail(code: int, said: str) -> NoReturn:
    """End as a run did that failed: with its message and hint, which it said last."""
    lines = said.strip().splitlines()[-2:] or ["The run ended without a word."]
    sys.stderr.write("\n".join(lines) + "\n")
    sys.exit(code or 1)


def rows_per_second(url: str, *flags: str) -> float:
    """Run into a database and give rows/s, start of the process left out."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [*command(*flags), "--json"],
            env=environment(url, folder),
            capture_output=True,
            text=True,
        )
    if done.returncode:
        fail(done.returncode, done.stderr)
    return float(json.loads(done.stdout)["rows_per_second"])


def put_to_sleep(root: psutil.Process, asleep: set[psutil.Process]) -> None:
    """Halt the workers of a run that are still awake and note them."""
    # Whichever process is gone meanwhile needs no halting.
    with suppress(psutil.Error):
        for child in set(root.children()) - asleep:
            with suppress(psutil.Error):
                if "spawn_main" in " ".join(child.cmdline()):
                    child.suspend()
                    asleep.add(child)


def store_ledger(url: str, profile: str) -> None:
    """Leave a first session with its ledger and without readings, for its worker is asleep."""
    ahead = ("--set", "runtime.max_units_in_flight=1000", "--set", "runtime.max_pending_months=120")
    flags = ("--session=1", "--profile", profile, "--workers", "1", *ahead)
    months = load_config(CONFIG_DIR, profile).generation.sessions_months[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile("w+") as said,
        psycopg.connect(url, autocommit=True) as conn,
    ):
        process = subprocess.Popen(command(*flags), env=environment(url, folder), stderr=said)
        root, asleep = psutil.Process(process.pid), set[psutil.Process]()
        try:
            while process.poll() is None:
                put_to_sleep(root, asleep)
                if conn.execute(HAS_RUN).fetchone() == (True,) and (
                    conn.execute(LEDGER_MONTHS).fetchone() == (months,)
                ):
                    return
                time.sleep(0.02)
        finally:
            # The coordinator first: it replaces workers that die. Those awake end without it.
            process.kill()
            for worker in asleep:
                with suppress(psutil.Error):
                    worker.kill()
            process.wait()
        said.seek(0)
        fail(process.returncode, said.read())


def compare(
    title: str,
    settings: Mapping[str, tuple[str, ...]],
    ratios: tuple[tuple[str, str], ...],
    rounds: int,
    speed: Callable[[tuple[str, ...]], float],
) -> None:
    """Run every setting `rounds` times and print medians and ratios."""
    speeds: dict[str, list[float]] = {name: [] for name in settings}
    for number in range(rounds):
        turns = list(settings.items())
        for name, flags in turns if number % 2 else reversed(turns):
            speeds[name].append(speed(flags))
    print(f"{title}, {rounds} rounds, median (best)")
    for name, found in speeds.items():
        print(f"{name:<22}{median(found):>10,.0f} ({max(found):,.0f}) rows/s")
    for name, base in ratios:
        ratio = median(a / b for a, b in zip(speeds[name], speeds[base], strict=True))
        print(f"{name} to {base}: {ratio:.2f}")


def stored(url: str) -> None:
    """Print rows/s and memory by year of the stored run."""
    with psycopg.connect(url) as conn:
        years = conn.execute(BY_YEAR).fetchall()
    print("year        rows      rows/s  peak MB of one process")
    for year, rows, memory_mb, seconds in years:
        speed = f"{float(rows) / float(seconds):>12,.0f}" if seconds else f"{'-':>12}"
        print(f"{year}{rows:>12,}{speed}{memory_mb:>10,.0f}")


def whole(profile: str, session: int, rounds: int) -> None:
    """Compare settings on a whole session."""

    def speed(flags: tuple[str, ...]) -> float:
        with migrated_database() as url:
            return rows_per_second(url, f"--session={session}", "--profile", profile, *flags)

    compare(f"{profile}, session {session}", SETTINGS, RATIOS, rounds, speed)


def readings(profile: str, rounds: int) -> None:
    """Compare one worker and two on readings alone."""
    settings = {name: SETTINGS[name][:2] for name in ("one worker", "two workers")}
    with migrated_database() as ledger:
        store_ledger(ledger, profile)

        def speed(flags: tuple[str, ...]) -> float:
            with copied_database(ledger) as url:
                return rows_per_second(url, "--resume", *flags)

        compare(f"{profile}, readings of session 1", settings, RATIOS[:1], rounds, speed)


def main() -> None:
    """Read the flags and print the table asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="demo")
    parser.add_argument("--session", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--readings", action="store_true", help="workers on readings alone")
    parser.add_argument("--stored", action="store_true", help="years of the run that is stored")
    options = parser.parse_args()
    if options.stored:
        stored(server_url())
    elif options.readings:
        readings(options.profile, options.rounds)
    else:
        whole(options.profile, options.session, options.rounds)


if __name__ == "__main__":
    main()
