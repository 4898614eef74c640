"""What a digest is: a hash of each table's rows in any order, and one over all tables."""

import hashlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TableDigest:
    """Rows of one table and their hash, 32 hexadecimal digits, which takes these columns."""

    name: str
    rows: int
    hash: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Digest:
    """The tables' digests in order of name, and one hash over all of them."""

    tables: tuple[TableDigest, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def hash(self) -> str:
        """Hash of the dataset: 32 hexadecimal digits over names, row counts and hashes."""
        text = "".join(f"{t.name} {t.rows} {t.hash}\n" for t in self.tables)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def as_dict(self) -> dict[str, Any]:
        """Give the digest as what `--json` prints."""
        return {
            "dataset": {"rows": self.rows, "hash": self.hash},
            "tables": {
                t.name: {"rows": t.rows, "hash": t.hash, "columns": list(t.columns)}
                for t in self.tables
            },
        }

    def as_text(self) -> str:
        """Give one aligned line a table (name, rows, hash), the dataset's last."""
        lines = [
            *((t.name, t.rows, t.hash) for t in self.tables),
            ("dataset", self.rows, self.hash),
        ]
        names = max(len(name) for name, _, _ in lines)
        counts = max(len(str(count)) for _, count, _ in lines)
        return "\n".join(
            f"{name:<{names}}  {count:>{counts}}  {hash_}" for name, count, hash_ in lines
        )
