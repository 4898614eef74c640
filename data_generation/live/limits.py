"""What the generator's record tells the dashboard of the farm's rules."""

from django.db import connection

from data_generation import named_sql


def lice_limits() -> dict[str, list[float]]:
    """Adult females a fish at which a site is treated, January to December, by country's name.

    From the configuration of the newest run; empty without any.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('data_generation.run')")
        if cursor.fetchone()[0] is None:
            return {}
        cursor.execute(named_sql.statement("data_generation.live", "live", "lice_limits"))
        return {country: list(females) for country, females in cursor.fetchall()}
