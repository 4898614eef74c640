"""Fish: batches, where they are, how they grow, move and die. For `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

TABLES = (
    Table(
        "batch_species",
        """
        id:i8 name:s scientific_name:s description:s optimal_temperature_min:n5.2
        optimal_temperature_max:n5.2 optimal_oxygen_min:n5.2 optimal_ph_min:n5.2
        optimal_ph_max:n5.2 stamps
        """,
        history=True,
        natural_key=("scientific_name",),
        spelled_freely=True,
    ),
    Table(
        "batch_lifecyclestage",
        """
        id:i8 name:s order:i2 description:s expected_weight_min_g:n10.2
        expected_weight_max_g:n10.2 expected_length_min_cm:n10.2 expected_length_max_cm:n10.2
        species_id:i8>batch_species stamps
        """,
        history=True,
        natural_key=("name",),
        spelled_freely=True,
    ),
    Table(
        "batch_batch",
        """
        id:i8 batch_number:s status:s start_date:d expected_end_date:d actual_end_date:d notes:s
        lifecycle_stage_id:i8>batch_lifecyclestage species_id:i8>batch_species batch_type:s
        growth_factor:n6.4 stamps
        """,
        history=True,
        needed=True,
        ours=("growth_factor",),
    ),
    Table(
        "batch_batchcontainerassignment",
        """
        id:i8 population_count:i4 biomass_kg:n10.2 assignment_date:d is_active:b notes:s
        batch_id:i8>batch_batch container_id:i8>infrastructure_container
        lifecycle_stage_id:i8>batch_lifecyclestage avg_weight_g:n10.2 departure_date:d
        last_weighing_date:d stamps
        """,
        history=True,
        needed=True,
    ),
    Table(
        "batch_batchtransfer",
        """
        id:i8 transfer_type:s transfer_date:d source_count:i4 transferred_count:i4
        mortality_count:i4 source_biomass_kg:n10.2 transferred_biomass_kg:n10.2 notes:s
        destination_batch_id:i8>batch_batch
        destination_lifecycle_stage_id:i8>batch_lifecyclestage source_batch_id:i8>batch_batch
        source_lifecycle_stage_id:i8>batch_lifecyclestage is_emergency_mixing:b
        source_assignment_id:i8>batch_batchcontainerassignment
        destination_assignment_id:i8>batch_batchcontainerassignment stamps
        """,
        history=True,
    ),
    Table(
        "batch_actualdailyassignmentstate",
        """
        id:i8 date:d day_number:i4 avg_weight_g:n10.2 population:i4 biomass_kg:n12.2 temp_c:n5.2
        mortality_count:i4 feed_kg:n10.2 observed_fcr:n8.3 anchor_type:s sources:j
        confidence_scores:j last_computed_at:ts assignment_id:i8>batch_batchcontainerassignment
        batch_id:i8>batch_batch container_id:i8>infrastructure_container
        lifecycle_stage_id:i8>batch_lifecyclestage
        """,
    ),
    Table(
        "batch_batchtransferworkflow",
        """
        id:i8 workflow_number:s workflow_type:s status:s planned_start_date:d
        planned_completion_date:d actual_start_date:d actual_completion_date:d
        total_source_count:i4 total_transferred_count:i4 total_mortality_count:i4
        total_biomass_kg:n12.2 total_actions_planned:i4 actions_completed:i4
        completion_percentage:n5.2 is_intercompany:b source_subsidiary:s dest_subsidiary:s notes:s
        cancellation_reason:s batch_id:i8>batch_batch completed_by_id:i4>auth_user
        dest_lifecycle_stage_id:i8>batch_lifecyclestage
        finance_transaction_id:i8>finance_intercompanytransaction initiated_by_id:i4>auth_user
        source_lifecycle_stage_id:i8>batch_lifecyclestage is_dynamic_execution:b
        estimated_total_biomass_kg:n12.2 estimated_total_count:i4 stamps
        """,
        history=True,
    ),
    Table(
        "batch_transferaction",
        """
        id:i8 action_number:i4 source_population_before:i4 transferred_count:i4
        mortality_during_transfer:i4 transferred_biomass_kg:n10.2 status:s planned_date:d
        actual_execution_date:d transfer_method:s water_temp_c:n5.2 oxygen_level:n5.2
        execution_duration_minutes:i4 notes:s
        dest_assignment_id:i8>batch_batchcontainerassignment executed_by_id:i4>auth_user
        source_assignment_id:i8>batch_batchcontainerassignment
        workflow_id:i8>batch_batchtransferworkflow measured_notes:s selection_method:s
        allow_mixed:b created_via:s dest_container_id:i8>infrastructure_container executed_at:ts
        stamps
        """,
        history=True,
        essential=("workflow_id",),
    ),
    Table(
        "batch_growthsample",
        """
        id:i8 sample_date:d sample_size:i4 avg_weight_g:n10.2 avg_length_cm:n10.2
        std_deviation_weight:n10.2 std_deviation_length:n10.2 min_weight_g:n10.2
        max_weight_g:n10.2 condition_factor:n10.2 notes:s
        assignment_id:i8>batch_batchcontainerassignment stamps
        """,
        history=True,
    ),
    Table(
        "batch_mortalityevent",
        """
        id:i8 event_date:d count:i4 biomass_kg:n10.2 cause:s description:s
        batch_id:i8>batch_batch assignment_id:i8>batch_batchcontainerassignment stamps
        """,
        history=True,
        ours=("assignment_id",),
    ),
    Table(
        "batch_batchcomposition",
        """
        id:i8 percentage:n5.2 population_count:i4 biomass_kg:n10.2 mixed_batch_id:i8>batch_batch
        source_batch_id:i8>batch_batch created_at:ts
        """,
        history=True,
    ),
)
