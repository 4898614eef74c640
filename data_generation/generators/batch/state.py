"""What batch keeps from day to day."""

from data_generation.generators.core.state import Column, PerCountry


class Starts(PerCountry):
    """The day of a country's next start; its numbering: the last year in which it started a batch,
    and how many it started in it.
    """

    next_start = Column()
    year = Column()
    count = Column()


RECORDS = (Starts,)
