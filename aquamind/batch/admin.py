"""Admin of batches."""

from django.contrib import admin

from aquamind.batch.models import (
    ActualDailyAssignmentState,
    Batch,
    BatchComposition,
    BatchContainerAssignment,
    BatchCreationWorkflow,
    BatchMixEvent,
    BatchMixEventComponent,
    BatchTransfer,
    BatchTransferWorkflow,
    ContainerForecastSummary,
    CreationAction,
    GrowthSample,
    IndividualGrowthObservation,
    LifeCycleStage,
    LiveForwardProjection,
    MortalityEvent,
    Species,
    TransferAction,
)
from aquamind.db.admin import FarmAdmin, FarmPlainAdmin


@admin.register(Species)
class SpeciesAdmin(FarmAdmin):
    list_display = [
        "name",
        "scientific_name",
        "optimal_temperature_min",
        "optimal_temperature_max",
        "optimal_oxygen_min",
    ]
    search_fields = ["name", "scientific_name"]


@admin.register(LifeCycleStage)
class LifeCycleStageAdmin(FarmAdmin):
    list_display = ["name", "species", "order", "expected_weight_min_g", "expected_weight_max_g"]
    list_filter = ["species"]
    search_fields = ["name"]


@admin.register(Batch)
class BatchAdmin(FarmAdmin):
    list_display = [
        "batch_number",
        "species",
        "lifecycle_stage",
        "status",
        "batch_type",
        "start_date",
        "expected_end_date",
        "actual_end_date",
    ]
    list_filter = ["status", "batch_type", "lifecycle_stage", "species"]
    search_fields = ["batch_number", "notes"]
    date_hierarchy = "start_date"
    deletion_notes = (
        *FarmAdmin.deletion_notes,
        "No command deletes one batch: the rest of a run over years knows of it. A batch that the "
        "event engine made by itself goes by SQL, with all that hangs on it (python manage.py "
        "dbshell): DELETE FROM batch_batch WHERE batch_number = '…';",
    )


@admin.register(BatchContainerAssignment)
class BatchContainerAssignmentAdmin(FarmAdmin):
    list_display = [
        "batch",
        "container",
        "lifecycle_stage",
        "assignment_date",
        "departure_date",
        "population_count",
        "avg_weight_g",
        "biomass_kg",
        "is_active",
    ]
    list_filter = ["is_active", "lifecycle_stage"]
    search_fields = ["batch__batch_number", "container__name"]
    date_hierarchy = "assignment_date"


@admin.register(BatchComposition)
class BatchCompositionAdmin(FarmAdmin):
    list_display = ["mixed_batch", "source_batch", "percentage", "population_count", "biomass_kg"]
    search_fields = ["mixed_batch__batch_number", "source_batch__batch_number"]


@admin.register(BatchTransfer)
class BatchTransferAdmin(FarmAdmin):
    list_display = [
        "transfer_date",
        "transfer_type",
        "source_batch",
        "source_lifecycle_stage",
        "destination_lifecycle_stage",
        "transferred_count",
        "mortality_count",
    ]
    list_filter = ["transfer_type", "is_emergency_mixing", "source_lifecycle_stage"]
    search_fields = ["source_batch__batch_number", "destination_batch__batch_number"]
    date_hierarchy = "transfer_date"


@admin.register(MortalityEvent)
class MortalityEventAdmin(FarmAdmin):
    list_display = ["event_date", "batch", "cause", "count", "biomass_kg"]
    list_filter = ["cause"]
    search_fields = ["batch__batch_number"]


@admin.register(GrowthSample)
class GrowthSampleAdmin(FarmAdmin):
    list_display = [
        "sample_date",
        "assignment",
        "sample_size",
        "avg_weight_g",
        "std_deviation_weight",
        "avg_length_cm",
        "condition_factor",
    ]
    list_select_related = ["assignment__batch", "assignment__container"]
    search_fields = ["assignment__batch__batch_number"]


