"""What several tests of a generated farm ask for."""

import psycopg
import pytest


@pytest.fixture
def farm(tiny_farm):
    """A connection to a whole run of `tiny`, whose changes are rolled back."""
    with psycopg.connect(tiny_farm.url) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
        connection.rollback()
