"""A batch's number and its places, reserved before its first day is generated.

Batches are planned in turn, and reservations are committed with the run: two batches that start at
the same moment see each other's.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from data_generation.config.models import Config
from data_generation.errors import Refused
from data_generation.generators.batch.itinerary import (
    FOR_GOOD,
    NOTICE_DAYS,
    Wish,
    plan_stays,
    rest_days,
    with_opening,
)
from data_generation.generators.broodstock.eggs import eggs_of
from data_generation.generators.core.dates import to_date, to_day
from data_generation.generators.core.itinerary import Itinerary, Leftover, Stay
from data_generation.generators.core.layout import Layout
from data_generation.generators.inventory.orders import UNITS_PER_KG
from data_generation.generators.inventory.stores import OPENING_NOTES
from data_generation.runs.postgres import lock, store, stored_farm
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query
from data_generation.runs.postgres.stored_farm import StoredFarm
from data_generation.storage.keys.adopt import Match
from data_generation.storage.postgres.fit import Fit
from data_generation.storage.postgres.written import stored_spans

PURCHASES = "inventory_feedpurchase"
STOCK = "inventory_feedcontainerstock"
_EGGS = (
    "broodstock_batchparentage",
    "broodstock_eggproduction",
    "broodstock_historicaleggproduction",
    "broodstock_externaleggbatch",
    "broodstock_historicalexternaleggbatch",
)
"""What `drop_eggs_without_batch` reads and deletes from."""
_ALWAYS = (-FOR_GOOD, FOR_GOOD)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Busy(Exception):
    """A place will be free when a batch that is being generated is complete."""


@dataclass(frozen=True)
class Reserved:
    """What is kept for a batch; `adopted` leads from keys of its leftovers to stored keys."""

    number: str
    itinerary: Itinerary
    adopted: Mapping[str, Mapping[int, int]]


def require_complete(found: Match) -> None:
    """Refuse if infrastructure or master data are not stored."""
    require_infrastructure(found)
    _require(found, "", "master data", "initialize_master_data")


def require_infrastructure(found: Match) -> None:
    """Refuse if infrastructure is not stored."""
    _require(found, "infrastructure_", "infrastructure", "bootstrap_infrastructure")


def _require(found: Match, prefix: str, what: str, script: str) -> None:
    for table, keys in found.missing.items():
        if keys and table.startswith(prefix):
            raise Refused(
                f"This database lacks {what} of the farm: {len(keys)} rows of {table}.",
                f"First run: python manage.py runscript {script}",
            )


def reserve(
    connection: Connection, config: Config, layout: Layout, farm: StoredFarm, wish: Wish
) -> Reserved:
    """Choose number and places for a batch; nothing is written.

    Raises Refused if no hall or berth is free for it, Busy if one will be when another process is
    done: while a batch is generated its last container has no departure yet, and a container has
    only one such at a time.
    """
    lots = _lots_of_years(connection, farm)
    taken, kept = _taken(connection, config, layout, farm)
    for key, window in _silo_windows(config, layout, lots):
        taken.setdefault(key, []).append(window)
    try:
        stays = plan_stays(config, layout, wish, taken | {key: [_ALWAYS] for key in kept})
    except Refused:
        merged = {key: [*taken.get(key, []), *kept.get(key, [])] for key in {**taken, **kept}}
        plan_stays(config, layout, wish, merged)
        raise Busy from None
    waiting = stored_farm.waiting_silos(connection, OPENING_NOTES, _silos(layout, farm, stays))
    opening = frozenset(
        stay.place
        for stay in stays
        if any(farm.silos[silo] in waiting for silo in layout.places[stay.place].silos)
    )
    leftovers, adopted = _leftovers(layout, stays, lots)
    prefix = layout.countries[wish.country].prefix
    start = to_date(wish.start_day)
    known = _known(connection, prefix)
    sequence = _next_number(known, prefix, start.year)
    ordinal = _free_ordinal(connection, known, wish)
    itinerary = Itinerary(
        wish.country,
        wish.start_day,
        wish.days,
        wish.eggs,
        sequence,
        ordinal,
        with_opening(stays, opening),
        leftovers,
    )
    return Reserved(f"{prefix}-{start.year}-{sequence:03d}", itinerary, adopted)


def claim(
    connection: Connection,
    layout: Layout,
    farm: StoredFarm,
    run: int,
    reserved: Reserved,
    fit: Fit,
) -> None:
    """Write down what a run reserved: containers and opening stock.

    Eggs that are left of a deleted batch of that number make room for its own. `fit` says what the
    database takes.
    """
    containers, first_days, last_days = [], [], []
    for stay in reserved.itinerary.stays:
        for key in layout.places[stay.place].containers:
            containers.append(farm.containers[key])
            first_days.append(to_date(stay.arrive))
            last_days.append(to_date(stay.until))
    connection.execute(
        query("batches", "insert_stays"),
        {
            "run": run,
            "containers": containers,
            "first_days": first_days,
            "last_days": last_days,
        },
    )
    opened = [stay for stay in reserved.itinerary.stays if stay.opening]
    stored_farm.drop_opening_stock(connection, OPENING_NOTES, _silos(layout, farm, opened))
    if all(fit.takes(table) for table in _EGGS):
        eggs = {"eggs": eggs_of(reserved.number)}
        connection.execute(query("batches", "drop_eggs_without_batch"), eggs)


def forget_forsaken(connection: Connection) -> None:
    """Delete batch runs whose batch somebody deleted, unless they are at work."""
    if not store.exists(connection):
        return
    for (run,) in connection.execute(query("batches", "forsaken")).fetchall():
        if not lock.batch_is_held(connection, run):
            store.delete_run(connection, run)


def _silos(layout: Layout, farm: StoredFarm, stays: Iterable[Stay]) -> list[int]:
    return [farm.silos[silo] for stay in stays for silo in layout.places[stay.place].silos]


_Windows = dict[int, list[tuple[int, int]]]


def _taken(
    connection: Connection, config: Config, layout: Layout, farm: StoredFarm
) -> tuple[_Windows, _Windows]:
    """Days on which the farm's containers are taken, by run-local key.

    By batches that are stored, and by those that are being generated.
    """
    local = {stored: key for key, stored in farm.containers.items()}
    rest = [rest_days(config, layout, place) for place in layout.places]
    taken: _Windows = {}
    kept: _Windows = {}
    unfinished = [r.batch_number for r in store.batch_runs(connection) if r.finished_at is None]
    wanted = {"containers": list(local), "but_for": unfinished}
    for container, first, last in connection.execute(query("batches", "assigned"), wanted):
        key = local[container]
        after = rest[layout.container_place[key]]
        window = _ALWAYS if last is None else (to_day(first), to_day(last) + after)
        taken.setdefault(key, []).append(window)
    if store.exists(connection):
        for container, first, last in connection.execute(query("batches", "kept"), wanted):
            kept.setdefault(local[container], []).append((to_day(first), to_day(last)))
    return taken, kept


@dataclass(frozen=True)
class _Lot:
    """Feed of a run over years in a silo (by its run-local key).

    Stored keys of lot and purchase, what is left of it, when it came and when it last changed.
    """

    key: int
    purchase: int
    silo: int
    left_kg: Decimal
    came: datetime
    changed: datetime


def _lots_of_years(connection: Connection, farm: StoredFarm) -> list[_Lot]:
    """All lots that a run over years has put into silos of the farm."""
    run = store.find_run(connection)
    if run is None:
        return []
    written = store.rows_by_table(connection, run.id).get(STOCK, 0)
    spans = stored_spans(run.keys, STOCK, written + 1)
    local = {stored: key for key, stored in farm.silos.items()}
    values = {
        "silos": list(local),
        "firsts": [first for first, _ in spans],
        "lasts": [last for _, last in spans],
    }
    return [
        _Lot(key, purchase, local[silo], *rest)
        for key, purchase, silo, *rest in connection.execute(query("batches", "lots"), values)
    ]


def _silo_windows(
    config: Config, layout: Layout, lots: Iterable[_Lot]
) -> Iterable[tuple[int, tuple[int, int]]]:
    """Days on which a silo's feed keeps others out of its place, by one of the place's containers.

    From the day on which a lot came to that of its last change. What is left then nobody wants: it
    may be written off, but only before the next batch has feed delivered there.
    """
    place_of = layout.silo_place()
    before = max(config.staggering.reserve_ahead_days - NOTICE_DAYS, 0)
    for lot in lots:
        container = layout.places[place_of[lot.silo]].containers.start
        yield container, (to_day(lot.came.date()), to_day(lot.changed.date()) + before)


def _leftovers(
    layout: Layout, stays: Iterable[Stay], lots: Iterable[_Lot]
) -> tuple[tuple[Leftover, ...], dict[str, dict[int, int]]]:
    """What is left in the silos of the stays' places, and which stored rows that is."""
    places = {stay.place for stay in stays}
    place_of = layout.silo_place()
    left = sorted(
        (lot for lot in lots if lot.left_kg and int(place_of[lot.silo]) in places),
        key=lambda lot: lot.key,
    )
    purchases = sorted({lot.purchase for lot in left})
    local = {stored: key for key, stored in enumerate(purchases, start=1)}
    leftovers = tuple(
        Leftover(
            place=int(place_of[lot.silo]),
            silo=lot.silo,
            purchase=local[lot.purchase],
            quantity_u=int(lot.left_kg * UNITS_PER_KG),
            entry_us=(lot.came - _EPOCH) // _MICROSECOND,
        )
        for lot in left
    )
    adopted = {
        STOCK: {key: lot.key for key, lot in enumerate(left, start=1)},
        PURCHASES: {key: stored for stored, key in local.items()},
    }
    return leftovers, adopted if left else {}


