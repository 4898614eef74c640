"""What settings and the length of a run do to its speed.

    python benchmarks/whole_run.py [--profile demo] [--session 1] [--rounds 3]
    python benchmarks/whole_run.py --stored

The first form runs one session with one worker and with two, and with chunks of one month and of
three, each into a database of its own, in turns of changing order, and prints ratios of medians of
each round's. The second prints rows/s and memory of each year of the run that the database holds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.databases import MANAGE, migrated_database

SETTINGS = {
    "one worker": ("--workers", "1", "--chunk-months", "1"),
    "two workers": ("--workers", "2", "--chunk-months", "1"),
    "three months a chunk": ("--workers", "2", "--chunk-months", "3"),
}
RATIOS = (("two workers", "one worker"), ("three months a chunk", "two workers"))

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


def rows_per_second(flags: tuple[str, ...], profile: str, session: int) -> float:
    """Run a session in a database of its own and give its rows/s, start of the process left out."""
    with migrated_database() as url, tempfile.TemporaryDirectory() as folder:
        # The folders of checkpoints and logs belong to this run alone.
        where = {f"AQUAMIND_{name}_DIR": folder for name in ("CHECKPOINT", "LOG", "REPORT")}
        command = [sys.executable, str(MANAGE), "runscript", "data_generation"]
        command += [f"--session={session}", "--profile", profile, "--json", "--no-progress"]
        done = subprocess.run(
            [*command, *flags],
            env={**os.environ, **where, "DATABASE_URL": url},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    return float(json.loads(done.stdout)["rows_per_second"])


def compare(profile: str, session: int, rounds: int) -> None:
    """Run every setting `rounds` times and print medians and ratios."""
    speeds: dict[str, list[float]] = {name: [] for name in SETTINGS}
    for number in range(rounds):
        turns = list(SETTINGS.items())
        for name, flags in turns if number % 2 else reversed(turns):
            speeds[name].append(rows_per_second(flags, profile, session))
    print(f"{profile}, session {session}, {rounds} rounds, median (best)")
    for name, found in speeds.items():
        print(f"{name:<22}{median(found):>10,.0f} ({max(found):,.0f}) rows/s")
    for name, base in RATIOS:
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


def main() -> None:
    """Read the flags and print the table asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="demo")
    parser.add_argument("--session", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stored", action="store_true", help="years of the run that is stored")
    options = parser.parse_args()
    if options.stored:
        from aquamind import embedded

        stored(os.environ.get("DATABASE_URL") or embedded.connection_url())
    else:
        compare(options.profile, options.session, options.rounds)


if __name__ == "__main__":
    main()
