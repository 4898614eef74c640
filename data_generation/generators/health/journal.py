"""The health journal: what people saw in a container and did about it, on the day.

Rounds are made now and then and say what state the fish are in. Every outbreak has an entry when
it is suspected and when it is diagnosed, every treatment one; the diagnosis is marked resolved when
the disease has passed or the fish have gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.core.dates import MINUTE_US, at
from data_generation.generators.core.day import TreatmentBegun
from data_generation.generators.core.declared.output import ColumnValues
from data_generation.generators.core.world import Ints, World
from data_generation.generators.health.disease import FULL
from data_generation.generators.health.lice import SCALE
from data_generation.generators.health.state import FishHealth, OpenDiagnoses
from data_generation.generators.users.staff import signers

_ROUND_SHARE = 1.0 / 40.0
_ALARM_SHARE = 0.005
_CALM = {
    0: (
        "Eggs and alevins picked, water clear, no fungus",
        "Alevins lie calmly, few white eggs",
        "Flow and temperature of the tray as they should be",
    ),
    1: (
        "Fry rise to the feed, even size",
        "Tank cleaned, few dead fry, no signs of disease",
        "Fry spread over the whole tank, gills clear",
    ),
    2: (
        "Parr feed well, fins intact",
        "Calm fish with clear eyes, few dead",
        "Some nipped dorsal fins, else nothing to remark",
    ),
    3: (
        "Smolt silvery, feed well",
        "Parr marks fading, even size, no wounds",
        "Calm fish, gills without remarks",
    ),
    4: (
        "Post-smolt feed strongly, skin whole",
        "Calm shoal, few dead, gills without remarks",
        "Some worn tail fins, else nothing to remark",
    ),
    5: (
        "Fish feed to the end of the meal, shoal calm",
        "Few dead fish picked, no signs of disease",
        "Net whole, camera shows calm fish with whole skin",
        "Some scale loss, gills clear",
    ),
}
_EVENTS = {
    "storm": "Storm: moorings and nets checked",
    "bloom": "Algae in the water, counts taken, feeding cut",
    "heatwave": "Warm water, feeding cut, oxygen watched",
    "cold_spell": "Cold water, fish feed slowly",
    "low_oxygen": "Low oxygen, feeding cut, aeration started",
    "jellyfish": "Jellyfish in the cages, gills checked",
}


@dataclass(frozen=True)
class _Entries:
    """Entries about containers: `severity` is None for none, `users` their writers' keys."""

    positions: Ints
    category: str
    severity: Sequence[str | None] | str | None
    texts: Sequence[str] | str
    notes: Sequence[str] | str
    resolved: bool
    users: Ints
    hour: int


