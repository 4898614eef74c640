"""The domains, and what follows from all their declarations together."""

from data_generation.generators.batch.tables import TABLES as BATCH
from data_generation.generators.broodstock.tables import TABLES as BROODSTOCK
from data_generation.generators.core.declared.tables import Tables
from data_generation.generators.environmental.tables import TABLES as ENVIRONMENTAL
from data_generation.generators.finance.tables import TABLES as FINANCE
from data_generation.generators.harvest.tables import TABLES as HARVEST
from data_generation.generators.health.tables import TABLES as HEALTH
from data_generation.generators.infrastructure.tables import TABLES as INFRASTRUCTURE
from data_generation.generators.inventory.tables import TABLES as INVENTORY
from data_generation.generators.users.tables import TABLES as USERS

TABLES = Tables(
    (
        *USERS,
        *INFRASTRUCTURE,
        *BATCH,
        *ENVIRONMENTAL,
        *INVENTORY,
        *HARVEST,
        *BROODSTOCK,
        *HEALTH,
        *FINANCE,
    )
)
