"""Whether a batch stands on its last day where it was asked to: known when its life is."""

from datetime import date
from typing import Any

from data_generation.batches.foreseen import Foreseen
from data_generation.config.types import STAGES
from data_generation.errors import UsageError
from data_generation.generators.batch.itinerary import Wish
from data_generation.generators.core.dates import to_date, to_day
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.ledger import live_batches
from data_generation.words import counted


def require_stand(wish: Wish, itinerary: Itinerary, life: Foreseen) -> None:
    """UsageError naming the limit if the batch is harvested, dead or elsewhere by its last day.

    In fresh water the plan says where it stands. At sea its weight decides, which nobody knows
    before it has lived.
    """
    stand = wish.stand
    if stand is None:
        return
    came = itinerary.end_day - 1 - stand.days
    there = [(batch.stage, batch.stage_start) for batch in live_batches(life.end)]
    if there == [(stand.stage, came)]:
        return
    asked = f"--stage {STAGES[stand.stage]} --days-in-stage {stand.days}"
    if there:
        stage, day = there[0]
        raise UsageError(
            f"{asked}: this batch comes into {STAGES[stage]} on {to_date(day)}, which is not "
            f"{counted(stand.days, 'day')} before its last.",
            "Ask for another --days-in-stage or --until.",
        )
    ended = _end_of(life)
    most = to_day(ended) - came - 1
    if most < 0:
        raise UsageError(
            f"{asked}: this batch ends on {ended}, before it comes so far.",
            "Ask for an earlier --stage or another --until.",
        )
    raise UsageError(
        f"{asked}: this batch ends on {ended} (harvest, or the last fish dead), so it stands in "
        f"{STAGES[stand.stage]} for {counted(most, 'day')} at most.",
        f"Ask for about {most} days or fewer; eggs of another day grow otherwise.",
    )


def _end_of(life: Foreseen) -> date:
    """The day on which the batch was written off as harvested or dead."""
    ends: list[Any] = [
        end for rows in life.rows("batch_batch") for end in rows["actual_end_date"].to_pylist()
    ]
    found: date = max(end for end in ends if end is not None)
    return found
