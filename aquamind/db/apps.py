"""Makes the templates of the admin known to Django, and the history tables known to the admin."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """What all models share; stands after the apps whose models it takes the history of."""

    name = "aquamind.db"
    label = "aquamind_db"

    def ready(self) -> None:
        """The admin of all models is loaded by now."""
        from django.contrib import admin

        from aquamind.db.admin import register_histories

        register_histories(admin.site)
