"""Who is treated when, and with what: against lice and diseases, as a rule, and vaccinations.

What a treatment does is in `effects.py`, how it is told of in `treatment_rows.py`.
"""

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.core.day import TreatmentBegun
from data_generation.generators.core.fish import MICROGRAMS, NEVER
from data_generation.generators.core.world import Ints, World
from data_generation.generators.health.effects import (
    DISEASE,
    KINDS,
    LICE,
    PREVENTIVE,
    VACCINATION,
    TreatmentEffects,
    TreatmentOrder,
    kill_injured,
    lower_appetite,
)
from data_generation.generators.health.lice import LEAVING_DAYS, treatment_days
from data_generation.generators.health.state import FishHealth, LiceAtPlace
from data_generation.generators.health.treatment_rows import TreatmentRows

_YOUNGEST_AT_SEA_DAYS = 20
_HEAVY = 0.6
_LONG_WAIT_DAYS = 45


class Treatment:
    """Gives treatments and vaccines and follows them up."""

    def __init__(self, world: World) -> None:
        config, countries = world.config.treatments, world.layout.countries
        self._config = config
        self._keys = list(config.protocols)
        protocols = config.protocols.values()
        self._days = np.array([p.days for p in protocols])
        self._fast_days = np.array([p.fast_days for p in protocols])
        self._share_eaten = np.array([p.appetite for p in protocols])
        self._preventive_days = np.array([rule.day for rule in config.preventive])
        vaccines = list(config.vaccines)
        self._vaccine_by_country = np.array([vaccines.index(c.health.vaccine) for c in countries])
        self._diseases = list(world.config.diseases.profiles.values())
        self._health, self._places = world.of(FishHealth), world.of(LiceAtPlace)
        self._effects, self._rows = TreatmentEffects(world), TreatmentRows(world)

    def advance(self, world: World) -> None:
        """Follow up, keep courses going, begin what is due, let injuries take their toll."""
        self._rows.follow_up(world)
        if not len(world.fish):
            return
        self._go_on(world)
        self._against_lice(world)
        self._against_diseases(world)
        self._prevent(world)
        self._vaccinate(world)
        kill_injured(world)

    def _go_on(self, world: World) -> None:
        """Appetite in the later days of courses of several days."""
        assignments, what = self._rows.going_on(world.today.day)
        found = np.searchsorted(world.fish.id, assignments)
        lower_appetite(world, found, self._share_eaten[what])

    def _against_lice(self, world: World) -> None:
        fish, day = world.fish, world.today.day
        may = fish.stage == ADULT
        may &= (fish.move_day - day > LEAVING_DAYS) & (
            day - fish.start_day >= _YOUNGEST_AT_SEA_DAYS
        )
        cages = np.flatnonzero(may & (self._places.due[fish.place] > 0) & (fish.count > 0))
        if not len(cages):
            return
        ahead = treatment_days(world, cages) - day
        method = self._places.method[fish.place[cages]]
        fast = self._fast_days[method]
        world.fish_today.appetite[cages[(ahead > 0) & (ahead <= fast)]] = 0
        brief = self._days[method] == 1
        lower_appetite(world, cages[(ahead == -1) & brief], 0.6)
        # With the harvest planned meanwhile, nothing that would have to be waited for.
        today = ahead == 0
        if not today.any():
            return
        today &= (fish.move_day[cages] == NEVER) | (
            self._effects.withheld_days_of(world, cages, method) == 0
        )
        for what in np.unique(method[today]).tolist():
            self._give(world, TreatmentOrder(cages[today & (method == what)], LICE, what))

    def _against_diseases(self, world: World) -> None:
        cases = world.today.diagnosed
        if not len(cases.positions):
            return
        fish, config = world.fish, self._config
        at_sea = fish.stage[cases.positions] == ADULT
        leaving = fish.move_day[cases.positions] != NEVER
        target_g = world.batch_values("target_weight_g")[cases.positions]
        heavy = fish.weight_ug[cases.positions] >= _HEAVY * target_g * MICROGRAMS
        for number in np.unique(cases.disease).tolist():
            disease = self._diseases[number]
            here = cases.disease == number
            for sea, name in ((True, disease.treatment_sea), (False, disease.treatment_fresh)):
                if name is None:
                    continue
                what = self._keys.index(name)
                wait = self._effects.withheld_days_of(world, cases.positions, what)
                # Fish about to be slaughtered get nothing that would have to be waited for.
                barred = at_sea & ((leaving & (wait > 0)) | (heavy & (wait > _LONG_WAIT_DAYS)))
                for chosen, rows in (
                    (name, here & (at_sea == sea) & ~barred),
                    (config.supportive, here & (at_sea == sea) & barred),
                ):
                    if rows.any():
                        what = self._keys.index(chosen)
                        self._give(
                            world, TreatmentOrder(cases.positions[rows], DISEASE, what, number)
                        )

    def _prevent(self, world: World) -> None:
        fish = world.fish
        age = world.today.day - fish.start_day
        some = np.flatnonzero(np.isin(age, self._preventive_days))
        some = some[(fish.move_day[some] == NEVER) & (fish.count[some] > 0)]
        if not len(some):
            return
        for detail, rule in enumerate(self._config.preventive):
            positions = some[(fish.stage[some] == rule.stage) & (age[some] == rule.day)]
            if len(positions):
                what = self._keys.index(rule.protocol)
                self._give(world, TreatmentOrder(positions, PREVENTIVE, what, detail))

    def _vaccinate(self, world: World) -> None:
        """Plan, starve, vaccinate, and let fish come back to feed."""
        config, fish, day = self._config, world.fish, world.today.day
        health = self._health
        due = health.vaccination_due
        # Fish that are back to feed need no more attention.
        late = np.flatnonzero(due >= max(day - config.vaccination_recovery_days, 1))
        if len(late):
            self._on_vaccination_days(world, late)
        low, high = config.vaccination_weight_g
        may = (health.vaccinated == 0) & (fish.weight_ug >= low * MICROGRAMS)
        waiting = np.flatnonzero(may & (due == 0) & (fish.move_day == NEVER) & (fish.count > 0))
        waiting = waiting[np.isin(fish.stage[waiting], config.vaccination_stages)]
        waiting = waiting[day - fish.start_day[waiting] >= config.settle_days]
        if not len(waiting):
            return
        batch_key = fish.key[waiting] >> 10
        target_g = low + (high - low) * world.draws.uniform("vaccination weight", batch_key)
        ready = waiting[fish.weight_ug[waiting] >= target_g * MICROGRAMS]
        stagger = fish.key[ready] % 4
        health.vaccination_due[ready] = day + config.vaccination_fast_days + stagger + 1

    def _on_vaccination_days(self, world: World, positions: Ints) -> None:
        config, fish, day = self._config, world.fish, world.today.day
        health = self._health
        ahead = health.vaccination_due[positions] - day
        leaving = fish.move_day[positions] != NEVER
        off = (ahead >= 0) & leaving & (health.vaccinated[positions] == 0)
        health.vaccination_due[positions[off]] = 0
        world.fish_today.appetite[
            positions[(ahead >= 0) & (ahead <= config.vaccination_fast_days) & ~off]
        ] = 0
        if config.vaccination_recovery_days:
            back = (ahead < 0) & (ahead >= -config.vaccination_recovery_days)
            share = -ahead[back] / (config.vaccination_recovery_days + 1)
            lower_appetite(world, positions[back], share)
        now = positions[(ahead == 0) & ~off & (fish.count[positions] > 0)]
        if not len(now):
            return
        chosen = self._vaccine_by_country[fish.country[now]]
        for vaccine in np.unique(chosen).tolist():
            self._give(world, TreatmentOrder(now[chosen == vaccine], VACCINATION, vaccine))

    def _give(self, world: World, order: TreatmentOrder) -> None:
        """Begin a treatment, write it down, and tell the others of the day."""
        self._rows.begin(world, order, self._effects.give(world, order))
        name, reason = self._rows.texts(order.kind, order.what, order.detail)
        world.today.treatments.append(
            TreatmentBegun(order.positions, KINDS[order.kind], name, reason)
        )
