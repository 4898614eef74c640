"""Flags of the scripts that set up a farm and generate its batches one at a time."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data_generation.config.loader import CONFIG_DIR, load_config, overlay_of
from data_generation.config.models import Config
from data_generation.scripts.data_flags import add_data_flags
from data_generation.scripts.shell import Parser

GUIDE_PROFILE: Final = "guide"


@dataclass(frozen=True)
class Configured:
    """A configuration and how it came about."""

    config: Config
    profile: str
    overlay: Mapping[str, Any]


def add_farm_flags(parser: Parser) -> None:
    """Add the flags that say which farm."""
    add_data_flags(parser, "which farm", GUIDE_PROFILE, "farm.areas_per_country=4")


def configured(options: argparse.Namespace) -> Configured:
    """Load the configuration that the flags ask for."""
    profile = options.profile or GUIDE_PROFILE
    sets = list(options.set)
    if options.seed is not None:
        sets.append(f"generation.seed={options.seed}")
    extra = None if options.config is None else Path(options.config)
    config = load_config(CONFIG_DIR, profile, sets, extra)
    return Configured(config, profile, overlay_of(sets, extra))