def _known(connection: Connection, prefix: str) -> set[tuple[str, date]]:
    """Numbers and start dates of a country's batches, stored or being generated."""
    wanted = {"pattern": f"{prefix}-%"}
    rows = connection.execute(query("batches", "numbers"), wanted).fetchall()
    if store.exists(connection):
        rows += connection.execute(query("batches", "reserved_numbers"), wanted).fetchall()
    return {(number, start) for number, start in rows}


def _next_number(known: set[tuple[str, date]], prefix: str, year: int) -> int:
    pattern = re.compile(rf"{re.escape(prefix)}-{year}-(\d+)")
    numbers = [int(found[1]) for number, _ in known if (found := pattern.fullmatch(number))]
    return max(numbers, default=0) + 1


def _free_ordinal(connection: Connection, known: set[tuple[str, date]], wish: Wish) -> int:
    """The first number, from 0, that no batch of the same country and day has.

    Batches of another origin have none; each of them passes for one that does.
    """
    same_day = {number for number, start in known if to_day(start) == wish.start_day}
    taken = set()
    for run in store.batch_runs(connection):
        if run.batch_number in same_day:
            same_day.discard(run.batch_number)
            taken.add(Itinerary.parse(run.itinerary or {}).ordinal)
    free = (ordinal for ordinal in itertools.count() if ordinal not in taken)
    return next(itertools.islice(free, len(same_day), None))
