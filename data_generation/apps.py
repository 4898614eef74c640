"""Makes `manage.py runscript` known to Django; the app has no models."""

from django.apps import AppConfig


class DataGenerationConfig(AppConfig):
    """The data generator's commands."""

    name = "data_generation"
    label = "data_generation"
    verbose_name = "Data generation"
