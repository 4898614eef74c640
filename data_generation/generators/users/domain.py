"""What users declares."""

from data_generation.generators.core.declared.domain import Domain
from data_generation.generators.users.staff import write_staff

DOMAIN = Domain("users", set_up=write_staff)
