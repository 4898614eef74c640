"""Treatments: against lice and diseases, as a rule, and vaccinations; what they cost fish and firm.

A treatment acts on the day it begins. Its success is drawn with it and written after a follow-up.
Injuries it causes kill in the days after, half as many each day. Withdrawal periods are reckoned
from the water of the day, a little on the safe side, and begin when a course ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data_generation.config.models import ADULT
from data_generation.config.treatments import Protocol, Vaccine
from data_generation.generators.dates import MINUTE_US, at
from data_generation.generators.disease import FULL, diagnosed_today, vaccine_bit
from data_generation.generators.lice import LEAVING_DAYS, treatment_days
from data_generation.generators.output import NULL, Choice, Column
from data_generation.generators.population import HEALTH, MICROGRAMS, NEVER
from data_generation.generators.rng import normal_quantile, whole
from data_generation.generators.rows_health import veterinarian
from data_generation.generators.world import Arrays, Excess, Floats, Given, Ints, World

OUTCOMES = ("pending", "successful", "partial", "unsuccessful")
INJURY = "Treatment injury"
_HANDLING = 1
_LICE, _DISEASE, _PREVENTIVE, _VACCINATION = range(4)
KINDS = ("lice", "disease", "preventive", "vaccination")
_FAILING = 0.08
_SAFETY = 0.9
_YOUNGEST_AT_SEA_DAYS = 20
_HEAVY = 0.6
_LONG_WAIT_DAYS = 45
_ONSET_DEGREE_DAYS = 550.0
"""From vaccination to protection; 500-600, product characteristics of oil-adjuvanted vaccines."""
_COLUMNS = (
    "id",
    "follow_up",
    "outcome",
    "moment",
    "begun",
    "days",
    "withheld",
    "kind",
    "what",
    "detail",
    "batch",
    "assignment",
    "container",
    "user",
)
"""Columns of the pending treatments: `what` numbers the protocol or the vaccine, `detail` the
disease or the preventive rule.
"""
_C = {name: number for number, name in enumerate(_COLUMNS)}


@dataclass(frozen=True)
class _Order:
    """A treatment to be given now: `kind` of `KINDS`, `what` and `detail` as in `_COLUMNS`."""

    positions: Ints
    kind: int
    what: int
    detail: int = 0


class Treatment:
    """Gives treatments and vaccines and follows them up."""

    name = "treatment"

    def __init__(self, world: World) -> None:
        """Nothing pending."""
        config, countries = world.config.treatments, world.layout.countries
        self._config = config
        self._keys = list(config.protocols)
        self._protocols = list(config.protocols.values())
        self._days = np.array([p.days for p in self._protocols])
        self._fast_days = np.array([p.fast_days for p in self._protocols])
        self._share_eaten = np.array([p.appetite for p in self._protocols])
        self._preventive_days = np.array([rule.day for rule in config.preventive])
        by_country = [self._vaccine_of(list(config.vaccines.values()), c) for c in countries]
        self._vaccine_by_country = np.array(by_country)
        self._medicine = np.array([p.kind == "medication" for p in self._protocols])
        self._withdrawal = np.array(
            [[p.withdrawal_degree_days.get(c, 0.0) for p in self._protocols] for c in countries]
        )
        self._vaccines = list(config.vaccines.values())
        self._diseases = list(world.config.diseases.profiles.values())
        self._pending: Ints = np.zeros((0, len(_COLUMNS)), dtype=np.int64)

    def advance(self, world: World) -> None:
        """Follow up, keep courses going, begin what is due, let injuries take their toll."""
        self._follow_up(world)
        if not len(world.fish):
            return
        self._go_on(world)
        self._against_lice(world)
        self._against_diseases(world)
        self._prevent(world)
        self._vaccinate(world)
        self._injuries(world)

    def _follow_up(self, world: World) -> None:
        """Write how treatments turned out, when it is time or the fish have gone."""
        pending = self._pending
        if not len(pending):
            return
        # Assignments live in the order of their keys.
        live, stay = world.fish.id, pending[:, _C["assignment"]]
        place = np.minimum(np.searchsorted(live, stay), len(live) - 1)
        gone = live[place] != stay if len(live) else np.ones(len(stay), dtype=np.bool_)
        due = (pending[:, _C["follow_up"]] <= world.today.day) | gone
        if due.any():
            rows = pending[due]
            columns = self._columns(rows)
            columns["outcome"] = Choice(OUTCOMES, rows[:, _C["outcome"]])
            moment = (
                at(world.today.day, 6, 40) + rows[:, _C["moment"]] // MINUTE_US % 20 * MINUTE_US
            )
            world.output.update("health_treatment", len(rows), None, moment, **columns)
            self._pending = pending[~due]

    def _go_on(self, world: World) -> None:
        """Appetite in the later days of courses of several days."""
        rows, day, fish = self._pending, world.today.day, world.fish
        until = rows[:, _C["begun"]] + rows[:, _C["days"]]
        rows = rows[(until > day) & (rows[:, _C["kind"]] != _VACCINATION)]
        if not len(rows):
            return
        found = np.searchsorted(fish.id, rows[:, _C["assignment"]])
        _lower(world, found, self._share_eaten[rows[:, _C["what"]]])

    def _against_lice(self, world: World) -> None:
        fish, day = world.fish, world.today.day
        may = fish.stage == ADULT
        may &= (fish.move_day - day > LEAVING_DAYS) & (
            day - fish.start_day >= _YOUNGEST_AT_SEA_DAYS
        )
        cages = np.flatnonzero(may & (world.lice_due[fish.place] > 0) & (fish.count > 0))
        if not len(cages):
            return
        ahead = treatment_days(world, cages) - day
        method = world.lice_method[fish.place[cages]]
        fast = self._fast_days[method]
        world.today.appetite[cages[(ahead > 0) & (ahead <= fast)]] = 0
        brief = self._days[method] == 1
        _lower(world, cages[(ahead == -1) & brief], 0.6)
        # With the harvest planned meanwhile, nothing that would have to be waited for.
        today = ahead == 0
        if not today.any():
            return
        today &= (fish.move_day[cages] == NEVER) | (
            self._withheld_days_of(world, cages, method) == 0
        )
        for what in np.unique(method[today]).tolist():
            self._give(world, _Order(cages[today & (method == what)], _LICE, what))

    def _against_diseases(self, world: World) -> None:
        course = diagnosed_today(world)
        if not len(course.positions):
            return
        fish, config = world.fish, self._config
        at_sea = fish.stage[course.positions] == ADULT
        leaving = fish.move_day[course.positions] != NEVER
        target_g = world.batch_values("target_weight_g")[course.positions]
        heavy = fish.weight_ug[course.positions] >= _HEAVY * target_g * MICROGRAMS
        for number in np.unique(course.disease).tolist():
            disease = self._diseases[number]
            here = course.disease == number
            for sea, name in ((True, disease.treatment_sea), (False, disease.treatment_fresh)):
                if name is None:
                    continue
                what = self._keys.index(name)
                wait = self._withheld_days_of(world, course.positions, what)
                # Fish about to be slaughtered get nothing that would have to be waited for.
                barred = at_sea & ((leaving & (wait > 0)) | (heavy & (wait > _LONG_WAIT_DAYS)))
                for chosen, rows in (
                    (name, here & (at_sea == sea) & ~barred),
                    (config.supportive, here & (at_sea == sea) & barred),
                ):
                    if rows.any():
                        what = self._keys.index(chosen)
                        self._give(world, _Order(course.positions[rows], _DISEASE, what, number))

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
                self._give(world, _Order(positions, _PREVENTIVE, what, detail))

    def _vaccinate(self, world: World) -> None:
        """Plan, starve, vaccinate, and let fish come back to feed."""
        config, fish, day = self._config, world.fish, world.today.day
        health = fish.health
        due = health[:, HEALTH["vaccination_due"]]
        # Fish that are back to feed need no more attention.
        late = np.flatnonzero(due >= max(day - config.vaccination_recovery_days, 1))
        if len(late):
            self._on_vaccination_days(world, late)
        low, high = config.vaccination_weight_g
        may = (health[:, HEALTH["vaccinated"]] == 0) & (fish.weight_ug >= low * MICROGRAMS)
        waiting = np.flatnonzero(may & (due == 0) & (fish.move_day == NEVER) & (fish.count > 0))
        waiting = waiting[np.isin(fish.stage[waiting], config.vaccination_stages)]
        waiting = waiting[day - fish.start_day[waiting] >= config.settle_days]
        if not len(waiting):
            return
        batch_key = fish.key[waiting] >> 10
        target_g = low + (high - low) * world.draws.uniform("vaccination weight", batch_key)
        ready = waiting[fish.weight_ug[waiting] >= target_g * MICROGRAMS]
        stagger = fish.key[ready] % 4
        health[ready, HEALTH["vaccination_due"]] = day + config.vaccination_fast_days + stagger + 1

    def _on_vaccination_days(self, world: World, positions: Ints) -> None:
        config, fish, day = self._config, world.fish, world.today.day
        ahead = fish.health[positions, HEALTH["vaccination_due"]] - day
        leaving = fish.move_day[positions] != NEVER
        off = (ahead >= 0) & leaving & (fish.health[positions, HEALTH["vaccinated"]] == 0)
        fish.health[positions[off], HEALTH["vaccination_due"]] = 0
        world.today.appetite[
            positions[(ahead >= 0) & (ahead <= config.vaccination_fast_days) & ~off]
        ] = 0
        if config.vaccination_recovery_days:
            back = (ahead < 0) & (ahead >= -config.vaccination_recovery_days)
            share = -ahead[back] / (config.vaccination_recovery_days + 1)
            _lower(world, positions[back], share)
        now = positions[(ahead == 0) & ~off & (fish.count[positions] > 0)]
        if not len(now):
            return
        chosen = self._vaccine_by_country[fish.country[now]]
        for vaccine in np.unique(chosen).tolist():
            self._give(world, _Order(now[chosen == vaccine], _VACCINATION, vaccine))

    @staticmethod
    def _vaccine_of(vaccines: Sequence[Vaccine], country: str) -> int:
        """The first vaccine meant for a country, else the first of all."""
        for number, vaccine in enumerate(vaccines):
            if country in vaccine.countries:
                return number
        return 0

    def _give(self, world: World, order: _Order) -> None:
        """Begin a treatment: its effect, its side effects, its row, its price."""
        fish, day = world.fish, world.today.day
        positions = order.positions
        keys = fish.key[positions] * len(KINDS) + order.kind
        (fail_u, worse_u, raised_u, minute_u), (effect_u, loss_u, *_) = world.draws.together(
            ("treatment", keys, day), ("treatment effect", keys, day)
        )
        z, loss_z = normal_quantile(np.stack([effect_u, loss_u]))
        if order.kind == _VACCINATION:
            vaccine = self._vaccines[order.what]
            bit = vaccine_bit(world, list(self._config.vaccines)[order.what])
            fish.health[positions, HEALTH["vaccinated"]] |= np.int64(1) << bit
            warmth = np.maximum(world.mean_temperature_c()[fish.place[positions]], 1.0)
            onset = np.ceil(_ONSET_DEGREE_DAYS / warmth).astype(np.int64)
            fish.health[positions, HEALTH["protected_from"]] = day + onset
            quality = np.where(fail_u < 0.02, 0.7, 1.0)
            loss = self._config.vaccination_loss * np.exp(0.5 * loss_z - 0.125)
            days, withheld, follow_up = 1, np.zeros(len(positions), np.int64), 14
            cost = fish.count[positions] * vaccine.cost_ore_per_fish
        else:
            protocol = self._protocols[order.what]
            noise = 1.0 + protocol.efficacy_sd * z
            quality = np.where(fail_u < _FAILING, 0.2 + 0.5 * worse_u, noise)
            self._act(world, order, protocol, quality)
            loss = np.where(
                raised_u < protocol.raised_share,
                protocol.raised_loss * np.exp(0.9 * loss_z),
                protocol.usual_loss,
            )
            days, follow_up = protocol.days, protocol.follow_up_days
            withheld = self._withheld_days_of(world, positions, order.what)
            cost = (
                fish.count[positions] * protocol.cost_ore_per_fish
                + fish.biomass_g()[positions] / 1000.0 * protocol.cost_ore_per_kg
            )
            _lower(world, positions, protocol.appetite)
            fish.health[positions, HEALTH["withheld_until"]] = np.maximum(
                fish.health[positions, HEALTH["withheld_until"]], day + withheld
            )
        # Half as many die each day, so the first day's share is half of all.
        fish.health[positions, HEALTH["injury"]] += whole(np.minimum(loss, 0.5) / 2.0 * 1e6)
        outcome = np.where(quality >= 0.85, 1, np.where(quality >= 0.5, 2, 3))
        rows = np.empty((len(positions), len(_COLUMNS)), dtype=np.int64)
        for name, values in (
            ("id", world.ids.take("health_treatment", len(positions))),
            ("follow_up", day + days - 1 + follow_up),
            ("outcome", outcome),
            ("moment", at(day, 8) + (minute_u * 240).astype(np.int64) * MINUTE_US),
            ("begun", day),
            ("days", days),
            ("withheld", withheld),
            ("kind", order.kind),
            ("what", order.what),
            ("detail", order.detail),
            ("batch", fish.batch[positions]),
            ("assignment", fish.id[positions]),
            ("container", fish.container[positions]),
            ("user", veterinarian(world, fish.country[positions])),
        ):
            rows[:, _C[name]] = values
        self._pending = np.concatenate([self._pending, rows])
        columns = self._columns(rows) | {"outcome": "pending"}
        world.output.insert("health_treatment", len(rows), **columns)
        _charge(world, positions, whole(cost), KINDS[order.kind])
        name, reason = self._texts(order.kind, order.what, order.detail)
        world.today.given.append(Given(positions, KINDS[order.kind], name, reason))

    def _act(self, world: World, order: _Order, protocol: Protocol, quality: Floats) -> None:
        """Lice fall off, or the disease abates."""
        fish, positions = world.fish, order.positions
        health = fish.health
        if protocol.lice is not None and order.kind != _PREVENTIVE:
            for stage in ("attached", "mobile", "female"):
                share = np.clip(getattr(protocol.lice, stage) * quality, 0.0, 0.995)
                column = HEALTH[f"lice_{stage}"]
                health[positions, column] = whole(health[positions, column] * (1.0 - share))
            if order.kind == _LICE:
                health[positions, HEALTH["lice_treated_day"]] = world.today.day
        if order.kind == _DISEASE:
            lowered = whole(np.clip(protocol.lowers_loss * quality, 0.0, 0.95) * FULL)
            health[positions, HEALTH["disease_curbed"]] = lowered

    def _withheld_days_of(self, world: World, positions: Ints, what: Ints | int) -> Ints:
        """Days from the first of a treatment to the last on which fish may not be slaughtered.

        `what` numbers the protocol, of all or of each.
        """
        degree_days = self._withdrawal[world.fish.country[positions], what]
        place = world.fish.place[positions]
        warmth = np.maximum(world.mean_temperature_c()[place] * _SAFETY, 1.0)
        after = np.ceil(degree_days / warmth).astype(np.int64)
        course = np.where(self._medicine[what], self._days[what] - 1, 0)
        result: Ints = after + course
        return result

    def _injuries(self, world: World) -> None:
        """Deaths of injuries; half as many the day after."""
        column = HEALTH["injury"]
        hurt = np.flatnonzero(world.fish.health[:, column] > 0)
        if not len(hurt):
            return
        share = world.fish.health[hurt, column] / 1e6
        world.today.excess.append(
            Excess(hurt, share, _HANDLING, INJURY, "Gill bleeding, wounds or scale loss")
        )
        world.fish.health[hurt, column] //= 2

    def _columns(self, rows: Ints) -> dict[str, Column]:
        """The rows of treatments, less the outcome."""
        known: dict[tuple[int, ...], int] = {}
        texts: list[tuple[str, str, str]] = []
        which = np.empty(len(rows), dtype=np.int64)
        for row, key in enumerate(map(tuple, rows[:, _C["kind"] : _C["detail"] + 1].tolist())):
            if key not in known:
                known[key] = len(texts)
                texts.append(self._row_texts(*key))
            which[row] = known[key]
        types, descriptions, dosages = zip(*texts, strict=True)
        is_vaccine = rows[:, _C["kind"]] == _VACCINATION
        return {
            "id": rows[:, _C["id"]],
            "treatment_date": rows[:, _C["moment"]],
            "treatment_type": Choice(types, which),
            "description": Choice(descriptions, which),
            "dosage": Choice(dosages, which),
            "duration_days": rows[:, _C["days"]],
            "withholding_period_days": rows[:, _C["withheld"]],
            "batch_id": rows[:, _C["batch"]],
            "batch_assignment_id": rows[:, _C["assignment"]],
            "container_id": rows[:, _C["container"]],
            "user_id": rows[:, _C["user"]],
            "vaccination_type_id": np.where(is_vaccine, rows[:, _C["what"]] + 1, NULL),
        }

    def _row_texts(self, kind: int, what: int, detail: int) -> tuple[str, str, str]:
        """Type, description and dosage of a treatment."""
        name, reason = self._texts(kind, what, detail)
        if kind == _VACCINATION:
            return "vaccination", f"{name}: {reason}", self._vaccines[what].dosage
        protocol = self._protocols[what]
        return protocol.kind, f"{name}: {reason}", protocol.dosage

    def _texts(self, kind: int, what: int, detail: int) -> tuple[str, str]:
        """Name of what is given, and why."""
        if kind == _VACCINATION:
            vaccine = self._vaccines[what]
            return vaccine.name, f"vaccination before sea transfer against {vaccine.description}"
        name = self._protocols[what].name
        if kind == _LICE:
            return name, "adult female lice above the site's limit"
        if kind == _DISEASE:
            return name, f"against {self._diseases[detail].name}"
        return name, self._config.preventive[detail].reason

    def snapshot(self) -> Arrays:
        """Treatments whose outcome is not known yet."""
        return {"pending": self._pending}

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Take them back."""
        self._pending = arrays["pending"].astype(np.int64).reshape(-1, len(_COLUMNS))


def _lower(world: World, positions: Ints, share: Floats | float) -> None:
    """Lower the appetite of assignments to a share of what it is."""
    appetite = world.today.appetite
    appetite[positions] = whole(appetite[positions] * share)


def _charge(world: World, positions: Ints, cost: Ints, kind: str) -> None:
    """Charge each batch for what its fish were given today."""
    name = "vaccine" if kind == "vaccination" else "treatment"
    batches, row = np.unique(world.fish.batch[positions], return_inverse=True)
    spent = np.zeros(len(batches), dtype=np.int64)
    np.add.at(spent, row, cost)
    world.today.costs += [
        (batch, name, ore)
        for batch, ore in zip(batches.tolist(), spent.tolist(), strict=True)
        if ore
    ]
