"""Arrow batches cast to what the catalog says and encoded as PostgreSQL's binary COPY format."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pgpq
import pyarrow as pa
import pyarrow.compute as pc
from pgpq.encoders import StringEncoderBuilder
from pgpq.schema import Jsonb

from data_generation.errors import StorageError
from data_generation.storage.keys.rows import shifted
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import (
    DATE,
    INT2,
    INT4,
    INT8,
    NUMERIC,
    TIMESTAMPTZ,
    TYPMOD_HEADER,
    CatalogColumn,
    CatalogTable,
)
from data_generation.storage.postgres.loading.filling import Filling

BATCH_ROWS = 32_768
"""Rows encoded at a time: some 4 MB, enough to make the cost of a call vanish."""

_BOOL, _TEXT, _FLOAT8, _VARCHAR, _TIME, _JSONB = 16, 25, 701, 1043, 1083, 3802

_FIXED: Mapping[int, pa.DataType] = {
    _BOOL: pa.bool_(),
    INT2: pa.int16(),
    INT4: pa.int32(),
    INT8: pa.int64(),
    _FLOAT8: pa.float64(),
    _TEXT: pa.string(),
    _VARCHAR: pa.string(),
    _JSONB: pa.string(),
    DATE: pa.date32(),
    _TIME: pa.time64("us"),
    TIMESTAMPTZ: pa.timestamp("us", "UTC"),
}
_WIDEST_DECIMAL = 38

_Kind = Callable[[pa.DataType], bool]
_TAKEN: tuple[tuple[_Kind, tuple[_Kind, ...]], ...] = (
    (pa.types.is_integer, (pa.types.is_integer,)),
    (pa.types.is_decimal, (pa.types.is_integer, pa.types.is_decimal)),
    (pa.types.is_floating, (pa.types.is_integer, pa.types.is_floating)),
    (pa.types.is_string, (pa.types.is_large_string, pa.types.is_string_view)),
    (pa.types.is_timestamp, (pa.types.is_timestamp,)),
    (pa.types.is_time, (pa.types.is_time,)),
    (pa.types.is_date, (pa.types.is_date,)),
)
"""Kinds of target, and the kinds of Arrow type whose safe cast to it loses nothing unnoticed."""


@dataclass(frozen=True)
class _Field:
    """One column on its way: where it comes from, what it becomes, whose keys it holds."""

    index: int
    column: CatalogColumn
    target: pa.DataType
    keys_of: str | None


class TableEncoder:
    """Casts and encodes record batches of one Arrow schema for one table.

    `columns` are the names to give COPY, in the order of the encoded fields. Run-local keys
    become stored ones as `keys` says, each column's as those of the table that it refers to.
    """

    def __init__(
        self,
        table: CatalogTable,
        schema: pa.Schema,
        keys: Keys,
        filling: Filling | None = None,
    ) -> None:
        """Match the schema to the table; raises `StorageError` where they do not fit.

        All columns of the schema are stored, unless `filling` says which, and what else is. A
        column of the table that stays empty must be nullable or have a default, and is never part
        of the primary key.
        """
        self.table = table
        self._keys = keys
        self._given = schema
        self._filling = Filling(tuple(schema.names)) if filling is None else filling
        whole = self._filling.completed(_no_rows(schema)).schema
        stored = (*self._filling.columns, *whole.names[len(schema) :])
        _refuse_unknown(table, stored)
        _refuse_missing(table, stored)
        self._fields = tuple(
            _field(table, table.columns[name], i, whole.field(i).type, keys, self._filling.keys)
            for i, name in enumerate(whole.names)
            if name in stored
        )
        self.columns = tuple(f.column.name for f in self._fields)
        self._schema = pa.schema([pa.field(f.column.name, f.target) for f in self._fields])

    def convert(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Cast one batch; raises `StorageError` naming table, column and values that do not fit."""
        batch = self._filling.completed(batch)
        if (by_kind := self._filling.by_kind) is not None:
            batch = by_kind.stored(batch, self._keys)
        arrays = [self._convert(f, batch.column(f.index)) for f in self._fields]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _refuse_other(self, schema: pa.Schema) -> None:
        if not schema.equals(self._given):
            different = [f.name for f in {*schema} ^ {*self._given}] or ["their order"]
            raise StorageError(
                f"Rows for {self.table.name} come in tables of different columns or types:"
                f" {', '.join(sorted(set(different)))}.",
                "This is a fault of the generator of that table; nothing was written.",
            )

    def _convert(self, field: _Field, array: pa.Array) -> pa.Array:
        column = field.column
        if array.null_count and not column.nullable:
            raise StorageError(
                f"{self.table.name}.{column.name} must not be null, and is in"
                f" {array.null_count} of {len(array)} rows.",
                "This is a fault of the generator of that table; nothing was written.",
            )
        try:
            if field.keys_of is not None:
                array = shifted(self._keys, field.keys_of, array)
            if not array.type.equals(field.target):
                array = _cast(array, field.target)
        except pa.ArrowException as error:
            raise StorageError(
                f"{self.table.name}.{column.name} ({column.type_name}) does not take its values"
                f" {_value_range(array)}: {str(error).splitlines()[0]}",
                "This is a fault of the generator of that table; nothing was written.",
            ) from error
        if column.type_oid == _VARCHAR and column.typmod > 0:
            self._check_length(column, array)
        return array

    def _check_length(self, column: CatalogColumn, array: pa.Array) -> None:
        limit = column.typmod - TYPMOD_HEADER
        longest = pc.max(pc.binary_length(array)).as_py()
        if longest is None or longest <= limit:
            return
        longest = pc.max(pc.utf8_length(array)).as_py()
        if longest > limit:
            raise StorageError(
                f"{self.table.name}.{column.name} holds at most {limit} characters, and a value"
                f" has {longest}.",
                "This is a fault of the generator of that table; nothing was written.",
            )

    def stream(
        self,
        tables: Iterable[pa.Table],
        observe: Callable[[pa.RecordBatch], None] | None = None,
    ) -> Iterator[bytes]:
        """Yield the bytes of one binary COPY of all rows, header and trailer included.

        `observe` sees each converted batch before its bytes are yielded.
        """
        encoder = self._encoder()
        yield encoder.write_header()
        for table in tables:
            self._refuse_other(table.schema)
            for raw in table.to_batches(max_chunksize=BATCH_ROWS):
                batch = self.convert(raw)
                if observe is not None:
                    observe(batch)
                yield encoder.write_batch(batch)
        yield encoder.finish()

    def _encoder(self) -> pgpq.ArrowToPostgresBinaryEncoder:
        builders = {
            f.column.name: StringEncoderBuilder.new_with_output(
                self._schema.field(f.column.name), Jsonb()
            )
            if f.column.type_oid == _JSONB
            else pgpq.ArrowToPostgresBinaryEncoder.infer_encoder(self._schema.field(f.column.name))
            for f in self._fields
        }
        return pgpq.ArrowToPostgresBinaryEncoder.new_with_encoders(self._schema, builders)


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], f.type) for f in schema], schema=schema)


