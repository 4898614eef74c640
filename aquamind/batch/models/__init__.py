"""Batches: where they come from, where they are, what happens to them, what follows from it."""

from aquamind.batch.models.creation import BatchCreationWorkflow, CreationAction
from aquamind.batch.models.days import (
    ActualDailyAssignmentState,
    ContainerForecastSummary,
    LiveForwardProjection,
)
from aquamind.batch.models.events import (
    BatchTransfer,
    GrowthSample,
    IndividualGrowthObservation,
    MortalityEvent,
)
from aquamind.batch.models.fish import (
    Batch,
    BatchComposition,
    BatchContainerAssignment,
    LifeCycleStage,
    Species,
)
from aquamind.batch.models.mixing import BatchMixEvent, BatchMixEventComponent
from aquamind.batch.models.workflows import BatchTransferWorkflow, TransferAction

__all__ = [
    "ActualDailyAssignmentState",
    "Batch",
    "BatchComposition",
    "BatchContainerAssignment",
    "BatchCreationWorkflow",
    "BatchMixEvent",
    "BatchMixEventComponent",
    "BatchTransfer",
    "BatchTransferWorkflow",
    "ContainerForecastSummary",
    "CreationAction",
    "GrowthSample",
    "IndividualGrowthObservation",
    "LifeCycleStage",
    "LiveForwardProjection",
    "MortalityEvent",
    "Species",
    "TransferAction",
]
