"""Section `users`, and the staff of each country: who has an account."""

from typing import Annotated, Literal

from pydantic import Field

from data_generation.config.types import Section

Role = Literal["ADMIN", "VET", "MGR", "OPR", "FIN"]
ROLES: tuple[Role, ...] = ("ADMIN", "VET", "MGR", "OPR", "FIN")
"""What people do, in the order in which their accounts were made."""
NEEDED: tuple[Role, ...] = ("VET", "MGR", "OPR")
"""Roles that each country fills: who diagnoses, runs the stations, looks after the cages."""


class Person(Section):
    """A member of the staff with an account; `geography` and `subsidiary` are AquaMind's codes."""

    username: Annotated[str, Field(pattern=r"^[a-z.]{1,150}$")]
    first_name: Annotated[str, Field(min_length=1, max_length=150)]
    last_name: Annotated[str, Field(min_length=1, max_length=150)]
    job_title: Annotated[str, Field(max_length=100)]
    department: Annotated[str, Field(max_length=100)]
    role: Role
    geography: str = Field(pattern="^[A-Z]{2,3}$")
    subsidiary: Literal["BS", "FW", "FM", "LG", "ALL"]


class Users(Section):
    """Accounts of the whole company."""

    staff: tuple[Person, ...]
