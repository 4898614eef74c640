"""Scenarios: what is assumed, within which limits, and what it comes to."""

from aquamind.scenario.models.assumptions import (
    FCRModel,
    FCRModelStage,
    FCRModelStageOverride,
    MortalityModel,
    MortalityModelStage,
    TemperatureProfile,
    TemperatureReading,
    TGCModel,
    TGCModelStage,
)
from aquamind.scenario.models.constraints import BiologicalConstraints, StageConstraint
from aquamind.scenario.models.runs import (
    ProjectionRun,
    Scenario,
    ScenarioModelChange,
    ScenarioProjection,
)

__all__ = [
    "BiologicalConstraints",
    "FCRModel",
    "FCRModelStage",
    "FCRModelStageOverride",
    "MortalityModel",
    "MortalityModelStage",
    "ProjectionRun",
    "Scenario",
    "ScenarioModelChange",
    "ScenarioProjection",
    "StageConstraint",
    "TGCModel",
    "TGCModelStage",
    "TemperatureProfile",
    "TemperatureReading",
]
