"""Databases and roles unlike ours: the same data come of it, or a refusal before anything is there.

Each row of the table of environments in docs/operations.md names a test of these.
"""

import os
import shutil
import socket
import subprocess
import time

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from data_generation.cli.engine import engine
from data_generation.errors import Refused
from data_generation.runs.decide import Mode
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import SESSION, connect
from data_generation.runs.postgres.pooling import require_own_session
from data_generation.storage.keys.sequences import advance_sequences
from data_generation.storage.postgres.clear import clear_tables
from data_generation.storage.postgres.failures import lacks_locks
from data_generation.storage.postgres.preconditions import require_lock_room
from tests.acceptance.chaos.support import attempt, contents, execute, kill, plant, run, tries
from tests.shell import COMMANDS, TIMEOUT_S
from tests.stored import digest_of

HOSTILE = {
    "DateStyle": "German, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Pacific/Chatham",
    "array_nulls": "off",
    "backslash_quote": "off",
    "bytea_output": "escape",
    "client_encoding": "LATIN1",
    "client_min_messages": "debug1",
    "default_transaction_deferrable": "on",
    "default_transaction_isolation": "serializable",
    "exit_on_error": "on",
    "extra_float_digits": "-15",
    "idle_in_transaction_session_timeout": "500ms",
    "lock_timeout": "1ms",
    "quote_all_identifiers": "on",
    "row_security": "on",
    "session_replication_role": "replica",
    "standard_conforming_strings": "off",
    "statement_timeout": "1s",
    "synchronous_commit": "off",
    "transform_null_equals": "on",
    "xmlbinary": "hex",
}


def manage(url, *words):
    """A command of Django's on that database: exit code and what was told."""
    done = COMMANDS.run(words, {**os.environ, "DATABASE_URL": url}, TIMEOUT_S)
    assert "Traceback" not in done.stderr
    # A busy machine is told that a command is still at work.
    told = [line for line in done.stderr.splitlines(keepends=True) if "at work" not in line]
    return done.returncode, "".join(told)


