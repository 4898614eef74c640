"""What finance keeps from day to day."""

from data_generation.generators.core.declared.state import Column, Records


class MoneyOfBatch(Records):
    """What each batch has cost, by kind, and brought, in øre; what was harvested of it, in g.

    `smolt` is what farming paid fresh water: not a cost of the group.
    """

    id = Column()
    eggs = Column()
    feed_fresh = Column()
    feed_sea = Column()
    treatment = Column()
    vaccine = Column()
    laboratory = Column()
    other = Column()
    smolt = Column()
    harvested_g = Column()
    gutted_g = Column()
    revenue = Column()


class OpenSales(Records):
    """Sales within the group that the accounts have not posted yet.

    `state` is 0 for pending, 1 for exported; `amount` in øre; `posted_day` when the accounts will
    have it.
    """

    tx_id = Column()
    state = Column()
    posting_date = Column()
    amount = Column()
    event = Column()
    policy = Column()
    created_us = Column()
    country = Column()
    grade = Column()
    place = Column()
    batch = Column()
    posted_day = Column()
    live_g = Column()


RECORDS = (MoneyOfBatch, OpenSales)
