"""Makes the dashboard known to Django; the app has no models."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Pages at `/`.

    Another app adds pages of its own by an attribute `dashboard_pages` of its AppConfig: tuples of
    route, dotted path of the view, and name. A page named `run` takes the place of the start page.
    """

    name = "aquamind.dashboard"
    verbose_name = "Dashboard"
