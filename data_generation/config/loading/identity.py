"""The identity of a dataset as it is stored: resolved values, versions, and their hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data_generation.config.loading.source import flatten

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
        return hashlib.sha256(canonical(self._content()).encode()).hexdigest()

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


def describe_differences(stored: Identity, wanted: Identity, limit: int = 5) -> str:
    """Say on one line which keys differ, `stored` value first, at most `limit` of them."""
    found = stored.differences(wanted)
    parts = [f"{key} is {old} there, {new} here" for key, old, new in found[:limit]]
    if len(found) > limit:
        parts.append(f"and {len(found) - limit} more")
    return "; ".join(parts)


def canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _shown(values: Mapping[str, Any], key: str) -> str:
    if key not in values:
        return ABSENT
    text = json.dumps(values[key], sort_keys=True, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
