"""Which system user the server runs as, and running programs as that user."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from aquamind.embedded.errors import EmbeddedServerError

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The system user that owns the cluster and runs the server."""

    uid: int
    gid: int
    name: str | None
    """None for a user id that has no entry in the password database."""

    @property
    def is_other(self) -> bool:
        """Whether we must switch users: only root, who may not run PostgreSQL, does."""
        return self.uid != os.geteuid()

    def own(self, path: Path) -> None:
        """Give a file or directory that we just made to this user."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(
        self,
        command: Sequence[str | os.PathLike[str]],
        output: IO[bytes] | int,
        text_input: str = "",
        inherited: Sequence[int] = (),
    ) -> int:
        """Run a program as this user with a clean environment; returns its exit status.

        Both output streams go to `output`, a file: never to a pipe that a daemon could keep open.
        The descriptors `inherited` stay open in the program and in what it starts.
        """
        switch: dict[str, Any] = {}
        if self.is_other:
            switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        try:
            return subprocess.run(  # noqa: S603
                [os.fspath(part) for part in command],
                input=text_input.encode(),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=ENVIRONMENT,
                cwd="/",
                umask=0o077,
                pass_fds=inherited,
                start_new_session=True,
                check=False,
                **switch,
            ).returncode
        except PermissionError as error:
            if not self.is_other:
                raise
            raise EmbeddedServerError(
                f"Cannot run a program as user {self.name or self.uid}: {error.strerror}.",
                "PostgreSQL refuses to run as root. Run as an ordinary user, or set DATABASE_URL.",
            ) from error


# Nothing of the caller's: PGDATA, PGOPTIONS, LANG or a broken LC_ALL must not reach the server.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def of_uid(uid: int) -> Account:
    """The account of a user id, with its group from the password database."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(uid, os.getegid(), None)
    return Account(uid, entry.pw_gid, entry.pw_name)


def choose(cluster: Path | None) -> Account:
    """The user to run the server as.

    An existing cluster stays with its owner. Otherwise it is the calling user, and for root
    `postgres` if there is one, else `nobody`. Raises EmbeddedServerError if the cluster belongs
    to somebody whom we cannot become.
    """
    me = os.geteuid()
    owner = None
    if cluster is not None and cluster.exists():
        owner = cluster.stat().st_uid
    if me != 0:
        if owner is not None and owner != me:
            raise EmbeddedServerError(
                f"The server in {cluster} belongs to user {describe(owner)}.",
                f"Run this as {describe(owner)} or root, or set AQUAMIND_DATA_DIR to a directory "
                "of your own.",
            )
        account = of_uid(me)
        if account.name is None:
            raise EmbeddedServerError(
                f"User id {me} has no entry in the password database; PostgreSQL needs one.",
                "Add the user (in a container: useradd), or set DATABASE_URL.",
            )
        return account
    if owner:
        return of_uid(owner)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise EmbeddedServerError(
        "PostgreSQL refuses to run as root, and there is no user postgres or nobody.",
        "Create one (useradd --system postgres), run as an ordinary user, or set DATABASE_URL.",
    )


def describe(uid: int) -> str:
    """A user's name for a message, or its number."""
    return of_uid(uid).name or f"id {uid}"
