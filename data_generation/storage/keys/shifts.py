"""Where a run's keys lie among those that are stored.

Generators count keys from 1, as if the database were empty. Stored keys differ by a shift that is
the same for long stretches of them: a stretch for each block that the run took while others wrote
too, and one for each row that was there before and is used instead of a new one (adopted).
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Self

Piece = tuple[int, int]
"""First run-local key of a stretch, and what is added to its keys."""
KeySpan = tuple[int, int]
"""First and last run-local key."""


@dataclass(frozen=True)
class Keys:
    """The stretches of each table, in the order of their first keys; and the keys of adopted rows.

    A table without stretches, and keys before its first one, are stored as they are. A stretch from
    1 on begins before all keys.
    """

    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    adopted: Mapping[str, tuple[KeySpan, ...]] = field(default_factory=dict)

    @classmethod
    def shifted(cls, offsets: Mapping[str, int]) -> Self:
        """All keys of each table moved on by one number."""
        return cls({table: ((1, offset),) for table, offset in offsets.items() if offset})

    @classmethod
    def adopting(cls, stored: Mapping[str, Mapping[int, int]], offsets: Mapping[str, int]) -> Self:
        """`stored` maps keys of adopted rows to stored keys; all others move on by `offsets`."""
        pieces = {}
        adopted = {}
        for table in {**offsets, **stored}:
            found = _pieces(stored.get(table, {}), offsets.get(table, 0))
            if found != ((1, 0),):
                pieces[table] = found
            if stored.get(table):
                adopted[table] = _spans(sorted(stored[table]))
        return cls(pieces, adopted)

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Self:
        """Take back what `as_json` gave."""
        return cls(
            {t: tuple((int(a), int(b)) for a, b in p) for t, p in value["pieces"].items()},
            {t: tuple((int(a), int(b)) for a, b in s) for t, s in value["adopted"].items()},
        )

    def as_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "pieces": {t: [list(p) for p in pieces] for t, pieces in self.pieces.items()},
            "adopted": {t: [list(s) for s in spans] for t, spans in self.adopted.items()},
        }

    def with_block(self, table: str, first: int, offset: int) -> "Keys":
        """From run-local key `first` on, keys move on by `offset`; none of them is stored yet.

        Raises `ValueError` if a stretch begins behind `first`.
        """
        pieces = list(self.pieces.get(table, ()))
        if pieces and pieces[-1][0] > first:
            raise ValueError(f"{table}: key {first} lies before the last block {pieces[-1]}")
        if pieces and pieces[-1][0] == first:
            pieces.pop()
        if pieces or offset:
            _append(pieces, first, offset)
        others = {name: kept for name, kept in self.pieces.items() if name != table}
        return Keys({**others, table: tuple(pieces)} if pieces else others, self.adopted)

    def stored(self, table: str, key: int) -> int:
        """The stored key of one row."""
        pieces = self.pieces.get(table, ())
        if not pieces:
            return key
        # Keys before the first stretch are moved with it if it begins before all keys.
        behind = bisect_right(pieces, key, key=itemgetter(0))
        if behind == 0 and pieces[0][0] > 1:
            return key
        return key + pieces[max(behind - 1, 0)][1]


def _pieces(stored: Mapping[int, int], offset: int) -> tuple[Piece, ...]:
    """Stretches of keys that are stored as `stored` says, or else moved on by `offset`."""
    found: list[Piece] = []
    after = 1
    for key in sorted(stored):
        if key > after:
            _append(found, after, offset)
        _append(found, key, stored[key] - key)
        after = key + 1
    _append(found, after, offset)
    return tuple(found)


def _append(pieces: list[Piece], first: int, offset: int) -> None:
    if not pieces or pieces[-1][1] != offset:
        pieces.append((first, offset))


def _spans(keys: Sequence[int]) -> tuple[KeySpan, ...]:
    spans: list[KeySpan] = []
    for key in keys:
        if spans and spans[-1][1] == key - 1:
            spans[-1] = (spans[-1][0], key)
        else:
            spans.append((key, key))
    return tuple(spans)
