"""Whether sound data of many seeds pass: exit codes of both validations, and what is unusual.

    python benchmarks/many_seeds.py [--profile tiny] [--seeds 40] [--first 1]
    python benchmarks/many_seeds.py --profile guide --batches 20

The first form generates a profile with one seed after the other, each into a database of its own,
and validates after each session. The second makes batches one by one with the event engine, in one
database, and validates after each. Prints a line for each validation; exit code 1 if any found
something broken.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.databases import MANAGE, copied_database, migrated_database
from data_generation.config.loading.loader import load_config

CONFIG_DIR = MANAGE.parent / "config"
COMMANDS = (("data_generation", "--validate-only", "--no-progress"), ("verify_data_integrity",))
COUNTRIES = ("Faroe Islands", "Scotland")
BATCHES_FROM = date(2024, 1, 3)
DAYS_BETWEEN = 40


class Shell:
    """Runs commands on one database, with folders that are removed with it."""

    def __init__(self, url: str, folder: str) -> None:
        """`folder` holds checkpoints, logs and reports."""
        where = {f"AQUAMIND_{name}_DIR": folder for name in ("CHECKPOINT", "LOG", "REPORT")}
        self._environment = {**os.environ, **where, "DATABASE_URL": url}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one script."""
        return subprocess.run(
            [sys.executable, str(MANAGE), "runscript", *words],
            env=self._environment,
            capture_output=True,
            text=True,
        )

    def must(self, *words: str) -> None:
        """Run one script; if it fails, end with its own words."""
        done = self.run(*words)
        if done.returncode:
            sys.stderr.write(done.stderr)
            sys.exit(done.returncode)

    def judge(self, what: str) -> int:
        """Validate, print a line for each command, and give the highest exit code."""
        worst = 0
        for words in COMMANDS:
            done = self.run(*words, "--json")
            worst = max(worst, done.returncode)
            found = json.loads(done.stdout) if done.returncode in (0, 1) else {}
            failure = "" if found else done.stderr.strip().splitlines()[-1]
            said = failure or "; ".join(odd(found)) or "-"
            print(f"{what:<28}{words[0]:<24}{done.returncode:>5}  {said}", flush=True)
        return worst


def odd(found: Mapping[str, Any]) -> Iterator[str]:
    """What is unusual or broken of a validation's findings and of its batches' checks."""
    for finding in found.get("findings", ()):
        if finding["verdict"] in ("unusual", "broken"):
            name = f"{finding['check']} {finding['label']}".strip()
            yield f"{finding['verdict']}: {name} {finding['value']:.4g}"
    for batch in found.get("batches", ()):
        for name, check in batch["checks"].items():
            if check["verdict"] in ("unusual", "broken"):
                yield f"{check['verdict']}: {batch['batch']} {name}"


def years(profile: str, seeds: range) -> int:
    """Validate each seed after each session; the highest exit code."""
    sessions = len(load_config(CONFIG_DIR, profile).generation.sessions_months)
    worst = 0
    with migrated_database() as empty:
        for seed in seeds:
            with copied_database(empty) as url, tempfile.TemporaryDirectory() as folder:
                shell = Shell(url, folder)
                what = ("--profile", profile, "--seed", str(seed), "--no-progress", "--yes")
                for session in range(1, sessions + 1):
                    shell.must("data_generation", f"--session={session}", *what)
                    worst = max(worst, shell.judge(f"seed {seed}, session {session}"))
    return worst


def one_by_one(profile: str, batches: int) -> int:
    """Validate after each batch of the event engine; the highest exit code."""
    worst = 0
    farm = ("--profile", profile, "--set", "farm.areas_per_country=6")
    with migrated_database() as url, tempfile.TemporaryDirectory() as folder:
        shell = Shell(url, folder)
        shell.must("bootstrap_infrastructure", *farm)
        shell.must("initialize_master_data", *farm)
        for number in range(batches):
            start = BATCHES_FROM + timedelta(days=number * DAYS_BETWEEN)
            country = COUNTRIES[number % len(COUNTRIES)]
            when = ("--start-date", start.isoformat(), "--geography", country)
            shell.must("event_engine", *farm, *when, "--duration", "650", "--no-progress")
            worst = max(worst, shell.judge(f"batch {number + 1}, {start}"))
    return worst


def main() -> int:
    """Read the flags and print the table asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="tiny")
    parser.add_argument("--seeds", type=int, default=40, metavar="N")
    parser.add_argument("--first", type=int, default=1, metavar="SEED")
    parser.add_argument("--batches", type=int, metavar="N", help="of the event engine, instead")
    options = parser.parse_args()
    print(f"{'what':<28}{'command':<24}{'exit':>5}  unusual or broken")
    if options.batches:
        worst = one_by_one(options.profile, options.batches)
    else:
        worst = years(options.profile, range(options.first, options.first + options.seeds))
    return worst


if __name__ == "__main__":
    sys.exit(main())
