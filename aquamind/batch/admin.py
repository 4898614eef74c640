"""Admin of batches."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from aquamind.batch.models import (
    Batch,
    BatchComposition,
    BatchContainerAssignment,
    BatchTransfer,
    GrowthSample,
    LifeCycleStage,
    MortalityEvent,
    Species,
)
from aquamind.db.admin import LargeHistoryAdmin, year_filter


@admin.register(Species)
class SpeciesAdmin(SimpleHistoryAdmin):
    list_display = [
        "name",
        "scientific_name",
        "optimal_temperature_min",
        "optimal_temperature_max",
        "optimal_oxygen_min",
    ]
    search_fields = ["name", "scientific_name"]


@admin.register(LifeCycleStage)
class LifeCycleStageAdmin(SimpleHistoryAdmin):
    list_display = ["name", "species", "order", "expected_weight_min_g", "expected_weight_max_g"]
    list_filter = ["species"]
    search_fields = ["name"]


@admin.register(Batch)
class BatchAdmin(SimpleHistoryAdmin):
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


@admin.register(BatchContainerAssignment)
class BatchContainerAssignmentAdmin(SimpleHistoryAdmin):
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
    autocomplete_fields = ["batch", "container"]
    date_hierarchy = "assignment_date"


@admin.register(BatchComposition)
class BatchCompositionAdmin(SimpleHistoryAdmin):
    list_display = ["mixed_batch", "source_batch", "percentage", "population_count", "biomass_kg"]
    search_fields = ["mixed_batch__batch_number", "source_batch__batch_number"]
    autocomplete_fields = ["mixed_batch", "source_batch"]


@admin.register(BatchTransfer)
class BatchTransferAdmin(SimpleHistoryAdmin):
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
    list_select_related = ["source_batch", "source_lifecycle_stage", "destination_lifecycle_stage"]
    search_fields = ["source_batch__batch_number", "destination_batch__batch_number"]
    autocomplete_fields = ["source_batch", "destination_batch"]
    raw_id_fields = ["source_assignment", "destination_assignment"]
    date_hierarchy = "transfer_date"


@admin.register(MortalityEvent)
class MortalityEventAdmin(LargeHistoryAdmin):
    list_display = ["event_date", "batch", "cause", "count", "biomass_kg"]
    list_filter = [year_filter("event_date"), "cause"]
    search_fields = ["batch__batch_number"]
    autocomplete_fields = ["batch"]
    raw_id_fields = ["assignment"]


@admin.register(GrowthSample)
class GrowthSampleAdmin(LargeHistoryAdmin):
    list_display = [
        "sample_date",
        "assignment",
        "sample_size",
        "avg_weight_g",
        "std_deviation_weight",
        "avg_length_cm",
        "condition_factor",
    ]
    list_filter = [year_filter("sample_date")]
    list_select_related = ["assignment__batch", "assignment__container"]
    search_fields = ["assignment__batch__batch_number"]
    raw_id_fields = ["assignment"]
