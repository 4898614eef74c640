"""Which scripts there are, and how one is started."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from data_generation.errors import ExitCode, UsageError


@dataclass(frozen=True)
class Script:
    """A script's name, the module whose `main(flags)` runs it, and a line on what it does."""

    name: str
    module: str
    summary: str
    aliases: tuple[str, ...] = ()
    """The numbered names of the event engine's guide."""


def _script(name: str, summary: str, *aliases: str) -> Script:
    return Script(name, f"data_generation.cli.commands.{name}", summary, aliases)


SCRIPTS: Final = (
    _script("data_generation", "generate years of farm data; resume, check, report, show status"),
    _script(
        "bootstrap_infrastructure",
        "make stations, halls, areas, containers, sensors, silos",
        "01_bootstrap_infrastructure",
    ),
    _script(
        "initialize_master_data",
        "make species, stages, parameters, feeds; fill the silos",
        "02_initialize_master_data",
    ),
    _script(
        "event_engine",
        "generate one batch, beside any others",
        "03_event_engine_core",
        "event_engine_core",
    ),
    _script("verify_data_integrity", "check batches and all that hangs on them"),
    _script("realism", "compare the data with what is known of real farms; tables and plots"),
    _script("cleanup_batch_data", "delete all batches; keep infrastructure and master data"),
    _script("compress_months", "store finished months by column, where TimescaleDB is"),
    _script("clear_data", "delete all generated data, runs and checkpoint files"),
)


def listing() -> str:
    """Return one line a script."""
    width = max(len(script.name) for script in SCRIPTS)
    return "\n".join(f"{script.name:{width}}  {script.summary}" for script in SCRIPTS)


def is_script(name: str) -> bool:
    """Whether there is a script of that name."""
    return any(name in (script.name, *script.aliases) for script in SCRIPTS)


def find(name: str) -> Script:
    """Return the script of that name; UsageError naming those that exist."""
    for script in SCRIPTS:
        if name in (script.name, *script.aliases):
            return script
    known = ", ".join(script.name for script in SCRIPTS)
    raise UsageError(f"runscript {name}: no such script.", f"Known scripts: {known}.")


def start(name: str, flags: Sequence[str]) -> ExitCode:
    """Run a script with its flags and return its exit code."""
    module = importlib.import_module(find(name).module)
    code: ExitCode = module.main(list(flags))
    return code
