"""Lab samples: what was taken when a disease was suspected or as a routine, and what was found.

A row is written on the day the answer comes, with the day on which the sample was taken.
"""

import json
from typing import Any

import numpy as np

from data_generation.config.health import Disease
from data_generation.config.types import ADULT
from data_generation.generators.core.dates import MINUTE_US, at, to_date
from data_generation.generators.core.day import Cost
from data_generation.generators.core.world import Floats, World
from data_generation.generators.health.disease import FULL
from data_generation.generators.health.setup import SAMPLE_TYPES
from data_generation.generators.health.state import FishHealth
from data_generation.generators.users.staff import signers

_ROUTINE_DAYS = 30
_ROUTINE_CONTAINERS = 2
_ANSWER_DAYS = (4, 10)
_PRICE_ORE = 120_000
"""Price of a sample of some fish; assumption, some hundred to two thousand kroner."""
_ROUTINE = {
    0: ("water",),
    1: ("kidney", "water"),
    2: ("kidney", "gill", "skin"),
    3: ("blood", "kidney", "gill"),
    4: ("blood", "kidney", "bacteriology"),
    ADULT: ("gill", "kidney", "heart", "skin", "bacteriology", "gut", "blood"),
}
"""Routine samples by stage, one after the other from month to month."""
_TYPES = list(SAMPLE_TYPES)
_VIRUSES = {
    "pd": "SAV",
    "cms": "PMCV",
    "hsmi": "PRV-1",
    "ipn": "IPNV",
    "isa": "ISAV HPR-deleted",
    "bkd": "R. salmoninarum",
}


