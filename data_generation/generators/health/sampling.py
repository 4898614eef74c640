"""Health samplings: fish taken out of a container one by one, measured and scored.

A routine takes some containers of a batch a month; a suspicion takes those it concerns. The event's
figures are those of its fish.
"""

import numpy as np

from data_generation.generators.core.dates import MINUTE_US, at
from data_generation.generators.core.declared.output import Choice
from data_generation.generators.core.draws import normal_quantile, whole
from data_generation.generators.core.fish import MICROGRAMS
from data_generation.generators.core.world import Floats, Ints, World
from data_generation.generators.health.disease import FULL
from data_generation.generators.health.lice import SCALE
from data_generation.generators.health.setup import PARAMETERS
from data_generation.generators.health.state import FishHealth
from data_generation.generators.users.staff import signers

_INTERVAL_DAYS = 30
_CONTAINERS = 3
_ROUTINE_FISH = 10
_SUSPECT_FISH = 20
_MOST = 32
_KINDS = list(PARAMETERS)


class HealthSampling:
    """Writes samplings, their fish and scores."""

    def __init__(self, world: World) -> None:
        """Know how each disease shows."""
        self._veterinarian = signers(world.config, "VET")
        profiles = world.config.diseases.profiles.values()
        # Row 0 is no disease.
        self._worse = np.zeros((len(profiles) + 1, len(_KINDS)))
        for number, disease in enumerate(profiles, start=1):
            for kind, points in disease.scores.items():
                self._worse[number, _KINDS.index(kind)] = points
        weights, factors = zip(*world.config.growth.condition_factor, strict=True)
        self._log_weights = np.log(weights)
        self._factors = np.array(factors)

    def advance(self, world: World) -> None:
        """Take fish where a disease is suspected today, and where the routine is due."""
        fish, day = world.fish, world.today.day
        if not len(fish):
            return
        suspect = world.today.suspected.positions
        suspect = suspect[(fish.stage[suspect] > 0) & (fish.count[suspect] >= _SUSPECT_FISH)]
        self._sample(world, suspect, _SUSPECT_FISH, "On suspicion of disease")
        batch_key = fish.key >> 10
        due = (day + batch_key) % _INTERVAL_DAYS == 11
        due &= (fish.stage > 0) & (fish.count >= _ROUTINE_FISH) & (fish.start_day < day)
        due[suspect] = False
        positions = np.flatnonzero(due)
        if not len(positions):
            return
        u = world.draws.uniform("health sampling", fish.key[positions], day)
        positions = positions[np.lexsort((u, fish.batch[positions]))]
        batch = fish.batch[positions]
        first = np.concatenate([[True], batch[1:] != batch[:-1]])
        start = np.maximum.accumulate(np.where(first, np.arange(len(batch)), 0))
        chosen = np.sort(positions[np.arange(len(batch)) - start < _CONTAINERS])
        self._sample(world, chosen, _ROUTINE_FISH, "Routine")

    def _sample(self, world: World, positions: Ints, fish_count: int, notes: str) -> None:
        events = len(positions)
        if not events:
            return
        fish, day = world.fish, world.today.day
        entity = fish.key[positions][:, None] * _MOST + np.arange(fish_count)
        sampled_u, scores_u = world.draws.together(
            ("sampled fish", entity.ravel(), day), ("fish scores", entity.ravel(), day)
        )
        z = normal_quantile(np.stack([*sampled_u, *scores_u])).reshape(8, *entity.shape)
        weight_z, k_z, condition_z = z[:3]
        cv = np.array(world.config.growth.weight_cv)[fish.stage[positions]][:, None]
        mean_g = (fish.weight_ug[positions] / MICROGRAMS)[:, None]
        # Lognormal, so that no fish has a negative weight.
        weight_g = mean_g * np.exp(cv * weight_z - cv * cv / 2.0)
        weight = np.maximum(whole(weight_g * 100.0), 1)
        k = np.interp(np.log(mean_g), self._log_weights, self._factors) * (1.0 + 0.05 * k_z)
        length = np.maximum(whole(100.0 * np.cbrt(100.0 * weight_g / k)), 1)
        event_id = world.ids.take("health_healthsamplingevent", events)
        moments = at(day, 10, 30) + fish.key[positions] % 50 * MINUTE_US
        self._write_events(world, positions, event_id, moments, weight, length, notes)
        rows = events * fish_count
        fish_id = world.ids.take("health_individualfishobservation", rows)
        each = np.repeat(moments, fish_count)
        world.output.insert(
            "health_individualfishobservation",
            rows,
            id=fish_id,
            fish_identifier=Choice(
                [str(n) for n in range(1, fish_count + 1)], np.tile(np.arange(fish_count), events)
            ),
            length_cm=length.reshape(-1),
            weight_g=weight.reshape(-1),
            sampling_event_id=np.repeat(event_id, fish_count),
            created_at=each,
            updated_at=each,
        )
        latent = 0.6 * np.moveaxis(z[3:], 0, 2) + 0.35 * condition_z[:, :, None]
        scores = self._scores(world, positions, latent)
        table = "health_fishparameterscore"
        stamps = np.repeat(each, len(_KINDS))
        world.output.insert(
            table,
            rows * len(_KINDS),
            id=world.ids.take(table, rows * len(_KINDS)),
            score=scores.reshape(-1),
            individual_fish_observation_id=np.repeat(fish_id, len(_KINDS)),
            parameter_id=np.tile(np.arange(1, len(_KINDS) + 1), rows),
            created_at=stamps,
            updated_at=stamps,
        )

    def _write_events(
        self,
        world: World,
        positions: Ints,
        event_id: Ints,
        moments: Ints,
        weight: Ints,
        length: Ints,
        notes: str,
    ) -> None:
        fish = world.fish
        k = 100.0 * (weight / 100.0) / (length / 100.0) ** 3
        world.output.insert(
            "health_healthsamplingevent",
            len(positions),
            id=event_id,
            sampling_date=world.today.day,
            number_of_fish_sampled=weight.shape[1],
            notes=notes,
            assignment_id=fish.id[positions],
            sampled_by_id=self._veterinarian[fish.country[positions]],
            avg_k_factor=whole(k.mean(axis=1) * 10_000),
            avg_length_cm=whole(length.mean(axis=1)),
            avg_weight_g=whole(weight.mean(axis=1)),
            calculated_sample_size=weight.shape[1],
            max_length_cm=length.max(axis=1),
            max_weight_g=weight.max(axis=1),
            min_length_cm=length.min(axis=1),
            min_weight_g=weight.min(axis=1),
            std_dev_length_cm=whole(length.std(axis=1, ddof=1)),
            std_dev_weight_g=whole(weight.std(axis=1, ddof=1)),
            created_at=moments,
            updated_at=moments,
        )

    def _scores(self, world: World, positions: Ints, latent: Floats) -> Ints:
        """Scores by event, fish and parameter: worse by disease, lice and injuries."""
        health = world.of(FishHealth).take(positions)
        begun = health.disease_day <= world.today.day
        number = np.where(begun, health.disease, 0)
        # The first sick fish already show what the disease does at its peak.
        level = np.where(number > 0, 0.4 + 0.6 * health.disease_level / FULL, 0.0)
        worse: Floats = self._worse[number] * level[:, None]
        injured = np.minimum(health.injury / 2_000.0, 1.5)
        lousy = np.minimum(health.lice_female / SCALE / 4.0, 1.0)
        worse[:, _KINDS.index("skin")] += injured + lousy
        worse[:, _KINDS.index("gill")] += 0.5 * injured
        scores = np.clip(np.rint(1.1 + np.maximum(latent + worse[:, None, :], 0.0)), 1, 5)
        result: Ints = scores.astype(np.int64)
        return result
