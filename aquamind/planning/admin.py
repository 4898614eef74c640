"""Admin of plans."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin, FarmPlainAdmin
from aquamind.planning.models import ActivityTemplate, PlannedActivity


@admin.register(ActivityTemplate)
class ActivityTemplateAdmin(FarmPlainAdmin):
    list_display = [
        "name",
        "activity_type",
        "trigger_type",
        "day_offset",
        "weight_threshold_g",
        "target_lifecycle_stage",
        "is_active",
    ]
    list_filter = ["activity_type", "trigger_type", "is_active"]
    search_fields = ["name"]


@admin.register(PlannedActivity)
class PlannedActivityAdmin(FarmAdmin):
    list_display = ["due_date", "activity_type", "batch", "container", "scenario", "status"]
    list_filter = ["activity_type", "status"]
    search_fields = ["batch__batch_number", "scenario__name"]
    date_hierarchy = "due_date"
