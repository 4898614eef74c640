"""Which pooler is refused: server processes and their transactions as scripted answers."""

from collections.abc import Iterator
from typing import Any

import pytest

from data_generation.errors import Refused
from data_generation.runs.postgres import pooling
from data_generation.runs.postgres.pooling import _Place, require_own_session

GREETED = 700_000


class _Info:
    backend_pid = GREETED


class _Connection:
    info = _Info()

    def execute(self, _statement: str) -> None:
        """Takes the ROLLBACK."""

    def close(self) -> None:
        """Ends."""


@pytest.fixture
def judge(monkeypatch):
    """Judge a pooler by the places where the first connection, and then others, find themselves."""

    def judged(mine: Iterator[_Place | None], theirs: Iterator[_Place | None]) -> int:
        opened: list[Any] = []

        def connect(**_: Any) -> _Connection:
            opened.append(_Connection())
            return opened[-1]

        monkeypatch.setattr(pooling.psycopg, "connect", connect)
        monkeypatch.setattr(
            pooling, "_place", lambda _, begin=False: next(theirs if begin else mine)
        )
        require_own_session(_Connection(), {})
        return len(opened)

    return judged


def _own(process: int = 41) -> Iterator[_Place]:
    return (_Place(process, number) for number in range(5, 1_000))


def test_without_a_pooler_one_question_is_enough(judge):
    assert judge(_own(GREETED), iter(())) == 0


def test_a_process_kept_is_a_session(judge):
    assert judge(_own(), _own(42)) > 1


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (_own(), _own()),  # the other is given this one's process
        (iter([_Place(41, 5), _Place(43, 9)]), _own(42)),  # this one is given another
        (iter([_Place(41, 5), _Place(41, 7)]), _own(42)),  # a third used it meanwhile
        (_own(), iter([None])),  # transactions are forbidden
        (iter([None]), _own(42)),
    ],
    ids=["shared", "changed", "used between", "statement mode", "silent"],
)
def test_a_process_that_others_get_is_refused(judge, mine, theirs):
    with pytest.raises(Refused, match="pool_mode=session"):
        judge(mine, theirs)
