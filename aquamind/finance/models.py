"""Harvest facts by company and site, intercompany pricing, and exports to Navision."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Subsidiary, Timestamped


class DimCompany(models.Model):
    """A legal company: one subsidiary in one geography."""

    company_id = models.BigAutoField(primary_key=True)
    subsidiary = models.CharField(max_length=3, choices=Subsidiary.choices)
    display_name = models.CharField(max_length=150)
    currency = models.CharField(max_length=3, null=True, blank=True, help_text="ISO 4217")
    nav_company_code = models.CharField(
        max_length=50, null=True, blank=True, help_text="code of the company in Navision"
    )
    geography = models.ForeignKey(
        "infrastructure.Geography",
        on_delete=models.PROTECT,
        related_name="companies",
        db_index=False,
    )

    class Meta:
        ordering = ["display_name"]
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(fields=["geography", "subsidiary"], name="company_unique")
        ]

    def __str__(self) -> str:
        return self.display_name


class DimSite(models.Model):
    """A station or sea area as the accounts see it."""

    class SourceModel(models.TextChoices):
        STATION = "station", "Station"
        AREA = "area", "Area"

    site_id = models.BigAutoField(primary_key=True)
    source_model = models.CharField(max_length=16, choices=SourceModel.choices)
    source_pk = models.PositiveIntegerField(help_text="id of the station or area")
    site_name = models.CharField(max_length=150)
    company = models.ForeignKey(DimCompany, on_delete=models.PROTECT, related_name="sites")

    class Meta:
        ordering = ["site_name"]
        verbose_name_plural = "sites"
        constraints = [
            models.UniqueConstraint(fields=["source_model", "source_pk"], name="site_source_unique")
        ]

    def __str__(self) -> str:
        return self.site_name


class FactHarvest(Timestamped):
    """One harvest lot as a finance fact."""

    fact_id = models.BigAutoField(primary_key=True)
    event_date = models.DateTimeField()
    quantity_kg = models.DecimalField(max_digits=12, decimal_places=3, help_text="kg live weight")
    unit_count = models.PositiveIntegerField(help_text="fish")
    dim_batch_id = models.PositiveIntegerField(help_text="id of the batch")
    dim_company = models.ForeignKey(
        DimCompany, on_delete=models.PROTECT, related_name="harvest_facts"
    )
    dim_site = models.ForeignKey(DimSite, on_delete=models.PROTECT, related_name="harvest_facts")
    event = models.ForeignKey(
        "harvest.HarvestEvent", on_delete=models.PROTECT, related_name="finance_facts"
    )
    lot = models.OneToOneField(
        "harvest.HarvestLot", on_delete=models.PROTECT, related_name="finance_fact"
    )
    product_grade = models.ForeignKey(
        "harvest.ProductGrade", on_delete=models.PROTECT, related_name="harvest_facts"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "harvest facts"

    def __str__(self) -> str:
        return f"{self.quantity_kg} kg on {self.event_date:%Y-%m-%d}"


class IntercompanyPolicy(Timestamped):
    """How one company prices what it sells to another: a grade, a life stage or eggs."""

    class PricingBasis(models.TextChoices):
        GRADE = "grade", "Grade"
        LIFECYCLE = "lifecycle", "Lifecycle"
        EGG_DELIVERY = "egg_delivery", "Egg delivery"

    class Method(models.TextChoices):
        MARKET = "market", "Market"
        COST_PLUS = "cost_plus", "Cost plus"
        STANDARD = "standard", "Standard"

    policy_id = models.BigAutoField(primary_key=True)
    method = models.CharField(max_length=20, choices=Method.choices)
    markup_percent = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, help_text="% on cost"
    )
    from_company = models.ForeignKey(
        DimCompany, on_delete=models.PROTECT, related_name="policies_as_seller"
    )
    product_grade = models.ForeignKey(
        "harvest.ProductGrade",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="intercompany_policies",
    )
    to_company = models.ForeignKey(
        DimCompany, on_delete=models.PROTECT, related_name="policies_as_buyer"
    )
    pricing_basis = models.CharField(
        max_length=20,
        choices=PricingBasis.choices,
        default=PricingBasis.GRADE,
        db_default=PricingBasis.GRADE,
    )
    lifecycle_stage = models.ForeignKey(
        "batch.LifeCycleStage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="intercompany_policies",
    )
    price_per_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="currency per kg"
    )
    price_per_thousand_eggs = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="currency per thousand eggs",
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "intercompany policies"
        constraints = [
            models.UniqueConstraint(
                fields=["from_company", "to_company", "product_grade"],
                condition=Q(pricing_basis="grade", product_grade__isnull=False),
                name="intercompany_policy_grade",
            ),
            models.UniqueConstraint(
                fields=["from_company", "to_company", "lifecycle_stage"],
                condition=Q(pricing_basis="lifecycle", lifecycle_stage__isnull=False),
                name="intercompany_policy_lifecycle",
            ),
        ]

    def __str__(self) -> str:
        goods = self.product_grade or self.lifecycle_stage or self.get_pricing_basis_display()
        return f"{self.from_company} to {self.to_company}: {goods}"


class IntercompanyTransaction(Timestamped):
    """The sale between companies that a harvest, a transfer or a delivery of eggs caused."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        POSTED = "posted", "Posted"
        EXPORTED = "exported", "Exported"

    tx_id = models.BigAutoField(primary_key=True)
    posting_date = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, null=True, blank=True, help_text="ISO 4217")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    event = models.ForeignKey(
        "harvest.HarvestEvent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="intercompany_transactions",
    )
    policy = models.ForeignKey(
        IntercompanyPolicy, on_delete=models.PROTECT, related_name="transactions"
    )
    content_type = models.ForeignKey(
        "contenttypes.ContentType",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="kind of what caused it",
    )
    object_id = models.PositiveIntegerField(null=True, blank=True, help_text="id of what caused it")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_intercompany_transactions",
    )
    approval_date = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "policy"],
                name="intercompany_source_policy",
            ),
            models.UniqueConstraint(
                fields=["event", "policy"],
                condition=Q(event__isnull=False),
                name="intercompany_event_policy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting_date}: {self.amount} {self.currency}"


class NavExportBatch(Timestamped):
    """Transactions exported together to Navision."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        EXPORTED = "exported", "Exported"

    batch_id = models.BigAutoField(primary_key=True)
    date_from = models.DateField()
    date_to = models.DateField()
    posting_date = models.DateField()
    currency = models.CharField(max_length=3, null=True, blank=True, help_text="ISO 4217")
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    company = models.ForeignKey(
        DimCompany, on_delete=models.PROTECT, related_name="nav_export_batches"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "Navision export batches"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "date_from", "date_to"], name="nav_batch_period_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.company}, {self.date_from} to {self.date_to}"


class NavExportLine(models.Model):
    """One journal line of an export."""

    line_id = models.BigAutoField(primary_key=True)
    document_no = models.CharField(max_length=32)
    account_no = models.CharField(max_length=50)
    balancing_account_no = models.CharField(max_length=50, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    description = models.CharField(max_length=255, blank=True)
    batch_id_int = models.PositiveIntegerField(help_text="id of the batch of fish")
    batch = models.ForeignKey(NavExportBatch, on_delete=models.CASCADE, related_name="lines")
    dim_company = models.ForeignKey(
        DimCompany, on_delete=models.PROTECT, related_name="nav_export_lines"
    )
    dim_site = models.ForeignKey(DimSite, on_delete=models.PROTECT, related_name="nav_export_lines")
    product_grade = models.ForeignKey(
        "harvest.ProductGrade", on_delete=models.PROTECT, related_name="nav_export_lines"
    )
    transaction = models.ForeignKey(
        IntercompanyTransaction, on_delete=models.PROTECT, related_name="nav_export_lines"
    )

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "document_no"], name="nav_line_document")
        ]

    def __str__(self) -> str:
        return f"{self.document_no}: {self.amount}"
