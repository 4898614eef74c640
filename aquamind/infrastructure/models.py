"""Where the fish live: geographies, stations, halls, sea areas, containers, sensors, silos."""

from functools import reduce
from operator import or_

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped

LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


def in_one_place(*places: str) -> Q:
    """The condition that exactly one of the foreign keys is set."""
    one_only = (Q(**{f"{name}__isnull": name != place for name in places}) for place in places)
    return reduce(or_, one_only)


class Geography(Timestamped):
    """A region that the company farms in, such as the Faroe Islands."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "geographies"

    def __str__(self) -> str:
        return self.name


class AreaGroup(Timestamped):
    """Sea areas that belong together, such as those of one fjord; groups may lie in groups."""

    name = models.CharField(max_length=100)
    code = models.CharField(max_length=32, blank=True)
    active = models.BooleanField(default=True)
    geography = models.ForeignKey(
        Geography,
        on_delete=models.PROTECT,
        related_name="area_groups",
        db_index=False,
    )
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["geography", "parent", "name"], name="area_group_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Area(Timestamped):
    """A licensed sea area: a position, a biomass limit, and the pens moored there."""

    name = models.CharField(max_length=100)
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        validators=LATITUDE,
        help_text="degrees north, WGS 84",
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        validators=LONGITUDE,
        help_text="degrees east, WGS 84",
    )
    max_biomass = models.DecimalField(max_digits=12, decimal_places=2, help_text="kg")
    active = models.BooleanField(default=True)
    geography = models.ForeignKey(Geography, on_delete=models.PROTECT, related_name="areas")
    area_group = models.ForeignKey(
        AreaGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="areas"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FreshwaterStation(Timestamped):
    """A station on land with halls for the fresh-water stages."""

    class StationType(models.TextChoices):
        FRESHWATER = "FRESHWATER", "Freshwater"
        BROODSTOCK = "BROODSTOCK", "Broodstock"

    name = models.CharField(max_length=100)
    station_type = models.CharField(
        max_length=20, choices=StationType.choices, default=StationType.FRESHWATER
    )
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        validators=LATITUDE,
        help_text="degrees north, WGS 84",
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        validators=LONGITUDE,
        help_text="degrees east, WGS 84",
    )
    description = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    geography = models.ForeignKey(
        Geography, on_delete=models.PROTECT, related_name="freshwater_stations"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Hall(Timestamped):
    """One hall of a station; each hall serves one life stage."""

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    area_sqm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="m²"
    )
    active = models.BooleanField(default=True)
    freshwater_station = models.ForeignKey(
        FreshwaterStation, on_delete=models.CASCADE, related_name="halls"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.freshwater_station}: {self.name}"


class TransportCarrier(Timestamped):
    """A well-boat or a truck; its tanks are containers."""

    class CarrierType(models.TextChoices):
        TRUCK = "TRUCK", "Truck"
        VESSEL = "VESSEL", "Vessel"

    name = models.CharField(max_length=100, unique=True)
    carrier_type = models.CharField(max_length=20, choices=CarrierType.choices)
    capacity_m3 = models.DecimalField(max_digits=10, decimal_places=2, help_text="m³")
    license_plate = models.CharField(max_length=32, blank=True)
    imo_number = models.CharField(max_length=20, blank=True)
    captain_contact = models.CharField(max_length=255, blank=True)
    active = models.BooleanField(default=True)
    geography = models.ForeignKey(
        Geography, on_delete=models.PROTECT, related_name="transport_carriers"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ContainerType(Timestamped):
    """A kind of container: what it is and the largest volume it is built with."""

    class Category(models.TextChoices):
        TANK = "TANK", "Tank"
        PEN = "PEN", "Pen"
        TRAY = "TRAY", "Tray"
        OTHER = "OTHER", "Other"

    name = models.CharField(max_length=100)
    category = models.CharField(max_length=20, choices=Category.choices, default=Category.TANK)
    max_volume_m3 = models.DecimalField(max_digits=10, decimal_places=2, help_text="m³")
    description = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Container(Timestamped):
    """A tray, tank or pen. It stands in a hall, in a sea area or on a carrier."""

    class HierarchyRole(models.TextChoices):
        HOLDING = "HOLDING", "Holding"
        STRUCTURAL = "STRUCTURAL", "Structural"

    name = models.CharField(max_length=100)
    volume_m3 = models.DecimalField(max_digits=10, decimal_places=2, help_text="m³")
    max_biomass_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    active = models.BooleanField(default=True)
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, null=True, blank=True, related_name="containers"
    )
    container_type = models.ForeignKey(
        ContainerType, on_delete=models.PROTECT, related_name="containers"
    )
    hall = models.ForeignKey(
        Hall, on_delete=models.CASCADE, null=True, blank=True, related_name="containers"
    )
    feed_recommendations_enabled = models.BooleanField(default=True)
    carrier = models.ForeignKey(
        TransportCarrier,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="containers",
    )
    hierarchy_role = models.CharField(
        max_length=20,
        choices=HierarchyRole.choices,
        default=HierarchyRole.HOLDING,
        db_default=HierarchyRole.HOLDING,
        help_text="whether it holds fish, or other containers",
    )
    parent_container = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=in_one_place("hall", "area", "carrier"), name="container_in_one_place"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Sensor(Timestamped):
    """One instrument in one container; it measures one environmental parameter."""

    class SensorType(models.TextChoices):
        TEMPERATURE = "TEMPERATURE", "Temperature"
        OXYGEN = "OXYGEN", "Oxygen"
        PH = "PH", "pH"
        SALINITY = "SALINITY", "Salinity"
        CO2 = "CO2", "CO2"
        OTHER = "OTHER", "Other"

    name = models.CharField(max_length=100)
    sensor_type = models.CharField(
        max_length=20, choices=SensorType.choices, default=SensorType.TEMPERATURE
    )
    serial_number = models.CharField(max_length=100, blank=True)
    manufacturer = models.CharField(max_length=100, blank=True)
    installation_date = models.DateField(null=True, blank=True)
    last_calibration_date = models.DateField(null=True, blank=True)
    active = models.BooleanField(default=True)
    container = models.ForeignKey(Container, on_delete=models.CASCADE, related_name="sensors")

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_sensor_type_display()})"


class FeedContainer(Timestamped):
    """A silo in a hall or a barge in a sea area, where feed lots are kept."""

    class ContainerType(models.TextChoices):
        SILO = "SILO", "Silo"
        BARGE = "BARGE", "Barge"
        TANK = "TANK", "Tank"
        OTHER = "OTHER", "Other"

    name = models.CharField(max_length=100)
    container_type = models.CharField(
        max_length=20, choices=ContainerType.choices, default=ContainerType.SILO
    )
    capacity_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    active = models.BooleanField(default=True)
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, null=True, blank=True, related_name="feed_containers"
    )
    hall = models.ForeignKey(
        Hall, on_delete=models.CASCADE, null=True, blank=True, related_name="feed_containers"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=in_one_place("hall", "area"), name="feed_container_in_one_place"
            )
        ]

    def __str__(self) -> str:
        return self.name
