"""What a treatment does to fish and firm: its effect, its side effects, its withdrawal, its price.

A treatment acts on the day it begins; its success is drawn with it. Injuries it causes kill in the
days after, half as many each day. Withdrawal periods are reckoned from the water of the day, a
little on the safe side, and begin when a course ends.
"""

from dataclasses import dataclass

import numpy as np

from data_generation.generators.core.dates import MINUTE_US, at
from data_generation.generators.core.day import Cost, Excess
from data_generation.generators.core.draws import normal_quantile, whole
from data_generation.generators.core.world import Floats, Ints, World
from data_generation.generators.health.disease import FULL, vaccine_bit
from data_generation.generators.health.state import FishHealth

INJURY = "Treatment injury"
LICE, DISEASE, PREVENTIVE, VACCINATION = range(4)
KINDS = ("lice", "disease", "preventive", "vaccination")
PENDING, SUCCESSFUL, PARTIAL, UNSUCCESSFUL = range(4)
OUTCOMES = ("pending", "successful", "partial", "unsuccessful")
_HANDLING = 1
_FAILING = 0.08
_SAFETY = 0.9
_VACCINE_FOLLOW_UP_DAYS = 14
_ONSET_DEGREE_DAYS = 550.0
"""From vaccination to protection; 500-600, product characteristics of oil-adjuvanted vaccines."""


@dataclass(frozen=True)
class TreatmentOrder:
    """A treatment to be given now.

    `kind` is of `KINDS`, `what` numbers the protocol or the vaccine, `detail` the disease or the
    preventive rule.
    """

    positions: Ints
    kind: int
    what: int
    detail: int = 0


@dataclass(frozen=True)
class Begun:
    """What is known of a treatment when it has begun; the outcome only to be told later."""

    moment_us: Ints
    days: int
    withheld_days: Ints
    follow_up_days: int
    outcome: Ints


@dataclass(frozen=True)
class _Luck:
    """What is drawn for each assignment: uniform, or as normal deviates (z)."""

    fail_u: Floats
    worse_u: Floats
    raised_u: Floats
    effect_z: Floats
    loss_z: Floats


@dataclass(frozen=True)
class _Effect:
    """How well it did, the share of the fish that it will kill, what it cost."""

    quality: Floats
    loss: Floats
    cost_ore: Ints
    days: int
    withheld_days: Ints
    follow_up_days: int


