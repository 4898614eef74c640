"""What infrastructure declares."""

from data_generation.generators.core.declared.domain import Domain
from data_generation.generators.infrastructure.sites import write_infrastructure

DOMAIN = Domain("infrastructure", set_up=write_infrastructure)
