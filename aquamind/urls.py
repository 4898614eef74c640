"""URLs of the project."""

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import include, path

admin.site.site_header = "AquaMind"
admin.site.site_title = "AquaMind"
admin.site.index_title = "Farm data"

urlpatterns = [
    path("admin/", admin.site.urls),
    # The apps' own few files, also without AQUAMIND_DEBUG; see docs/decisions/0060-dashboard.md.
    path("static/<path:path>", serve, {"insecure": True}),
    path("", include("aquamind.dashboard.urls")),
]
