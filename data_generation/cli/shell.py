"""What all scripts share: flags, folders, the database, and errors as one or two lines."""

import argparse
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, NotSupportedError, connection

from aquamind.program import as_called
from data_generation import streams
from data_generation.errors import (
    AquaError,
    ConfigError,
    ExitCode,
    Interrupted,
    Refused,
    StorageError,
    UsageError,
)
from data_generation.runs import folders
from data_generation.runs.postgres.connecting import as_storage_error
from data_generation.runs.postgres.pooling import require_own_session
from data_generation.ticker import TICKER

_FOLDER_FLAGS = {
    "checkpoint_dir": folders.CHECKPOINT_VARIABLE,
    "log_dir": folders.LOG_VARIABLE,
    "report_dir": folders.REPORT_VARIABLE,
    "data_dir": folders.DATA_VARIABLE,
}

EXISTING: Final = "--existing-schema"
_EMBEDDED: Final = "aquamind.embedded.backend"
_NOT_SHOWN: Final = "Standard output cannot be written"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one or two lines and exit code 2."""

    def __init__(self, script: str, description: str, example: str, *, fills: bool = True) -> None:
        """`example` is shown below the flags; `fills` whether --existing-schema is shown too."""
        self.script = script
        super().__init__(
            prog=as_called(f"manage.py runscript {script}"),
            description=description,
            epilog=as_called(f"example:\n{example}"),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument("--json", action="store_true", help="result as JSON on standard output")
        self.add_argument("--traceback", action="store_true", help="show where an error arose")
        self.add_argument(
            EXISTING,
            action=_ExistingSchema,
            nargs=0,
            default=False,
            help="use tables that AquaMind's own migrations made, as they are; needs DATABASE_URL"
            if fills
            else argparse.SUPPRESS,
        )
        _add_folders(self)
        _tolerate_django(self)

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of printing the whole usage."""
        raise UsageError(f"{self.prog}: {message}.", f"See {self.prog} --help")


class _ExistingSchema(argparse.Action):
    """Sets `existing_schema`; an error where no database of AquaMind's can be meant."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        _values: object,
        _flag: str | None = None,
    ) -> None:
        if settings.DATABASES["default"]["ENGINE"] == _EMBEDDED:
            parser.error(f"{EXISTING} is for a database of AquaMind's; name it in DATABASE_URL")
        namespace.existing_schema = True


def _add_folders(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("folders (each also by environment variable)")
    for name, variable in _FOLDER_FLAGS.items():
        flag = f"--{name.replace('_', '-')}"
        group.add_argument(flag, metavar="DIR", help=f"instead of {variable} or the default")


def _tolerate_django(parser: argparse.ArgumentParser) -> None:
    """Take Django's own options, which are read before or not needed here."""
    hidden = argparse.SUPPRESS
    for flag in ("--settings", "--pythonpath", "--verbosity"):
        parser.add_argument(flag, help=hidden)
    for flag in ("--no-color", "--force-color", "--skip-checks"):
        parser.add_argument(flag, action="store_true", help=hidden)


def apply_folders(options: argparse.Namespace) -> folders.Folders:
    """Put the folder flags into the environment and return the folders."""
    for name, variable in _FOLDER_FLAGS.items():
        value = getattr(options, name)
        if value is not None:
            os.environ[variable] = str(folders.absolute(value, f"--{name.replace('_', '-')}"))
    if options.data_dir is not None:
        # Django read the environment before our flags were known.
        settings.AQUAMIND_DATA_DIR = Path(os.environ[folders.DATA_VARIABLE])
    return folders.folders_from(os.environ)


def conninfo() -> dict[str, Any]:
    """Connect once as Django would and return libpq's parameters, the password among them.

    All that this connection has are given, the defaults too: where the others go, in this process
    or in a worker's, is not decided again by the environment there. Starts the embedded server if
    there is no DATABASE_URL. Raises StorageError, and Refused for a database that cannot be used as
    it is.
    """
    TICKER.doing("Connecting to the database, which is started if need be")
    try:
        connection.ensure_connection()
    except (DatabaseError, psycopg.Error) as error:
        raise _unreachable(error) from error
    pgconn = connection.connection.pgconn
    parameters = {
        option.keyword.decode(): option.val.decode()
        for option in pgconn.info
        # What these two name has been read, and need not be there for a worker.
        if option.val is not None and option.keyword not in (b"service", b"passfile")
    }
    if pgconn.password:
        parameters["password"] = pgconn.password.decode()
    require_own_session(connection.connection, parameters)
    return parameters


