"""The staff: who they are, and who signs what."""

import numpy as np
from numpy.typing import NDArray

from data_generation.config.models import Config
from data_generation.config.users import ROLES, Person, Role
from data_generation.generators.core.world import World, setup_stamps


def staff(config: Config) -> list[Person]:
    """Everybody with an account, in the order of their keys."""
    people = [*config.users.staff]
    people += [person for country in config.countries.values() for person in country.staff]
    return sorted(people, key=lambda person: ROLES.index(person.role))


def signers(config: Config, role: Role) -> NDArray[np.int64]:
    """Key of the user who signs in a role, by country."""
    keys = {person.username: key for key, person in enumerate(staff(config), start=1)}
    return np.array(
        [
            next(keys[person.username] for person in country.staff if person.role == role)
            for country in config.countries_in_use
        ]
    )


def write_staff(world: World) -> None:
    """Accounts and profiles, as they stood on the first morning."""
    ids, output = world.ids, world.output
    stamps = setup_stamps(world)
    people = staff(world.config)
    count = len(people)
    keys = ids.take("auth_user", count)
    output.insert(
        "auth_user",
        count,
        id=keys,
        # Django's mark of an account that no password opens.
        password="!generated-account-without-a-password",  # noqa: S106
        last_login=None,
        is_superuser=False,
        username=[p.username for p in people],
        first_name=[p.first_name for p in people],
        last_name=[p.last_name for p in people],
        email=[f"{p.username}@aquamind.example" for p in people],
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
        job_title=[p.job_title for p in people],
        department=[p.department for p in people],
        language_preference="en",
        date_format_preference="DMY",
        user_id=keys,
        full_name=[f"{p.first_name} {p.last_name}" for p in people],
        geography=[p.geography for p in people],
        phone=None,
        role=[p.role for p in people],
        subsidiary=[p.subsidiary for p in people],
        **stamps,
    )
