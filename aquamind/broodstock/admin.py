"""Admin of broodstock."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from aquamind.broodstock.models import (
    BatchParentage,
    BreedingPair,
    BreedingPlan,
    BreedingTraitPriority,
    BroodstockFish,
    EggProduction,
    EggSupplier,
    ExternalEggBatch,
    FishMovement,
    MaintenanceTask,
)


@admin.register(MaintenanceTask)
class MaintenanceTaskAdmin(SimpleHistoryAdmin):
    list_display = ["scheduled_date", "task_type", "container", "completed_date"]
    list_filter = ["task_type"]
    search_fields = ["container__name", "notes"]
    autocomplete_fields = ["container", "created_by"]
    date_hierarchy = "scheduled_date"


@admin.register(BroodstockFish)
class BroodstockFishAdmin(SimpleHistoryAdmin):
    list_display = ["id", "container", "health_status"]
    list_filter = ["health_status"]
    search_fields = ["=id", "container__name"]
    autocomplete_fields = ["container"]


@admin.register(FishMovement)
class FishMovementAdmin(SimpleHistoryAdmin):
    list_display = ["movement_date", "fish", "from_container", "to_container", "moved_by"]
    list_select_related = ["fish", "from_container", "to_container", "moved_by"]
    search_fields = ["=fish__id", "from_container__name", "to_container__name"]
    autocomplete_fields = ["fish", "from_container", "to_container", "moved_by"]
    date_hierarchy = "movement_date"


@admin.register(BreedingPlan)
class BreedingPlanAdmin(SimpleHistoryAdmin):
    list_display = ["name", "start_date", "end_date", "created_by"]
    list_select_related = ["created_by"]
    search_fields = ["name"]
    autocomplete_fields = ["created_by"]


@admin.register(BreedingTraitPriority)
class BreedingTraitPriorityAdmin(SimpleHistoryAdmin):
    list_display = ["plan", "trait_name", "priority_weight"]
    list_filter = ["trait_name"]
    search_fields = ["plan__name"]


@admin.register(BreedingPair)
class BreedingPairAdmin(SimpleHistoryAdmin):
    list_display = ["plan", "male_fish", "female_fish", "pairing_date", "progeny_count"]
    list_filter = ["plan"]
    search_fields = ["plan__name", "=male_fish__id", "=female_fish__id"]
    autocomplete_fields = ["male_fish", "female_fish"]
    date_hierarchy = "pairing_date"


@admin.register(EggProduction)
class EggProductionAdmin(SimpleHistoryAdmin):
    list_display = [
        "egg_batch_id",
        "source_type",
        "egg_count",
        "production_date",
        "destination_station",
    ]
    list_filter = ["source_type", "destination_station"]
    list_select_related = ["destination_station"]
    search_fields = ["egg_batch_id"]
    autocomplete_fields = ["pair", "destination_station"]
    date_hierarchy = "production_date"


@admin.register(EggSupplier)
class EggSupplierAdmin(SimpleHistoryAdmin):
    list_display = ["name", "certifications"]
    search_fields = ["name"]


@admin.register(ExternalEggBatch)
class ExternalEggBatchAdmin(SimpleHistoryAdmin):
    list_display = ["batch_number", "supplier", "egg_production"]
    list_filter = ["supplier"]
    search_fields = ["batch_number", "egg_production__egg_batch_id"]
    autocomplete_fields = ["egg_production"]


@admin.register(BatchParentage)
class BatchParentageAdmin(SimpleHistoryAdmin):
    list_display = ["batch", "egg_production", "assignment_date"]
    list_filter = ["egg_production__source_type"]
    search_fields = ["batch__batch_number", "egg_production__egg_batch_id"]
    autocomplete_fields = ["batch", "egg_production"]
    date_hierarchy = "assignment_date"
