"""What an installation decides through its environment: data directory, secret, database."""

import os
import secrets
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def data_dir(base: Path) -> Path:
    """The folder of the embedded server and the secret key: AQUAMIND_DATA_DIR or base/.aquamind."""
    configured = os.environ.get("AQUAMIND_DATA_DIR")
    if not configured:
        return base / ".aquamind"
    try:
        return Path(configured).expanduser().absolute()
    except RuntimeError:
        raise ImproperlyConfigured(
            f"AQUAMIND_DATA_DIR is {configured!r}, which names no home directory."
        ) from None


@cache
def secret_key(folder: Path) -> str:
    """DJANGO_SECRET_KEY, or the installation's own key, made on first use, for its owner's eyes.

    Raises:
        ImproperlyConfigured: the key's file cannot be read or written.
    """
    from_environment = os.environ.get("DJANGO_SECRET_KEY")
    if from_environment:
        return from_environment
    path = folder / "secret_key"
    try:
        if not path.exists():
            _write_new(path, secrets.token_urlsafe(50))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"cannot keep the secret key in {path}: {error}. "
            "Set AQUAMIND_DATA_DIR to a folder of your own, or DJANGO_SECRET_KEY."
        ) from None
    if not key:
        raise ImproperlyConfigured(f"{path} is empty. Delete it; a new key is made on next use.")
    return key


def _write_new(path: Path, text: str) -> None:
    """Write `path` whole with mode 0600, unless another process has done so first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret_key")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()


def database(url: str | None) -> dict[str, Any]:
    """Django's database settings for `url`, or for the embedded server if there is none.

    Args:
        url: a PostgreSQL URL or `key=value` string as libpq takes them. Parameters that Django has
            no name for, such as sslmode, are passed on to libpq.

    Raises:
        ImproperlyConfigured: the URL is malformed or names no database. The message never
            repeats the URL, which may hold a password.
    """
    if not url:
        return {"ENGINE": "aquamind.embedded.backend", "NAME": "aquamind"}
    import psycopg

    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        raise ImproperlyConfigured(
            "DATABASE_URL is not a PostgreSQL URL. "
            "Expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE; unset it to use the "
            "embedded server."
        ) from None
    name = parts.pop("dbname", None)
    if not name and "service" not in parts:
        raise ImproperlyConfigured(
            "DATABASE_URL names no database. Expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        )
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name or "",
        "USER": parts.pop("user", None) or "",
        "PASSWORD": parts.pop("password", None) or "",
        "HOST": parts.pop("host", None) or "",
        "PORT": parts.pop("port", None) or "",
    }
    settings["OPTIONS"] = {key: value for key, value in parts.items() if value is not None}
    return settings
