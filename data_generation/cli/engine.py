"""The generator, as `runs` wants to know it."""

from data_generation.runs.ports import DaysOutput, Engine


def engine() -> Engine:
    """Return the generator; imported only by commands that generate."""
    from data_generation.generators.core.layout import Layout
    from data_generation.generators.domains import TABLES
    from data_generation.generators.forecast import Forecast
    from data_generation.generators.inventory.stores import OPENING_NOTES
    from data_generation.generators.ledger import Ledger, next_keys, setup_rows
    from data_generation.generators.readings.order import Header

    def last_reading(output: DaysOutput) -> int:
        return int(Header.found_in(output.readings).last_id[0])

    expand = "data_generation.generators.readings.expand:expand_readings"
    return Engine(
        make_ledger=Ledger,
        expand=expand,
        tables=TABLES.names,
        last_reading=last_reading,
        next_keys=next_keys,
        setup_rows=setup_rows,
        forecast=Forecast,
        declared=TABLES,
        opening_notes=OPENING_NOTES,
        container_count=lambda config: Layout(config).container_count,
    )
