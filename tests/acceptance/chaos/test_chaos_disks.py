"""Disks fill up: the data of an uninterrupted run as soon as there is room again."""

import shutil
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from data_generation.errors import Refused, StorageError
from data_generation.runs.decide import Mode
from tests.acceptance.chaos.support import (
    MB,
    attempt,
    before_storing,
    contents,
    execute,
    make_records,
    next_mode,
    resume,
    run,
    small_disk,
)

_FULL = r"No space left(.|\n)*Stored: \d of 3 months(.|\n)*small is full(.|\n)*--resume"
SEGMENT = 16 * MB
"""Size of a file of the server's log of commits."""


def test_too_small_a_disk_is_refused_before_anything_is_written(farm, folder):
    room = farm.admin("SELECT pg_database_size('migrated')")[0][0]
    place = farm.base / "small"
    with small_disk(place, room + 30 * MB, farm.owner()):
        try:
            farm.admin(f"CREATE TABLESPACE small LOCATION '{place}'")
            url = farm.database(tablespace="small")
            with pytest.raises(Refused, match=r"needs about \d+ MB .* \d+ MB free(.|\n)*--yes"):
                run(url, folder, short=False, room_or_not=False)

            assert execute(url, "SELECT to_regnamespace('data_generation')") == [(None,)]
            assert execute(url, "SELECT count(*) FROM infrastructure_sensor") == [(0,)]
        finally:
            farm.admin(f"DROP DATABASE {conninfo_to_dict(url)['dbname']} WITH (FORCE)")
            farm.admin("DROP TABLESPACE small")


def test_the_disk_fills_up_while_rows_are_copied(farm, folder, expected):
    room = farm.admin("SELECT pg_database_size('migrated')")[0][0]
    place = farm.base / "small"
    with small_disk(place, room + 96 * MB, farm.owner()) as disk:
        try:
            farm.admin(f"CREATE TABLESPACE small LOCATION '{place}'")
            url = farm.database(tablespace="small")
            make_records(url)
            for left in (200_000, 600_000, 1_500_000):
                disk.fill(but_for=left)
                with pytest.raises(StorageError, match=_FULL):
                    run(url, folder, next_mode(url))
                disk.make_room()

            run(url, folder, next_mode(url))

            assert contents(url) == expected
        finally:
            farm.admin(f"DROP DATABASE {conninfo_to_dict(url)['dbname']} WITH (FORCE)")
            farm.admin("DROP TABLESPACE small")


def test_the_servers_log_of_commits_fills_its_disk(farm, folder, expected):
    """PostgreSQL then stops itself, in the middle of a commit or of what comes before it."""
    url = farm.database()
    make_records(url)
    cluster = Path(farm.server.status().cluster_dir)
    log, owner = cluster / "pg_wal", farm.owner()
    farm.admin("ALTER SYSTEM SET wal_recycle = off")
    farm.admin("ALTER SYSTEM SET min_wal_size = '32MB'")
    farm.admin("SELECT pg_reload_conf()")
    farm.admin("CHECKPOINT")
    farm.server.stop()
    aside = farm.base / "pg_wal"
    used = sum(file.stat().st_size for file in log.rglob("*") if file.is_file())
    with small_disk(farm.base / "wal", used + SEGMENT // 2, owner) as disk:
        shutil.copytree(log, disk.folder, dirs_exist_ok=True)
        for file in (disk.folder, *disk.folder.rglob("*")):
            shutil.chown(file, owner)
        log.rename(aside)
        log.symlink_to(disk.folder)
        try:
            use_up_segments(farm, disk.folder, but_for=400_000)
            disk.fill()
            assert attempt(url, folder, Mode.SEQUENTIAL, "runtime.max_attempts=2")
            disk.grow(1024 * MB)
            farm.recover()

            run(url, folder, next_mode(url))

            assert contents(url) == expected
        finally:
            farm.server.stop()
            log.unlink()
            shutil.copytree(disk.folder, log)
            for file in (log, *log.rglob("*")):
                shutil.chown(file, owner)
            log.chmod(0o700)
            farm.recover()
            for name in ("wal_recycle", "min_wal_size"):
                farm.admin(f"ALTER SYSTEM RESET {name}")


def use_up_segments(farm, folder, but_for):
    """Write to the log until its last file has no more than that many bytes left."""
    names = [file.name for file in folder.iterdir() if len(file.name) == 24]
    end = max((int(n[8:16], 16) << 32) + (int(n[16:], 16) + 1) * SEGMENT for n in names)
    while True:
        at = int(farm.admin("SELECT pg_current_wal_insert_lsn() - '0/0'")[0][0])
        left = end - at - but_for
        if left < 10_000:
            return
        size = min(left * 95 // 100, 4 * MB)
        farm.admin(f"SELECT pg_logical_emit_message(false, 'x', repeat('x', {size}))")


def test_the_disk_of_the_checkpoint_file_is_full(farm, url, folder, expected, monkeypatch):
    (folder / "checkpoints").mkdir(parents=True)
    with small_disk(folder / "checkpoints", 64 * 1024) as disk:
        disk.fill()
        with pytest.raises(Refused, match=r"No space left(.|\n)*--checkpoint-dir"):
            run(url, folder)
        assert execute(url, "SELECT to_regnamespace('data_generation')") == [(None,)]
        disk.make_room()

        before_storing(monkeypatch, 2, disk.fill)
        with pytest.raises(StorageError, match=r"checkpoint file .*No space left(.|\n)*--resume"):
            run(url, folder)
        monkeypatch.undo()
        disk.make_room()

        resume(url, folder)

        assert contents(url) == expected
        assert [file.suffix for file in disk.folder.iterdir()] == [".json"]


def test_the_disk_of_the_log_is_full(url, folder, expected, monkeypatch, capsys):
    (folder / "logs").mkdir(parents=True)
    with small_disk(folder / "logs", 64 * 1024) as disk:
        before_storing(monkeypatch, 2, disk.fill)
        run(url, folder)

    assert contents(url) == expected
    assert capsys.readouterr().err.count("ends here: No space left on device") == 1
