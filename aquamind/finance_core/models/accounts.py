"""The chart of accounts, cost centres, and how costs are shared out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class AccountType(models.TextChoices):
    """What kind of account it is."""

    ASSET = "ASSET", "Asset"
    LIABILITY = "LIABILITY", "Liability"
    EQUITY = "EQUITY", "Equity"
    REVENUE = "REVENUE", "Revenue"
    EXPENSE = "EXPENSE", "Expense"


class AccountGroup(Timestamped):
    """Accounts that are reported together; groups may lie in groups."""

    group_id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=150)
    account_type = models.CharField(max_length=20, choices=AccountType.choices)
    cost_group = models.CharField(max_length=64, null=True, blank=True)
    description = models.TextField(blank=True)
    display_order = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["display_order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["cost_group"],
                condition=Q(cost_group__isnull=False),
                name="account_cost_group_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Account(Timestamped):
    """One account of the ledger."""

    account_id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=150)
    account_type = models.CharField(max_length=20, choices=AccountType.choices)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    group = models.ForeignKey(
        AccountGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CostCenter(Timestamped):
    """Where costs arise: a site, a project, a department."""

    class CostCenterType(models.TextChoices):
        SITE = "SITE", "Site"
        PROJECT = "PROJECT", "Project"
        DEPARTMENT = "DEPARTMENT", "Department"
        OTHER = "OTHER", "Other"

    cost_center_id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=150)
    cost_center_type = models.CharField(
        max_length=20, choices=CostCenterType.choices, default=CostCenterType.OTHER
    )
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    company = models.ForeignKey(
        "finance.DimCompany", on_delete=models.PROTECT, related_name="cost_centers", db_index=False
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    site = models.ForeignKey(
        "finance.DimSite",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cost_centers",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="cost_center_code_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CostCenterBatchLink(models.Model):
    """The cost centre that a batch's costs go to."""

    link_id = models.BigAutoField(primary_key=True)
    linked_at = models.DateTimeField(auto_now_add=True)
    batch = models.OneToOneField(
        "batch.Batch", on_delete=models.CASCADE, related_name="cost_center_link"
    )
    cost_center = models.ForeignKey(
        CostCenter, on_delete=models.CASCADE, related_name="batch_links"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_cost_center_batch_links",
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.batch}: {self.cost_center}"


class AllocationRule(Timestamped):
    """How the costs of a group or a cost centre are shared out, and from when to when."""

    rule_id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=150)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    rule_definition = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    account_group = models.ForeignKey(
        AccountGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="allocation_rules",
    )
    cost_center = models.ForeignKey(
        CostCenter, on_delete=models.PROTECT, null=True, blank=True, related_name="allocation_rules"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
