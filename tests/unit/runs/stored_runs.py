"""A run and its units as the database would give them."""

from datetime import UTC, datetime

from data_generation.config.loading.fingerprint import Identity
from data_generation.runs.postgres import store
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.sessions import Plan
from data_generation.runs.units import LEDGER, READINGS, UnitRecord
from data_generation.storage.keys.shifts import Keys


def units_of_plan(plan: Plan, done: int) -> tuple[RunRecord, list[UnitRecord]]:
    """A run over the plan whose first `done` months are stored; the next awaits its readings."""
    identity = Identity({}, "1", "2.4.6")
    moment = datetime(2015, 1, 1, tzinfo=UTC)
    run = RunRecord(
        id=1,
        kind=store.YEARS,
        batch_number=None,
        itinerary=None,
        fingerprint=identity.fingerprint,
        identity=identity,
        seed=1,
        profile="tiny",
        overlay={},
        keys=Keys(),
        goal=len(plan.sessions),
        until=plan.last_day,
        started_at=moment,
        finished_at=None,
    )
    units = []
    for session in plan.sessions:
        for days in session.days_after(None):
            number = plan.months.index(days.month)
            if number <= done:
                units.append(UnitRecord(session.number, days, LEDGER, True))
                units.append(UnitRecord(session.number, days, READINGS, number < done))
    return run, units
