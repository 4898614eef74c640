"""Admin of environmental data."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from aquamind.db.admin import LargeHistoryAdmin, LargeTableAdmin, year_filter
from aquamind.environmental.models import (
    EnvironmentalParameter,
    EnvironmentalReading,
    PhotoperiodData,
    StageTransitionEnvironmental,
    WeatherData,
)


@admin.register(EnvironmentalParameter)
class EnvironmentalParameterAdmin(SimpleHistoryAdmin):
    list_display = ["name", "unit", "min_value", "optimal_min", "optimal_max", "max_value"]
    search_fields = ["name"]


@admin.register(EnvironmentalReading)
class EnvironmentalReadingAdmin(LargeHistoryAdmin):
    list_display = ["reading_time", "parameter", "value", "container", "batch", "is_manual"]
    list_filter = [year_filter("reading_time"), "parameter", "is_manual"]
    list_select_related = ["parameter", "container", "batch"]
    search_fields = ["batch__batch_number"]
    autocomplete_fields = ["batch", "container", "sensor"]
    raw_id_fields = ["batch_container_assignment", "recorded_by"]


@admin.register(PhotoperiodData)
class PhotoperiodDataAdmin(SimpleHistoryAdmin):
    list_display = ["date", "area", "day_length_hours", "light_intensity", "is_interpolated"]
    list_filter = ["area", "is_interpolated"]
    date_hierarchy = "date"


@admin.register(WeatherData)
class WeatherDataAdmin(LargeTableAdmin):
    list_display = [
        "timestamp",
        "area",
        "temperature",
        "wind_speed",
        "wind_direction",
        "wave_height",
        "precipitation",
        "cloud_cover",
    ]
    list_filter = [year_filter("timestamp"), "area"]


@admin.register(StageTransitionEnvironmental)
class StageTransitionEnvironmentalAdmin(SimpleHistoryAdmin):
    list_display = ["batch_transfer", "temperature", "oxygen", "salinity", "ph"]
    list_select_related = ["batch_transfer__source_batch"]
    search_fields = ["batch_transfer__source_batch__batch_number"]
    raw_id_fields = ["batch_transfer"]