@pytest.fixture
def new_database(farm):
    """Makes an empty database and gives its URL; options as CREATE DATABASE has them."""
    made = []

    def make(options=""):
        name = f"environment_{time.monotonic_ns()}"
        farm.admin(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        made.append(name)
        return make_conninfo(farm.url, dbname=name)

    yield make
    for name in made:
        farm.admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def stored(farm, tmp_path_factory):
    """Name of a database with a short run; to be copied."""
    url = farm.database()
    run(url, tmp_path_factory.mktemp("stored"))
    return conninfo_to_dict(url)["dbname"]


@pytest.fixture
def filled(farm, stored):
    """URL of a copy of it."""
    name = f"filled_{time.monotonic_ns()}"
    farm.copy(stored, name)
    return make_conninfo(farm.url, dbname=name)


def set_all(url, settings):
    name = sql.Identifier(conninfo_to_dict(url)["dbname"])
    for setting, value in settings.items():
        change = sql.SQL("ALTER DATABASE {} SET {} = {}")
        execute(url, change.format(name, sql.Identifier(setting), sql.Literal(value)))


def same_data(url, expected):
    with connect(conninfo_to_dict(url)) as connection:
        return digest_of(connection).as_dict() == expected


def test_hostile_settings_of_a_database_change_nothing(new_database, expected, folder):
    url = new_database("ENCODING 'UTF8' LOCALE 'C'")
    set_all(url, HOSTILE)

    assert manage(url, "migrate", "-v0") == (0, "")
    run(url, folder)

    assert same_data(url, expected)
    with connect(conninfo_to_dict(url)) as connection:
        current = {name: connection.info.parameter_status(name) for name in ("DateStyle",)}
        current |= dict(
            connection.execute(
                "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS s (name) "
                "WHERE current_setting(name, true) IS NOT NULL",
                [[*SESSION, "synchronous_commit"]],
            ).fetchall()
        )
    wanted = {**SESSION, "synchronous_commit": "on", "lock_timeout": "1min"}
    assert current == {name: wanted[name] for name in current}


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_another_encoding_is_refused_before_anything_is_written(new_database, encoding):
    url = new_database(f"ENCODING '{encoding}' LOCALE 'C'")

    status, told = manage(url, "migrate", "-v0")

    assert status == 3
    assert told.count("\n") == 2
    assert encoding in told
    assert "ENCODING 'UTF8'" in told
    assert execute(url, "SELECT FROM pg_tables WHERE schemaname = 'public'") == []
    with pytest.raises(Refused, match=encoding):
        connect(conninfo_to_dict(url))


def test_a_role_without_create_on_the_schema_is_told_which_grant(farm, new_database):
    farm.admin("DROP ROLE IF EXISTS visitor")
    farm.admin("CREATE ROLE visitor LOGIN")
    url = make_conninfo(new_database("ENCODING 'UTF8'"), user="visitor")

    status, told = manage(url, "migrate", "-v0")

    assert status == 3
    assert told.count("\n") == 2
    assert "GRANT CREATE ON SCHEMA public TO visitor;" in told


def test_a_role_that_does_not_own_the_tables_is_told_whom_to_ask(farm, url, folder):
    farm.admin("DROP ROLE IF EXISTS visitor")
    farm.admin("CREATE ROLE visitor LOGIN")
    for on in ("ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public", "SCHEMA public"):
        execute(url, f"GRANT ALL ON {on} TO visitor")

    with pytest.raises(Refused, match="its owner is aquamind") as refused:
        run(make_conninfo(url, user="visitor"), folder)

    assert "GRANT aquamind TO visitor;" in refused.value.hint
    execute(url, "DROP OWNED BY visitor")


def test_a_role_without_create_on_the_database_is_told_which_grant(farm, url):
    farm.admin("DROP ROLE IF EXISTS visitor")
    farm.admin("CREATE ROLE visitor LOGIN")

    with (
        connect(conninfo_to_dict(make_conninfo(url, user="visitor"))) as connection,
        pytest.raises(Refused) as refused,
    ):
        store.ensure(connection)

    assert "GRANT CREATE ON DATABASE" in refused.value.hint
    assert '"visitor"' in refused.value.hint


def test_what_is_set_to_read_only_is_refused_by_whoever_writes(url, folder):
    set_all(url, {"default_transaction_read_only": "on"})

    with pytest.raises(Refused, match="default_transaction_read_only"):
        run(url, folder)


def test_a_server_that_became_a_standby_is_left_for_its_successor(url, folder, expected):
    """The state that its old connections then meet; a new one is made for the next try."""
    plant(url, "ledger", "2015-02-01", "25006", times=2)

    assert attempt(url, folder, Mode.SEQUENTIAL) == ""

    assert tries(url) == 3
    assert contents(url) == expected


def test_the_record_of_one_schema_is_kept_from_the_tables_of_another(filled):
    execute(filled, "CREATE SCHEMA elsewhere")
    execute(filled, "CREATE TABLE elsewhere.batch_batch ()")
    other = conninfo_to_dict(make_conninfo(filled, options="-c search_path=elsewhere"))

    with connect(other) as connection:
        for touch in (store.find_run, store.batch_runs, store.delete_all_runs, store.ensure):
            with pytest.raises(Refused, match=r"schema public.*those in elsewhere"):
                touch(connection)

    with connect(conninfo_to_dict(filled)) as connection:
        assert store.find_run(connection) is not None
        clear_tables(connection, engine().tables)
        store.delete_all_runs(connection)
    with connect(other) as connection:
        store.ensure(connection)
        assert store.find_run(connection) is None


def test_a_record_that_an_earlier_release_made_learns_its_schema(filled):
    execute(filled, "ALTER TABLE data_generation.layout DROP COLUMN tables_in")

    with connect(conninfo_to_dict(filled)) as connection:
        assert store.find_run(connection) is not None
        store.ensure(connection)

    assert execute(filled, "SELECT tables_in FROM data_generation.layout") == [("public",)]


def test_a_server_with_too_few_locks_is_named_with_its_setting(url):
    with connect(conninfo_to_dict(url)) as connection:
        tables = engine().tables
        require_lock_room(connection, tables, 36)
        with pytest.raises(Refused, match="locks in one transaction") as refused:
            require_lock_room(connection, tables, 10_000)
        assert "max_locks_per_transaction from" in refused.value.hint

        with pytest.raises(psycopg.Error) as raised, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(n) FROM generate_series(1, 9000000) n")

    assert lacks_locks(raised.value)


def test_locks_are_counted_as_the_end_of_a_run_takes_them(filled, monkeypatch):
    """Three months: exactly the relations that the search for the highest keys locks."""
    monkeypatch.setattr("data_generation.storage.postgres.preconditions._room", lambda _: (1, 64))
    with connect(conninfo_to_dict(filled)) as connection:
        with pytest.raises(Refused) as refused:
            require_lock_room(connection, engine().tables, 3)
        with connection.transaction():
            advance_sequences(connection, engine().tables)
            held = connection.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_class c ON c.oid = relation "
                "WHERE pid = pg_backend_pid() AND c.relnamespace = 'public'::regnamespace "
                "AND c.relkind <> 'S'"
            ).fetchone()[0]
    needed = int(refused.value.message.split()[3].replace(",", ""))
    assert held <= needed <= 1.2 * held


