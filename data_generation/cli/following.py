"""`--follow`: history goes on as days pass, or one day at a time at a pace that is asked for."""

from collections.abc import Callable
from datetime import date, timedelta

from data_generation.runs.decide import COMMAND
from data_generation.runs.engine.stop import StopRequest, stop_on_signals

_LOOK_S = 20.0
"""How often it is looked whether another day has passed."""
_DAY = timedelta(days=1)


def follow(
    reached: Callable[[], date | None],
    extend: Callable[[date | None], None],
    until: date | None,
    every_s: float | None,
    newest: Callable[[], date],
) -> None:
    """Extend a history until it reaches `until`, or for ever.

    `reached` gives the last day of what is stored, None while something of it is missing; `extend`
    goes on to a day, or with None to what was asked for before. `newest` is the last day that has
    passed. Without `every_s` all days that have passed are made at once, else one in so many
    seconds. Raises Interrupted, at a committed day, when a signal asks to stop.
    """
    stop = StopRequest()
    stop.hint = f"Go on with: {COMMAND} --follow"
    with stop_on_signals(stop, lambda: None):
        while True:
            stop.raise_if_asked()
            there = reached()
            last = newest() if until is None else until
            if there is None:
                extend(None)
            elif until is not None and there >= until:
                return
            elif there >= last:
                stop.wait(_LOOK_S)
            else:
                extend(last if every_s is None else there + _DAY)
                if every_s is not None:
                    stop.wait(every_s)
