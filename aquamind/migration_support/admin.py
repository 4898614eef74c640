"""Admin of what was taken over from other systems."""

from django.contrib import admin

from aquamind.db.admin import FarmPlainAdmin
from aquamind.migration_support.models import ExternalIdMap


@admin.register(ExternalIdMap)
class ExternalIdMapAdmin(FarmPlainAdmin):
    list_display = [
        "source_system",
        "source_model",
        "source_identifier",
        "target_app_label",
        "target_model",
        "target_object_id",
    ]
    list_filter = ["source_system", "source_model", "target_app_label"]
    search_fields = ["source_identifier", "=target_object_id"]
