"""What is stored of the rows that are made for a table, and what is put beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from data_generation.storage.keys.rows import shifted
from data_generation.storage.keys.shifts import Keys


@dataclass(frozen=True)
class KeyByKind:
    """A column whose keys are those of one table or another, as the text in `kind_column` says."""

    column: str
    kind_column: str
    tables: Mapping[str, str]

    def stored(self, batch: pa.RecordBatch, keys: Keys) -> pa.RecordBatch:
        """The rows with stored keys of the table that each of them names."""
        index = batch.schema.get_field_index(self.column)
        kinds, found = batch.column(self.kind_column), batch.column(index).cast(pa.int64())
        for kind, table in self.tables.items():
            found = pc.if_else(pc.equal(kinds, kind), shifted(keys, table, found), found)
        return batch.set_column(index, self.column, found)


@dataclass(frozen=True)
class Filling:
    """How one table is filled of the rows that are made for it.

    Of these, `columns` are stored. Besides, `constant` columns get one value in every row, and
    `copied` ones that of another column of the rows. `keys` names the table whose keys a column
    holds, where no foreign key says so.
    """

    columns: tuple[str, ...]
    constant: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    copied: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    by_kind: KeyByKind | None = None

    def completed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows with the columns that they lack, behind their own."""
        for name, value in self.constant.items():
            batch = batch.append_column(name, pa.repeat(pa.scalar(value), batch.num_rows))
        for name, of in self.copied.items():
            batch = batch.append_column(name, batch.column(of))
        return batch
