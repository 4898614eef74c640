"""Fish health: what is observed, sampled, counted and treated, and in which words."""

from aquamind.health.models.events import JournalEntry, LiceCount, MortalityRecord, Treatment
from aquamind.health.models.samples import (
    FishParameterScore,
    HealthLabSample,
    HealthSamplingEvent,
    IndividualFishObservation,
)
from aquamind.health.models.vocabulary import (
    HealthParameter,
    LiceType,
    MortalityReason,
    ParameterScoreDefinition,
    SampleType,
    VaccinationType,
)

__all__ = [
    "FishParameterScore",
    "HealthLabSample",
    "HealthParameter",
    "HealthSamplingEvent",
    "IndividualFishObservation",
    "JournalEntry",
    "LiceCount",
    "LiceType",
    "MortalityReason",
    "MortalityRecord",
    "ParameterScoreDefinition",
    "SampleType",
    "Treatment",
    "VaccinationType",
]
