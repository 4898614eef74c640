"""Limits of salmon lice by country and month: the tables have none, so whoever knows them says so.

An installed app that knows them has an attribute `lice_limits`, the dotted path of a function that
gives twelve numbers for each country's name: adult females a fish from which on a site is treated,
January to December. This dashboard knows no such app.
"""

from collections.abc import Mapping, Sequence

from django.apps import apps
from django.utils.module_loading import import_string

Limits = Mapping[str, Sequence[float]]


def lice_limits() -> Limits:
    """Limits of all countries for which any app knows them; empty where none does."""
    found: dict[str, Sequence[float]] = {}
    for config in apps.get_app_configs():
        path = getattr(config, "lice_limits", None)
        if path is not None:
            found.update(import_string(path)())
    return found
