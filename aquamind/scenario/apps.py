from django.apps import AppConfig


class ScenarioConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "aquamind.scenario"
    label = "scenario"
    verbose_name = "Scenario"
