"""Sets the clock of this process back by 400 days while the file in CHAOS_CLOCK exists.

Python imports this by itself where the folder is on PYTHONPATH, in worker processes too.
"""

import datetime
import os
import time

_BACK_S = 400 * 86_400
_REAL = datetime.datetime
_time, _time_ns = time.time, time.time_ns


def _shift() -> int:
    return _BACK_S if os.path.exists(os.environ["CHAOS_CLOCK"]) else 0  # noqa: PTH110


class _Kind(type(_REAL)):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _REAL)


class _SetBack(_REAL, metaclass=_Kind):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _REAL:
        return _REAL.fromtimestamp(_time() - _shift(), tz)


if "CHAOS_CLOCK" in os.environ:
    time.time = lambda: _time() - _shift()
    time.time_ns = lambda: _time_ns() - _shift() * 10**9
    datetime.datetime = _SetBack
