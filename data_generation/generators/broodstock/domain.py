"""What broodstock declares."""

from data_generation.generators.broodstock.setup import write_broodstock
from data_generation.generators.broodstock.state import RECORDS
from data_generation.generators.core.declared.domain import Domain

DOMAIN = Domain("broodstock", records=RECORDS, set_up=write_broodstock)
