from django.apps import AppConfig


class EnvironmentalConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "aquamind.environmental"
    label = "environmental"
    verbose_name = "Environmental"
