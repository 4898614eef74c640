"""The close of a month: costs that come in, what the fish are worth, and the lock."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class CostImportBatch(models.Model):
    """One file of costs for one month."""

    import_batch_id = models.BigAutoField(primary_key=True)
    year = models.PositiveIntegerField()
    month = models.PositiveSmallIntegerField(help_text="1 to 12")
    source_filename = models.CharField(max_length=255)
    checksum = models.CharField(max_length=64)
    imported_row_count = models.PositiveIntegerField(default=0)
    total_amount = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="uploaded_cost_import_batches",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "-month"]
        verbose_name_plural = "cost import batches"

    def __str__(self) -> str:
        return f"{self.source_filename}: {self.year}-{self.month:02d}"


class CostImportLine(models.Model):
    """One cost of one site in one month."""

    line_id = models.BigAutoField(primary_key=True)
    year = models.PositiveIntegerField()
    month = models.PositiveSmallIntegerField(help_text="1 to 12")
    cost_group_code = models.CharField(max_length=64)
    operating_unit_name = models.CharField(max_length=150)
    amount = models.DecimalField(
        max_digits=16, decimal_places=2, help_text="in the company's currency"
    )
    raw_payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    account_group = models.ForeignKey(
        "finance_core.AccountGroup", on_delete=models.PROTECT, related_name="cost_import_lines"
    )
    company = models.ForeignKey(
        "finance.DimCompany", on_delete=models.PROTECT, related_name="cost_import_lines"
    )
    import_batch = models.ForeignKey(
        CostImportBatch, on_delete=models.CASCADE, related_name="lines"
    )
    operating_unit = models.ForeignKey(
        "finance.DimSite", on_delete=models.PROTECT, related_name="cost_import_lines"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.operating_unit_name}, {self.cost_group_code}: {self.amount}"


class ValuationRun(models.Model):
    """The worth of the fish of one site at the end of one month, and what it was computed from."""

    class Status(models.TextChoices):
        PREVIEW = "PREVIEW", "Preview"
        APPROVED = "APPROVED", "Approved"
        EXPORTED = "EXPORTED", "Exported"
        FAILED = "FAILED", "Failed"

    run_id = models.BigAutoField(primary_key=True)
    run_timestamp = models.DateTimeField(auto_now_add=True)
    year = models.PositiveIntegerField()
    month = models.PositiveSmallIntegerField(help_text="1 to 12")
    version = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PREVIEW)
    completed_at = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(blank=True)
    biology_snapshot = models.JSONField(default=dict, blank=True)
    allocation_snapshot = models.JSONField(default=dict, blank=True)
    rule_snapshot = models.JSONField(default=dict, blank=True)
    mortality_snapshot = models.JSONField(default=dict, blank=True)
    totals_snapshot = models.JSONField(default=dict, blank=True)
    nav_posting = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="approved_valuation_runs",
    )
    budget = models.ForeignKey(
        "finance_core.Budget",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="valuation_runs",
    )
    company = models.ForeignKey(
        "finance.DimCompany", on_delete=models.PROTECT, related_name="valuation_runs"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_valuation_runs",
    )
    import_batch = models.ForeignKey(
        CostImportBatch,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="valuation_runs",
    )
    operating_unit = models.ForeignKey(
        "finance.DimSite", on_delete=models.PROTECT, related_name="valuation_runs"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "-month", "-version"]

    def __str__(self) -> str:
        return f"{self.operating_unit}, {self.year}-{self.month:02d}, version {self.version}"


class PeriodLock(models.Model):
    """A month of one site that is closed, or was opened again."""

    period_lock_id = models.BigAutoField(primary_key=True)
    year = models.PositiveIntegerField()
    month = models.PositiveSmallIntegerField(help_text="1 to 12")
    is_locked = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    lock_reason = models.TextField(blank=True)
    locked_at = models.DateTimeField(auto_now_add=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopen_reason = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    company = models.ForeignKey(
        "finance.DimCompany", on_delete=models.PROTECT, related_name="period_locks", db_index=False
    )
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="locked_period_locks",
    )
    operating_unit = models.ForeignKey(
        "finance.DimSite", on_delete=models.PROTECT, related_name="period_locks"
    )
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reopened_period_locks",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "operating_unit", "year", "month"], name="period_lock_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operating_unit}, {self.year}-{self.month:02d}"
