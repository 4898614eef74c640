"""How a run is executed. Nothing in this section may change the generated data."""

from pydantic import BaseModel, ConfigDict, Field


class RuntimeConfig(BaseModel):
    """Section `runtime`: speed, memory and patience; left out of the fingerprint."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

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
