"""The generator, as the orchestrator wants to know it."""

from data_generation.orchestrator.ports import Engine, Month


def engine() -> Engine:
    """Return the generator; imported only by commands that generate."""
    from data_generation.generators.forecast import Forecast
    from data_generation.generators.ledger import Ledger, next_keys, setup_rows
    from data_generation.generators.readings_order import HEADER
    from data_generation.generators.tables import TABLES

    def last_reading(output: Month) -> int:
        return int(output.readings["header"][HEADER["first_id"]]) + output.readings_rows - 1

    expand = "data_generation.generators.readings:expand_readings"
    return Engine(Ledger, expand, tuple(TABLES), last_reading, next_keys, setup_rows, Forecast)
