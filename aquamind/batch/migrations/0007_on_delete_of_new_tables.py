"""A deleted batch takes along what AquaMind's newest version hangs on it, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("batch", "0006_plans_of_batches")]

    operations = [
        OnDeleteInDatabase("actualdailyassignmentstate", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("actualdailyassignmentstate", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("actualdailyassignmentstate", "planned_activity", OnDelete.SET_NULL),
        OnDeleteInDatabase("batch", "pinned_projection_run", OnDelete.SET_NULL),
        OnDeleteInDatabase("batchmixevent", "mixed_batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchmixevent", "workflow_action", OnDelete.SET_NULL),
        OnDeleteInDatabase("batchmixeventcomponent", "mix_event", OnDelete.CASCADE),
        OnDeleteInDatabase("batchmixeventcomponent", "source_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("batchmixeventcomponent", "source_batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchtransferworkflow", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchtransferworkflow", "finance_transaction", OnDelete.CASCADE),
        OnDeleteInDatabase("batchtransferworkflow", "planned_activity", OnDelete.SET_NULL),
        OnDeleteInDatabase("containerforecastsummary", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("creationaction", "dest_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("creationaction", "workflow", OnDelete.CASCADE),
        OnDeleteInDatabase("batchcreationworkflow", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("individualgrowthobservation", "growth_sample", OnDelete.CASCADE),
        OnDeleteInDatabase("liveforwardprojection", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("liveforwardprojection", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("transferaction", "dest_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("transferaction", "source_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("transferaction", "workflow", OnDelete.CASCADE),
    ]
