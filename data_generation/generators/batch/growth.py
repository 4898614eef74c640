"""Growth by the thermal growth coefficient, and the weekly samples that measure it."""

import numpy as np

from data_generation.config.batch import GrowthConfig
from data_generation.generators.core.dates import at
from data_generation.generators.core.day import Sample
from data_generation.generators.core.draws import normal_quantile, whole
from data_generation.generators.core.fish import MICROGRAMS
from data_generation.generators.core.world import LEVEL, Floats, Ints, World


def effective_temperature_c(temperature_c: Floats, config: GrowthConfig) -> Floats:
    """Temperature as growth feels it: linear to `bend_c`, falling short above (Jobling 2003)."""
    excess = np.maximum(temperature_c - config.bend_c, 0.0)
    result: Floats = np.maximum(temperature_c - config.bend_slope * excess, 0.0)
    return result


def potential_gain_ug(world: World) -> Ints:
    """Each assignment's growth today in micrograms a fish, if fed in full.

    Iwama & Tautz 1981: W2^(1/3) = W1^(1/3) + TGC/1000 · T · days, W in g, T in °C. Eggs and alevins
    live on the yolk and gain in proportion to degree-days.
    """
    config = world.config.growth
    fish = world.fish
    if not len(fish):
        return np.zeros(0, dtype=np.int64)
    temperature = world.mean_temperature_c()[fish.place]
    weight_g = fish.weight_ug / MICROGRAMS
    tgc = _tgc(world)
    z = world.draws.normal("appetite", fish.key, world.today.day)
    rate = (
        tgc
        * (world.batch_values("growth_factor") / 10_000)
        * (fish.tgc_factor / 1_000_000)
        * (1.0 + config.daily_sd * z)
    )
    grown = (np.cbrt(weight_g) + rate / 1000.0 * effective_temperature_c(temperature, config)) ** 3
    yolk = (
        (config.first_feeding_weight_g - config.egg_weight_g)
        * temperature
        / config.first_feeding_degree_days
    )
    yolk = np.where(fish.degree_days < config.first_feeding_degree_days * LEVEL, yolk, 0.0)
    gain_g = np.where(fish.stage == 0, yolk, grown - weight_g)
    return whole(gain_g * MICROGRAMS)


def _tgc(world: World) -> Floats:
    """The configured coefficient of each assignment's stage and country; 0 for eggs."""
    config = world.config.growth
    by_country = np.array([country.batch.tgc_sea for country in world.layout.countries])
    by_stage = np.array([0.0, *config.tgc, 0.0])
    result: Floats = np.where(
        world.fish.stage == 5, by_country[world.fish.country], by_stage[world.fish.stage]
    )
    return result


class Growth:
    """Lets the fish grow by what they ate, and samples them."""

    def advance(self, world: World) -> None:
        """Grow, count degree-days, weigh where it is the day for it."""
        fish, today = world.fish, world.fish_today
        if not len(fish):
            return
        share = np.where(
            fish.stage == 0,
            1.0,
            np.divide(
                today.fed_u, today.demand_u, out=np.zeros(len(fish)), where=today.demand_u > 0
            ),
        )
        today.grown_ug = whole(today.gain_ug * share)
        fish.weight_ug += today.grown_ug
        number = world.quantities.temperature
        fish.degree_days += (
            world.water[number][fish.place] + world.water_tonight[number][fish.place]
        ) // 2
        self._sample(world)

    def _sample(self, world: World) -> None:
        config, fish, day = world.config.growth, world.fish, world.today.day
        age = day - fish.start_day
        due = (
            (fish.stage > 0)
            & (age > 0)
            & ((day + fish.key) % config.sample_interval_days == 0)
            & (fish.count >= config.sample_size_max)
        )
        positions = np.flatnonzero(due)
        if not len(positions):
            return
        keys = fish.key[positions]
        (size_u, low_u, high_u, minute_u), sample_u = world.draws.together(
            ("sample size", keys, day), ("sample", keys, day)
        )
        mean_z, sd_z, length_z, k_z = normal_quantile(np.stack(sample_u))
        span = config.sample_size_max - config.sample_size_min + 1
        size = config.sample_size_min + (size_u * span).astype(np.int64)
        cv = np.array(config.weight_cv)[fish.stage[positions]]
        true_g = fish.weight_ug[positions] / MICROGRAMS
        mean_g = true_g * (1.0 + cv / np.sqrt(size) * mean_z)
        sd_g = true_g * cv * (1.0 + sd_z / np.sqrt(2.0 * size))
        weights, factors = zip(*config.condition_factor, strict=True)
        k = np.interp(np.log(true_g), np.log(weights), factors)
        k = k * (1.0 + config.condition_sd * k_z)
        weight = whole(mean_g * 100)
        # A length belongs to the mean weight, so that K computed from the row agrees with the row.
        length_cm = np.cbrt(100.0 * mean_g / k)
        length = np.maximum(whole(length_cm * 100), 1)
        length_sd = length_cm * cv / 3.0 * (1.0 + 0.5 * length_z / np.sqrt(2.0 * size))
        # Expected extremes of n normal values lie near the quantile of 1/(n+1); Blom 1958.
        reach = np.sqrt(2.0 * np.log(size.astype(np.float64))) * 0.93
        low = mean_g - sd_g * reach * (0.85 + 0.3 * low_u)
        high = mean_g + sd_g * reach * (0.85 + 0.3 * high_u)
        fish.weighed_day[positions] = day
        world.today.samples.append(Sample(positions, weight * 10_000))
        moments = at(day, 10) + (minute_u * 180).astype(np.int64) * 60_000_000
        table = "batch_growthsample"
        world.output.insert(
            table,
            len(positions),
            id=world.ids.take(table, len(positions)),
            sample_date=day,
            sample_size=size,
            avg_weight_g=weight,
            avg_length_cm=length,
            std_deviation_weight=whole(sd_g * 100),
            std_deviation_length=whole(length_sd * 100),
            min_weight_g=whole(np.maximum(low, mean_g * 0.15) * 100),
            max_weight_g=whole(high * 100),
            condition_factor=whole(100.0 * 100.0 * (weight / 100.0) / (length / 100.0) ** 3),
            notes=None,
            assignment_id=fish.id[positions],
            created_at=moments,
            updated_at=moments,
        )
