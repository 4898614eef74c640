"""Admin of scenarios."""

from django.contrib import admin

from aquamind.db.admin import FarmPlainAdmin
from aquamind.scenario.models import (
    BiologicalConstraints,
    FCRModel,
    FCRModelStage,
    FCRModelStageOverride,
    MortalityModel,
    MortalityModelStage,
    ProjectionRun,
    Scenario,
    ScenarioModelChange,
    ScenarioProjection,
    StageConstraint,
    TemperatureProfile,
    TemperatureReading,
    TGCModel,
    TGCModelStage,
)


@admin.register(TemperatureProfile)
class TemperatureProfileAdmin(FarmPlainAdmin):
    list_display = ["name", "updated_at"]
    search_fields = ["name"]


@admin.register(TemperatureReading)
class TemperatureReadingAdmin(FarmPlainAdmin):
    list_display = ["profile", "day_number", "temperature"]
    list_filter = ["profile"]
    search_fields = ["profile__name"]


@admin.register(TGCModel)
class TGCModelAdmin(FarmPlainAdmin):
    list_display = ["name", "location", "release_period", "tgc_value", "profile"]
    search_fields = ["name", "location"]


@admin.register(TGCModelStage)
class TGCModelStageAdmin(FarmPlainAdmin):
    list_display = [
        "tgc_model",
        "lifecycle_stage",
        "tgc_value",
        "temperature_exponent",
        "weight_exponent",
    ]
    list_filter = ["lifecycle_stage"]
    search_fields = ["tgc_model__name"]


@admin.register(FCRModel)
class FCRModelAdmin(FarmPlainAdmin):
    list_display = ["name", "updated_at"]
    search_fields = ["name"]


@admin.register(FCRModelStage)
class FCRModelStageAdmin(FarmPlainAdmin):
    list_display = ["model", "stage", "fcr_value", "duration_days"]
    list_filter = ["stage"]
    search_fields = ["model__name"]


@admin.register(FCRModelStageOverride)
class FCRModelStageOverrideAdmin(FarmPlainAdmin):
    list_display = ["fcr_stage", "min_weight_g", "max_weight_g", "fcr_value"]
    list_select_related = ["fcr_stage__model", "fcr_stage__stage"]
    search_fields = ["fcr_stage__model__name"]


@admin.register(MortalityModel)
class MortalityModelAdmin(FarmPlainAdmin):
    list_display = ["name", "frequency", "rate"]
    list_filter = ["frequency"]
    search_fields = ["name"]


@admin.register(MortalityModelStage)
class MortalityModelStageAdmin(FarmPlainAdmin):
    list_display = [
        "mortality_model",
        "lifecycle_stage",
        "daily_rate_percent",
        "weekly_rate_percent",
    ]
    list_filter = ["lifecycle_stage"]
    search_fields = ["mortality_model__name"]


@admin.register(BiologicalConstraints)
class BiologicalConstraintsAdmin(FarmPlainAdmin):
    list_display = ["name", "description", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]


@admin.register(StageConstraint)
class StageConstraintAdmin(FarmPlainAdmin):
    list_display = [
        "constraint_set",
        "lifecycle_stage",
        "min_weight_g",
        "max_weight_g",
        "min_temperature_c",
        "max_temperature_c",
    ]
    list_filter = ["constraint_set", "lifecycle_stage"]
    search_fields = ["constraint_set__name"]


@admin.register(Scenario)
class ScenarioAdmin(FarmPlainAdmin):
    list_display = [
        "name",
        "start_date",
        "duration_days",
        "initial_count",
        "batch",
        "tgc_model",
        "fcr_model",
        "mortality_model",
    ]
    list_filter = ["tgc_model", "fcr_model", "mortality_model"]
    search_fields = ["name", "batch__batch_number"]
    date_hierarchy = "start_date"


@admin.register(ScenarioModelChange)
class ScenarioModelChangeAdmin(FarmPlainAdmin):
    list_display = [
        "scenario",
        "change_day",
        "new_tgc_model",
        "new_fcr_model",
        "new_mortality_model",
    ]
    search_fields = ["scenario__name"]


@admin.register(ProjectionRun)
class ProjectionRunAdmin(FarmPlainAdmin):
    list_display = [
        "scenario",
        "run_number",
        "label",
        "run_date",
        "total_projections",
        "final_weight_g",
        "final_biomass_kg",
    ]
    search_fields = ["scenario__name", "label"]
    date_hierarchy = "run_date"


@admin.register(ScenarioProjection)
class ScenarioProjectionAdmin(FarmPlainAdmin):
    list_display = [
        "projection_run",
        "projection_date",
        "day_number",
        "current_stage",
        "average_weight",
        "population",
        "biomass",
        "daily_feed",
        "temperature",
    ]
    list_filter = ["current_stage"]
    list_select_related = ["projection_run__scenario"]
    search_fields = ["projection_run__scenario__name"]
