"""The end of batches in which nothing is left."""

from data_generation.config.loading.loader import load_config
from data_generation.generators.core.dates import add_months
from data_generation.generators.ledger import Ledger
from tests.lived import advance_month
from tests.unit.generators.support import CONFIG


def test_a_batch_of_which_all_die_is_terminated_and_gives_its_places_free() -> None:
    rates = "[0.3, 0.3, 0.3, 0.3, 0.3, 0.3]"
    config = load_config(
        CONFIG, "tiny", [f"mortality.daily_rate={rates}", "farm.halls.B.containers_per_batch=2"]
    )
    ledger = Ledger(config)
    states: dict[int, str] = {}
    for number in range(14):
        output = advance_month(ledger, add_months(config.generation.start_date, number))
        for rows in (output.inserts, output.updates):
            batches = rows.get("batch_batch")
            if batches is not None:
                states |= dict(
                    zip(batches["id"].to_pylist(), batches["status"].to_pylist(), strict=True)
                )
    ended = [key for key, status in states.items() if status == "TERMINATED"]
    assert ended
    assert len(ended) > 1, "the next batch takes the freed hall"
