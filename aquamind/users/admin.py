"""Admin of user profiles."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from aquamind.users.models import UserProfile


@admin.register(UserProfile)
class UserProfileAdmin(SimpleHistoryAdmin):
    list_display = ["user", "full_name", "role", "geography", "subsidiary", "job_title"]
    list_filter = ["role", "geography", "subsidiary"]
    search_fields = ["full_name", "user__username", "user__email"]
    autocomplete_fields = ["user"]