class LabSamples:
    """Writes lab samples when their answers come."""

    def __init__(self, world: World) -> None:
        self._diseases = list(world.config.diseases.profiles.items())
        self._veterinarian = signers(world.config, "VET")

    def advance(self, world: World) -> None:
        """Answers to suspicions, and the routine."""
        if not len(world.fish):
            return
        self._suspected(world)
        self._routine(world)

    def _suspected(self, world: World) -> None:
        course = world.today.diagnosed
        if not len(course.positions):
            return
        low, high = world.config.diseases.laboratory_days
        fish, day = world.fish, world.today.day
        rows = []
        for position, number in zip(
            course.positions.tolist(), course.disease.tolist(), strict=True
        ):
            key = int(fish.key[position]) >> 10
            v = float(world.draws.uniforms("noticed", key, number)[1])
            # The day of suspicion, or of the move since then.
            taken = max(day - low - int(v * (high - low + 1)), int(fish.start_day[position]))
            rows += [
                (position, kind, taken, number, "Taken on suspicion")
                for kind in self._diseases[number][1].samples
            ]
        self._write(world, rows)

    def _routine(self, world: World) -> None:
        fish, day = world.fish, world.today.day
        batch_key = fish.key >> 10
        due = np.flatnonzero(((day + batch_key) % _ROUTINE_DAYS == 0) & (fish.count > 0))
        if not len(due):
            return
        order = np.argsort(world.draws.uniform("lab container", fish.key[due], day), kind="stable")
        due = due[order]
        lag_u = world.draws.uniform("lab answer", batch_key[due], day)
        low, high = _ANSWER_DAYS
        taken = day - low - (lag_u * (high - low + 1)).astype(np.int64)
        rows = []
        seen: dict[int, int] = {}
        for position, taken_day in zip(due.tolist(), taken.tolist(), strict=True):
            batch = int(fish.batch[position])
            if seen.get(batch, 0) >= _ROUTINE_CONTAINERS or taken_day < fish.start_day[position]:
                continue
            turn = seen[batch] = seen.get(batch, 0) + 1
            kinds = _ROUTINE[int(fish.stage[position])]
            kind = kinds[(day // _ROUTINE_DAYS + turn) % len(kinds)]
            number = self._active(world, position, taken_day)
            rows.append((position, kind, taken_day, number, "Routine screening"))
        self._write(world, rows)

    def _active(self, world: World, position: int, day: int) -> int:
        """The disease that a container has had since before a day, -1 for none."""
        health = world.of(FishHealth)
        begun = int(health.disease_day[position])
        return int(health.disease[position]) - 1 if begun <= day else -1

    def _write(self, world: World, rows: list[tuple[int, str, int, int, str]]) -> None:
        if not rows:
            return
        fish, day = world.fish, world.today.day
        positions = np.array([row[0] for row in rows])
        kinds = np.array([_TYPES.index(row[1]) for row in rows])
        taken = np.array([row[2] for row in rows])
        draws = np.stack(
            world.draws.uniforms("lab result", fish.key[positions] * 16 + kinds, taken), axis=1
        )
        found = [
            self._result(world, position, kind, number, u)
            for (position, kind, _, number, _), u in zip(rows, draws, strict=True)
        ]
        batches, spent = np.unique(fish.batch[positions], return_counts=True)
        world.today.costs += [
            Cost(batch, "laboratory", n * _PRICE_ORE)
            for batch, n in zip(batches.tolist(), spent.tolist(), strict=True)
        ]
        table = "health_healthlabsample"
        keys = world.ids.take(table, len(rows))
        moments = at(day, 6, 30) + fish.key[positions] % 40 * MINUTE_US
        number = (draws[:, 2] * 1_000_000).astype(np.int64).tolist()
        world.output.insert(
            table,
            len(rows),
            id=keys,
            sample_date=taken,
            date_sent_to_lab=np.minimum(taken + (draws[:, 3] < 0.4), day),
            date_results_received=np.full(len(rows), day),
            lab_reference_id=[
                f"{to_date(day):%y%m}-{SAMPLE_TYPES[row[1]][0][:2].upper()}-{n:06d}"
                for row, n in zip(rows, number, strict=True)
            ],
            findings_summary=[text for text, _ in found],
            quantitative_results=[json.dumps(values) for _, values in found],
            attachment=None,
            notes=[row[4] for row in rows],
            batch_container_assignment_id=fish.id[positions],
            recorded_by_id=self._veterinarian[fish.country[positions]],
            sample_type_id=kinds + 1,
            created_at=moments,
            updated_at=moments,
        )

    def _result(
        self, world: World, position: int, kind: str, number: int, u: Floats
    ) -> tuple[str, dict[str, Any]]:
        """Summary and figures that fit what the fish have."""
        key, disease = self._diseases[number] if number >= 0 else ("", None)
        here = disease is not None and kind in disease.samples
        level = int(world.of(FishHealth).disease_level[position]) / FULL if here else 0.0
        severe = min(max(level, 0.15), 1.0) if here else 0.0
        a, b, c, _ = (float(value) for value in u)
        values = _figures(kind, key if here else "", disease, severe, a, b, c)
        if here and disease is not None:
            return f"{disease.agent} found; findings agree with {disease.name}", values
        return "No specific finding", values


def _figures(
    kind: str, key: str, disease: Disease | None, severe: float, a: float, b: float, c: float
) -> dict[str, Any]:
    """Figures of a sample; `severe` is 0 where nothing specific is wrong, draws `a` to `c`."""
    fish = 5 + int(a * 6)
    positive = (
        0 if not severe else max(1, round(fish * min(0.35 + 0.6 * severe + 0.2 * (b - 0.5), 1.0)))
    )
    ct = None if not severe else round(33.0 - 14.0 * severe + 3.0 * (c - 0.5), 1)
    score = round(min(0.2 + 0.3 * b + 2.3 * severe, 3.0), 1)
    if kind == "gill":
        return {
            "fish": fish,
            "target": "N. perurans",
            "positive": positive,
            "ct_mean": ct,
            "gill_score_mean": score,
        }
    if kind == "heart":
        return {
            "fish": fish,
            "myocarditis_score": score,
            "epicarditis_score": round(score * 0.8, 1),
        }
    if kind == "kidney":
        panel: dict[str, float | None] = dict.fromkeys(_VIRUSES.values())
        if severe and key in _VIRUSES:
            panel[_VIRUSES[key]] = ct
        elif a < 0.12:
            # Piscine orthoreovirus is everywhere; a late signal in healthy fish means little.
            panel["PRV-1"] = round(33.0 + 3.0 * c, 1)
        return {"fish": fish, "positive": positive, "ct": panel}
    if kind == "bacteriology":
        grown = disease.agent if disease is not None and severe else None
        sensitive = {"florfenicol": True, "oxytetracycline": b < 0.9} if grown else {}
        return {"fish": fish, "growth": grown, "positive": positive, "sensitive": sensitive}
    if kind == "blood":
        return {
            "fish": fish,
            "chloride_mmol_l": round(132.0 + 8.0 * (b - 0.5) + 12.0 * severe, 1),
            "creatine_kinase_u_l": round(2_000 + 3_000 * c + 30_000 * severe),
            "haematocrit_percent": round(
                46.0 + 6.0 * (a - 0.5) - (34.0 if key == "isa" else 8.0) * severe, 1
            ),
        }
    if kind == "skin":
        agent = disease.agent if disease is not None and severe else None
        return {"fish": fish, "agent": agent, "positive": positive, "lesion_score_mean": score}
    if kind == "gut":
        return {
            "fish": fish,
            "enteritis_score": score,
            "pancreas_necrosis_score": score if severe else 0.0,
        }
    return {
        "colonies_per_ml": round(200 + 1_800 * b + 6_000 * severe),
        "saprolegnia_spores_per_l": round(20 + 180 * c + 4_000 * severe),
    }
