"""Admin of fish health."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin, FarmPlainAdmin
from aquamind.health.models import (
    FishParameterScore,
    HealthLabSample,
    HealthParameter,
    HealthSamplingEvent,
    IndividualFishObservation,
    JournalEntry,
    LiceCount,
    LiceType,
    MortalityReason,
    MortalityRecord,
    ParameterScoreDefinition,
    SampleType,
    Treatment,
    VaccinationType,
)


@admin.register(MortalityReason)
class MortalityReasonAdmin(FarmPlainAdmin):
    list_display = ["name", "parent", "description"]
    search_fields = ["name"]


@admin.register(SampleType)
class SampleTypeAdmin(FarmPlainAdmin):
    list_display = ["name", "description"]
    search_fields = ["name"]


@admin.register(VaccinationType)
class VaccinationTypeAdmin(FarmPlainAdmin):
    list_display = ["name", "manufacturer", "dosage"]
    list_filter = ["manufacturer"]
    search_fields = ["name", "manufacturer"]


@admin.register(HealthParameter)
class HealthParameterAdmin(FarmAdmin):
    list_display = ["name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]


@admin.register(JournalEntry)
class JournalEntryAdmin(FarmAdmin):
    list_display = ["entry_date", "batch", "container", "category", "severity", "resolution_status"]
    list_filter = ["category", "severity", "resolution_status"]
    search_fields = ["batch__batch_number", "description"]
    date_hierarchy = "entry_date"


@admin.register(HealthSamplingEvent)
class HealthSamplingEventAdmin(FarmAdmin):
    list_display = [
        "sampling_date",
        "assignment",
        "number_of_fish_sampled",
        "avg_weight_g",
        "avg_length_cm",
        "avg_k_factor",
    ]
    list_select_related = ["assignment__batch", "assignment__container"]
    search_fields = ["assignment__batch__batch_number"]
    date_hierarchy = "sampling_date"


@admin.register(IndividualFishObservation)
class IndividualFishObservationAdmin(FarmAdmin):
    list_display = ["fish_identifier", "sampling_event", "weight_g", "length_cm"]
    search_fields = ["fish_identifier"]


@admin.register(FishParameterScore)
class FishParameterScoreAdmin(FarmAdmin):
    list_display = ["individual_fish_observation", "parameter", "score"]
    list_filter = ["parameter", "score"]


@admin.register(HealthLabSample)
class HealthLabSampleAdmin(FarmAdmin):
    list_display = [
        "sample_date",
        "sample_type",
        "batch_container_assignment",
        "date_sent_to_lab",
        "date_results_received",
        "lab_reference_id",
    ]
    list_filter = ["sample_type"]
    list_select_related = [
        "batch_container_assignment__batch",
        "batch_container_assignment__container",
    ]
    search_fields = ["lab_reference_id", "batch_container_assignment__batch__batch_number"]
    date_hierarchy = "sample_date"


@admin.register(LiceCount)
class LiceCountAdmin(FarmAdmin):
    list_display = [
        "count_date",
        "batch",
        "container",
        "fish_sampled",
        "adult_female_count",
        "adult_male_count",
        "juvenile_count",
    ]
    search_fields = ["batch__batch_number", "container__name"]
    date_hierarchy = "count_date"


@admin.register(MortalityRecord)
class MortalityRecordAdmin(FarmAdmin):
    list_display = ["event_date", "batch", "container", "reason", "count"]
    list_filter = ["reason"]
    search_fields = ["batch__batch_number", "container__name"]
    date_hierarchy = "event_date"


@admin.register(Treatment)
class TreatmentAdmin(FarmAdmin):
    list_display = [
        "treatment_date",
        "treatment_type",
        "batch",
        "container",
        "dosage",
        "withholding_period_days",
        "outcome",
    ]
    list_filter = ["treatment_type", "outcome", "vaccination_type"]
    search_fields = ["batch__batch_number", "description"]
    date_hierarchy = "treatment_date"


@admin.register(LiceType)
class LiceTypeAdmin(FarmAdmin):
    list_display = ["species", "gender", "development_stage", "is_active"]
    list_filter = ["species", "gender", "is_active"]
    search_fields = ["species", "development_stage"]


@admin.register(ParameterScoreDefinition)
class ParameterScoreDefinitionAdmin(FarmAdmin):
    list_display = ["parameter", "score_value", "label", "display_order"]
    list_filter = ["parameter"]
    search_fields = ["label", "parameter__name"]
