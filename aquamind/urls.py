"""URLs of the project."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

admin.site.site_header = "AquaMind"
admin.site.site_title = "AquaMind"
admin.site.index_title = "Farm data"

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]
