"""Admin of the books."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin
from aquamind.finance_core.models import (
    Account,
    AccountGroup,
    AllocationRule,
    Budget,
    BudgetEntry,
    CostCenter,
    CostCenterBatchLink,
    CostImportBatch,
    CostImportLine,
    PeriodLock,
    ValuationRun,
)


@admin.register(AccountGroup)
class AccountGroupAdmin(FarmAdmin):
    list_display = ["code", "name", "account_type", "cost_group", "parent", "is_active"]
    list_filter = ["account_type", "is_active"]
    search_fields = ["code", "name", "cost_group"]


@admin.register(Account)
class AccountAdmin(FarmAdmin):
    list_display = ["code", "name", "account_type", "group", "is_active"]
    list_filter = ["account_type", "group", "is_active"]
    search_fields = ["code", "name"]


@admin.register(CostCenter)
class CostCenterAdmin(FarmAdmin):
    list_display = ["code", "name", "cost_center_type", "company", "site", "is_active"]
    list_filter = ["cost_center_type", "company", "is_active"]
    search_fields = ["code", "name"]


@admin.register(CostCenterBatchLink)
class CostCenterBatchLinkAdmin(FarmAdmin):
    list_display = ["batch", "cost_center", "linked_at"]
    search_fields = ["batch__batch_number", "cost_center__code"]


@admin.register(AllocationRule)
class AllocationRuleAdmin(FarmAdmin):
    list_display = [
        "name",
        "account_group",
        "cost_center",
        "effective_from",
        "effective_to",
        "is_active",
    ]
    list_filter = ["is_active"]
    search_fields = ["name"]


@admin.register(Budget)
class BudgetAdmin(FarmAdmin):
    list_display = ["name", "company", "fiscal_year", "version", "status"]
    list_filter = ["company", "fiscal_year", "status"]
    search_fields = ["name"]


@admin.register(BudgetEntry)
class BudgetEntryAdmin(FarmAdmin):
    list_display = ["budget", "account", "cost_center", "month", "amount"]
    list_filter = ["month"]
    search_fields = ["account__code", "cost_center__code", "budget__name"]


@admin.register(CostImportBatch)
class CostImportBatchAdmin(FarmAdmin):
    list_display = [
        "source_filename",
        "year",
        "month",
        "imported_row_count",
        "total_amount",
        "uploaded_by",
    ]
    list_filter = ["year"]
    search_fields = ["source_filename"]


@admin.register(CostImportLine)
class CostImportLineAdmin(FarmAdmin):
    list_display = ["operating_unit", "year", "month", "cost_group_code", "amount", "company"]
    list_filter = ["company", "year"]
    search_fields = ["operating_unit_name", "cost_group_code"]


@admin.register(ValuationRun)
class ValuationRunAdmin(FarmAdmin):
    list_display = [
        "operating_unit",
        "year",
        "month",
        "version",
        "status",
        "company",
        "run_timestamp",
    ]
    list_filter = ["company", "status", "year"]
    search_fields = ["operating_unit__site_name"]


@admin.register(PeriodLock)
class PeriodLockAdmin(FarmAdmin):
    list_display = [
        "operating_unit",
        "year",
        "month",
        "is_locked",
        "version",
        "locked_at",
        "company",
    ]
    list_filter = ["company", "is_locked", "year"]
    search_fields = ["operating_unit__site_name"]
