"""The dashboard on a generated farm."""

import psycopg
import pytest

from tests.integration.aquamind.dashboard.support import connected_to


@pytest.fixture
def client(tiny_farm, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(tiny_farm.url) as client:
        yield client


@pytest.fixture
def ask(tiny_farm):
    with psycopg.connect(tiny_farm.url) as connection:
        yield lambda text, *values: connection.execute(text, values).fetchall()


@pytest.fixture
def number(ask) -> str:
    """The batch that has lived longest."""
    return ask(
        "SELECT b.batch_number FROM batch_batch b JOIN batch_batchcontainerassignment a"
        " ON a.batch_id = b.id GROUP BY b.id ORDER BY count(*) DESC, b.id LIMIT 1"
    )[0][0]
