"""Budgets, month by month."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class Budget(Timestamped):
    """What one company means to spend and earn in a year."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        ACTIVE = "ACTIVE", "Active"
        ARCHIVED = "ARCHIVED", "Archived"

    budget_id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=150)
    fiscal_year = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    notes = models.TextField(blank=True)
    company = models.ForeignKey(
        "finance.DimCompany", on_delete=models.PROTECT, related_name="budgets", db_index=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_budgets",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-fiscal_year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "fiscal_year", "name", "version"], name="budget_version_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.fiscal_year}, version {self.version}"


class BudgetEntry(Timestamped):
    """One account of one cost centre in one month of a budget."""

    entry_id = models.BigAutoField(primary_key=True)
    month = models.PositiveSmallIntegerField(help_text="1 to 12")
    amount = models.DecimalField(
        max_digits=14, decimal_places=2, help_text="in the company's currency"
    )
    notes = models.TextField(blank=True)
    account = models.ForeignKey(
        "finance_core.Account", on_delete=models.PROTECT, related_name="budget_entries"
    )
    allocated_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="allocations"
    )
    budget = models.ForeignKey(
        Budget, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    cost_center = models.ForeignKey(
        "finance_core.CostCenter", on_delete=models.PROTECT, related_name="budget_entries"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "budget entries"
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "account", "cost_center", "month"], name="budget_entry_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.budget}, {self.account}, month {self.month}: {self.amount}"