@admin.register(BatchCreationWorkflow)
class BatchCreationWorkflowAdmin(FarmAdmin):
    list_display = [
        "workflow_number",
        "batch",
        "status",
        "egg_source_type",
        "planned_start_date",
        "total_eggs_planned",
        "total_eggs_received",
        "progress_percentage",
    ]
    list_filter = ["status", "egg_source_type", "external_supplier"]
    search_fields = ["workflow_number", "batch__batch_number"]
    date_hierarchy = "planned_start_date"


@admin.register(CreationAction)
class CreationActionAdmin(FarmAdmin):
    list_display = [
        "workflow",
        "action_number",
        "status",
        "egg_count_planned",
        "egg_count_actual",
        "expected_delivery_date",
        "actual_delivery_date",
        "delivery_method",
    ]
    list_filter = ["status", "delivery_method"]
    search_fields = ["workflow__workflow_number"]
    date_hierarchy = "expected_delivery_date"


@admin.register(BatchTransferWorkflow)
class BatchTransferWorkflowAdmin(FarmAdmin):
    list_display = [
        "workflow_number",
        "batch",
        "workflow_type",
        "status",
        "planned_start_date",
        "actual_completion_date",
        "total_transferred_count",
        "completion_percentage",
    ]
    list_filter = [
        "workflow_type",
        "status",
        "is_intercompany",
        "is_dynamic_execution",
        "source_lifecycle_stage",
    ]
    search_fields = ["workflow_number", "batch__batch_number"]
    date_hierarchy = "planned_start_date"


@admin.register(TransferAction)
class TransferActionAdmin(FarmAdmin):
    list_display = [
        "workflow",
        "action_number",
        "status",
        "actual_execution_date",
        "transferred_count",
        "mortality_during_transfer",
        "transferred_biomass_kg",
        "transfer_method",
    ]
    list_filter = ["status", "transfer_method", "selection_method", "created_via", "leg_type"]
    search_fields = ["workflow__workflow_number"]
    date_hierarchy = "actual_execution_date"


@admin.register(BatchMixEvent)
class BatchMixEventAdmin(FarmAdmin):
    list_display = ["mixed_at", "mixed_batch", "container"]
    search_fields = ["mixed_batch__batch_number", "container__name"]
    date_hierarchy = "mixed_at"


@admin.register(BatchMixEventComponent)
class BatchMixEventComponentAdmin(FarmAdmin):
    list_display = [
        "mix_event",
        "source_batch",
        "population_count",
        "biomass_kg",
        "percentage",
        "is_transferred_in",
    ]
    list_filter = ["is_transferred_in"]
    list_select_related = ["mix_event__mixed_batch"]
    search_fields = ["source_batch__batch_number"]


@admin.register(IndividualGrowthObservation)
class IndividualGrowthObservationAdmin(FarmAdmin):
    list_display = ["fish_identifier", "growth_sample", "weight_g", "length_cm"]
    search_fields = ["fish_identifier"]


@admin.register(ActualDailyAssignmentState)
class ActualDailyAssignmentStateAdmin(FarmPlainAdmin):
    list_display = [
        "date",
        "batch",
        "container",
        "day_number",
        "population",
        "avg_weight_g",
        "biomass_kg",
        "mortality_count",
        "feed_kg",
        "anchor_type",
    ]
    list_filter = ["anchor_type", "lifecycle_stage"]
    search_fields = ["batch__batch_number", "container__name"]


@admin.register(LiveForwardProjection)
class LiveForwardProjectionAdmin(FarmPlainAdmin):
    list_display = [
        "projection_date",
        "batch",
        "container",
        "computed_date",
        "projected_weight_g",
        "projected_population",
        "projected_biomass_kg",
        "temperature_used_c",
    ]
    search_fields = ["batch__batch_number", "container__name"]


@admin.register(ContainerForecastSummary)
class ContainerForecastSummaryAdmin(FarmPlainAdmin):
    list_display = [
        "assignment",
        "current_weight_g",
        "current_population",
        "projected_transfer_date",
        "projected_harvest_date",
        "harvest_variance_days",
        "needs_planning_attention",
    ]
    list_filter = ["needs_planning_attention", "has_planned_harvest", "has_planned_transfer"]
    list_select_related = ["assignment__batch", "assignment__container"]
    search_fields = ["assignment__batch__batch_number", "assignment__container__name"]
