"""Registers with Django what every connection to the database begins with."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from aquamind.db.session import prepare


class DatabaseConfig(AppConfig):
    """What all domains share; no models of its own."""

    name = "aquamind.db"
    label = "db"
    verbose_name = "Database"

    def ready(self) -> None:
        """Prepare each connection that Django opens: of a command, a request, a test."""
        connection_created.connect(prepare, dispatch_uid="aquamind.db.session")