class Journal:
    """Writes what staff saw and did, and resolves what has passed."""

    def __init__(self, world: World) -> None:
        self._diseases = list(world.config.diseases.profiles.values())
        self._open = world.of(OpenDiagnoses)
        self._veterinarian = signers(world.config, "VET")
        self._operator = signers(world.config, "OPR")
        self._manager = signers(world.config, "MGR")
        self._health = world.of(FishHealth)

    def advance(self, world: World) -> None:
        """What is over, what is new, what was done, and the rounds."""
        self._resolve(world)
        if not len(world.fish):
            return
        self._suspicions(world)
        self._diagnoses(world)
        for treatment in world.today.treatments:
            self._treatment(world, treatment)
        self._alarms(world)
        self._site_events(world)
        self._rounds(world)

    def _resolve(self, world: World) -> None:
        if not len(self._open):
            return
        fish, rows = world.fish, self._open
        now = np.full(len(rows), -1)
        if len(fish):
            # Assignments live in the order of their keys.
            stay = rows.assignment
            place = np.minimum(np.searchsorted(fish.id, stay), len(fish) - 1)
            now = np.where(fish.id[place] == stay, self._health.disease[place], -1)
        over = now != rows.disease + 1
        if not over.any():
            return
        notes = [
            "Fish moved or harvested" if state < 0 else "Deaths back to usual, fish feed again"
            for state in now[over].tolist()
        ]
        done = rows.take(over)
        world.output.update(
            "health_journalentry",
            len(done),
            None,
            None,
            **self._diagnosis_columns(done),
            resolution_status=True,
            resolution_notes=notes,
            updated_at=at(world.today.day, 16, 50),
        )
        rows.keep(~over)

    def _diagnosis_columns(self, rows: OpenDiagnoses) -> dict[str, ColumnValues]:
        names = [self._diseases[n] for n in rows.disease.tolist()]
        return {
            "id": rows.id,
            "entry_date": rows.moment,
            "category": "diagnosis",
            "severity": ["high" if s else "medium" for s in rows.severe.tolist()],
            "description": [f"{d.name} confirmed by the laboratory: {d.agent}" for d in names],
            "batch_id": rows.batch,
            "container_id": rows.container,
            "user_id": rows.user,
            "created_at": rows.moment,
        }

    def _suspicions(self, world: World) -> None:
        course = world.today.suspected
        if not len(course.positions):
            return
        diseases = [self._diseases[n] for n in course.disease.tolist()]
        self._write(
            world,
            _Entries(
                course.positions,
                "issue",
                "medium",
                [f"More dead fish than usual. {d.signs}. {d.name} suspected" for d in diseases],
                "Samples sent to the laboratory",
                True,
                self._veterinarian[world.fish.country[course.positions]],
                11,
            ),
        )

    def _diagnoses(self, world: World) -> None:
        course = world.today.diagnosed
        positions = course.positions
        if not len(positions):
            return
        fish, day = world.fish, world.today.day
        severe = self._health.disease_level[positions] > FULL // 4
        rows = OpenDiagnoses.of(
            len(positions),
            id=world.ids.take("health_journalentry", len(positions)),
            assignment=fish.id[positions],
            disease=course.disease,
            moment=at(day, 7, 20) + fish.key[positions] % 30 * MINUTE_US,
            batch=fish.batch[positions],
            container=fish.container[positions],
            user=self._veterinarian[fish.country[positions]],
            severe=severe.astype(np.int64),
        )
        world.output.insert(
            "health_journalentry",
            len(rows),
            None,
            **self._diagnosis_columns(rows),
            resolution_status=False,
            resolution_notes="",
            updated_at=rows.moment,
        )
        self._open.add(rows)

    def _treatment(self, world: World, given: TreatmentBegun) -> None:
        vaccination = given.kind == "vaccination"
        self._write(
            world,
            _Entries(
                given.positions,
                "vaccination" if vaccination else "treatment",
                {"lice": "medium", "disease": "high"}.get(given.kind, "low"),
                f"{given.protocol}: {given.reason}",
                "Done as planned",
                True,
                self._veterinarian[world.fish.country[given.positions]],
                13,
            ),
        )

    def _alarms(self, world: World) -> None:
        """Days on which a container lost much."""
        fish = world.fish
        lost = world.fish_today.dead
        alarm = np.flatnonzero((lost >= 50) & (lost >= _ALARM_SHARE * (fish.count + lost)))
        if not len(alarm):
            return
        texts = [
            f"{n} dead fish today, {100 * n / (n + c):.1f} % of the stock"
            for n, c in zip(lost[alarm].tolist(), fish.count[alarm].tolist(), strict=True)
        ]
        users = self._keeper(world, alarm)
        notes = "Dead fish removed, veterinarian told"
        self._write(world, _Entries(alarm, "issue", "high", texts, notes, True, users, 15))

    def _site_events(self, world: World) -> None:
        """A line on what befalls the site, in the first container of each place."""
        fish, day = world.fish, world.today.day
        for event in world.today.site_events:
            if event.first_day != day or event.kind not in _EVENTS:
                continue
            waters = np.array([p.water for p in world.layout.places])[fish.place]
            here = np.flatnonzero((waters == event.water) & (fish.stage == ADULT))
            _, first = np.unique(fish.place[here], return_index=True)
            positions = here[first]
            severity = "high" if event.severity > FULL // 2 else "medium"
            users = self._operator[fish.country[positions]]
            text = _EVENTS[event.kind]
            self._write(
                world,
                _Entries(positions, "action", severity, text, "Followed up", True, users, 10),
            )

    def _rounds(self, world: World) -> None:
        fish, day = world.fish, world.today.day
        u, pick, _, _ = world.draws.uniforms("journal round", fish.key, day)
        positions = np.flatnonzero((u < _ROUND_SHARE) & (fish.count > 0))
        if not len(positions):
            return
        texts, severity = [], []
        found = self._health
        seen_columns = np.stack(
            [
                found.disease[positions],
                found.disease_day[positions],
                found.disease_level[positions],
                found.injury[positions],
                found.lice_female[positions],
            ],
            axis=1,
        )
        for seen, stage, appetite, u in zip(
            seen_columns.tolist(),
            fish.stage[positions].tolist(),
            world.fish_today.appetite[positions].tolist(),
            pick[positions].tolist(),
            strict=True,
        ):
            text, grade = self._look(day, seen, stage, appetite, u)
            texts.append(text)
            severity.append(grade)
        users = self._keeper(world, positions)
        self._write(world, _Entries(positions, "observation", severity, texts, "", True, users, 10))

    def _look(
        self, day: int, seen: list[int], stage: int, appetite: int, pick: float
    ) -> tuple[str, str]:
        """What a round finds in a container.

        `seen`: disease, since when, how severe, injuries, adult female lice.
        """
        number, since, level, injury, female = seen
        if number and since <= day and level > FULL // 20:
            signs = self._diseases[number - 1].signs
            return f"{signs}. Appetite down", "high" if level > FULL // 2 else "medium"
        if injury > 200:
            return "Wounds and scale loss after the treatment, more dead than usual", "medium"
        if appetite < 2_000:
            return "Fish fasted or off feed today", "low"
        if female > SCALE // 2 and pick < 0.6:
            return "Lice with egg strings seen on the fish at the surface", "low"
        texts = _CALM[stage]
        return texts[int(pick * len(texts))], "low"

    def _keeper(self, world: World, positions: Ints) -> Ints:
        """Who looks after each container."""
        country = world.fish.country[positions]
        at_sea = world.fish.stage[positions] == ADULT
        keeper: Ints = np.where(at_sea, self._operator[country], self._manager[country])
        return keeper

    def _write(self, world: World, entries: _Entries) -> None:
        fish, positions = world.fish, entries.positions
        table = "health_journalentry"
        moments = at(world.today.day, entries.hour) + fish.key[positions] % 55 * MINUTE_US
        world.output.insert(
            table,
            len(positions),
            id=world.ids.take(table, len(positions)),
            entry_date=moments,
            category=entries.category,
            severity=entries.severity,
            description=entries.texts,
            resolution_status=entries.resolved,
            resolution_notes=entries.notes,
            batch_id=fish.batch[positions],
            container_id=fish.container[positions],
            user_id=entries.users,
            created_at=moments,
            updated_at=moments,
        )
