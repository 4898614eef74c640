"""Errors that a user can act on: what went wrong, where, and which command to run next."""

from enum import IntEnum
from typing import ClassVar

from aquamind.program import as_called


class ExitCode(IntEnum):
    """What the command's exit status says."""

    DONE = 0
    FAULTS_FOUND = 1
    USAGE = 2
    REFUSED = 3
    STORAGE_FAILED = 4
    MEMORY = 75
    INTERRUPTED = 130


class AquaError(Exception):
    """Base of every error that reaches a user as one or two lines and an exit code."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what happened and, apart, what to do about it; each becomes one line."""
        # What a user typed may be part of it, line breaks and all.
        self.message = as_called(" ".join(message.splitlines()))
        self.hint = as_called(" ".join(hint.splitlines()))
        super().__init__(self.message)

    def __str__(self) -> str:
        """Both lines as the user reads them."""
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(AquaError):
    """A flag or its value is wrong."""

    code = "usage"


class ConfigError(AquaError):
    """A configuration file or override is malformed, unknown or out of range."""

    code = "config"


class Refused(AquaError):
    """A precondition does not hold; nothing was written."""

    code = "refused"
    exit_code = ExitCode.REFUSED


class StorageError(AquaError):
    """The database or the disk failed; what was committed is safe."""

    code = "storage"
    exit_code = ExitCode.STORAGE_FAILED


class MemoryLimitReached(AquaError):
    """The memory guard stopped the run at a committed state."""

    code = "memory"
    exit_code = ExitCode.MEMORY


class Interrupted(AquaError):
    """The user or the system asked the run to stop; it stopped at a committed state."""

    code = "interrupted"
    exit_code = ExitCode.INTERRUPTED
