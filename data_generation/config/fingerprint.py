"""What makes two datasets the same: a hash of everything that can change the data.

In the fingerprint: every configuration section but two (the seed is in `generation`), the
generator's version, and numpy's version (its random streams and its floating point may change
between releases).

Left out, with the reason:

- section `runtime` (workers, chunk size, memory, retries): the same data in another order of work;
- section `acceptance`: what a validator lets pass;
- the profile's name and the files a value came from: only the resolved values count;
- folders, logging, progress and output flags: they never reach a generator;
- versions of Python, pyarrow, psycopg, Django and PostgreSQL: they carry rows, they compute none;
- the machine and the date of the run: no generator reads a clock or a host name.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from data_generation import GENERATOR_VERSION
from data_generation.config.source import flatten

LEFT_OUT = frozenset({"runtime", "acceptance"})
ABSENT = "(absent)"


@dataclass(frozen=True)
class Identity:
    """The resolved data-relevant configuration and versions, as plain JSON values."""

    config: dict[str, Any]
    generator_version: str
    numpy_version: str

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON of all three."""
        return hashlib.sha256(_canonical(self._content()).encode()).hexdigest()

    def differences(self, other: "Identity") -> list[tuple[str, str, str]]:
        """Return (dotted key, value here, value in `other`) for each that differs, sorted."""
        mine = dict(flatten(self._content()))
        theirs = dict(flatten(other._content()))
        keys = sorted(mine.keys() | theirs.keys())
        return [
            (key.removeprefix("config."), _shown(mine, key), _shown(theirs, key))
            for key in keys
            if _shown(mine, key) != _shown(theirs, key)
        ]

    def _content(self) -> dict[str, Any]:
        return {
            "config": self.config,
            "generator_version": self.generator_version,
            "numpy_version": self.numpy_version,
        }


def identity_of(config: BaseModel) -> Identity:
    """Return the identity of the dataset that `config` describes with the code installed here."""
    resolved = config.model_dump(mode="json")
    kept = {name: value for name, value in resolved.items() if name not in LEFT_OUT}
    # A round trip makes the values equal to what comes back from a jsonb column.
    plain: dict[str, Any] = json.loads(_canonical(kept))
    return Identity(plain, GENERATOR_VERSION, np.__version__)


def describe_differences(stored: Identity, wanted: Identity, limit: int = 5) -> str:
    """Say on one line which keys differ, `stored` value first, at most `limit` of them."""
    found = stored.differences(wanted)
    parts = [f"{key} is {old} there, {new} here" for key, old, new in found[:limit]]
    if len(found) > limit:
        parts.append(f"and {len(found) - limit} more")
    return "; ".join(parts)


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _shown(values: Mapping[str, Any], key: str) -> str:
    if key not in values:
        return ABSENT
    text = json.dumps(values[key], sort_keys=True, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
