"""What all apps share: how connections begin, and the history tables in the admin."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from aquamind.db.session import prepare


class DatabaseConfig(AppConfig):
    """No models of its own; stands after the apps whose models it takes the history of."""

    name = "aquamind.db"
    label = "aquamind_db"
    verbose_name = "Database"

    def ready(self) -> None:
        """Prepare each connection that Django opens; show the histories of all models."""
        from django.contrib import admin

        from aquamind.db.admin import register_histories

        connection_created.connect(prepare, dispatch_uid="aquamind.db.session")
        register_histories(admin.site)
