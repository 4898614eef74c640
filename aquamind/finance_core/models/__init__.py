"""The books: accounts and cost centres, budgets, and the close of a month."""

from aquamind.finance_core.models.accounts import (
    Account,
    AccountGroup,
    AllocationRule,
    CostCenter,
    CostCenterBatchLink,
)
from aquamind.finance_core.models.budgets import Budget, BudgetEntry
from aquamind.finance_core.models.months import (
    CostImportBatch,
    CostImportLine,
    PeriodLock,
    ValuationRun,
)

__all__ = [
    "Account",
    "AccountGroup",
    "AllocationRule",
    "Budget",
    "BudgetEntry",
    "CostCenter",
    "CostCenterBatchLink",
    "CostImportBatch",
    "CostImportLine",
    "PeriodLock",
    "ValuationRun",
]
