"""Which months a run has, cut into sessions and chunks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data_generation.errors import UsageError


@dataclass(frozen=True)
class Session:
    """A date range of the run: its number from 1 and the first days of its months."""

    number: int
    months: tuple[date, ...]

    @property
    def first_day(self) -> date:
        """First day of the session."""
        return self.months[0]

    @property
    def last_day(self) -> date:
        """Last day of the session."""
        return next_month(self.months[-1]) - timedelta(days=1)

    def chunks(self, chunk_months: int) -> list[tuple[date, ...]]:
        """Cut the months into chunks of `chunk_months`; the last may be shorter."""
        return [
            self.months[start : start + chunk_months]
            for start in range(0, len(self.months), chunk_months)
        ]


@dataclass(frozen=True)
class Plan:
    """All sessions of a run, in order, without gaps."""

    sessions: tuple[Session, ...]

    @property
    def months(self) -> tuple[date, ...]:
        """First days of all months of the run."""
        return tuple(month for session in self.sessions for month in session.months)

    def session(self, number: int) -> Session:
        """Return session `number`; UsageError if there is none."""
        if not 1 <= number <= len(self.sessions):
            raise UsageError(
                f"--session={number}: no such session; this configuration has sessions 1 to "
                f"{len(self.sessions)}."
            )
        return self.sessions[number - 1]


def build_plan(start: date, sessions_months: Sequence[int], end: date | None = None) -> Plan:
    """Cut the time from `start` into sessions of the given numbers of months.

    `end`, the last day of a month, cuts the plan short. UsageError if `start` is not the first of a
    month, a session has no month, or the end lies before the start or past the last session.
    """
    if start.day != 1:
        raise UsageError(f"The start date {start} must be the first day of a month.")
    if not sessions_months or min(sessions_months) < 1:
        raise UsageError("generation.sessions_months: each session needs at least one month.")
    try:
        plan = _cut(start, sessions_months)
        past_end = next_month(plan.months[-1])
    except (OverflowError, ValueError) as error:
        raise UsageError(f"The sessions from {start} on run past the year 9999.") from error
    return plan if end is None else _shortened(plan, start, end, past_end)


def _shortened(plan: Plan, start: date, end: date, past_end: date) -> Plan:
    if end < start:
        raise _wrong_end(end, f"a day after generation.start_date {start}")
    if end >= past_end:
        last = past_end - timedelta(days=1)
        raise _wrong_end(end, f"a day up to {last}, the end of the last session")
    last = next_month(end.replace(day=1)) - timedelta(days=1)
    if end != last:
        raise _wrong_end(end, f"the last day of a month, such as {last}")
    cut = [
        Session(session.number, tuple(month for month in session.months if month <= end))
        for session in plan.sessions
    ]
    return Plan(tuple(session for session in cut if session.months))


def _wrong_end(end: date, expected: str) -> UsageError:
    return UsageError(
        f"generation.end_date: found {end}, expected: {expected}.",
        "Give another with --set generation.end_date=DATE, or none for all sessions.",
    )


def _cut(start: date, sessions_months: Sequence[int]) -> Plan:
    sessions = []
    month = start
    for number, length in enumerate(sessions_months, start=1):
        months = []
        for _ in range(length):
            months.append(month)
            month = next_month(month)
        sessions.append(Session(number, tuple(months)))
    return Plan(tuple(sessions))


def next_month(month: date) -> date:
    """Return the first day of the month after that of `month`."""
    if month.month == 12:
        return date(month.year + 1, 1, 1)
    return date(month.year, month.month + 1, 1)
