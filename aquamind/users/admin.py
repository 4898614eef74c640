"""Admin of user profiles."""

from django.contrib import admin

from aquamind.db.admin import FarmAdmin
from aquamind.users.models import UserProfile


@admin.register(UserProfile)
class UserProfileAdmin(FarmAdmin):
    list_display = ["user", "full_name", "role", "geography", "subsidiary", "job_title"]
    list_filter = ["role", "geography", "subsidiary"]
    search_fields = ["full_name", "user__username", "user__email"]
