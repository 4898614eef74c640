"""Admin of harvests."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin
from aquamind.harvest.models import HarvestEvent, HarvestLot, HarvestWaste, ProductGrade


@admin.register(ProductGrade)
class ProductGradeAdmin(FarmAdmin):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]


@admin.register(HarvestEvent)
class HarvestEventAdmin(FarmAdmin):
    list_display = ["event_date", "document_ref", "batch", "dest_geography", "dest_subsidiary"]
    list_filter = ["dest_geography", "dest_subsidiary"]
    search_fields = ["document_ref", "batch__batch_number"]
    date_hierarchy = "event_date"


@admin.register(HarvestLot)
class HarvestLotAdmin(FarmAdmin):
    list_display = ["event", "product_grade", "unit_count", "live_weight_kg", "gutted_weight_kg"]
    list_filter = ["product_grade"]
    search_fields = ["event__document_ref", "event__batch__batch_number"]


@admin.register(HarvestWaste)
class HarvestWasteAdmin(FarmAdmin):
    list_display = ["event", "category", "weight_kg"]
    list_filter = ["category"]
    search_fields = ["event__document_ref", "event__batch__batch_number"]
