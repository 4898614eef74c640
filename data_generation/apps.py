"""Makes `manage.py runscript` and the page of a run known to Django; the app has no models."""

from django.apps import AppConfig


class DataGenerationConfig(AppConfig):
    """The data generator's commands, and its pages in AquaMind's dashboard."""

    name = "data_generation"
    label = "data_generation"
    verbose_name = "Data generation"
    # Route, view and name of each; the dashboard finds them here, and knows nothing of this app.
    dashboard_pages = (
        ("", "data_generation.live.views.run", "run"),
        ("run.json", "data_generation.live.views.run_state", "run-state"),
        ("report/", "data_generation.live.views.report", "report"),
    )
    # It asks there as well for limits that AquaMind's tables do not have.
    lice_limits = "data_generation.live.limits.lice_limits"
