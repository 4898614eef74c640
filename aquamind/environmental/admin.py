"""Admin of environmental data."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin, FarmPlainAdmin
from aquamind.environmental.models import (
    EnvironmentalParameter,
    EnvironmentalReading,
    PhotoperiodData,
    StageTransitionEnvironmental,
    WeatherData,
)


@admin.register(EnvironmentalParameter)
class EnvironmentalParameterAdmin(FarmAdmin):
    list_display = ["name", "unit", "min_value", "optimal_min", "optimal_max", "max_value"]
    search_fields = ["name"]


@admin.register(EnvironmentalReading)
class EnvironmentalReadingAdmin(FarmAdmin):
    list_display = ["reading_time", "parameter", "value", "container", "batch", "is_manual"]
    list_filter = ["parameter", "is_manual"]
    search_fields = ["batch__batch_number"]


@admin.register(PhotoperiodData)
class PhotoperiodDataAdmin(FarmAdmin):
    list_display = ["date", "area", "day_length_hours", "light_intensity", "is_interpolated"]
    list_filter = ["area", "is_interpolated"]
    date_hierarchy = "date"


@admin.register(WeatherData)
class WeatherDataAdmin(FarmPlainAdmin):
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
    list_filter = ["area"]


@admin.register(StageTransitionEnvironmental)
class StageTransitionEnvironmentalAdmin(FarmAdmin):
    list_display = ["batch_transfer", "temperature", "oxygen", "salinity", "ph"]
    list_select_related = ["batch_transfer__source_batch"]
    search_fields = ["batch_transfer__source_batch__batch_number"]
