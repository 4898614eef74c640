"""The profile that AquaMind keeps beside each login, and the history of logins."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from simple_history import register
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Subsidiary, Timestamped


class UserProfile(Timestamped):
    """Where a user works, in which role, and how they like dates and language."""

    class Language(models.TextChoices):
        EN = "en", "English"
        FO = "fo", "Faroese"
        DA = "da", "Danish"

    class DateFormat(models.TextChoices):
        DMY = "DMY", "DD/MM/YYYY"
        MDY = "MDY", "MM/DD/YYYY"
        YMD = "YMD", "YYYY-MM-DD"

    class Geography(models.TextChoices):
        FO = "FO", "Faroe Islands"
        SC = "SC", "Scotland"
        ALL = "ALL", "All"

    class Role(models.TextChoices):
        ADMIN = "ADMIN", "Administrator"
        MGR = "MGR", "Manager"
        OPR = "OPR", "Operator"
        SHIP_CREW = "SHIP_CREW", "Ship crew"
        VET = "VET", "Veterinarian"
        QA = "QA", "Quality assurance"
        FIN = "FIN", "Finance"
        VIEW = "VIEW", "Viewer"

    profile_picture = models.FileField(
        upload_to="profile_pictures/", max_length=100, null=True, blank=True
    )
    job_title = models.CharField(max_length=100, null=True, blank=True)
    department = models.CharField(max_length=100, null=True, blank=True)
    language_preference = models.CharField(
        max_length=5, choices=Language.choices, default=Language.EN
    )
    date_format_preference = models.CharField(
        max_length=10, choices=DateFormat.choices, default=DateFormat.DMY
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile"
    )
    full_name = models.CharField(max_length=150, blank=True)
    geography = models.CharField(max_length=3, choices=Geography.choices, default=Geography.ALL)
    phone = models.CharField(max_length=20, null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEW)
    subsidiary = models.CharField(max_length=3, choices=Subsidiary.choices, default=Subsidiary.ALL)
    allowed_areas = models.ManyToManyField(
        "infrastructure.Area", blank=True, related_name="allowed_users"
    )
    allowed_containers = models.ManyToManyField(
        "infrastructure.Container", blank=True, related_name="allowed_users"
    )
    allowed_stations = models.ManyToManyField(
        "infrastructure.FreshwaterStation", blank=True, related_name="allowed_users"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.full_name or str(self.user)


# Logins are Django's own model, whose history lies in this app and is called as its table is.
register(User, app="aquamind.users", table_name="auth_historicaluser")
