"""Rows of treatments: written when one begins, and again when its outcome is known."""

import numpy as np

from data_generation.generators.core.dates import MINUTE_US, at
from data_generation.generators.core.declared.output import NULL, Choice, ColumnValues
from data_generation.generators.core.world import Ints, World
from data_generation.generators.health.effects import (
    DISEASE,
    LICE,
    OUTCOMES,
    PENDING,
    VACCINATION,
    Begun,
    TreatmentOrder,
)
from data_generation.generators.health.state import PendingTreatments
from data_generation.generators.users.staff import signers


class TreatmentRows:
    """Treatments whose outcome is pending, and how all are told of."""

    def __init__(self, world: World) -> None:
        self._config = world.config.treatments
        self._protocols = list(self._config.protocols.values())
        self._vaccines = list(self._config.vaccines.values())
        self._diseases = list(world.config.diseases.profiles.values())
        self._pending = world.of(PendingTreatments)
        self._veterinarian = signers(world.config, "VET")

    def begin(self, world: World, order: TreatmentOrder, begun: Begun) -> None:
        """Write a treatment that begins today; its outcome is pending."""
        fish, day, positions = world.fish, world.today.day, order.positions
        rows = PendingTreatments.of(
            len(positions),
            id=world.ids.take("health_treatment", len(positions)),
            follow_up=day + begun.days - 1 + begun.follow_up_days,
            outcome=begun.outcome,
            moment=begun.moment_us,
            begun=day,
            days=begun.days,
            withheld=begun.withheld_days,
            kind=order.kind,
            what=order.what,
            detail=order.detail,
            batch=fish.batch[positions],
            assignment=fish.id[positions],
            container=fish.container[positions],
            user=self._veterinarian[fish.country[positions]],
        )
        self._pending.add(rows)
        columns = self._columns(rows) | {"outcome": OUTCOMES[PENDING]}
        world.output.insert("health_treatment", len(rows), **columns)

    def going_on(self, day: int) -> tuple[Ints, Ints]:
        """Assignments that `day` finds in a course, vaccinations aside; the protocols."""
        rows = self._pending
        going = (rows.begun + rows.days > day) & (rows.kind != VACCINATION)
        return rows.assignment[going], rows.what[going]

    def follow_up(self, world: World) -> None:
        """Write how treatments turned out, when it is time or the fish have gone."""
        pending = self._pending
        if not len(pending):
            return
        # Assignments live in the order of their keys.
        live, stay = world.fish.id, pending.assignment
        place = np.minimum(np.searchsorted(live, stay), len(live) - 1)
        gone = live[place] != stay if len(live) else np.ones(len(stay), dtype=np.bool_)
        due = (pending.follow_up <= world.today.day) | gone
        if due.any():
            rows = pending.take(due)
            columns = self._columns(rows)
            columns["outcome"] = Choice(OUTCOMES, rows.outcome)
            moment = at(world.today.day, 6, 40) + rows.moment // MINUTE_US % 20 * MINUTE_US
            world.output.update("health_treatment", len(rows), None, moment, **columns)
            pending.keep(~due)

    def texts(self, kind: int, what: int, detail: int) -> tuple[str, str]:
        """Name of what is given, and why."""
        if kind == VACCINATION:
            vaccine = self._vaccines[what]
            return vaccine.name, f"vaccination before sea transfer against {vaccine.description}"
        name = self._protocols[what].name
        if kind == LICE:
            return name, "adult female lice above the site's limit"
        if kind == DISEASE:
            return name, f"against {self._diseases[detail].name}"
        return name, self._config.preventive[detail].reason

    def _columns(self, rows: PendingTreatments) -> dict[str, ColumnValues]:
        """The rows of treatments, less the outcome."""
        known: dict[tuple[int, int, int], int] = {}
        texts: list[tuple[str, str, str]] = []
        which = np.empty(len(rows), dtype=np.int64)
        for row, key in enumerate(
            zip(rows.kind.tolist(), rows.what.tolist(), rows.detail.tolist(), strict=True)
        ):
            if key not in known:
                known[key] = len(texts)
                texts.append(self._row_texts(*key))
            which[row] = known[key]
        types, descriptions, dosages = zip(*texts, strict=True)
        is_vaccine = rows.kind == VACCINATION
        return {
            "id": rows.id,
            "treatment_date": rows.moment,
            "treatment_type": Choice(types, which),
            "description": Choice(descriptions, which),
            "dosage": Choice(dosages, which),
            "duration_days": rows.days,
            "withholding_period_days": rows.withheld,
            "batch_id": rows.batch,
            "batch_assignment_id": rows.assignment,
            "container_id": rows.container,
            "user_id": rows.user,
            "vaccination_type_id": np.where(is_vaccine, rows.what + 1, NULL),
        }

    def _row_texts(self, kind: int, what: int, detail: int) -> tuple[str, str, str]:
        """Type, description and dosage of a treatment."""
        name, reason = self.texts(kind, what, detail)
        if kind == VACCINATION:
            return "vaccination", f"{name}: {reason}", self._vaccines[what].dosage
        protocol = self._protocols[what]
        return protocol.kind, f"{name}: {reason}", protocol.dosage
