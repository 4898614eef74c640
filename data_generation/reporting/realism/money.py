"""What the books say of the costs of batches: AquaMind's schema has no place for them.

They are in the state that a run keeps with its data.
"""

from collections.abc import Iterable, Mapping

from data_generation.generators.finance.books import BatchMoney
from data_generation.reporting.realism.measures import Cycle, Values

QUANTITIES = ("egg_price", "smolt_price", "feed_cost", "feed_share")
_ORE = 100.0
_ALL = "all batches"


def measure_money(
    money: Mapping[int, BatchMoney], cycles: Mapping[int, Cycle]
) -> dict[str, Values]:
    """Prices and costs of the completed batches, NOK; both by the batch's stored key."""
    keys = sorted(money.keys() & cycles.keys())
    found: dict[str, Values] = {name: {} for name in QUANTITIES}
    if not keys:
        return found
    costs = {kind: _sum(money[key].costs.get(kind, 0) for key in keys) for kind in _kinds(money)}
    smolt = _sum(money[key].smolt for key in keys)
    eggs = sum(cycles[key].eggs for key in keys)
    fish = sum(cycles[key].put_to_sea for key in keys)
    kg = sum(cycles[key].harvested_kg for key in keys)
    feed = costs.get("feed_sea", 0.0)
    health = costs.get("treatment", 0.0) + costs.get("laboratory", 0.0)
    if eggs and fish and kg and feed:
        found["egg_price"] = {_ALL: costs.get("eggs", 0.0) / eggs}
        found["smolt_price"] = {_ALL: smolt / fish}
        found["feed_cost"] = {_ALL: feed / kg}
        found["feed_share"] = {_ALL: 100.0 * feed / (smolt + feed + health)}
    return found


def _kinds(money: Mapping[int, BatchMoney]) -> set[str]:
    return {kind for batch in money.values() for kind in batch.costs}


def _sum(ore: Iterable[int]) -> float:
    return sum(ore) / _ORE
