"""The generator, as `runs` wants to know it."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data_generation.config.models import Config
from data_generation.runs.ports import DaysOutput, Engine
from data_generation.storage.postgres.fit import EVERYTHING, Fit


def engine(fit: Fit = EVERYTHING) -> Engine:
    """Return the generator; imported only by commands that generate.

    `fit` says what the database takes of what it makes.
    """
    from data_generation.generators.core.layout import Layout
    from data_generation.generators.domains import TABLES
    from data_generation.generators.forecast import Forecast
    from data_generation.generators.inventory.stores import OPENING_NOTES
    from data_generation.generators.ledger import Ledger, next_keys, setup_rows
    from data_generation.generators.readings.order import Header

    def last_reading(output: DaysOutput) -> int:
        return int(Header.found_in(output.readings).last_id[0])

    def keys_that_follow(snapshot: Mapping[str, np.ndarray]) -> Mapping[str, int]:
        return {table: key for table, key in next_keys(snapshot).items() if fit.takes(table)}

    def rows_of_setup(config: Config) -> Mapping[str, pa.Table]:
        return fit.stored(setup_rows(config))

    expand = "data_generation.generators.readings.expand:expand_readings"
    return Engine(
        make_ledger=Ledger,
        expand=expand,
        tables=fit.tables or TABLES.names,
        last_reading=last_reading,
        next_keys=keys_that_follow,
        setup_rows=rows_of_setup,
        forecast=Forecast,
        declared=TABLES,
        fit=fit,
        opening_notes=OPENING_NOTES,
        container_count=lambda config: Layout(config).container_count,
    )