class TreatmentEffects:
    """Knows protocols and vaccines by what they do."""

    def __init__(self, world: World) -> None:
        """Take both from the configuration."""
        self._config = world.config.treatments
        self._health = world.of(FishHealth)
        self._protocols = list(self._config.protocols.values())
        self._days = np.array([p.days for p in self._protocols])
        self._medicine = np.array([p.kind == "medication" for p in self._protocols])
        self._withdrawal = np.array(
            [
                [c.health.withdrawal_degree_days.get(key, 0.0) for key in self._config.protocols]
                for c in world.layout.countries
            ]
        )

    def give(self, world: World, order: TreatmentOrder) -> Begun:
        """Let a treatment act, and charge for it."""
        fish, day, positions = world.fish, world.today.day, order.positions
        keys = fish.key[positions] * len(KINDS) + order.kind
        (fail_u, worse_u, raised_u, minute_u), (effect_u, loss_u, *_) = world.draws.together(
            ("treatment", keys, day), ("treatment effect", keys, day)
        )
        effect_z, loss_z = normal_quantile(np.stack([effect_u, loss_u]))
        luck = _Luck(fail_u, worse_u, raised_u, effect_z, loss_z)
        act = self._vaccinate if order.kind == VACCINATION else self._treat
        effect = act(world, order, luck)
        # Half as many die each day, so the first day's share is half of all.
        self._health.injury[positions] += whole(np.minimum(effect.loss, 0.5) / 2.0 * 1e6)
        _charge(world, positions, effect.cost_ore, KINDS[order.kind])
        quality = effect.quality
        return Begun(
            moment_us=at(day, 8) + (minute_u * 240).astype(np.int64) * MINUTE_US,
            days=effect.days,
            withheld_days=effect.withheld_days,
            follow_up_days=effect.follow_up_days,
            outcome=np.where(
                quality >= 0.85, SUCCESSFUL, np.where(quality >= 0.5, PARTIAL, UNSUCCESSFUL)
            ),
        )

    def _vaccinate(self, world: World, order: TreatmentOrder, luck: _Luck) -> _Effect:
        """Protect the fish from the day on which the vaccine takes effect."""
        fish, day, positions = world.fish, world.today.day, order.positions
        name, vaccine = list(self._config.vaccines.items())[order.what]
        self._health.vaccinated[positions] |= np.int64(1) << vaccine_bit(world, name)
        warmth = np.maximum(world.mean_temperature_c()[fish.place[positions]], 1.0)
        onset = np.ceil(_ONSET_DEGREE_DAYS / warmth).astype(np.int64)
        self._health.protected_from[positions] = day + onset
        return _Effect(
            quality=np.where(luck.fail_u < 0.02, 0.7, 1.0),
            loss=self._config.vaccination_loss * np.exp(0.5 * luck.loss_z - 0.125),
            cost_ore=whole(fish.count[positions] * vaccine.cost_ore_per_fish),
            days=1,
            withheld_days=np.zeros(len(positions), np.int64),
            follow_up_days=_VACCINE_FOLLOW_UP_DAYS,
        )

    def _treat(self, world: World, order: TreatmentOrder, luck: _Luck) -> _Effect:
        """Fewer lice or a milder disease, less appetite, and a while without slaughter."""
        fish, day, positions = world.fish, world.today.day, order.positions
        protocol = self._protocols[order.what]
        noise = 1.0 + protocol.efficacy_sd * luck.effect_z
        quality = np.where(luck.fail_u < _FAILING, 0.2 + 0.5 * luck.worse_u, noise)
        self._act(world, order, quality)
        lower_appetite(world, positions, protocol.appetite)
        withheld = self.withheld_days_of(world, positions, order.what)
        until = self._health.withheld_until
        until[positions] = np.maximum(until[positions], day + withheld)
        return _Effect(
            quality=quality,
            loss=np.where(
                luck.raised_u < protocol.raised_share,
                protocol.raised_loss * np.exp(0.9 * luck.loss_z),
                protocol.usual_loss,
            ),
            cost_ore=whole(
                fish.count[positions] * protocol.cost_ore_per_fish
                + fish.biomass_g()[positions] / 1000.0 * protocol.cost_ore_per_kg
            ),
            days=protocol.days,
            withheld_days=withheld,
            follow_up_days=protocol.follow_up_days,
        )

    def _act(self, world: World, order: TreatmentOrder, quality: Floats) -> None:
        """Lice fall off, or the disease abates."""
        health, positions = self._health, order.positions
        protocol = self._protocols[order.what]
        if protocol.lice is not None and order.kind != PREVENTIVE:
            for lice, efficacy in (
                (health.lice_attached, protocol.lice.attached),
                (health.lice_mobile, protocol.lice.mobile),
                (health.lice_female, protocol.lice.female),
            ):
                share = np.clip(efficacy * quality, 0.0, 0.995)
                lice[positions] = whole(lice[positions] * (1.0 - share))
            if order.kind == LICE:
                health.lice_treated_day[positions] = world.today.day
        if order.kind == DISEASE:
            lowered = whole(np.clip(protocol.lowers_loss * quality, 0.0, 0.95) * FULL)
            health.disease_curbed[positions] = lowered

    def withheld_days_of(self, world: World, positions: Ints, what: Ints | int) -> Ints:
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


def kill_injured(world: World) -> None:
    """Deaths of injuries; half as many the day after."""
    injury = world.of(FishHealth).injury
    hurt = np.flatnonzero(injury > 0)
    if not len(hurt):
        return
    share = injury[hurt] / 1e6
    world.today.excess.append(
        Excess(hurt, share, _HANDLING, INJURY, "Gill bleeding, wounds or scale loss")
    )
    injury[hurt] //= 2


def lower_appetite(world: World, positions: Ints, share: Floats | float) -> None:
    """Lower the appetite of assignments to a share of what it is."""
    appetite = world.fish_today.appetite
    appetite[positions] = whole(appetite[positions] * share)


def _charge(world: World, positions: Ints, cost: Ints, kind: str) -> None:
    """Charge each batch for what its fish were given today."""
    name = "vaccine" if kind == "vaccination" else "treatment"
    batches, row = np.unique(world.fish.batch[positions], return_inverse=True)
    spent = np.zeros(len(batches), dtype=np.int64)
    np.add.at(spent, row, cost)
    world.today.costs += [
        Cost(batch, name, ore)
        for batch, ore in zip(batches.tolist(), spent.tolist(), strict=True)
        if ore
    ]
