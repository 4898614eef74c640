"""What batch declares."""

from data_generation.generators.batch.setup import write_biology
from data_generation.generators.batch.state import RECORDS
from data_generation.generators.core.declared.domain import Domain

DOMAIN = Domain("batch", records=RECORDS, set_up=write_biology)
