"""What a run covers, and how it is carried out: sections `generation` and `runtime`."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from data_generation.config.types import Count, Section


class Generation(Section):
    """What is generated: the seed, the span, the sessions."""

    seed: Annotated[int, Field(ge=0, lt=2**63)]
    start_date: date
    until: date | None = None
    """The last day; none: the end of the last session."""
    sessions_months: Annotated[tuple[Count, ...], Field(min_length=1, max_length=12)]
    readings_per_day: Annotated[int, Field(ge=1, le=24)]

    @model_validator(mode="after")
    def _whole_months_and_hours(self) -> Self:
        if self.start_date.day != 1:
            raise ValueError("start_date must be the first day of a month")
        if not 1971 <= self.start_date.year <= 2100:
            raise ValueError("start_date must lie between 1971 and 2100")
        if self.until is not None and self.until < self.start_date:
            raise ValueError(f"until {self.until} lies before start_date {self.start_date}")
        if sum(self.sessions_months) > 600:
            raise ValueError("sessions_months may add up to 600 months at the most")
        # A Literal of numbers would let true pass for 1.
        if 24 % self.readings_per_day:
            raise ValueError("readings_per_day must divide 24")
        return self


class RuntimeConfig(Section):
    """Section `runtime`: speed, memory and patience; left out of the fingerprint."""

    chunk_months: int = Field(ge=1, le=120)
    """Whole calendar months in a chunk: one progress line, one checkpoint file."""
    workers: int | None = Field(default=None, ge=0, le=256)
    """Processes that write readings; 0 is none (all in one process), null is one a core."""
    scheduler: str | None = Field(default=None, pattern=r"^(tcp|tls)://[^/@\s]+:[0-9]{1,5}$")
    """Dask scheduler whose cluster writes the readings instead of processes of this machine."""
    max_memory_mb: int | None = Field(default=None, ge=16)
    """Hard limit of the whole process tree; null is three quarters of the machine."""
    soft_memory_fraction: float = Field(gt=0, lt=1)
    """Share of `max_memory_mb` from which the run slows down to save memory."""
    max_units_in_flight: int | None = Field(default=None, ge=1)
    """Readings months given to the workers at once; null is two a worker."""
    max_pending_months: int = Field(ge=1)
    """How far the ledger may run ahead of the readings, in chunks."""
    batch_rows: int = Field(ge=1_000)
    """Rows of one Arrow table of readings."""
    min_batch_rows: int = Field(ge=1_000)
    """The memory guard shrinks `batch_rows` no further than this."""
    max_attempts: int = Field(ge=1, le=20)
    """Tries of a unit before a lost connection or a dead worker stops the run."""
    retry_seconds: float = Field(gt=0)
    """First pause between two tries; doubles with each."""
    checkpoint_seconds: float = Field(ge=0)
    """The checkpoint file is rewritten at most this often, and always at a chunk's end."""
