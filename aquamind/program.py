"""How this program is installed: as a checkout or as a package, and what follows from that.

Imports nothing of Django: workers and the memory guard use it too.
"""

import re
import sys
from pathlib import Path
from typing import Final

import platformdirs

COMMAND: Final = "aquamind-data"
"""The console command; `aquamind-data NAME` is `manage.py runscript NAME`."""

_CHECKOUT: Final = Path(__file__).resolve().parents[1]
IS_CHECKOUT: Final = all((_CHECKOUT / name).is_file() for name in ("manage.py", "pyproject.toml"))
HOME: Final = _CHECKOUT if IS_CHECKOUT else Path(platformdirs.user_data_dir("aquamind", False))
"""Where everything is kept that no flag or variable puts elsewhere: the embedded server's folder,
checkpoints, logs, reports. The same whatever folder a command is started in."""

_IN_A_CHECKOUT: Final = re.compile(r"(?:python )?\bmanage\.py (?:runscript )?")


def as_called(text: str) -> str:
    """Give commands in a message (`python manage.py ...`) as the reader has to type them here."""
    return _IN_A_CHECKOUT.sub(f"{COMMAND} ", text) if _by_console_command() else text


def _by_console_command() -> bool:
    return not IS_CHECKOUT or Path(sys.argv[0]).name == COMMAND
