"""What inventory keeps from day to day."""

from data_generation.generators.core.declared.state import Column, PerPlace, Records


class FeedLots(Records):
    """Feed in a silo of one purchase, ordered by place, feed and age; amounts in units of 10 g.

    `price_ore` a kilogram; `entry_us` the moment it came.
    """

    stock_id = Column()
    purchase_id = Column()
    silo = Column()
    place = Column()
    feed = Column()
    price_ore = Column()
    received_u = Column()
    remaining_u = Column()
    entry_us = Column()
    expiry_day = Column()


class FeedOrders(Records):
    """Feed for a place, ordered on a day and due on another; amounts in units of 10 g."""

    place = Column()
    feed = Column()
    quantity_u = Column()
    order_day = Column()
    due_day = Column()


class Stocked(PerPlace):
    """Whether a place's opening stock has come, or never will."""

    opened = Column(1)


class ContainerBook(Records):
    """The farm's books of a container: what is known of its fish since last night.

    `id` is the assignment's key; `error_ppm` the error of the weight in the books, `mass_ug` the
    biomass by them, `weighed_day` when fish were last weighed.
    """

    id = Column()
    batch = Column()
    count = Column()
    error_ppm = Column()
    mass_ug = Column()
    weighed_day = Column()


class BatchBook(Records):
    """The same of a batch."""

    id = Column()
    stage = Column()
    mass_ug = Column()


class Span(Records):
    """Sums since a day: biomass at its start, feed (units of 10 g), growth, biomass that died, the
    evenings' biomass, days with feed; and the containers that took part.
    """

    since = Column()
    start_g = Column()
    feed_u = Column()
    growth_g = Column()
    dead_g = Column()
    biomass_g = Column()
    fed_days = Column()
    containers = Column()


class ContainerWeek(Span):
    """Of each container's book, its calendar week."""


class ContainerStay(Span):
    """Of each container's book, the whole stay."""


class BatchWeek(Span):
    """Of each batch's book, its calendar week."""


class BatchStay(Span):
    """Of each batch's book, the whole life stage."""


RECORDS = (
    FeedLots,
    FeedOrders,
    Stocked,
    ContainerBook,
    ContainerWeek,
    ContainerStay,
    BatchBook,
    BatchWeek,
    BatchStay,
)
