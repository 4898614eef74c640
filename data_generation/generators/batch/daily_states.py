"""What AquaMind reckons for each assignment and day, here from the ledger's truth.

AquaMind makes these rows from samples, readings, meals and deaths; ours are what the fish weighed
and how many they were. A day on which fish leave belongs to where they went.
"""

import numpy as np

from data_generation.generators.core.dates import at
from data_generation.generators.core.declared.output import NULL, Choice
from data_generation.generators.core.draws import whole
from data_generation.generators.core.fish import centigrams
from data_generation.generators.core.world import World

_TABLE = "batch_actualdailyassignmentstate"
_MOST_FCR = 10.0
_ANCHORS = (None, "growth_sample")
_SOURCES, _CONFIDENCE = zip(
    *(
        (
            f'{{{fcr}"feed": "{feed}", "mortality": "actual", "temp": "measured", '
            f'"weight": "{weight}"}}',
            f'{{"feed": {float(feed == "actual")}, "mortality": 1.0, "temp": 1.0, '
            f'"weight": {1.0 if weight == "measured" else 0.8}}}',
        )
        for weight in ("tgc_computed", "measured")
        for feed in ("none", "actual")
        for fcr in ("", '"fcr": "observed", ')
    ),
    strict=True,
)
"""By whether fish were weighed, fed, and grew of their feed, in the order of binary digits."""


class DailyStates:
    """Writes the state of every live assignment at the end of each day."""

    def advance(self, world: World) -> None:
        """Fish that were closed today have no state any more."""
        fish, today, day = world.fish, world.fish_today, world.today.day
        rows = len(fish)
        if not rows:
            return
        gain_g = fish.count * today.grown_ug / 1_000_000.0
        fed = today.fed_u > 0
        grew = fed & (gain_g > 0)
        fcr = np.divide(today.fed_u * 10.0, gain_g, out=np.zeros(rows), where=grew)
        weighed = fish.weighed_day == day
        kind = 4 * weighed + 2 * fed + grew
        # The columns of records go on changing; what is written must not.
        world.output.insert(
            _TABLE,
            rows,
            id=world.ids.take(_TABLE, rows),
            date=day,
            day_number=day - world.batch_values("start_day") + 1,
            avg_weight_g=centigrams(fish.weight_ug),
            population=fish.count.copy(),
            biomass_kg=fish.biomass_centikg(),
            temp_c=whole(world.mean_temperature_c()[fish.place] * 100),
            mortality_count=today.dead.copy(),
            feed_kg=today.fed_u.copy(),
            observed_fcr=np.where(grew, whole(np.minimum(fcr, _MOST_FCR) * 1000), NULL),
            anchor_type=Choice(_ANCHORS, weighed.astype(np.int64)),
            sources=Choice(_SOURCES, kind),
            confidence_scores=Choice(_CONFIDENCE, kind),
            last_computed_at=at(day, 23, 50),
            assignment_id=fish.id.copy(),
            batch_id=fish.batch.copy(),
            container_id=fish.container.copy(),
            lifecycle_stage_id=fish.stage + 1,
        )
