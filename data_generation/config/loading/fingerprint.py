"""What makes two datasets the same: a hash of everything that can change the data.

In the fingerprint: every configuration section but two (the seed is in `generation`), the
generator's version, and numpy's version (its random streams and its floating point may change
between releases).

Left out, with the reason:

- section `runtime` (workers, chunk size, memory, retries): the same data in another order of work;
- section `acceptance`: what a validator lets pass;
- `generation.until`: how far a history reaches, which may be extended;
- the profile's name and the files a value came from: only the resolved values count;
- folders, logging, progress and output flags: they never reach a generator;
- versions of Python, pyarrow, psycopg, Django and PostgreSQL: they carry rows, they compute none;
- the machine and the date of the run: no generator reads a clock or a host name.
"""

import json
from typing import Any

import numpy as np
from pydantic import BaseModel

from data_generation import GENERATOR_VERSION
from data_generation.config.loading.identity import Identity, canonical

LEFT_OUT = frozenset({"runtime", "acceptance"})


def identity_of(config: BaseModel) -> Identity:
    """Return the identity of the dataset that `config` describes with the code installed here."""
    resolved = config.model_dump(mode="json")
    kept = {name: value for name, value in resolved.items() if name not in LEFT_OUT}
    if "generation" in kept:
        kept["generation"] = {k: v for k, v in kept["generation"].items() if k != "until"}
    # A round trip makes the values equal to what comes back from a jsonb column.
    plain: dict[str, Any] = json.loads(canonical(kept))
    return Identity(plain, GENERATOR_VERSION, np.__version__)
