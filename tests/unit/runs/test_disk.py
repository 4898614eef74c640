"""A run looks at the disk before it writes."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from data_generation.errors import Refused
from data_generation.runs import disk
from data_generation.runs.disk import Need, Room

READINGS = "environmental_environmentalreading"
NEED = Need({READINGS: 1_000_000}, months=12)
MB = 2**20


def test_what_does_not_fit_is_refused_with_both_figures():
    with pytest.raises(Refused) as refused:
        disk.require_room(NEED, [Room(Path("/data"), 260 * MB, 2422 * MB)], "--data-dir")

    assert "2,422 MB (1,000,000 rows)" in refused.value.message
    assert "260 MB free" in refused.value.message
    assert "--yes" in refused.value.hint
    disk.require_room(NEED, [Room(Path("/data"), 2422 * MB, 2422 * MB)], "--data-dir")
    disk.require_room(NEED, [], "--data-dir")


@pytest.fixture
def small_disk(monkeypatch):
    """Any folder has 300 MB free, but for what ordinary users may not take."""
    found = SimpleNamespace(f_bavail=300, f_bfree=400, f_frsize=MB)
    real = os.stat

    def statvfs(folder):
        real(folder)
        return found

    monkeypatch.setattr(os, "statvfs", statvfs)


def test_a_folder_that_is_still_to_be_made(small_disk, tmp_path):
    (room,) = disk.folder_rooms(tmp_path / "not" / "there", 100)

    assert (room.free, room.need, room.fits) == (300 * MB, 100, True)


def test_the_embedded_server_needs_its_log_as_well(small_disk, tmp_path):
    (room,) = disk.embedded_rooms(tmp_path, 250 * MB)

    assert room.need == 500 * MB
    assert not room.fits


def test_a_disk_that_is_full_is_named(small_disk, tmp_path, monkeypatch):
    rooms = disk.folder_rooms(tmp_path, 0)

    assert disk.full_disks(rooms) == []
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=1, f_frsize=MB))
    assert disk.full_disks(rooms) == [f"The disk of {tmp_path} is full, 1 MB free."]


class Server:
    """Tells of a folder, a tablespace and a log of commits."""

    def __init__(self, folder: Path, started: float, tablespace: str = "") -> None:
        self.row = (str(folder), tablespace, 64 * MB, 16 * MB, started)

    def execute(self, _query):
        return SimpleNamespace(fetchone=lambda: self.row)


@pytest.mark.parametrize(("started", "known"), [(1_700_000_000, True), (1_700_009_999, False)])
def test_a_servers_folder_counts_only_if_it_is_this_servers(started, known, tmp_path, small_disk):
    (tmp_path / "pg_wal").mkdir()
    (tmp_path / "postmaster.pid").write_text(f"17\n{tmp_path}\n1700000000\n5432\n")

    rooms = disk.server_rooms(Server(tmp_path, started), 10 * MB)

    assert [room.need for room in rooms] == ([20 * MB] if known else [])


def test_a_server_elsewhere_is_not_known(tmp_path):
    assert disk.server_rooms(Server(tmp_path / "far", 0.0), 10 * MB) == []
