"""Admin of the historian's tags."""

from django.contrib import admin

from aquamind.db.admin import FarmPlainAdmin
from aquamind.historian.models import HistorianTag, HistorianTagHistory, HistorianTagLink


@admin.register(HistorianTag)
class HistorianTagAdmin(FarmPlainAdmin):
    list_display = ["tag_name", "unit", "tag_type", "source_system", "description"]
    list_filter = ["source_system"]
    search_fields = ["tag_name", "description"]


@admin.register(HistorianTagLink)
class HistorianTagLinkAdmin(FarmPlainAdmin):
    list_display = ["tag", "sensor", "container", "parameter"]
    list_filter = ["parameter"]
    search_fields = ["tag__tag_name", "sensor__name", "container__name"]


@admin.register(HistorianTagHistory)
class HistorianTagHistoryAdmin(FarmPlainAdmin):
    list_display = ["recorded_at", "tag_name", "tag_type", "unit"]
    search_fields = ["tag_name"]
    date_hierarchy = "recorded_at"
