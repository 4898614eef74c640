"""The one error of this package."""

from aquamind.program import as_called


class EmbeddedServerError(Exception):
    """The embedded server cannot do what was asked: what and where, then what to do about it.

    `message` says what failed and where, `hint` what to do next, `log` holds the last lines of
    the server's log if they explain it. `str()` of the error has all three.
    """

    code = "embedded_server"

    def __init__(self, message: str, hint: str = "", log: str = "") -> None:
        super().__init__(message)
        self.message = as_called(message)
        self.hint = as_called(hint)
        self.log = log

    def __str__(self) -> str:
        quoted = "\n".join(f"  | {line}" for line in self.log.splitlines())
        return "\n".join(part for part in (self.message, quoted, self.hint) if part)
