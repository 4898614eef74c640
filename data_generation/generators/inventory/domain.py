"""What inventory declares."""

from data_generation.generators.core.declared.domain import Domain
from data_generation.generators.inventory.setup import write_feeds
from data_generation.generators.inventory.state import RECORDS

DOMAIN = Domain("inventory", records=RECORDS, set_up=write_feeds)
