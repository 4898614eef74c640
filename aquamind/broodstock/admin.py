"""Admin of broodstock."""

from django.contrib import admin

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
from aquamind.db.admin import FarmAdmin


@admin.register(MaintenanceTask)
class MaintenanceTaskAdmin(FarmAdmin):
    list_display = ["scheduled_date", "task_type", "container", "completed_date"]
    list_filter = ["task_type"]
    search_fields = ["container__name", "notes"]
    date_hierarchy = "scheduled_date"


@admin.register(BroodstockFish)
class BroodstockFishAdmin(FarmAdmin):
    list_display = ["id", "container", "health_status"]
    list_filter = ["health_status"]
    search_fields = ["=id", "container__name"]


@admin.register(FishMovement)
class FishMovementAdmin(FarmAdmin):
    list_display = ["movement_date", "fish", "from_container", "to_container", "moved_by"]
    search_fields = ["=fish__id", "from_container__name", "to_container__name"]
    date_hierarchy = "movement_date"


@admin.register(BreedingPlan)
class BreedingPlanAdmin(FarmAdmin):
    list_display = ["name", "start_date", "end_date", "created_by"]
    search_fields = ["name"]


@admin.register(BreedingTraitPriority)
class BreedingTraitPriorityAdmin(FarmAdmin):
    list_display = ["plan", "trait_name", "priority_weight"]
    list_filter = ["trait_name"]
    search_fields = ["plan__name"]


@admin.register(BreedingPair)
class BreedingPairAdmin(FarmAdmin):
    list_display = ["plan", "male_fish", "female_fish", "pairing_date", "progeny_count"]
    list_filter = ["plan"]
    search_fields = ["plan__name", "=male_fish__id", "=female_fish__id"]
    date_hierarchy = "pairing_date"


@admin.register(EggProduction)
class EggProductionAdmin(FarmAdmin):
    list_display = [
        "egg_batch_id",
        "source_type",
        "egg_count",
        "production_date",
        "destination_station",
    ]
    list_filter = ["source_type", "destination_station"]
    search_fields = ["egg_batch_id"]
    date_hierarchy = "production_date"


@admin.register(EggSupplier)
class EggSupplierAdmin(FarmAdmin):
    list_display = ["name", "certifications"]
    search_fields = ["name"]


@admin.register(ExternalEggBatch)
class ExternalEggBatchAdmin(FarmAdmin):
    list_display = ["batch_number", "supplier", "egg_production"]
    list_filter = ["supplier"]
    search_fields = ["batch_number", "egg_production__egg_batch_id"]


@admin.register(BatchParentage)
class BatchParentageAdmin(FarmAdmin):
    list_display = ["batch", "egg_production", "assignment_date"]
    list_filter = ["egg_production__source_type"]
    search_fields = ["batch__batch_number", "egg_production__egg_batch_id"]
    date_hierarchy = "assignment_date"
