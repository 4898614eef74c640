"""What a command means for the run that the database holds: start, continue, nothing, refused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Self

from data_generation.errors import Refused
from data_generation.runs.sessions import Plan
from data_generation.runs.units import READINGS, UnitRecord, done_until

COMMAND = "python manage.py runscript data_generation"


@dataclass(frozen=True)
class Location:
    """Where a dataset is kept, in words: how sentences begin with it, how they go on with it, the
    flags that name it, and how to be rid of what it holds.
    """

    begin: str = "This database"
    name: str = "this database"
    flags: str = ""
    clearing: str = "python manage.py runscript clear_data --yes"

    @property
    def resume(self) -> str:
        """The command that goes on there."""
        return f"{COMMAND} --resume {self.flags}".rstrip()


DATABASE = Location()


class Mode(Enum):
    """What the user asked for."""

    SEQUENTIAL = "sequential"
    SESSION = "session"
    RESUME = "resume"


class Action(Enum):
    """What is to be done."""

    START = "start"
    CONTINUE = "continue"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Progress:
    """How far the stored run is: its goal, the day up to which all its units are done, and the
    last day that it was asked for.
    """

    goal: int
    started: bool
    until: date | None
    asked: date

    @classmethod
    def of(cls, goal: int, units: Collection[UnitRecord], plan: Plan) -> Self:
        """Of a run with these units, whose plan is that with which it was started or extended."""
        asked = plan.session(min(goal, len(plan.sessions))).last_day
        return cls(goal, bool(units), done_until(units, READINGS), asked)

    @property
    def unfinished(self) -> bool:
        """Say whether something is missing of what was asked for."""
        return self.until is None or self.until < self.asked

    def complete(self, plan: Plan, session: int) -> bool:
        """Say whether every day of a session is done."""
        return self.until is not None and plan.session(session).last_day <= self.until

    def reached(self, plan: Plan) -> bool:
        """Say whether all that was asked for is complete."""
        return self.first_incomplete(plan) is None or not self.unfinished

    def first_incomplete(self, plan: Plan) -> int | None:
        """Return the first session that is not complete, None if all are."""
        for session in plan.sessions:
            if not self.complete(plan, session.number):
                return session.number
        return None


@dataclass(frozen=True)
class Decision:
    """The action, the last session to reach, and what to tell the user."""

    action: Action
    goal: int
    message: str


def decide(
    mode: Mode,
    session: int | None,
    plan: Plan,
    progress: Progress | None,
    flags: str = "",
    place: Location = DATABASE,
) -> Decision:
    """Return what to do; `progress` is None if the database holds no run.

    `flags` are the data flags as typed; a command that is named for a session repeats them, since
    without them it would start another dataset.

    Raises UsageError for a session that does not exist, Refused naming the command to run first.
    """
    if mode is Mode.SESSION:
        assert session is not None
        plan.session(session)
        return _session(session, plan, progress, flags, place)
    if mode is Mode.RESUME:
        return _resume(plan, progress, flags, place)
    return _sequential(plan, progress, place)


def _sequential(plan: Plan, progress: Progress | None, place: Location) -> Decision:
    last = len(plan.sessions)
    if progress is None or not progress.started:
        return Decision(Action.START, last, f"Starting sessions 1 to {last}.")
    first = progress.first_incomplete(plan)
    if first is None:
        return Decision(Action.NOTHING, last, f"All {last} sessions are complete; nothing to do.")
    if progress.unfinished:
        raise Refused(
            f"{place.begin} holds an unfinished run, stopped in session {first}.",
            f"Go on with: {place.resume}, or begin anew after: {place.clearing}",
        )
    if progress.until is not None and progress.until >= plan.session(first).first_day:
        return Decision(Action.CONTINUE, last, _extending(progress.until, plan.last_day))
    done = "Session 1 is" if first == 2 else f"Sessions 1 to {first - 1} are"
    return Decision(Action.CONTINUE, last, f"{done} complete; going on with session {first}.")


def _extending(reached: date, until: date) -> str:
    return f"History ends on {reached}; extending it to {until}."


def _session(
    session: int, plan: Plan, progress: Progress | None, flags: str, place: Location
) -> Decision:
    first = 1
    if progress is not None and progress.started:
        found = progress.first_incomplete(plan)
        if found is None or found > session:
            return Decision(
                Action.NOTHING, session, f"Session {session} is complete; nothing to do."
            )
        if progress.unfinished:
            raise Refused(
                f"{place.begin} holds an unfinished run, stopped in session {found}.",
                f"First run: {place.resume}",
            )
        first = found
    if first < session:
        raise Refused(
            f"Session {session} needs session {session - 1}, which is not complete.",
            f"First run: {_session_command(first, flags)}",
        )
    if session == 1:
        return Decision(Action.START, 1, "Starting session 1.")
    return Decision(Action.CONTINUE, session, f"Going on with session {session}.")


def _resume(plan: Plan, progress: Progress | None, flags: str, place: Location) -> Decision:
    if progress is None:
        return Decision(
            Action.NOTHING, 0, f"Nothing to resume: {place.name} holds no run of the generator."
        )
    first = progress.first_incomplete(plan)
    if first is None:
        return Decision(
            Action.NOTHING,
            progress.goal,
            f"Nothing to resume: all {len(plan.sessions)} sessions are complete.",
        )
    if not progress.unfinished and progress.until is not None:
        if plan.until is not None and plan.until > progress.until:
            words = _extending(progress.until, plan.last_day)
            return Decision(Action.CONTINUE, len(plan.sessions), words)
        return Decision(
            Action.NOTHING,
            progress.goal,
            f"Nothing to resume: what was asked for is complete. For the next session: "
            f"{_session_command(first, flags)}",
        )
    return Decision(Action.CONTINUE, progress.goal, f"Resuming in session {first}.")


def next_command(
    plan: Plan, progress: Progress, flags: str = "", place: Location = DATABASE
) -> str | None:
    """Return the command that goes on with a run as it stands; None if all sessions are complete.

    `flags` are repeated for a session, as in `decide`.
    """
    first = progress.first_incomplete(plan)
    if first is None:
        return None
    return place.resume if progress.unfinished else _session_command(first, flags)


def reached(plan: Plan, goal: int) -> str:
    """Say which sessions are complete when session `goal` is the last of them."""
    last = len(plan.sessions)
    if goal == last:
        return f"All {last} sessions are complete." if last > 1 else "The session is complete."
    which = "Session 1" if goal == 1 else f"Sessions 1 to {goal}"
    return f"{which} of {last} {'is' if goal == 1 else 'are'} complete."


def _session_command(session: int, flags: str) -> str:
    return f"{COMMAND} --session={session} {flags}".rstrip()
