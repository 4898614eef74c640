"""Making a cluster, and writing the files that the server reads at each start."""

import os
import shutil
import tempfile
from pathlib import Path

from aquamind.embedded import accounts, places, processes, tcp, tuning
from aquamind.embedded.accounts import Account
from aquamind.embedded.errors import EmbeddedServerError
from aquamind.embedded.places import Home
from aquamind.embedded.state import DATABASE, USER

_CONF_NAME = "aquamind.conf"
_UNFINISHED = "data.unfinished."


def initialise(home: Home, account: Account, programs: Path) -> None:
    """Make the cluster with its database, whole or not at all.

    It is made beside its place and renamed when complete. What a killed attempt left is removed.
    """
    _remove_unfinished(home)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=home.directory))
    account.own(unfinished)
    locale = "C.UTF-8" if os.uname().sysname == "Linux" else "C"
    try:
        _run(
            account,
            [
                programs / "initdb",
                f"--pgdata={unfinished}",
                f"--username={USER}",
                "--auth=peer",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                f"--locale={locale}",
                "--builtin-locale=C.UTF-8",
                "--no-data-checksums",
                "--no-instructions",
            ],
            home,
        )
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write(f"\ninclude_if_exists '{_CONF_NAME}'\n")
        _run(
            account,
            [programs / "postgres", "--single", "-D", unfinished, "template1"],
            home,
            f"CREATE DATABASE {DATABASE};\n",
        )
        unfinished.rename(home.cluster)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _sync_directory(home.directory)
    # Once more: the killed attempt's initdb may have lived on for a moment and made another file.
    _remove_unfinished(home)


def write_settings(
    home: Home, account: Account, socket_dir: Path, tcp_port: int | None = None
) -> None:
    """Write the settings and the rules of access for this start.

    The operating system vouches for a client: root and the cluster's owner may connect, as any
    role; nobody else may. With `tcp_port` this machine's TCP clients may, who know the password.
    """
    names = dict.fromkeys((account.name, accounts.of_uid(0).name))
    ident = "".join(f'aquamind "{name}" all\n' for name in names if name)
    files = {
        _CONF_NAME: tuning.render(socket_dir, home.cluster, tcp_port),
        "pg_hba.conf": "local all all peer map=aquamind\n" + (tcp.HBA if tcp_port else ""),
        "pg_ident.conf": ident,
    }
    for name, text in files.items():
        places.write_file(home.cluster / name, os.fsencode(text), account)


def _remove_unfinished(home: Home) -> None:
    for leftover in home.directory.glob(f"{_UNFINISHED}*"):
        processes.end_leftovers(leftover, 0.0)
        shutil.rmtree(leftover, ignore_errors=True)


def _run(account: Account, command: list[Path | str], home: Home, text_input: str = "") -> None:
    with tempfile.TemporaryFile() as output:
        status = account.run(command, output, text_input)
        output.seek(0)
        printed = output.read().decode(errors="replace")
    # A stand-alone backend reports a failed statement only in what it prints.
    if status == 0 and "ERROR:" not in printed and "FATAL:" not in printed:
        return
    full = "No space left on device" in printed
    free = shutil.disk_usage(home.directory).free // 1024**2
    raise EmbeddedServerError(
        f"Cannot make a database cluster in {home.directory} ({Path(command[0]).name} failed"
        f"{', the disk is full' if full else ''}).",
        f"Nothing was left behind; {free} MB are free there. Make room or mend the cause, then run "
        "the command again, or set AQUAMIND_DATA_DIR to another disk.",
        "\n".join(printed.splitlines()[-8:]),
    )


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
