"""What health declares."""

from data_generation.generators.core.declared.domain import Domain
from data_generation.generators.health.setup import write_health_setup
from data_generation.generators.health.state import RECORDS

DOMAIN = Domain("health", records=RECORDS, set_up=write_health_setup)
