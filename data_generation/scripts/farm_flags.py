"""Flags of the scripts that set up a farm and generate its batches one at a time."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from data_generation.config.loader import load_config, overlay_of
from data_generation.config.models import Config
from data_generation.orchestrator.folders import PROJECT_ROOT
from data_generation.scripts.shell import Parser

GUIDE_PROFILE: Final = "guide"
CONFIG_DIR: Final = PROJECT_ROOT / "config"


@dataclass(frozen=True)
class Configured:
    """A configuration and how it came about."""

    config: Config
    profile: str
    overlay: Mapping[str, Any]


def add_farm_flags(parser: Parser) -> None:
    """Add the flags that say which farm."""
    group = parser.add_argument_group("which farm")
    group.add_argument("--profile", metavar="NAME", help=f"size and setting ({GUIDE_PROFILE})")
    group.add_argument("--config", metavar="FILE", help="YAML file laid over the profile")
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="one value, e.g. farm.areas_per_country=4; may be repeated, the last wins",
    )
    group.add_argument("--seed", type=int, metavar="N", help="generation.seed")


def configured(options: argparse.Namespace) -> Configured:
    """Load the configuration that the flags ask for."""
    profile = options.profile or GUIDE_PROFILE
    sets = list(options.set)
    if options.seed is not None:
        sets.append(f"generation.seed={options.seed}")
    extra = None if options.config is None else Path(options.config)
    config = load_config(CONFIG_DIR, profile, sets, extra)
    return Configured(config, profile, overlay_of(sets, extra))


def day(text: str) -> date:
    """Read a date such as 2024-01-03."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a date such as 2024-01-03"
        ) from error
