"""Figures as people read them."""


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `no rows`, `1 row`, `2,000 rows`.

    `many` is `one` with an s if not given.
    """
    number = f"{count:,}" if count else "no"
    return f"{number} {one if count == 1 else many or f'{one}s'}"


def duration(seconds: float) -> str:
    """Return a length of time to two figures or so: `45 s`, `12 min`, `2 h 05 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def megabytes(count: float) -> str:
    """Return bytes in MB as the rest of the program shows them: `2,422 MB`."""
    return f"{count / 2**20:,.0f} MB"
