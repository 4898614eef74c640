"""Files and manifests of a Parquet dataset: what belongs to it, and when."""

import os
from datetime import date

import pyarrow as pa
import pytest

from data_generation.errors import Refused, StorageError
from data_generation.runs.parquet import lake_storage
from data_generation.runs.parquet.lake_worker import LakeSetup, require_lock
from data_generation.runs.postgres.worker import UnitOrder
from data_generation.runs.sessions import Days
from data_generation.storage.parquet.lake import LOCK, Lake, Manifest, live_files, replace_rows
from data_generation.storage.parquet.lake_digest import lake_digest

pytest.importorskip("fsspec", reason="the extra [lake] is not installed")

SCHEMA = pa.schema([("id", pa.int64()), ("name", pa.string())])
SCHEMAS = {"t": SCHEMA}
JANUARY, MARCH = date(2015, 1, 1), date(2015, 3, 1)


def rows(*ids, name="old"):
    return pa.table({"id": list(ids), "name": [f"{name} {i}" for i in ids]}, SCHEMA)


@pytest.fixture(params=["path", "memory"])
def lake(request, tmp_path):
    if request.param == "path":
        return Lake(str(tmp_path / "lake"))
    return Lake(f"memory://{tmp_path.name}/lake")


@pytest.fixture
def filled(lake):
    """Two units of one table."""
    for month, ids in ((JANUARY, (1, 2, 3)), (MARCH, (4, 5))):
        unit = f"{month:%Y-%m}.ledger"
        file = lake.write_rows(unit, month, "t", SCHEMA, [rows(*ids)])
        lake.commit(Manifest(unit, (file,)))
    return lake


def content(lake):
    files = live_files(lake.manifests().values()).values()
    table = pa.concat_tables([lake.read_rows(file) for file in files])
    return dict(zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True))


def test_files_belong_to_the_dataset_from_their_manifest_on(filled):
    before = content(filled)
    file = filled.write_rows("2015-04.ledger", MARCH, "t", SCHEMA, [rows(6)])
    assert content(filled) == before
    assert filled.sweep(live_files(filled.manifests().values()), SCHEMAS) == set()
    assert file.path not in filled.names()

    file = filled.write_rows("2015-04.ledger", MARCH, "t", SCHEMA, [rows(6)])
    filled.commit(Manifest("2015-04.ledger", (file,)))
    assert content(filled).keys() == before.keys() | {6}
    filled.withdraw("2015-04.ledger")
    assert content(filled) == before


STRANGERS = (
    "weather/year=2015/month=01/part-0.parquet",
    # A copy of one of our tables, file names and all, under another name.
    f"t_copy/year=2015/month=01/2015-01.ledger-{'0' * 32}.parquet",
    f"backup/t/year=2015/month=01/2015-01.ledger-{'0' * 32}.parquet",
    "t/year=2015/month=01/part-0.parquet",
    f"t/year=2015/month=01/2015-01.ledger-{'0' * 32} (copy).parquet",
    f"t/year=2015/month=01/2015-01.ledger-{'g' * 32}.parquet",
    "t/_SUCCESS",
    "_aquamind/state/notes.txt",
    "_aquamind/units/README.md",
    "_aquamind/units/.hidden",
    "README.md",
)
LEFTOVERS = (
    f"t/year=2015/month=01/2015-01.ledger-{'0' * 32}.parquet",
    f"_aquamind/state/2015-01.ledger-{'0' * 32}.snapshot",
    f"_aquamind/state/.2015-01.ledger-{'0' * 32}.payload-a1b2_c3d",
    "_aquamind/units/.2015-01.ledger.json-a1b2_c3d",
    "_aquamind/.run.json-a1b2_c3d",
)


def test_only_what_a_run_left_is_swept(filled):
    ours = set(filled.names())
    for name in (*STRANGERS, *LEFTOVERS):
        filled.write(name, b"half of a f")

    # What was being written when a run was killed is no manifest either.
    assert filled.manifests().keys() == {"2015-01.ledger", "2015-03.ledger"}
    assert filled.sweep(live_files(filled.manifests().values()), SCHEMAS) == set()
    assert set(filled.names()) == ours | set(STRANGERS)


def test_what_a_kill_left_before_there_was_a_dataset_is_no_stranger(lake):
    lake.write("_aquamind/.run.json-a1b2_c3d", b"{")
    assert lake_storage.find_run(lake) is None
    lake.write("letter.txt", b"not yours")
    with pytest.raises(Refused, match=r"letter\.txt"):
        lake_storage.find_run(lake)


