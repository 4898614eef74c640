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
batch_batchcomposition*
    id:i8 percentage:n5.2 population_count:i4 biomass_kg:n10.2 mixed_batch_id:i8
    source_batch_id:i8 created_at:ts
environmental_photoperioddata*
    id:i8 date:d day_length_hours:n5.2 light_intensity:n10.2 is_interpolated:b area_id:i8 stamps
environmental_weatherdata
    id:i8 timestamp:ts temperature:n5.2 wind_speed:n6.2 wind_direction:i4 precipitation:n6.2
    wave_height:n5.2 wave_period:n5.2 wave_direction:i4 cloud_cover:i4 area_id:i8 created_at:ts
environmental_stagetransitionenvironmental*
    id:i8 temperature:n5.2 oxygen:n5.2 salinity:n5.2 ph:n4.2 additional_parameters:j notes:s
    batch_transfer_id:i8 stamps
broodstock_eggsupplier*
    id:i8 name:s contact_details:s certifications:s stamps
broodstock_breedingplan*
    id:i8 name:s start_date:ts end_date:ts objectives:s created_by_id:i4 breeder_instructions:s
    geneticist_notes:s stamps
broodstock_breedingtraitpriority*
    id:i8 trait_name:s priority_weight:f8 plan_id:i8 stamps
broodstock_broodstockfish*
    id:i8 traits:j health_status:s container_id:i8 stamps
broodstock_breedingpair*
    id:i8 pairing_date:ts progeny_count:i4 female_fish_id:i8 male_fish_id:i8 plan_id:i8 stamps
broodstock_eggproduction*
    id:i8 egg_batch_id:s egg_count:i4 production_date:ts source_type:s destination_station_id:i8
    pair_id:i8 stamps
broodstock_externaleggbatch*
    id:i8 batch_number:s provenance_data:s egg_production_id:i8 supplier_id:i8 stamps
broodstock_batchparentage*
    id:i8 assignment_date:ts batch_id:i8 egg_production_id:i8 stamps
broodstock_fishmovement*
    id:i8 movement_date:ts notes:s fish_id:i8 from_container_id:i8 moved_by_id:i4
    to_container_id:i8 stamps
broodstock_maintenancetask*
    id:i8 task_type:s scheduled_date:ts completed_date:ts notes:s container_id:i8
    created_by_id:i4 stamps
health_mortalityreason
    id:i8 name:s description:s
health_sampletype
    id:i8 name:s description:s
health_vaccinationtype
    id:i8 name:s manufacturer:s dosage:s description:s
health_healthparameter*
    id:i8 name:s description_score_1:s description_score_2:s description_score_3:s
    description_score_4:s is_active:b description_score_5:s stamps
health_journalentry*
    id:i8 entry_date:ts category:s severity:s description:s resolution_status:b
    resolution_notes:s batch_id:i8 container_id:i8 user_id:i4 stamps
health_licecount*
    id:i8 count_date:ts adult_female_count:i4 adult_male_count:i4 juvenile_count:i4
    fish_sampled:i4 notes:s batch_id:i8 container_id:i8 user_id:i4
health_mortalityrecord*
    id:i8 event_date:ts count:i4 notes:s batch_id:i8 container_id:i8 reason_id:i8
health_treatment*
    id:i8 treatment_date:ts treatment_type:s description:s dosage:s duration_days:i4
    withholding_period_days:i4 outcome:s batch_id:i8 batch_assignment_id:i8 container_id:i8
    user_id:i4 vaccination_type_id:i8
health_healthsamplingevent*
    id:i8 sampling_date:d number_of_fish_sampled:i4 notes:s assignment_id:i8 sampled_by_id:i4
    avg_k_factor:n10.4 avg_length_cm:n10.2 avg_weight_g:n10.2 calculated_sample_size:i4
    max_length_cm:n10.2 max_weight_g:n10.2 min_length_cm:n10.2 min_weight_g:n10.2
    std_dev_length_cm:n10.2 std_dev_weight_g:n10.2 stamps
health_individualfishobservation*
    id:i8 fish_identifier:s length_cm:n10.2 weight_g:n10.2 sampling_event_id:i8 stamps
health_fishparameterscore
    id:i8 score:i2 individual_fish_observation_id:i8 parameter_id:i8 stamps
health_healthlabsample*
    id:i8 sample_date:d date_sent_to_lab:d date_results_received:d lab_reference_id:s
    findings_summary:s quantitative_results:j attachment:s notes:s
    batch_container_assignment_id:i8 recorded_by_id:i4 sample_type_id:i8 stamps
inventory_containerfeedingsummary*
    id:i8 period_start:d period_end:d total_feed_kg:n10.2 starting_biomass_kg:n10.2
    ending_biomass_kg:n10.2 growth_kg:n10.2 fcr:n5.3 confidence_level:s estimation_method:s
    data_points:i4 batch_id:i8 container_assignment_id:i8 stamps
inventory_batchfeedingsummary*
    id:i8 period_start:d period_end:d total_feed_kg:n10.2 average_feeding_percentage:n5.2
    batch_id:i8 total_feed_consumed_kg:n10.2 total_biomass_gain_kg:n10.2 fcr:n5.3
    estimation_method:s container_count:i4 overall_confidence_level:s
    total_ending_biomass_kg:n10.2 total_growth_kg:n10.2 total_starting_biomass_kg:n10.2
    weighted_avg_fcr:n5.3 average_biomass_kg:n10.2 stamps
finance_dimcompany
    company_id:i8 subsidiary:s display_name:s currency:s nav_company_code:s geography_id:i8
finance_dimsite
    site_id:i8 source_model:s source_pk:i4 site_name:s company_id:i8
finance_intercompanypolicy*
    policy_id:i8 method:s markup_percent:n6.3 from_company_id:i8 product_grade_id:i8
    to_company_id:i8 stamps
finance_factharvest*
    fact_id:i8 event_date:ts quantity_kg:n12.3 unit_count:i4 dim_batch_id:i4 dim_company_id:i8
    dim_site_id:i8 event_id:i8 lot_id:i8 product_grade_id:i8 stamps
finance_intercompanytransaction*
    tx_id:i8 posting_date:d amount:n14.2 currency:s state:s event_id:i8 policy_id:i8 stamps
finance_navexportbatch*
    batch_id:i8 date_from:d date_to:d posting_date:d currency:s state:s company_id:i8 stamps
finance_navexportline*
    line_id:i8 document_no:s account_no:s balancing_account_no:s amount:n14.2 description:s
    batch_id_int:i4 batch_id:i8 dim_company_id:i8 dim_site_id:i8 product_grade_id:i8
    transaction_id:i8
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
    def created(self) -> str | None:
        """The column that says when a row was entered, None if the writer must say it."""
        known = ("created_at", "date_joined", "count_date", "event_date", "treatment_date")
        return next((name for name in known if name in self.columns), None)

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
        "health_mortalityreason",
        "health_sampletype",
        "health_vaccinationtype",
        "health_healthparameter",
        "broodstock_eggsupplier",
        "finance_dimcompany",
        "finance_dimsite",
        "finance_intercompanypolicy",
    )
)
"""Infrastructure and master data: what stands before the first batch, parents before children."""
