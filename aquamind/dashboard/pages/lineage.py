"""The salmon's CV: one assignment followed back, container by container, to the egg."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aquamind.dashboard.queries import first_row, rows


@dataclass(frozen=True)
class Step:
    """What the fish lived through in one container."""

    id: int
    container_id: int
    container: str
    place: str
    stage: str
    stage_css: str
    first: date
    last: date
    ended: bool
    fish: int | None
    weight_in_g: float | None
    weight_out_g: float | None
    feed_kg: float | None
    dead: int | None
    temperatures: tuple[Any, ...]

    @property
    def days(self) -> int:
        """Length of the stay."""
        return (self.last - self.first).days

    @property
    def temperature(self) -> float | None:
        """Mean of the daily means, °C."""
        values = [row.value for row in self.temperatures]
        return sum(values) / len(values) if values else None

    @property
    def degree_days(self) -> float | None:
        """Mean temperature times days, °C·d."""
        return None if self.temperature is None else self.temperature * self.days


def chain(assignment: int, stays: Sequence[Any]) -> list[Step]:
    """The steps from the egg to `assignment`, in order of time.

    Fish of another batch that came in by mixing are not among `stays`; the line ends there.
    """
    known = {stay.id: stay for stay in stays}
    parameter = first_row("batch", "temperature_parameter").id
    deaths = first_row("batch", "deaths_have_assignment").known
    found = [row for row in rows("batch", "chain", assignment=assignment) if row.id in known]
    return [_step(known[row.id], parameter, deaths) for row in found]


def _step(stay: Any, parameter: int | None, deaths_known: bool) -> Step:
    last = stay.departure_date or stay.known_until
    span = {
        "assignment": stay.id,
        "first": stay.assignment_date,
        "end": last + timedelta(days=1),
    }
    seen = first_row("batch", "step", **span)
    return Step(
        id=stay.id,
        container_id=stay.container_id,
        container=stay.container,
        place=stay.place,
        stage=stay.stage,
        stage_css=f"stage-{min(stay.stage_order, 6)}",
        first=stay.assignment_date,
        last=last,
        ended=stay.departure_date is not None,
        fish=seen.fish_in if seen.fish_in is not None else seen.fish_first,
        weight_in_g=seen.weight_in_g,
        weight_out_g=stay.weight_g,
        feed_kg=seen.feed_kg,
        dead=first_row("batch", "step_deaths", **span).dead if deaths_known else None,
        temperatures=tuple(rows("batch", "daily", parameter=parameter, **span)),
    )
