"""From a row to the page of the dashboard that shows it."""

from typing import Final
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

_ASSIGNMENT: Final = "batch.BatchContainerAssignment"
_BATCH: Final = "batch.Batch"
_CONTAINER: Final = "infrastructure.Container"


def page_about(row: Model) -> str | None:
    """The page of the assignment, batch or container that the row is or belongs to."""
    known = _of_interest(row)
    if assignment := known.get(_ASSIGNMENT):
        page = reverse("dashboard:batch", args=[assignment.batch.batch_number])
        return f"{page}?{urlencode({'assignment': assignment.pk})}#cv"
    if batch := known.get(_BATCH):
        return reverse("dashboard:batch", args=[batch.batch_number])
    if container := known.get(_CONTAINER):
        return f"{reverse('dashboard:sensors')}?{urlencode({'container': container.pk})}"
    return None


def _of_interest(row: Model) -> dict[str, Model]:
    """The row itself, or what its foreign keys lead to, by the name of the model."""
    found = {row._meta.label: row}
    for field in row._meta.concrete_fields:
        label = field.related_model._meta.label if field.is_relation else None
        if label in (_ASSIGNMENT, _BATCH, _CONTAINER) and getattr(row, field.attname) is not None:
            found.setdefault(label, getattr(row, field.name))
    return found
