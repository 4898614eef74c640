"""What the tables of a database take of the rows that are made for them."""

import sys

from django.db import connection

from data_generation.cli.shell import EXISTING
from data_generation.cli.sink import schemas
from data_generation.errors import Refused, StorageError
from data_generation.generators.domains import TABLES
from data_generation.storage.postgres.fit import Fit, fitted


def fit_of_database(existing: bool) -> Fit:
    """What is stored of all tables and columns; Refused, by name, if they cannot be filled.

    `existing` says that AquaMind itself made the tables: then what is left out is said on standard
    error. Writes nothing.
    """
    try:
        fit = fitted(connection.connection, TABLES, schemas())
    except StorageError as error:
        raise Refused(error.message, _hint(existing)) from error
    if existing and fit.left_out:
        sys.stderr.write(f"Not in this database, and left out: {', '.join(fit.left_out)}.\n")
    return fit


def _hint(existing: bool) -> str:
    if existing:
        return f"Nothing was written; {EXISTING} fills any version that needs no more than that."
    return "First run: python manage.py migrate"
