"""Admin of feed."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin
from aquamind.inventory.models import (
    BatchFeedingSummary,
    ContainerFeedingSummary,
    Feed,
    FeedContainerStock,
    FeedingEvent,
    FeedPurchase,
)


@admin.register(Feed)
class FeedAdmin(FarmAdmin):
    list_display = ["name", "brand", "size_category", "pellet_size_mm", "protein_percentage"]
    list_filter = ["brand", "size_category", "is_active"]
    search_fields = ["name", "brand"]


@admin.register(FeedPurchase)
class FeedPurchaseAdmin(FarmAdmin):
    list_display = [
        "batch_number",
        "purchase_date",
        "feed",
        "quantity_kg",
        "cost_per_kg",
        "supplier",
        "expiry_date",
    ]
    list_filter = ["feed", "supplier"]
    search_fields = ["batch_number", "supplier"]
    date_hierarchy = "purchase_date"


@admin.register(FeedContainerStock)
class FeedContainerStockAdmin(FarmAdmin):
    list_display = ["feed_container", "feed_purchase", "quantity_kg", "entry_date"]
    list_filter = ["feed_purchase__feed"]
    list_select_related = ["feed_purchase__feed"]
    search_fields = ["feed_container__name", "feed_purchase__batch_number"]


@admin.register(FeedingEvent)
class FeedingEventAdmin(FarmAdmin):
    list_display = [
        "feeding_date",
        "feeding_time",
        "batch",
        "container",
        "feed",
        "amount_kg",
        "feeding_percentage",
        "feed_cost",
    ]
    list_filter = ["feed", "method"]
    search_fields = ["batch__batch_number"]


@admin.register(ContainerFeedingSummary)
class ContainerFeedingSummaryAdmin(FarmAdmin):
    list_display = ["batch", "period_start", "period_end", "total_feed_kg", "growth_kg", "fcr"]
    list_filter = ["confidence_level", "estimation_method"]
    list_select_related = ["container_assignment__batch", "container_assignment__container"]
    search_fields = ["batch__batch_number"]
    date_hierarchy = "period_start"


@admin.register(BatchFeedingSummary)
class BatchFeedingSummaryAdmin(FarmAdmin):
    list_display = [
        "batch",
        "period_start",
        "period_end",
        "total_feed_kg",
        "total_growth_kg",
        "fcr",
        "weighted_avg_fcr",
    ]
    list_filter = ["overall_confidence_level", "estimation_method"]
    search_fields = ["batch__batch_number"]
    date_hierarchy = "period_start"
