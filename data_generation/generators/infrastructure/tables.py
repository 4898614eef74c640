"""What stands: sites, containers, sensors, silos. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

CALIBRATION = "Calibration"
"""Why a probe's row changes, as its history says."""

TABLES = (
    Table(
        "infrastructure_geography",
        """
        id:i8 name:s description:s stamps
        """,
        history=True,
        natural_key=("name",),
    ),
    Table(
        "infrastructure_freshwaterstation",
        """
        id:i8 name:s station_type:s latitude:n9.6 longitude:n9.6 description:s active:b
        geography_id:i8>infrastructure_geography stamps
        """,
        history=True,
        natural_key=("geography_id", "name"),
    ),
    Table(
        "infrastructure_hall",
        """
        id:i8 name:s description:s area_sqm:n10.2 active:b
        freshwater_station_id:i8>infrastructure_freshwaterstation stamps
        """,
        history=True,
        natural_key=("freshwater_station_id", "name"),
    ),
    Table(
        "infrastructure_area",
        """
        id:i8 name:s latitude:n9.6 longitude:n9.6 max_biomass:n12.2 active:b
        geography_id:i8>infrastructure_geography stamps
        """,
        history=True,
        natural_key=("geography_id", "name"),
    ),
    Table(
        "infrastructure_containertype",
        """
        id:i8 name:s category:s max_volume_m3:n10.2 description:s stamps
        """,
        history=True,
        natural_key=("name",),
    ),
    Table(
        "infrastructure_container",
        """
        id:i8 name:s volume_m3:n10.2 max_biomass_kg:n10.2 active:b
        area_id:i8>infrastructure_area container_type_id:i8>infrastructure_containertype
        hall_id:i8>infrastructure_hall feed_recommendations_enabled:b stamps
        """,
        history=True,
        natural_key=("hall_id", "area_id", "name"),
        sizes=("volume_m3", "max_biomass_kg"),
        needed=True,
        constant={"hierarchy_role": "HOLDING"},
    ),
    Table(
        "infrastructure_sensor",
        """
        id:i8 name:s sensor_type:s serial_number:s manufacturer:s installation_date:d
        last_calibration_date:d active:b container_id:i8>infrastructure_container stamps
        """,
        history=True,
        natural_key=("container_id", "name"),
    ),
    Table(
        "infrastructure_feedcontainer",
        """
        id:i8 name:s container_type:s capacity_kg:n10.2 active:b area_id:i8>infrastructure_area
        hall_id:i8>infrastructure_hall stamps
        """,
        history=True,
        natural_key=("hall_id", "area_id", "name"),
        sizes=("capacity_kg",),
        needed=True,
    ),
)
