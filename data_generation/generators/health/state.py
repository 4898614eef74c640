"""What health keeps from day to day."""

from data_generation.generators.core.declared.state import Column, PerAssignment, PerPlace, Records


class FishHealth(PerAssignment):
    """Disease, lice and treatment of the fish of each assignment.

    `withheld_until` is the last day on which they may not be slaughtered; `vaccinated` the vaccines
    given, a bit for each, `vaccination_due` the day of vaccination (0 until it is planned),
    `protected_from` the day from which the vaccine protects. Lice a fish by stage in
    ten-thousandths, and the day of the last treatment against them. `disease` is the one that is
    active (its number from 1, 0 for none), `disease_day` since when (a day to come while it
    incubates), `disease_level` how severe, `disease_curbed` how much treatment has lowered it, both
    in ten-thousandths; `immune` has a bit for each disease overcome. `injury` is the share of the
    stock that dies of injuries in a day, in millionths.
    """

    carried = True
    withheld_until = Column(mixed="worst")
    vaccinated = Column(mixed="both")
    lice_attached = Column(mixed="mean")
    lice_mobile = Column(mixed="mean")
    lice_female = Column(mixed="mean")
    lice_treated_day = Column(mixed="worst")
    disease = Column(mixed="worst")
    disease_day = Column(mixed="worst")
    disease_level = Column(mixed="mean")
    immune = Column(mixed="both")
    disease_curbed = Column(mixed="mean")
    injury = Column(mixed="mean")
    vaccination_due = Column(mixed="worst")
    protected_from = Column(mixed="worst")


class LiceAtPlace(PerPlace):
    """`larvae` in the water for each fish there, in thousandths; the treatment planned last.

    `due` is its first day, 0 for none; `method` its protocol's number.
    """

    larvae = Column()
    due = Column()
    method = Column()


class PendingTreatments(Records):
    """Treatments whose outcome is not known yet; `kind`, `what` and `detail` as in `effects.Order`.

    `follow_up` is the day on which the `outcome` is written, `begun` the first day.
    """

    id = Column()
    follow_up = Column()
    outcome = Column()
    moment = Column()
    begun = Column()
    days = Column()
    withheld = Column()
    kind = Column()
    what = Column()
    detail = Column()
    batch = Column()
    assignment = Column()
    container = Column()
    user = Column()


class OpenDiagnoses(Records):
    """Entries of the journal that tell of a diagnosis and are not resolved."""

    id = Column()
    assignment = Column()
    disease = Column()
    moment = Column()
    batch = Column()
    container = Column()
    user = Column()
    severe = Column()


class SmallLosses(Records):
    """Deaths that are summed up by week or month before they are recorded."""

    batch = Column()
    container = Column()
    reason = Column()
    day = Column()
    count = Column()


RECORDS = (FishHealth, LiceAtPlace, PendingTreatments, OpenDiagnoses, SmallLosses)