def server_folder() -> Path | None:
    """Where the embedded server keeps its data, or will; None if another server is used."""
    folder: Path | None = getattr(connection, "folder", None)
    return folder


def disconnect() -> None:
    """Close Django's own connection."""
    connection.close()


def show(result: str, values: Mapping[str, Any], as_json: bool) -> None:
    """Write what a command did to standard output, as text or as JSON.

    Done is done: where it cannot be shown, that is said on standard error, and no more.
    """
    text = as_called(json.dumps(values, indent=2, default=str) if as_json else result)
    sys.stdout.write(text + "\n")
    reason = streams.lost(sys.stdout)
    if reason:
        sys.stderr.write(f"{_NOT_SHOWN}: {reason}. What was done is done.\n")


def answer(result: str, values: Mapping[str, Any], as_json: bool) -> None:
    """As `show`, for a command that does nothing else: StorageError if nobody gets to see it."""
    text = as_called(json.dumps(values, indent=2, default=str) if as_json else result)
    sys.stdout.write(text + "\n")
    _require_shown()


def _require_shown() -> None:
    reason = streams.lost(sys.stdout)
    if reason:
        raise StorageError(f"{_NOT_SHOWN}: {reason}.", "Send it somewhere else.")


def confirm(question: str, otherwise: str) -> None:
    """Ask a person; Refused with `otherwise` for anything but yes."""
    with TICKER.paused():
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        said = sys.stdin.readline()
    if said.strip().lower() not in ("y", "yes"):
        raise Refused(f"Not confirmed; {otherwise}.")


def guarded(flags: Sequence[str], work: Callable[[], ExitCode]) -> ExitCode:
    """Run `work` and turn every error into its lines and exit code."""
    before = signal.signal(signal.SIGTERM, _terminated)
    try:
        return work()
    except SystemExit as leave:
        # argparse ends --help this way.
        return ExitCode(int(leave.code or 0))
    except BaseException as error:
        if "--traceback" in flags:
            traceback.print_exc()
            _print_remote(error)
        shown = present(error)
        sys.stderr.write(f"{shown}\n")
        if "--json" in flags:
            sys.stdout.write(json.dumps(_as_dict(shown), indent=2) + "\n")
        return shown.exit_code
    finally:
        disconnect()
        signal.signal(signal.SIGTERM, before)


def present(error: BaseException) -> AquaError:
    """Return any error as one that has at most two lines and an exit code."""
    if isinstance(error, AquaError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return Interrupted("Stopped; what was not committed is rolled back.")
    if isinstance(error, psycopg.Error):
        return as_storage_error(error)
    if isinstance(error, ImproperlyConfigured):
        return ConfigError(f"Settings: {_first_line(error)}")
    if isinstance(error, DatabaseError):
        return _unreachable(error)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return StorageError(f"{error.strerror or error}{where}.", "What was committed is safe.")
    return StorageError(
        f"Unexpected {type(error).__name__}: {_first_line(error)}",
        "What was committed is safe; --traceback shows where it arose.",
    )


def _unreachable(error: BaseException) -> AquaError:
    message = getattr(error, "message", None)
    if message:
        # What the project's own backend or its look at a new connection says.
        kind = Refused if getattr(error, "returncode", None) == ExitCode.REFUSED else StorageError
        return kind(str(message), str(getattr(error, "hint", "")))
    if isinstance(error, NotSupportedError):
        # Of a server that is too old for Django.
        return Refused(f"The database cannot be used: {_first_line(error)}")
    return StorageError(
        f"The database cannot be used: {_first_line(error)}",
        "Check DATABASE_URL; without it the embedded server is used.",
    )


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _as_dict(error: AquaError) -> dict[str, Any]:
    return {
        "error": error.code,
        "message": error.message,
        "hint": error.hint,
        "exit_code": int(error.exit_code),
    }


def _print_remote(error: BaseException) -> None:
    trace = getattr(error, "trace", "")
    if trace:
        sys.stderr.write(f"In the worker:\n{trace}")


def _terminated(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
