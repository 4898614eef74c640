"""Arrow's types of the column types that `tables.py` names."""

import pyarrow as pa

_FIXED_TYPES: dict[str, pa.DataType] = {
    "i2": pa.int16(),
    "i4": pa.int32(),
    "i8": pa.int64(),
    "s": pa.string(),
    "j": pa.string(),
    "b": pa.bool_(),
    "d": pa.date32(),
    "ts": pa.timestamp("us", tz="UTC"),
    "t": pa.time64("us"),
    "f8": pa.float64(),
}


def arrow_type(code: str) -> pa.DataType:
    """The Arrow type of a column type as `tables.py` writes it."""
    if code.startswith("n"):
        precision, scale = code[1:].split(".")
        return pa.decimal128(int(precision), int(scale))
    return _FIXED_TYPES[code]
