"""What a domain declares of itself beside its tables."""

from collections.abc import Callable
from dataclasses import dataclass

from data_generation.generators.core.declared.state import Records
from data_generation.generators.core.world import World


@dataclass(frozen=True)
class Domain:
    """One part of the company's life.

    `records` are the state that it keeps; `set_up` writes its infrastructure and master data as
    they stood on the first morning.
    """

    name: str
    records: tuple[type[Records], ...] = ()
    set_up: Callable[[World], None] | None = None
