"""What environmental declares."""

from data_generation.generators.core.declared.domain import Domain
from data_generation.generators.environmental.setup import write_quantities
from data_generation.generators.environmental.state import RECORDS

DOMAIN = Domain("environmental", records=RECORDS, set_up=write_quantities)
