"""Where a run writes its checkpoint, logs and reports, and whether it can."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aquamind.program import HOME
from data_generation.errors import Refused, UsageError

CHECKPOINT_VARIABLE = "AQUAMIND_CHECKPOINT_DIR"
LOG_VARIABLE = "AQUAMIND_LOG_DIR"
REPORT_VARIABLE = "AQUAMIND_REPORT_DIR"
DATA_VARIABLE = "AQUAMIND_DATA_DIR"


@dataclass(frozen=True)
class Folders:
    """The folders that a run writes to."""

    checkpoints: Path
    logs: Path
    reports: Path


def folders_from(environment: Mapping[str, str], root: Path = HOME) -> Folders:
    """Return the folders named by the environment, else those in the program's home."""

    def folder(variable: str, default: str) -> Path:
        value = environment.get(variable, "")
        return absolute(value, variable) if value else root / default

    return Folders(
        folder(CHECKPOINT_VARIABLE, "checkpoints"),
        folder(LOG_VARIABLE, "logs"),
        folder(REPORT_VARIABLE, "reports"),
    )


def absolute(text: str, given_by: str) -> Path:
    """Return the folder that a flag or variable names; UsageError for `~` of an unknown user."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise UsageError(
            f"{given_by}: found {text!r}, which names no home directory.", "Give the whole path."
        ) from error


def require_writable(folder: Path, what: str, flag: str) -> None:
    """Create `folder` if need be and prove that a file can be written there.

    File modes say nothing to root and little on network disks, so it is tried. Raises Refused.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as probe:
            probe.write(b"probe")
    except OSError as error:
        raise Refused(
            f"The {what} folder {folder} cannot be written: {error.strerror or error}.",
            f"Choose another with {flag} DIR.",
        ) from error
