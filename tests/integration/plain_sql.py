"""SQL over Django's connection."""

from django.db import connection


def rows(query: str, *args: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, args or None)
        return cursor.fetchall() if cursor.description else []


def check_constraints_now() -> None:
    """What a commit would check."""
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    rows("SET CONSTRAINTS ALL DEFERRED")
