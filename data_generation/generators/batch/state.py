"""What batch keeps from day to day."""

from data_generation.generators.core.declared.state import Column, PerCountry, Records


class Starts(PerCountry):
    """The day of a country's next start; its numbering: the last year in which it started a batch,
    and how many it started in it.
    """

    next_start = Column()
    year = Column()
    count = Column()


class OpenMoves(Records):
    """Workflows of moves that are planned or under way, by batch.

    `day` and `last_day` are planned, `begun` is the first that was worked on, NULL before it. Fish
    that were there when it was planned, that came over, that died; what they weighed then, in
    hundredths of a kilogram; actions in all, and those done.
    """

    id = Column()
    batch = Column()
    day = Column()
    last_day = Column()
    source_stage = Column()
    stage = Column()
    begun = Column()
    sources = Column()
    moved = Column()
    dead = Column()
    biomass = Column()
    actions = Column()
    completed = Column()
    created = Column()


class PlannedActions(Records):
    """Actions of workflows that were planned and are not done; `count` is of when they were."""

    id = Column()
    workflow = Column()
    batch = Column()
    number = Column()
    assignment = Column()
    day = Column()
    count = Column()
    created = Column()


RECORDS = (Starts, OpenMoves, PlannedActions)
