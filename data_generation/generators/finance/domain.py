"""What finance declares."""

from data_generation.generators.core.declared.domain import Domain
from data_generation.generators.finance.books import write_finance
from data_generation.generators.finance.state import RECORDS

DOMAIN = Domain("finance", records=RECORDS, set_up=write_finance)
