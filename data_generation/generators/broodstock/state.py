"""What broodstock keeps from day to day."""

from data_generation.generators.core.declared.state import Column, PerCountry, Records


class Parents(Records):
    """Live parents.

    `key` is what their draws are keyed by; `sex` 0 for a female, 1 for a male; `container` the
    tank; `since` the day of their choice, `moved` the day on which they came to the spawning tanks;
    `status` a number of `parents.STATUSES`; `created_us` the moment of their row.
    """

    id = Column()
    key = Column()
    country = Column()
    sex = Column()
    container = Column()
    since = Column()
    moved = Column()
    status = Column()
    created_us = Column()


class BreedingPlans(PerCountry):
    """A country's breeding plan, its first day, the plan before it; how many females and males the
    country has ever had.
    """

    plan = Column()
    start = Column()
    plan_before = Column()
    females = Column()
    males = Column()


class OpenTasks(Records):
    """Upkeep of tanks that is planned and not done yet; `kind` a number of `upkeep.KINDS`."""

    id = Column()
    kind = Column()
    tank = Column()
    scheduled = Column()
    done_day = Column()
    country = Column()
    created = Column()


RECORDS = (Parents, BreedingPlans, OpenTasks)
