"""Rows of what is known beforehand: users, species, stages, parameters, feeds, grades."""

import numpy as np

from data_generation.config.models import STAGES, Config
from data_generation.generators.core.dates import at
from data_generation.generators.core.draws import Ints, whole
from data_generation.generators.core.layout import PARAMETERS
from data_generation.generators.core.output import Ids, Output

SPECIES = 1

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

# Weight in g and length in cm, from and to.
_STAGE_RANGES = (
    ("Eggs and yolk-sac fry in trays", 0.08, 0.25, 0.5, 2.7),
    ("First feeding in small tanks", 0.15, 10, 2.4, 10),
    ("Freshwater fish with parr marks", 5, 110, 7.5, 21),
    ("Smoltifying fish under light control", 70, 320, 18, 31),
    ("Large smolt before sea transfer", 200, 720, 25, 41),
    ("Ongrowing at sea until harvest", 400, 8000, 33, 85),
)

# Unit, description, lowest and highest valid, lowest and highest good.
_PARAMETER_RANGES = (
    ("°C", "Water temperature", -1, 25, 6, 14),
    ("mg/L", "Dissolved oxygen", 0, 20, 7, 12),
    ("pH", "Acidity of the water", 5, 9, 6.5, 8.2),
    ("PSU", "Practical salinity, measured at sea", 0, 40, 28, 35.5),
    ("mg/L", "Dissolved carbon dioxide", 0, 40, 0, 12),
    ("mg/L", "Nitrite nitrogen", 0, 2, 0, 0.1),
    ("mg/L", "Nitrate nitrogen", 0, 300, 0, 100),
    ("mg/L", "Total ammonia nitrogen", 0, 10, 0, 2),
)

GRADES = (
    ("SUPERIOR", "Superior", "Without fault, for any market"),
    ("ORDINARY", "Ordinary", "Slight faults of skin or shape"),
    ("PRODUCTION", "Production", "For processing only"),
)


def write_master_data(config: Config, ids: Ids, output: Output, start_day: int) -> None:
    """All master data rows, as they stood on the first morning of the run."""
    stamps = {"created_at": at(start_day, 0), "updated_at": at(start_day, 0)}
    _users(ids, output, stamps)
    _biology(ids, output, stamps)
    _parameters(ids, output, stamps)
    _feeds(config, ids, output, stamps)
    table = "harvest_productgrade"
    output.insert(
        table,
        len(GRADES),
        id=ids.take(table, len(GRADES)),
        code=[code for code, _, _ in GRADES],
        name=[name for _, name, _ in GRADES],
        description=[text for _, _, text in GRADES],
        **stamps,
    )


def operator_of(country: str) -> int:
    """Key of the site operator of a country, the first one's where it has none of its own."""
    code = {"faroe": "FO", "scotland": "SC"}.get(country)
    operators = {user[6]: key for key, user in enumerate(_USERS, start=1) if user[5] == "OPR"}
    return operators.get(code or "", min(operators.values()))


def _users(ids: Ids, output: Output, stamps: dict[str, int]) -> None:
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


def _biology(ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    output.insert(
        "batch_species",
        1,
        id=ids.take("batch_species", 1),
        name="Atlantic Salmon",
        scientific_name="Salmo salar",
        description="Anadromous salmonid, farmed from egg to harvest",
        optimal_temperature_min=600,
        optimal_temperature_max=1400,
        optimal_oxygen_min=700,
        optimal_ph_min=650,
        optimal_ph_max=820,
        **stamps,
    )
    table = "batch_lifecyclestage"
    rows = len(STAGES)
    ranges = whole(np.array([r[1:] for r in _STAGE_RANGES]) * 100)
    output.insert(
        table,
        rows,
        id=ids.take(table, rows),
        name=list(STAGES),
        order=np.arange(1, rows + 1),
        description=[r[0] for r in _STAGE_RANGES],
        expected_weight_min_g=ranges[:, 0],
        expected_weight_max_g=ranges[:, 1],
        expected_length_min_cm=ranges[:, 2],
        expected_length_max_cm=ranges[:, 3],
        species_id=SPECIES,
        **stamps,
    )


def _parameters(ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    table = "environmental_environmentalparameter"
    rows = len(PARAMETERS)
    limits = whole(np.array([r[2:] for r in _PARAMETER_RANGES]) * 100)
    output.insert(
        table,
        rows,
        id=ids.take(table, rows),
        name=list(PARAMETERS),
        unit=[r[0] for r in _PARAMETER_RANGES],
        description=[r[1] for r in _PARAMETER_RANGES],
        min_value=limits[:, 0],
        max_value=limits[:, 1],
        optimal_min=limits[:, 2],
        optimal_max=limits[:, 3],
        **stamps,
    )


def _feeds(config: Config, ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    table = "inventory_feed"
    feeds = config.feed.types

    def scaled(values: list[float]) -> Ints:
        return whole(np.array(values) * 100)

    floors = [0.0, *(feed.up_to_weight_g for feed in feeds)]
    output.insert(
        table,
        len(feeds),
        id=ids.take(table, len(feeds)),
        name=[feed.name for feed in feeds],
        brand=[feed.brand for feed in feeds],
        size_category=[feed.size_category for feed in feeds],
        pellet_size_mm=scaled([feed.pellet_size_mm for feed in feeds]),
        protein_percentage=scaled([feed.protein_percentage for feed in feeds]),
        fat_percentage=scaled([feed.fat_percentage for feed in feeds]),
        carbohydrate_percentage=scaled([feed.carbohydrate_percentage for feed in feeds]),
        description=[
            f"For fish of {low:g} to {feed.up_to_weight_g:g} g"
            for low, feed in zip(floors[:-1], feeds, strict=True)
        ],
        is_active=True,
        **stamps,
    )
