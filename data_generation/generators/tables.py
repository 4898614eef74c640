"""The tables that the generators write: columns, types, keys, and which of them keep a history.

Types: `i2 i4 i8` whole numbers, `nP.S` an exact decimal given as an integer scaled by 10**S, `s`
text, `b` boolean, `d` days since 1970-01-01, `ts` microseconds since then (UTC), `t` microseconds
since midnight, `f8` a float, `j` JSON text. The first column is the primary key.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_HISTORY_COLUMNS = {
    "history_id": "i8",
    "history_date": "ts",
    "history_change_reason": "s",
    "history_type": "s",
    "history_user_id": "i4",
}

_SPECS = """
auth_user
    id:i4 password:s last_login:ts is_superuser:b username:s first_name:s last_name:s email:s
    is_staff:b is_active:b date_joined:ts
users_userprofile*
    id:i8 profile_picture:s job_title:s department:s language_preference:s
    date_format_preference:s user_id:i4 full_name:s geography:s phone:s role:s subsidiary:s
    stamps
infrastructure_geography*
    id:i8 name:s description:s stamps
infrastructure_freshwaterstation*
    id:i8 name:s station_type:s latitude:n9.6 longitude:n9.6 description:s active:b
    geography_id:i8 stamps
infrastructure_hall*
    id:i8 name:s description:s area_sqm:n10.2 active:b freshwater_station_id:i8 stamps
infrastructure_area*
    id:i8 name:s latitude:n9.6 longitude:n9.6 max_biomass:n12.2 active:b geography_id:i8
    stamps
infrastructure_containertype*
    id:i8 name:s category:s max_volume_m3:n10.2 description:s stamps
infrastructure_container*
    id:i8 name:s volume_m3:n10.2 max_biomass_kg:n10.2 active:b area_id:i8 container_type_id:i8
    hall_id:i8 feed_recommendations_enabled:b stamps
infrastructure_sensor*
    id:i8 name:s sensor_type:s serial_number:s manufacturer:s installation_date:d
    last_calibration_date:d active:b container_id:i8 stamps
infrastructure_feedcontainer*
    id:i8 name:s container_type:s capacity_kg:n10.2 active:b area_id:i8 hall_id:i8 stamps
batch_species*
    id:i8 name:s scientific_name:s description:s optimal_temperature_min:n5.2
    optimal_temperature_max:n5.2 optimal_oxygen_min:n5.2 optimal_ph_min:n5.2
    optimal_ph_max:n5.2 stamps
batch_lifecyclestage*
    id:i8 name:s order:i2 description:s expected_weight_min_g:n10.2
    expected_weight_max_g:n10.2 expected_length_min_cm:n10.2 expected_length_max_cm:n10.2
    species_id:i8 stamps
environmental_environmentalparameter*
    id:i8 name:s unit:s description:s min_value:n10.2 max_value:n10.2 optimal_min:n10.2
    optimal_max:n10.2 stamps
inventory_feed*
    id:i8 name:s brand:s size_category:s pellet_size_mm:n5.2 protein_percentage:n5.2
    fat_percentage:n5.2 carbohydrate_percentage:n5.2 description:s is_active:b stamps
harvest_productgrade*
    id:i8 code:s name:s description:s stamps
batch_batch*
    id:i8 batch_number:s status:s start_date:d expected_end_date:d actual_end_date:d notes:s
    lifecycle_stage_id:i8 species_id:i8 batch_type:s growth_factor:n6.4 stamps
batch_batchcontainerassignment*
    id:i8 population_count:i4 biomass_kg:n10.2 assignment_date:d is_active:b notes:s
    batch_id:i8 container_id:i8 lifecycle_stage_id:i8 avg_weight_g:n10.2 departure_date:d
    last_weighing_date:d stamps
batch_batchtransfer*
    id:i8 transfer_type:s transfer_date:d source_count:i4 transferred_count:i4
    mortality_count:i4 source_biomass_kg:n10.2 transferred_biomass_kg:n10.2 notes:s
    destination_batch_id:i8 destination_lifecycle_stage_id:i8 source_batch_id:i8
    source_lifecycle_stage_id:i8 is_emergency_mixing:b source_assignment_id:i8
    destination_assignment_id:i8 stamps
