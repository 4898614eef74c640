from django.apps import AppConfig


class FinanceCoreConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "aquamind.finance_core"
    label = "finance_core"
    verbose_name = "Finance core"
