"""What environmental keeps from day to day."""

from data_generation.generators.core.declared.state import (
    ByQuantity,
    Column,
    PerArea,
    PerAssignment,
    PerCountry,
    PerHall,
    PerRun,
)


class CountryAnomalies(PerCountry):
    """Fast and slow anomaly that a country's areas share, in millionths of a standard deviation."""

    fast = Column()
    slow = Column()


class AreaAnomalies(PerArea):
    """An area's own anomalies, in the same unit: of temperature, oxygen and salt."""

    fast = Column()
    slow = Column()
    oxygen = Column()
    salt = Column()


class HallAnomalies(PerHall):
    """How far a hall is off its set point, in the same unit."""

    deviation = Column()


class WaterReached(PerRun):
    """The day to which the anomalies reach."""

    day = Column(-1)


class ContainerWater(PerAssignment):
    """What fish and feed have done to the water of their container.

    `load` is the smoothed feed load in ten-thousandths of kg/m³/day, `noise` the state of the
    chemistry's variation from day to day, in ten-thousandths of a standard deviation.
    """

    load = Column()
    noise = Column()


class ContainerLevels(ByQuantity, PerAssignment):
    """The water of each container with fish at the last midnight, oxygen as % of saturation."""


RECORDS = (
    CountryAnomalies,
    AreaAnomalies,
    HallAnomalies,
    WaterReached,
    ContainerWater,
    ContainerLevels,
)