batch_growthsample*
    id:i8 sample_date:d sample_size:i4 avg_weight_g:n10.2 avg_length_cm:n10.2
    std_deviation_weight:n10.2 std_deviation_length:n10.2 min_weight_g:n10.2
    max_weight_g:n10.2 condition_factor:n10.2 notes:s assignment_id:i8 stamps
batch_mortalityevent*
    id:i8 event_date:d count:i4 biomass_kg:n10.2 cause:s description:s batch_id:i8
    assignment_id:i8 stamps
inventory_feedpurchase*
    id:i8 purchase_date:d quantity_kg:n10.2 cost_per_kg:n10.2 supplier:s batch_number:s
    expiry_date:d notes:s feed_id:i8 stamps
inventory_feedcontainerstock*
    id:i8 quantity_kg:n10.2 entry_date:ts feed_container_id:i8 feed_purchase_id:i8
    written_off_kg:n10.2 stamps
inventory_feedingevent*
    id:i8 feeding_date:d feeding_time:t amount_kg:n10.4 batch_biomass_kg:n10.2
    feeding_percentage:n8.6 method:s notes:s batch_id:i8 batch_assignment_id:i8
    container_id:i8 feed_id:i8 recorded_by_id:i4 feed_cost:n10.2 feed_stock_id:i8 stamps
harvest_harvestevent*
    id:i8 event_date:ts dest_subsidiary:s document_ref:s assignment_id:i8 batch_id:i8
    dest_geography_id:i8 stamps
harvest_harvestlot*
    id:i8 live_weight_kg:n12.3 gutted_weight_kg:n12.3 fillet_weight_kg:n12.3 unit_count:i4
    event_id:i8 product_grade_id:i8 stamps
harvest_harvestwaste*
    id:i8 category:s weight_kg:n12.3 event_id:i8 stamps
environmental_environmentalreading
    id:i8 value:n10.4 reading_time:ts is_manual:b notes:s created_at:ts batch_id:i8
    container_id:i8 parameter_id:i8 recorded_by_id:i4 sensor_id:i8
    batch_container_assignment_id:i8
"""
"""A table a paragraph, `*` where it keeps a history; `stamps` is created_at and updated_at."""


@dataclass(frozen=True)
class TableSpec:
    """One table: its name, its columns in order with their type codes, its history table if any."""

    name: str
    columns: dict[str, str]
    history: str | None

    @cached_property
    def key(self) -> str:
        """The primary key's column."""
        return next(iter(self.columns))

    @cached_property
    def history_columns(self) -> dict[str, str]:
        """The columns of the history table."""
        return self.columns | _HISTORY_COLUMNS


def _parse(text: str) -> dict[str, TableSpec]:
    specs = {}
    for heading, body in re.findall(r"^(\w+\*?)\n((?: .*\n)+)", text, re.MULTILINE):
        name = heading.rstrip("*")
        app, model = name.split("_", 1)
        body = body.replace("stamps", "created_at:ts updated_at:ts")
        columns = dict(item.split(":") for item in body.split())
        history = f"{app}_historical{model}" if heading.endswith("*") else None
        specs[name] = TableSpec(name, columns, history)
    return specs


SPECS: dict[str, TableSpec] = _parse(_SPECS)

READINGS = "environmental_environmentalreading"

TABLES: tuple[str, ...] = tuple(
    name for spec in SPECS.values() for name in (spec.name, spec.history) if name is not None
)
"""Every table the generators write, a table before its history."""

SETUP_TABLES: tuple[str, ...] = tuple(
    name
    for name in SPECS
    if name.startswith(("auth_", "users_", "infrastructure_"))
    or name
    in (
        "batch_species",
        "batch_lifecyclestage",
        "environmental_environmentalparameter",
        "inventory_feed",
        "harvest_productgrade",
    )
)
"""Infrastructure and master data: what stands before the first batch, parents before children."""