POOLER = """
[databases]
* = host={host} port={port} user=aquamind
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {size}
logfile = {folder}/log
pidfile = {folder}/pid
"""


@pytest.fixture
def pooled(farm, url):
    """Puts PgBouncer before a database and gives its URL there; skips where it is not installed."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    started = []
    folder = farm.base / f"pooler-{time.monotonic_ns()}"
    folder.mkdir(mode=0o755)
    owner = farm.owner()
    as_owner = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []

    def start(mode, size):
        server = conninfo_to_dict(url)
        listen = free_port()
        values = {"mode": mode, "size": size, "listen": listen, "folder": folder}
        (folder / "users").write_text('"aquamind" ""\n')
        (folder / "ini").write_text(
            POOLER.format(**values, **{k: server[k] for k in ("host", "port")})
        )
        shutil.chown(folder, owner)
        started.append(subprocess.Popen([*as_owner, program, "-q", str(folder / "ini")]))
        through = f"postgresql://aquamind@127.0.0.1:{listen}/{server['dbname']}"
        until = time.monotonic() + 10
        while True:
            try:
                psycopg.connect(through).close()
            except psycopg.OperationalError:
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return through

    yield start
    for process in started:
        kill(int((folder / "pid").read_text()))
        process.wait(timeout=10)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("size", [1, 20])
@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pooler_that_shares_server_processes_is_refused(pooled, mode, size):
    through = pooled(mode, size)

    with (
        connect(conninfo_to_dict(through)) as connection,
        pytest.raises(Refused, match="others between two transactions") as refused,
    ):
        require_own_session(connection, conninfo_to_dict(through))

    assert "pool_mode=session" in refused.value.hint


def test_the_command_refuses_such_a_pooler(pooled):
    status, told = manage(pooled("transaction", 20), "runscript", "data_generation", "--status")

    assert status == 3
    assert told.count("\n") == 2
    assert "pool_mode=session" in told


def test_a_pooler_in_session_mode_is_as_good_as_none(pooled, folder, url, expected):
    through = pooled("session", 20)
    with connect(conninfo_to_dict(through)) as connection:
        require_own_session(connection, conninfo_to_dict(through))

    run(through, folder)

    assert contents(url) == expected