def _refuse_unknown(table: CatalogTable, given: Collection[str]) -> None:
    unknown = [n for n in given if n not in table.columns]
    if unknown:
        raise StorageError(
            f"{table.name} has no column {', '.join(unknown)}.",
            "Run `python manage.py migrate`; if that changes nothing, the generator of that table"
            " and the database do not belong together.",
        )


def _refuse_missing(table: CatalogTable, given: Collection[str]) -> None:
    missing = [
        c.name
        for c in table.columns.values()
        if c.name not in given
        and (c.name in table.primary_key or not (c.nullable or c.has_default))
    ]
    if missing:
        raise StorageError(
            f"{table.name} needs the columns {', '.join(missing)}, and the rows have none.",
            "This is a fault of the generator of that table; nothing was written.",
        )


def _field(
    table: CatalogTable,
    column: CatalogColumn,
    index: int,
    given: pa.DataType,
    keys: Keys,
    declared: Mapping[str, str],
) -> _Field:
    target = _target(table, column, given)
    keys_of = table.id_offsets.get(column.name) or declared.get(column.name)
    moved = keys_of in keys.pieces and column.is_integer
    return _Field(index, column, target, keys_of if moved else None)


def _target(table: CatalogTable, column: CatalogColumn, given: pa.DataType) -> pa.DataType:
    if column.type_oid == NUMERIC:
        target = _decimal(column, given)
    elif column.type_oid in _FIXED:
        target = _FIXED[column.type_oid]
    else:
        raise StorageError(
            f"{table.name}.{column.name} has type {column.type_name}, which cannot be loaded.",
            "Load into tables made by `python manage.py migrate`.",
        )
    if not _acceptable(given, target):
        raise StorageError(
            f"{table.name}.{column.name} ({column.type_name}) does not take Arrow's {given}.",
            "This is a fault of the generator of that table; nothing was written.",
        )
    return target


def _decimal(column: CatalogColumn, given: pa.DataType) -> pa.DataType:
    if (limits := column.numeric_limits) is not None:
        return pa.decimal128(*limits)
    return given if pa.types.is_decimal128(given) else pa.decimal128(_WIDEST_DECIMAL, 0)


def _acceptable(given: pa.DataType, target: pa.DataType) -> bool:
    """Whether a cast between the types keeps every value that it lets through."""
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_null(given) or given.equals(target):
        return True
    taken = next((taken for is_kind, taken in _TAKEN if is_kind(target)), ())
    zoned = not pa.types.is_timestamp(given) or given.tz is not None
    return zoned and any(is_kind(given) for is_kind in taken)


def _cast(array: pa.Array, target: pa.DataType) -> pa.Array:
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), target)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_decimal(target) and pa.types.is_integer(array.type):
        array = array.cast(pa.decimal128(_WIDEST_DECIMAL, target.scale))
    return array.cast(target)


def _value_range(array: pa.Array) -> str:
    try:
        ends = pc.min_max(array)
    except pa.ArrowException:
        return f"of type {array.type}"
    return f"{ends['min'].as_py()} to {ends['max'].as_py()}"