def test_rows_of_earlier_months_are_replaced_where_they_are(filled):
    files = live_files(filled.manifests().values())
    january = next(path for path, file in files.items() if file.first == 1)
    adds, removes = replace_rows(filled, "u", rows(2, name="new"), SCHEMA, files.values())
    assert removes == [january]
    assert [(f.first, f.last, f.rows) for f in adds] == [(1, 3, 3)]
    assert "/year=2015/month=01/" in adds[0].path
    # Nothing has changed until the manifest says so.
    assert content(filled)[2] == "old 2"
    filled.commit(Manifest("2015-04.ledger", tuple(adds), tuple(removes)))
    assert content(filled) == {1: "old 1", 2: "new 2", 3: "old 3", 4: "old 4", 5: "old 5"}
    assert january not in filled.names()


def test_an_update_of_a_row_that_is_not_there_is_an_error(filled):
    files = live_files(filled.manifests().values()).values()
    with pytest.raises(StorageError, match="2 rows were to be updated, and 1 were found"):
        replace_rows(filled, "u", rows(5, 6, name="new"), SCHEMA, files)


def test_the_digest_depends_on_the_rows_and_not_on_the_files(lake, filled, tmp_path):
    one = Lake(str(tmp_path / "other"))
    file = one.write_rows("2015-01.ledger", JANUARY, "t", SCHEMA, [rows(5, 3), rows(1, 4, 2)])
    one.commit(Manifest("2015-01.ledger", (file,)))
    assert lake_digest(one, ["t"], SCHEMAS) == lake_digest(filled, ["t"], SCHEMAS)
    swapped = pa.table({"id": [1, 2], "name": ["old 2", "old 1"]}, SCHEMA)
    files = live_files(one.manifests().values()).values()
    adds, removes = replace_rows(one, "2015-02.ledger", swapped, SCHEMA, files)
    one.commit(Manifest("2015-02.ledger", tuple(adds), tuple(removes)))
    assert lake_digest(one, ["t"], SCHEMAS) != lake_digest(filled, ["t"], SCHEMAS)


def test_one_run_at_a_time(lake):
    with lake_storage.held(lake) as token:
        require_lock(lake, token)
        # Neither a process that is not seen here nor a clock that differs shows that it is gone.
        old = {"pid": 4_000_000, "since": "2015-01-01T00:00:00+00:00"}
        lake.write_json(LOCK, {**lake.read_json(LOCK), **old})
        with (
            pytest.raises(Refused, match=r"process 4000000 on .*, since 2015-01-01"),
            lake_storage.held(lake),
        ):
            raise AssertionError
        require_lock(lake, token)
        lake.write_json(LOCK, {**lake.read_json(LOCK), "token": "of another"})
        with pytest.raises(StorageError, match="taken over"):
            require_lock(lake, token)
    # Whoever lost it does not take it from its new holder.
    assert lake.read_json(LOCK)["token"] == "of another"


def test_the_lock_of_a_killed_run_is_taken_over_where_its_end_is_proven(lake, monkeypatch):
    lake.write(LOCK, b'{"pid": 1, "host": "elsewh')
    if lake.in_memory:
        with pytest.raises(Refused, match="may live: another connection") as refused:
            lake_storage.held(lake).__enter__()
        assert "--release-lock --sink parquet:memory://" in refused.value.hint
    else:
        with monkeypatch.context() as patched:
            patched.setattr("data_generation.files._is_local", lambda _: False)
            with pytest.raises(Refused, match="may live"):
                lake_storage.held(lake).__enter__()
        with lake_storage.held(lake) as token:
            require_lock(lake, token)


def test_a_lock_is_released_on_purpose_unless_its_holder_lives(lake):
    assert lake_storage.release(lake) is None
    held = lake_storage.held(lake)
    token = held.__enter__()
    if lake.in_memory:
        assert lake_storage.release(lake).pid == os.getpid()
        with pytest.raises(StorageError, match="taken over"):
            require_lock(lake, token)
    else:
        with pytest.raises(Refused, match="is using"):
            lake_storage.release(lake)
        require_lock(lake, token)
    held.__exit__(None, None, None)
    with lake_storage.held(lake):
        pass
    assert lake_storage.find_run(lake) is None


def expand(_payload, _rows):
    yield rows(7, 8)


def test_readings_of_a_run_that_lost_the_lock_are_not_committed(lake):
    payload = lake.put_state("2015-01.ledger", "payload", lake_storage.pack({}))
    lake.commit(Manifest("2015-01.ledger", about={"payload": payload}))
    order = UnitOrder(1, Days(JANUARY, date(2015, 1, 31)), 1000)
    with lake_storage.held(lake) as token:
        mine = LakeSetup(lake.uri, token, f"{__name__}:expand", SCHEMA)
        lost = LakeSetup(lake.uri, "lost", f"{__name__}:expand", SCHEMA)
        outcome = lost.writer().write(order, lambda: False)
        assert "taken over" in outcome.failure.message
        assert lake.manifest("2015-01.readings") is None
        assert mine.writer().write(order, lambda: False).rows == 2
        again = mine.writer().write(order, lambda: False)
        assert again.skipped
    assert lake.read(payload) is None
    assert len(live_files(lake.manifests().values())) == 1
