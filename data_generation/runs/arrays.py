"""Named numpy arrays as one checksummed, compressed byte string."""

import hashlib
import io
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data_generation.errors import StorageError

MAGIC = b"AQA1"
_CODEC = "zstd"
_DIGEST = 32
_LENGTH = 8


def pack(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the arrays as bytes: magic, SHA-256 of the rest, length of the npz, zstd of the npz.

    Raises ValueError for an array of Python objects, which only pickle could carry.
    """
    buffer = io.BytesIO()
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"array {name!r} holds Python objects")
    np.savez(buffer, allow_pickle=False, **dict(arrays))
    raw = buffer.getvalue()
    compressed: bytes = pa.compress(raw, codec=_CODEC, asbytes=True)
    body = len(raw).to_bytes(_LENGTH, "big") + compressed
    return MAGIC + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> dict[str, np.ndarray]:
    """Return the arrays that `pack` was given; StorageError if a byte was changed or is missing."""
    head = len(MAGIC) + _DIGEST
    body = data[head:]
    if data[: len(MAGIC)] != MAGIC or hashlib.sha256(body).digest() != data[len(MAGIC) : head]:
        raise StorageError(
            "A stored snapshot or payload is damaged: its checksum does not match.",
            "Start again: python manage.py runscript clear_data --yes",
        )
    length = int.from_bytes(body[:_LENGTH], "big")
    raw = pa.decompress(body[_LENGTH:], decompressed_size=length, codec=_CODEC, asbytes=True)
    with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
