"""The package's SQL: named, described statements in `sql/*.sql`."""

from typing import LiteralString

from data_generation import named_sql


def statement(file: str, name: str) -> LiteralString:
    """Give the statement `name` of `sql/<file>.sql`; KeyError for an unknown name."""
    return named_sql.statement("data_generation.storage.postgres", file, name)
