"""What harvest declares."""

from data_generation.generators.core.declared.domain import Domain
from data_generation.generators.harvest.setup import write_grades

DOMAIN = Domain("harvest", set_up=write_grades)
