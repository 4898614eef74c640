"""What a command means for the run that is there."""

from datetime import date

import pytest

from data_generation.errors import Refused, UsageError
from data_generation.months import month_end
from data_generation.runs.decide import (
    Action,
    Mode,
    Progress,
    decide,
    next_command,
    reached,
)
from data_generation.runs.sessions import Plan, build_plan

PLAN = build_plan(date(2015, 1, 1), [2, 2, 2, 1])


def progress(months: int, goal: int = 4, started: bool = True) -> Progress:
    until = month_end(PLAN.months[months - 1]) if months else None
    return Progress(goal, started, until, PLAN.session(goal).last_day)


def test_sequential_on_an_empty_database_starts_all_sessions():
    decision = decide(Mode.SEQUENTIAL, None, PLAN, None)

    assert (decision.action, decision.goal) == (Action.START, 4)


def test_a_run_without_a_month_is_started_anew():
    assert decide(Mode.SEQUENTIAL, None, PLAN, progress(0, started=False)).action is Action.START


def test_sequential_on_an_unfinished_run_is_refused_with_resume():
    with pytest.raises(Refused) as refusal:
        decide(Mode.SEQUENTIAL, None, PLAN, progress(3))

    assert "session 2" in refusal.value.message
    assert "--resume" in refusal.value.hint


def test_sequential_goes_on_after_sessions_that_were_run_alone():
    decision = decide(Mode.SEQUENTIAL, None, PLAN, progress(4, goal=2))

    assert (decision.action, decision.goal) == (Action.CONTINUE, 4)
    assert "session 3" in decision.message


@pytest.mark.parametrize(("mode", "session"), [(Mode.SEQUENTIAL, None), (Mode.RESUME, None)])
def test_a_complete_run_has_nothing_to_do(mode, session):
    decision = decide(mode, session, PLAN, progress(7))

    assert decision.action is Action.NOTHING
    assert "complete" in decision.message


@pytest.mark.parametrize("session", [1, 2])
def test_a_complete_session_again_changes_nothing(session):
    decision = decide(Mode.SESSION, session, PLAN, progress(4, goal=2))

    assert decision.action is Action.NOTHING
    assert f"Session {session} is complete" in decision.message


@pytest.mark.parametrize(("done", "first"), [(0, 1), (2, 2)])
def test_session_3_before_2_names_the_command_to_run_first(done, first):
    state = progress(done, goal=1) if done else None

    with pytest.raises(Refused) as refusal:
        decide(Mode.SESSION, 3, PLAN, state)

    assert f"--session={first}" in refusal.value.hint


def test_session_after_an_interrupted_one_asks_for_resume():
    with pytest.raises(Refused, match="--resume"):
        decide(Mode.SESSION, 2, PLAN, progress(1, goal=1))


def test_the_next_session_goes_on():
    decision = decide(Mode.SESSION, 2, PLAN, progress(2, goal=1))

    assert (decision.action, decision.goal) == (Action.CONTINUE, 2)


def test_resume_keeps_the_goal_of_the_interrupted_command():
    decision = decide(Mode.RESUME, None, PLAN, progress(3, goal=2))

    assert (decision.action, decision.goal) == (Action.CONTINUE, 2)


def test_resume_of_a_single_complete_session_names_the_next():
    decision = decide(Mode.RESUME, None, PLAN, progress(2, goal=1))

    assert decision.action is Action.NOTHING
    assert "--session=2" in decision.message


def test_resume_on_an_empty_database_says_so():
    assert decide(Mode.RESUME, None, PLAN, None).message.startswith("Nothing to resume")


def test_session_5_of_4_is_wrong_usage():
    with pytest.raises(UsageError, match="sessions 1 to 4"):
        decide(Mode.SESSION, 5, PLAN, None)


def test_a_named_session_repeats_the_data_flags():
    with pytest.raises(Refused) as refusal:
        decide(Mode.SESSION, 3, PLAN, None, "--profile tiny")

    assert refusal.value.hint.endswith("--session=1 --profile tiny")


@pytest.mark.parametrize(
    ("months", "goal", "command"),
    [
        (2, 1, "--session=2 --profile tiny"),
        (3, 2, "--resume"),
        (3, 4, "--resume"),
        (6, 3, "--session=4 --profile tiny"),
        (7, 4, None),
    ],
)
def test_what_comes_next_is_what_has_not_been_done(months, goal, command):
    following = next_command(PLAN, progress(months, goal=goal), "--profile tiny")

    assert following is None if command is None else following.endswith(command)


def extended(until: date) -> Plan:
    return build_plan(date(2015, 1, 1), [2, 2, 2, 1], until)


@pytest.mark.parametrize("mode", [Mode.SEQUENTIAL, Mode.RESUME])
@pytest.mark.parametrize("until", [date(2015, 3, 11), date(2015, 5, 2), date(2016, 2, 3)])
def test_a_finished_history_is_extended(mode, until):
    there = Progress(2, True, date(2015, 3, 10), date(2015, 3, 10))

    decision = decide(mode, None, extended(until), there)

    assert decision.action is Action.CONTINUE
    assert decision.goal == len(extended(until).sessions)
    assert decision.message == f"History ends on 2015-03-10; extending it to {until}."


@pytest.mark.parametrize("mode", [Mode.SEQUENTIAL, Mode.RESUME])
def test_a_history_that_reaches_as_far_already_is_left_alone(mode):
    there = Progress(2, True, date(2015, 3, 10), date(2015, 3, 10))

    assert decide(mode, None, extended(date(2015, 3, 1)), there).action is Action.NOTHING


def test_an_unfinished_history_is_resumed_before_it_is_extended():
    there = Progress(2, True, date(2015, 2, 28), date(2015, 3, 10))

    with pytest.raises(Refused, match="--resume"):
        decide(Mode.SEQUENTIAL, None, extended(date(2015, 3, 11)), there)
    decision = decide(Mode.RESUME, None, extended(date(2015, 3, 11)), there)
    assert (decision.action, decision.goal) == (Action.CONTINUE, 2)


def test_complete_is_said_of_what_is_complete():
    assert reached(PLAN, 1) == "Session 1 of 4 is complete."
    assert reached(PLAN, 3) == "Sessions 1 to 3 of 4 are complete."
    assert reached(PLAN, 4) == "All 4 sessions are complete."
