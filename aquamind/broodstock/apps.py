from django.apps import AppConfig


class BroodstockConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "aquamind.broodstock"
    label = "broodstock"
    verbose_name = "Broodstock"
