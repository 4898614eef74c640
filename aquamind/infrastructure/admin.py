"""Admin of infrastructure."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from aquamind.infrastructure.models import (
    Area,
    Container,
    ContainerType,
    FeedContainer,
    FreshwaterStation,
    Geography,
    Hall,
    Sensor,
)


@admin.register(Geography)
class GeographyAdmin(SimpleHistoryAdmin):
    list_display = ["name", "description"]
    search_fields = ["name"]


@admin.register(Area)
class AreaAdmin(SimpleHistoryAdmin):
    list_display = ["name", "geography", "latitude", "longitude", "max_biomass", "active"]
    list_filter = ["geography", "active"]
    search_fields = ["name"]


@admin.register(FreshwaterStation)
class FreshwaterStationAdmin(SimpleHistoryAdmin):
    list_display = ["name", "geography", "station_type", "latitude", "longitude", "active"]
    list_filter = ["geography", "station_type", "active"]
    search_fields = ["name"]


@admin.register(Hall)
class HallAdmin(SimpleHistoryAdmin):
    list_display = ["name", "freshwater_station", "area_sqm", "active"]
    list_filter = ["freshwater_station__geography", "active"]
    search_fields = ["name", "freshwater_station__name"]
    autocomplete_fields = ["freshwater_station"]


@admin.register(ContainerType)
class ContainerTypeAdmin(SimpleHistoryAdmin):
    list_display = ["name", "category", "max_volume_m3"]
    list_filter = ["category"]
    search_fields = ["name"]


@admin.register(Container)
class ContainerAdmin(SimpleHistoryAdmin):
    list_display = [
        "name",
        "container_type",
        "hall",
        "area",
        "volume_m3",
        "max_biomass_kg",
        "active",
    ]
    list_filter = ["container_type", "active", "area"]
    list_select_related = ["container_type", "hall__freshwater_station", "area"]
    search_fields = ["name", "hall__name", "area__name"]
    autocomplete_fields = ["hall", "area"]


@admin.register(Sensor)
class SensorAdmin(SimpleHistoryAdmin):
    list_display = ["name", "sensor_type", "container", "last_calibration_date", "active"]
    list_filter = ["sensor_type", "manufacturer", "active"]
    search_fields = ["name", "serial_number", "container__name"]
    autocomplete_fields = ["container"]


@admin.register(FeedContainer)
class FeedContainerAdmin(SimpleHistoryAdmin):
    list_display = ["name", "container_type", "hall", "area", "capacity_kg", "active"]
    list_filter = ["container_type", "active", "area"]
    list_select_related = ["hall__freshwater_station", "area"]
    search_fields = ["name", "hall__name", "area__name"]
    autocomplete_fields = ["hall", "area"]
