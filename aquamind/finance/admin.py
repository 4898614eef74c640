"""Admin of finance."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin, FarmPlainAdmin
from aquamind.finance.models import (
    DimCompany,
    DimSite,
    FactHarvest,
    IntercompanyPolicy,
    IntercompanyTransaction,
    NavExportBatch,
    NavExportLine,
)


@admin.register(DimCompany)
class DimCompanyAdmin(FarmPlainAdmin):
    list_display = ["display_name", "geography", "subsidiary", "currency", "nav_company_code"]
    list_filter = ["geography", "subsidiary", "currency"]
    search_fields = ["display_name", "nav_company_code"]


@admin.register(DimSite)
class DimSiteAdmin(FarmPlainAdmin):
    list_display = ["site_name", "company", "source_model", "source_pk"]
    list_filter = ["company", "source_model"]
    search_fields = ["site_name"]


@admin.register(FactHarvest)
class FactHarvestAdmin(FarmAdmin):
    list_display = [
        "event_date",
        "dim_company",
        "dim_site",
        "product_grade",
        "quantity_kg",
        "unit_count",
        "dim_batch_id",
    ]
    list_filter = ["dim_company", "product_grade"]
    search_fields = ["=dim_batch_id", "dim_site__site_name"]
    date_hierarchy = "event_date"


@admin.register(IntercompanyPolicy)
class IntercompanyPolicyAdmin(FarmAdmin):
    list_display = [
        "from_company",
        "to_company",
        "pricing_basis",
        "product_grade",
        "lifecycle_stage",
        "method",
        "markup_percent",
    ]
    list_filter = ["pricing_basis", "method", "from_company", "to_company"]
    search_fields = ["from_company__display_name", "to_company__display_name"]


@admin.register(IntercompanyTransaction)
class IntercompanyTransactionAdmin(FarmAdmin):
    list_display = ["posting_date", "policy", "amount", "currency", "state"]
    list_filter = ["state", "currency"]
    list_select_related = [
        "policy__from_company",
        "policy__to_company",
        "policy__product_grade",
        "policy__lifecycle_stage",
    ]
    search_fields = ["event__document_ref"]
    date_hierarchy = "posting_date"


@admin.register(NavExportBatch)
class NavExportBatchAdmin(FarmAdmin):
    list_display = ["company", "date_from", "date_to", "posting_date", "currency", "state"]
    list_filter = ["company", "state"]
    search_fields = ["company__display_name"]
    date_hierarchy = "posting_date"


@admin.register(NavExportLine)
class NavExportLineAdmin(FarmAdmin):
    list_display = ["document_no", "account_no", "balancing_account_no", "amount", "dim_site"]
    list_filter = ["dim_company", "product_grade"]
    search_fields = ["document_no", "account_no", "description"]
