"""Where Django finds the embedded server."""

from django.conf import settings
from django.core.management.base import CommandError
from django.db.utils import OperationalError

from aquamind.embedded import EmbeddedServerError, get_server
from aquamind.embedded.state import ConnectionParams


class EmbeddedDatabaseError(EmbeddedServerError, OperationalError, CommandError):
    """The embedded server cannot be started.

    A database error for code that catches those, and a message without traceback from a
    management command.
    """

    def __init__(self, error: EmbeddedServerError) -> None:
        super().__init__(error.message, error.hint, error.log)
        self.returncode = 4


def running() -> ConnectionParams:
    """Start the server if need be, and say where it is. Raises EmbeddedDatabaseError."""
    try:
        return get_server(settings.AQUAMIND_DATA_DIR).ensure_running()
    except EmbeddedServerError as error:
        raise EmbeddedDatabaseError(error) from error
