"""Registers the `embedded_postgres` command with Django."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """The embedded PostgreSQL server."""

    name = "aquamind.embedded"
    label = "embedded"
    verbose_name = "Embedded PostgreSQL"
