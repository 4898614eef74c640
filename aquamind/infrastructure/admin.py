"""Admin of infrastructure."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin
from aquamind.infrastructure.models import (
    Area,
    AreaGroup,
    Container,
    ContainerType,
    FeedContainer,
    FreshwaterStation,
    Geography,
    Hall,
    Sensor,
    TransportCarrier,
)


@admin.register(Geography)
class GeographyAdmin(FarmAdmin):
    list_display = ["name", "description"]
    search_fields = ["name"]


@admin.register(Area)
class AreaAdmin(FarmAdmin):
    list_display = ["name", "geography", "latitude", "longitude", "max_biomass", "active"]
    list_filter = ["geography", "active"]
    search_fields = ["name"]


@admin.register(FreshwaterStation)
class FreshwaterStationAdmin(FarmAdmin):
    list_display = ["name", "geography", "station_type", "latitude", "longitude", "active"]
    list_filter = ["geography", "station_type", "active"]
    search_fields = ["name"]


@admin.register(Hall)
class HallAdmin(FarmAdmin):
    list_display = ["name", "freshwater_station", "area_sqm", "active"]
    list_filter = ["freshwater_station__geography", "active"]
    search_fields = ["name", "freshwater_station__name"]


@admin.register(ContainerType)
class ContainerTypeAdmin(FarmAdmin):
    list_display = ["name", "category", "max_volume_m3"]
    list_filter = ["category"]
    search_fields = ["name"]


@admin.register(Container)
class ContainerAdmin(FarmAdmin):
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
    list_select_related = ["hall__freshwater_station"]
    search_fields = ["name", "hall__name", "area__name"]


@admin.register(Sensor)
class SensorAdmin(FarmAdmin):
    list_display = ["name", "sensor_type", "container", "last_calibration_date", "active"]
    list_filter = ["sensor_type", "manufacturer", "active"]
    search_fields = ["name", "serial_number", "container__name"]


@admin.register(FeedContainer)
class FeedContainerAdmin(FarmAdmin):
    list_display = ["name", "container_type", "hall", "area", "capacity_kg", "active"]
    list_filter = ["container_type", "active", "area"]
    list_select_related = ["hall__freshwater_station"]
    search_fields = ["name", "hall__name", "area__name"]


@admin.register(AreaGroup)
class AreaGroupAdmin(FarmAdmin):
    list_display = ["name", "code", "geography", "parent", "active"]
    list_filter = ["geography", "active"]
    search_fields = ["name", "code"]


@admin.register(TransportCarrier)
class TransportCarrierAdmin(FarmAdmin):
    list_display = [
        "name",
        "carrier_type",
        "geography",
        "capacity_m3",
        "imo_number",
        "license_plate",
        "active",
    ]
    list_filter = ["carrier_type", "geography", "active"]
    search_fields = ["name", "imo_number", "license_plate"]
