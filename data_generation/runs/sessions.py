"""Which days a run has, cut into sessions, units of one month at the most, and chunks."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from data_generation.errors import UsageError
from data_generation.months import month_end, next_month

_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Days:
    """Days of one month, the first and the last of them: what a unit covers."""

    first: date
    last: date

    @property
    def month(self) -> date:
        """First day of their month."""
        return self.first.replace(day=1)

    @property
    def count(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        """The month, such as 2015-03, or the first and the last day of a part of it."""
        if (self.first, self.last) == (self.month, month_end(self.first)):
            return f"{self.first:%Y-%m}"
        return f"{self.first}..{self.last}"


@dataclass(frozen=True)
class Session:
    """A date range of the run: its number from 1, its first and its last day."""

    number: int
    first_day: date
    last_day: date

    @property
    def months(self) -> tuple[date, ...]:
        """First days of the calendar months that it has days of."""
        return tuple(days.month for days in self.days_after(None))

    def days_after(self, done: date | None) -> list[Days]:
        """Cut what comes after the day `done` at the ends of months."""
        first = self.first_day if done is None else max(self.first_day, done + _DAY)
        found = []
        while first <= self.last_day:
            last = min(month_end(first), self.last_day)
            found.append(Days(first, last))
            first = last + _DAY
        return found

    def chunk_of(self, day: date, chunk_months: int) -> int:
        """The number, from 1, of the chunk that a day lies in."""
        return _months_between(self.first_day, day) // chunk_months + 1

    def chunks(self, days: Iterable[Days], chunk_months: int) -> Iterator[tuple[int, list[Days]]]:
        """Number of each chunk of `chunk_months` months, and those of the given days in it."""
        for number, among in groupby(days, lambda d: self.chunk_of(d.first, chunk_months)):
            yield number, list(among)

    def months_done(self, done: Collection[Days]) -> set[date]:
        """First days of the months whose days in this session all lie in `done`."""
        days = dict.fromkeys(self.months, 0)
        for unit in done:
            if unit.month in days:
                days[unit.month] += unit.count
        wanted = {unit.month: unit.count for unit in self.days_after(None)}
        return {month for month, count in days.items() if count >= wanted[month]}


@dataclass(frozen=True)
class Plan:
    """All sessions of a run, in order, without gaps; `until` is the last day that was asked for, if
    one was.
    """

    sessions: tuple[Session, ...]
    until: date | None = None

    @property
    def first_day(self) -> date:
        """First day of the run."""
        return self.sessions[0].first_day

    @property
    def last_day(self) -> date:
        """Last day of the run."""
        return self.sessions[-1].last_day

    @property
    def months(self) -> tuple[date, ...]:
        """First days of all months of the run."""
        return Session(0, self.first_day, self.last_day).months

    def session(self, number: int) -> Session:
        """Return session `number`; UsageError if there is none."""
        if not 1 <= number <= len(self.sessions):
            raise UsageError(
                f"--session={number}: no such session; this configuration has sessions 1 to "
                f"{len(self.sessions)}."
            )
        return self.sessions[number - 1]


def build_plan(start: date, sessions_months: Sequence[int], until: date | None = None) -> Plan:
    """Cut the time from `start` into sessions of the given numbers of months.

    `until`, the last day, cuts the plan short; what lies past the last session is one more.
    UsageError if `start` is not the first of a month, a session has no month, or `until` lies
    before the start.
    """
    if start.day != 1:
        raise UsageError(f"The start date {start} must be the first day of a month.")
    if not sessions_months or min(sessions_months) < 1:
        raise UsageError("generation.sessions_months: each session needs at least one month.")
    if until is not None and until < start:
        raise UsageError(
            f"The last day {until} lies before generation.start_date {start}.",
            "Give a later one with --until DATE, or none for all sessions.",
        )
    try:
        sessions = list(_cut(start, sessions_months))
    except (OverflowError, ValueError) as error:
        raise UsageError(f"The sessions from {start} on run past the year 9999.") from error
    if until is None:
        return Plan(tuple(sessions))
    if until > sessions[-1].last_day:
        sessions.append(Session(len(sessions) + 1, sessions[-1].last_day + _DAY, until))
    return Plan(
        tuple(
            Session(session.number, session.first_day, min(session.last_day, until))
            for session in sessions
            if session.first_day <= until
        ),
        until,
    )


def _cut(start: date, sessions_months: Sequence[int]) -> Iterator[Session]:
    first = start
    for number, length in enumerate(sessions_months, start=1):
        following = first
        for _ in range(length):
            following = next_month(following)
        yield Session(number, first, following - _DAY)
        first = following


def _months_between(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month
