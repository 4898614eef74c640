"""What each batch cost and brought, in the run's currency.

Sales are rows; costs other than feed are kept in the ledgers' last states, where the generator left
them, because the schema has no table of costs by batch.
"""

from dataclasses import dataclass

from data_generation.generators.finance.books import COSTS, batch_money
from data_generation.generators.finance.state import MoneyOfBatch
from data_generation.reporting.facts import Reader
from data_generation.runs.arrays import unpack
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection

_BATCHES = "batch_batch"
COST_LABELS = {
    "eggs": "Eggs",
    "feed_fresh": "Feed, fresh water",
    "feed_sea": "Feed, sea",
    "treatment": "Treatments",
    "vaccine": "Vaccines",
    "laboratory": "Laboratory",
    "other": "Other",
}


@dataclass(frozen=True)
class BatchCosts:
    """What a batch cost so far, by kind, in whole units of the currency."""

    by_kind: dict[str, float]

    @property
    def total(self) -> float:
        """All kinds."""
        return sum(self.by_kind.values())


def read_costs(connection: Connection, reader: Reader) -> dict[int, BatchCosts]:
    """Costs by stored key of the batch; batches of no known run have none."""
    keys = {run.id: run.keys for run in store.batch_runs(connection)}
    years = store.find_run(connection)
    if years is not None:
        keys[years.id] = years.keys
    found = {}
    for run, packed in reader.rows("run", "snapshots"):
        arrays = unpack(bytes(packed))
        if run not in keys or MoneyOfBatch.__name__ not in arrays:
            continue
        for batch, money in batch_money(arrays).items():
            found[keys[run].stored(_BATCHES, batch)] = BatchCosts(
                {kind: money.costs[kind] / 100 for kind in COSTS}
            )
    return found
