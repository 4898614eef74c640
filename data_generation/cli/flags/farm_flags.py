"""Flags of the scripts that set up a farm and generate its batches one at a time."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data_generation.batches.places import require_same_places
from data_generation.cli.flags.data_flags import add_data_flags
from data_generation.cli.shell import Parser
from data_generation.config.loading.loader import CONFIG_DIR, load_config, overlay_of
from data_generation.config.models import Config
from data_generation.errors import ConfigError, Refused
from data_generation.runs.postgres import stored_farm
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.store import FarmRecord

GUIDE_PROFILE: Final = "guide"


@dataclass(frozen=True)
class Configured:
    """A configuration and how it came about."""

    config: Config
    profile: str
    overlay: Mapping[str, Any]

    @property
    def farm(self) -> FarmRecord:
        """Which farm it describes."""
        return FarmRecord(self.profile, self.overlay)


def add_farm_flags(parser: Parser) -> None:
    """Add the flags that say which farm."""
    without = f"that of the farm in the database, else {GUIDE_PROFILE}"
    add_data_flags(parser, "which farm", without, "farm.areas_per_country=4")


def require_loadable(options: argparse.Namespace) -> None:
    """ConfigError if the flags alone are wrong: told before anything is connected to."""
    if options.profile or options.config or options.set or options.seed is not None:
        _load(options, None)


def configured(options: argparse.Namespace, connection: Connection) -> Configured:
    """Load the configuration of the farm that the database holds, with what the flags change.

    Without a farm, and where --profile or --config say which one, the flags alone decide. Raises
    Refused if they describe a place of the farm that is there otherwise than it is.
    """
    farm = stored_farm.recorded(connection)
    wanted = _load(options, farm)
    if farm is not None:
        there = _as_stored(farm)
        require_same_places(farm, there, wanted.config)
    return wanted


def _load(options: argparse.Namespace, farm: FarmRecord | None) -> Configured:
    if options.profile is not None or options.config is not None:
        farm = None
    profile, stored = (GUIDE_PROFILE, {}) if farm is None else (farm.profile, farm.overlay)
    profile = options.profile or profile
    sets = list(options.set)
    if options.seed is not None:
        sets.append(f"generation.seed={options.seed}")
    extra = None if options.config is None else Path(options.config)
    config = load_config(CONFIG_DIR, profile, sets, extra, stored)
    return Configured(config, profile, overlay_of(sets, extra, stored))


def _as_stored(farm: FarmRecord) -> Config:
    try:
        return load_config(CONFIG_DIR, farm.profile, [], None, farm.overlay)
    except ConfigError as error:
        raise Refused(
            f"The configuration of the farm in this database no longer loads: {error.message}",
            "Restore the files in config/, or: python manage.py runscript clear_data --yes",
        ) from error
