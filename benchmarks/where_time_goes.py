"""Where a run's time goes: CPU seconds by kind of process, and what the server's backends do.

    python benchmarks/where_time_goes.py [--profile demo] [--session 1]

Runs one session into a database of its own on the embedded server, and looks forty times a second
at the processes and at `pg_stat_activity`. A backend that is not idle is counted under the
statement that it runs; one that waits for its client, under "waits for Python". Shares are of all
looks.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.databases import migrated_database
from benchmarks.whole_run import command, environment, fail

PAUSE_SECONDS = 0.025

DOING = (
    ("COPY", r"COPY"),
    ("indexes and primary keys", r"CREATE (UNIQUE )?INDEX|ALTER TABLE .*(PRIMARY KEY|UNIQUE)"),
    ("foreign keys", r"ALTER TABLE .*FOREIGN KEY"),
    ("tables and their months", r"CREATE TABLE|LOCK|ALTER (TABLE|INDEX) .*(ATTACH|RENAME|DROP)"),
    ("looking up", r"SELECT|BEGIN|SET|SAVEPOINT|RELEASE"),
    ("commit", r"COMMIT"),
    ("rows of before", r"UPDATE|INSERT|WITH|DELETE|MERGE"),
)
BACKENDS = """
    SELECT pid, backend_type = 'parallel worker', application_name, state, wait_event,
           left(query, 400)
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type IN ('client backend', 'parallel worker')
"""


def doing(state: str | None, wait: str | None, query: str) -> str:
    """What a backend does, in a word or two."""
    if state != "active" or wait == "ClientRead":
        return "waits for Python"
    return next((name for name, text in DOING if re.match(text, query, re.DOTALL)), "other")


def note_cpu(found: dict[int, float], pid: int) -> None:
    """Note the CPU seconds that a process has taken; what was noted stays when it is gone."""
    with suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        found[pid] = max(found.get(pid, 0.0), times.user + times.system)


def watch(
    process: subprocess.Popen[bytes], conn: psycopg.Connection[Any]
) -> tuple[dict[str, dict[int, float]], dict[str, Counter[str]]]:
    """CPU seconds by role and process, and what was seen of backends by role, until the end."""
    seconds: dict[str, dict[int, float]] = defaultdict(dict)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    root = psutil.Process(process.pid)
    while process.poll() is None:
        note_cpu(seconds["ledger (coordinator)"], process.pid)
        with suppress(psutil.Error):
            for child in root.children(recursive=True):
                note_cpu(seconds["expanding and encoding (workers)"], child.pid)
        for pid, helps, name, state, wait, query in conn.execute(BACKENDS).fetchall():
            role = "workers'" if name.endswith("worker") else "coordinator's"
            note_cpu(seconds[f"{role} backends"], pid)
            if not helps:
                seen[role][doing(state, wait, query)] += 1
        time.sleep(PAUSE_SECONDS)
    return seconds, seen


def main() -> None:
    """Run the session, watch it and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="demo")
    parser.add_argument("--session", type=int, default=1)
    options = parser.parse_args()
    flags = (f"--session={options.session}", "--profile", options.profile)
    with (
        migrated_database() as url,
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile("w+") as said,
        psycopg.connect(url, autocommit=True) as conn,
    ):
        started = time.perf_counter()
        process = subprocess.Popen(command(*flags), env=environment(url, folder), stderr=said)
        try:
            seconds, seen = watch(process, conn)
        finally:
            process.terminate()
            process.wait()
        wall = time.perf_counter() - started
        if process.returncode:
            said.seek(0)
            fail(process.returncode, said.read())

    cores = os.cpu_count() or 1
    print(f"{wall:.1f} s wall, {cores} cores")
    for role, found in seconds.items():
        total = sum(found.values())
        print(f"{role:<34}{total:>8.1f} s CPU {total / wall / cores:>6.0%} of the cores")
    for role, counts in seen.items():
        print(f"{role} backends:")
        for name, count in counts.most_common():
            print(f"  {name:<32}{count / counts.total():>6.0%}")


if __name__ == "__main__":
    main()
