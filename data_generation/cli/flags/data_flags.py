"""Flags that say which data, alike in every script that generates."""

import argparse
from datetime import date

from data_generation.cli.shell import Parser


def add_data_flags(
    parser: Parser, title: str, profile: str, example: str
) -> argparse._ArgumentGroup:
    """Add the flags of the configuration and return their group.

    `profile` is the one that is taken if none is given; `example` is shown for --set.
    """
    group = parser.add_argument_group(title)
    group.add_argument("--profile", metavar="NAME", help=f"size and setting ({profile})")
    group.add_argument("--config", metavar="FILE", help="YAML file laid over the profile")
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"one value, e.g. {example}; may be repeated, the last wins",
    )
    group.add_argument("--seed", type=int, metavar="N", help="generation.seed")
    return group


def day(text: str) -> date:
    """Read a date such as 2024-01-03."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a date such as 2024-01-03"
        ) from error
