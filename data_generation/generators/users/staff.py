"""The staff: who they are, and who signs what."""

from data_generation.generators.core.world import World, setup_stamps

_USERS = (
    ("system", "System", "Generator", "Operations", "Data generation", "ADMIN", "ALL", "ALL"),
    ("hanna.joensen", "Hanna", "Joensen", "Veterinarian", "Fish health", "VET", "FO", "ALL"),
    ("fiona.macleod", "Fiona", "MacLeod", "Veterinarian", "Fish health", "VET", "SC", "ALL"),
    ("jakup.poulsen", "Jákup", "Poulsen", "Station manager", "Fresh water", "MGR", "FO", "FW"),
    ("ewan.fraser", "Ewan", "Fraser", "Station manager", "Fresh water", "MGR", "SC", "FW"),
    ("rani.olsen", "Rani", "Olsen", "Site operator", "Farming", "OPR", "FO", "FM"),
    ("isla.campbell", "Isla", "Campbell", "Site operator", "Farming", "OPR", "SC", "FM"),
    ("maria.dam", "Maria", "Dam", "Controller", "Finance", "FIN", "ALL", "ALL"),
)


def write_staff(world: World) -> None:
    """Accounts and profiles, as they stood on the first morning."""
    ids, output = world.ids, world.output
    stamps = setup_stamps(world)
    count = len(_USERS)
    keys = ids.take("auth_user", count)
    output.insert(
        "auth_user",
        count,
        id=keys,
        # Django's mark of an account that no password opens.
        password="!generated-account-without-a-password",  # noqa: S106
        last_login=None,
        is_superuser=False,
        username=[user[0] for user in _USERS],
        first_name=[user[1] for user in _USERS],
        last_name=[user[2] for user in _USERS],
        email=[f"{user[0]}@aquamind.example" for user in _USERS],
        is_staff=False,
        is_active=True,
        date_joined=stamps["created_at"],
    )
    table = "users_userprofile"
    output.insert(
        table,
        count,
        id=ids.take(table, count),
        profile_picture=None,
        job_title=[user[3] for user in _USERS],
        department=[user[4] for user in _USERS],
        language_preference="en",
        date_format_preference="DMY",
        user_id=keys,
        full_name=[f"{user[1]} {user[2]}" for user in _USERS],
        geography=[user[6] for user in _USERS],
        phone=None,
        role=[user[5] for user in _USERS],
        subsidiary=[user[7] for user in _USERS],
        **stamps,
    )


def operator_of(country: str) -> int:
    """Key of the site operator of a country, the first one's where it has none of its own."""
    code = {"faroe": "FO", "scotland": "SC"}.get(country)
    operators = {user[6]: key for key, user in enumerate(_USERS, start=1) if user[5] == "OPR"}
    return operators.get(code or "", min(operators.values()))
