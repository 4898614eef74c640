"""Where a batch's eggs come from: a supplier's lot, or the stripped females of own broodstock."""

import numpy as np

from data_generation.config.broodstock import Supplier
from data_generation.generators.batch.rows import batch_number
from data_generation.generators.broodstock.state import Parents
from data_generation.generators.core.dates import MINUTE_US, at, to_date
from data_generation.generators.core.fish import Batch
from data_generation.generators.core.world import Ints, World


def eggs_of(number: str) -> str:
    """How the identifiers of the eggs of a batch begin, from the batch's number."""
    return f"EGG-{number}-"


def supplier_of(world: World, batch: Batch) -> int:
    """Position of the supplier that a batch's bought eggs come from."""
    shares = np.cumsum([supplier.share for supplier in world.config.broodstock.suppliers])
    u = float(world.draws.uniform("egg supplier", batch.key))
    return min(int(np.searchsorted(shares / shares[-1], u)), len(shares) - 1)


def buy_eggs(world: World, batch: Batch, count: int, ordinal: int = 1) -> None:
    """A supplier's lot of eyed eggs for a batch."""
    config, day = world.config.broodstock, world.today.day
    chosen = supplier_of(world, batch)
    supplier = config.suppliers[chosen]
    production = write_productions(
        world, batch, np.array([count]), ordinal, "external", None, stripping_moment(world)
    )
    stamps = {"created_at": at(day, 7), "updated_at": at(day, 7)}
    stripped = to_date(day - config.eyed_days)
    year, week, _ = stripped.isocalendar()
    lot = world.draws.integer("egg lot", batch.key, 100, 999)
    world.output.insert(
        "broodstock_externaleggbatch",
        1,
        id=world.ids.take("broodstock_externaleggbatch", 1),
        batch_number=f"{_initials(supplier)}-{year}-W{week:02d}-{lot}",
        provenance_data=_provenance(world, batch, supplier),
        egg_production_id=production,
        supplier_id=chosen + 1,
        **stamps,
    )


def _initials(supplier: Supplier) -> str:
    return "".join(word[0] for word in supplier.name.split())[:2].upper()


def _provenance(world: World, batch: Batch, supplier: Supplier) -> str:
    config, day = world.config.broodstock, world.today.day
    families = world.draws.integer("egg families", batch.key, 60, 240)
    degree_days = config.eyed_degree_days + world.draws.integer("egg age", batch.key, -12, 18)
    return (
        f"Strain {supplier.strain}, {families} families, stripped "
        f"{to_date(day - config.eyed_days)}; eyed, {degree_days:g} degree-days at delivery; "
        f"broodstock tested free of notifiable diseases, health certificate with the load"
    )


def stripping_moment(world: World) -> int:
    """When eggs that are delivered today were stripped and fertilised."""
    return at(world.today.day - world.config.broodstock.eyed_days, 9)


def use_own(
    world: World, batch: Batch, plan: int, females: Parents, males: Parents, counts: Ints
) -> None:
    """Pairs of own parents, the eggs of each, and the batch's descent from them.

    One male is used for several females, in turn.
    """
    config, day = world.config.broodstock, world.today.day
    stamps = {"created_at": at(day, 7), "updated_at": at(day, 7)}
    order = np.arange(len(females))
    moments = stripping_moment(world) + order % 240 * 2 * MINUTE_US
    table = "broodstock_breedingpair"
    pairs = world.ids.take(table, len(females))
    male = males.take(order // config.females_per_male % len(males))
    world.output.insert(
        table,
        len(pairs),
        id=pairs,
        pairing_date=moments,
        progeny_count=counts,
        female_fish_id=females.id,
        male_fish_id=male.id,
        plan_id=plan,
        **stamps,
    )
    write_productions(world, batch, counts, 1, "internal", pairs, moments)


def write_productions(
    world: World,
    batch: Batch,
    counts: Ints,
    first_ordinal: int,
    source: str,
    pairs: Ints | None,
    moments: Ints | int,
) -> Ints:
    """Eggs produced for a batch and its descent from them; returns the keys of the productions."""
    day, rows = world.today.day, len(counts)
    stamps = {"created_at": at(day, 7), "updated_at": at(day, 7)}
    number, table = batch_number(world, batch), "broodstock_eggproduction"
    productions = world.ids.take(table, rows)
    world.output.insert(
        table,
        rows,
        id=productions,
        egg_batch_id=[f"{eggs_of(number)}{first_ordinal + i:03d}" for i in range(rows)],
        egg_count=counts,
        production_date=moments,
        source_type=source,
        destination_station_id=world.layout.places[batch.place].station,
        pair_id=pairs,
        **stamps,
    )
    table = "broodstock_batchparentage"
    moment = at(day, 8, 5)
    world.output.insert(
        table,
        rows,
        id=world.ids.take(table, rows),
        assignment_date=moment,
        batch_id=batch.id,
        egg_production_id=productions,
        created_at=moment,
        updated_at=moment,
    )
    return productions
