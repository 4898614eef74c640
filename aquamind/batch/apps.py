from django.apps import AppConfig


class BatchConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "aquamind.batch"
    label = "batch"
    verbose_name = "Batch"
