"""URLs of the dashboard, and of the pages that other apps add to it."""

from django.apps import apps
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.views.generic import RedirectView

from aquamind.dashboard import views
from aquamind.dashboard.guard import guarded

app_name = "dashboard"


def _added_pages() -> list[URLPattern]:
    """Pages named by an attribute `dashboard_pages` of an installed app."""
    return [
        path(route, guarded(import_string(view)), name=name)
        for config in apps.get_app_configs()
        for route, view, name in getattr(config, "dashboard_pages", ())
    ]


urlpatterns = [
    *_added_pages(),
    path("", guarded(RedirectView.as_view(pattern_name="dashboard:farm")), name="home"),
    path("farm/", guarded(views.farm), name="farm"),
    path("batch/", guarded(views.batch_list), name="batches"),
    # A batch number may hold any character, a slash too.
    path("batch/<path:number>/", guarded(views.batch), name="batch"),
    path("sensors/", guarded(views.sensors), name="sensors"),
]
