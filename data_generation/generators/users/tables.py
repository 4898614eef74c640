"""Accounts and profiles of the staff. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

TABLES = (
    Table(
        "auth_user",
        """
        id:i4 password:s last_login:ts is_superuser:b username:s first_name:s last_name:s
        email:s is_staff:b is_active:b date_joined:ts
        """,
        natural_key=("username",),
        unhashed=("password", "last_login"),
    ),
    Table(
        "users_userprofile",
        """
        id:i8 profile_picture:s job_title:s department:s language_preference:s
        date_format_preference:s user_id:i4>auth_user full_name:s geography:s phone:s role:s
        subsidiary:s stamps
        """,
        history=True,
        natural_key=("user_id",),
    ),
)
