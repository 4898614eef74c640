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


SCRIPTS: Final = (
    Script(
        "data_generation",
        "data_generation.scripts.data_generation",
        "generate years of farm data; resume, check, report and show status",
    ),
    Script(
        "clear_data",
        "data_generation.scripts.clear_data",
        "delete all generated data, runs and the checkpoint file",
    ),
)


def listing() -> str:
    """Return one line a script."""
    width = max(len(script.name) for script in SCRIPTS)
    return "\n".join(f"{script.name:{width}}  {script.summary}" for script in SCRIPTS)


def find(name: str) -> Script:
    """Return the script of that name; UsageError naming those that exist."""
    for script in SCRIPTS:
        if script.name == name:
            return script
    known = ", ".join(script.name for script in SCRIPTS)
    raise UsageError(f"runscript {name}: no such script.", f"Known scripts: {known}.")


def start(name: str, flags: Sequence[str]) -> ExitCode:
    """Run a script with its flags and return its exit code."""
    module = importlib.import_module(find(name).module)
    code: ExitCode = module.main(list(flags))
    return code
