"""Admin of batches."""

from django.contrib import admin

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
from aquamind.db.admin import FarmAdmin


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
