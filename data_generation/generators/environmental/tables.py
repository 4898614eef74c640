"""Water and weather. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

READINGS = "environmental_environmentalreading"

TABLES = (
    Table(
        "environmental_environmentalparameter",
        """
        id:i8 name:s unit:s description:s min_value:n10.2 max_value:n10.2 optimal_min:n10.2
        optimal_max:n10.2 stamps
        """,
        history=True,
        natural_key=("name",),
    ),
    Table(
        "environmental_photoperioddata",
        """
        id:i8 date:d day_length_hours:n5.2 light_intensity:n10.2 is_interpolated:b
        area_id:i8>infrastructure_area stamps
        """,
        history=True,
    ),
    Table(
        "environmental_weatherdata",
        """
        id:i8 timestamp:ts temperature:n5.2 wind_speed:n6.2 wind_direction:i4 precipitation:n6.2
        wave_height:n5.2 wave_period:n5.2 wave_direction:i4 cloud_cover:i4
        area_id:i8>infrastructure_area created_at:ts
        """,
    ),
    Table(
        "environmental_stagetransitionenvironmental",
        """
        id:i8 temperature:n5.2 oxygen:n5.2 salinity:n5.2 ph:n4.2 additional_parameters:j notes:s
        batch_transfer_id:i8>batch_batchtransfer
        batch_transfer_workflow_id:i8>batch_batchtransferworkflow stamps
        """,
        history=True,
    ),
    Table(
        READINGS,
        """
        id:i8 value:n10.4 reading_time:ts is_manual:b notes:s created_at:ts
        batch_id:i8>batch_batch container_id:i8>infrastructure_container
        parameter_id:i8>environmental_environmentalparameter recorded_by_id:i4>auth_user
        sensor_id:i8>infrastructure_sensor
        batch_container_assignment_id:i8>batch_batchcontainerassignment
        """,
        needed=True,
    ),
)

READING_COLUMNS = next(table.columns for table in TABLES if table.name == READINGS)
