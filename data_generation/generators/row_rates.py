"""How many rows a day comes to, for the forecast of a run; measured, not set.

Measured by `benchmarks/row_rates.py` over the years of `tiny`, `demo`, `guide` and `bakkafrost`
(three to ten each), where the sums that they give lie within 2 % of what was counted.
"""

from collections.abc import Mapping
from typing import Final

OTHERS: Final = "other tables"
"""Stands for all tables with less than 0.08 % of the rows in every large profile."""

RATES: Final[Mapping[str, tuple[float, float, float, float, float, float]]] = {
    "batch_actualdailyassignmentstate": (1, 1, 1, 0, 0, 0),
    "batch_growthsample": (0, 0.14, 0.143, 0.00262, 0, 0),
    "batch_historicalbatchcontainerassignment": (1.02, 1.02, 1, 0, 0, 0),
    "batch_historicalgrowthsample": (0, 0.14, 0.143, 0.00262, 0, 0),
    "batch_historicalmortalityevent": (0.85, 1.13, 1.26, 0.0776, 0, 0),
    "batch_mortalityevent": (0.85, 1.13, 1.26, 0.0776, 0, 0),
    "broodstock_historicalbroodstockfish": (0, 0, 0, 0, 0.87, 0.0198),
    "environmental_historicalphotoperioddata": (0, 0, 0, 0, 1, 0),
    "environmental_photoperioddata": (0, 0, 0, 0, 1, 0),
    "health_fishparameterscore": (0, 0, 0.336, 3.98, 0, 0.0435),
    "health_historicalindividualfishobservation": (0, 0, 0.0673, 0.796, 0, 0.00869),
    "health_historicaljournalentry": (0.064, 0.0134, 0.0547, 0.0314, 0, 0),
    "health_historicallicecount": (1.43e-05, 0, 0.0711, 0, 0, 0),
    "health_historicalmortalityrecord": (0.17, 0.204, 0.258, 0.0121, 0, 0),
    "health_individualfishobservation": (0, 0, 0.0673, 0.796, 0, 0.00869),
    "health_journalentry": (0.0606, 0.0153, 0.0519, 0.0277, 0, 0),
    "health_licecount": (1.43e-05, 0, 0.0711, 0, 0, 0),
    "health_mortalityrecord": (0.17, 0.204, 0.258, 0.0121, 0, 0),
    "infrastructure_historicalsensor": (0.134, 0.114, 0.0481, 0, 0.0229, 0),
    "inventory_containerfeedingsummary": (0.00587, 0.152, 0.147, 0.0175, 0, 0),
    "inventory_feedcontainerstock": (0, 0, 0.0146, 0.278, 0, 0),
    "inventory_feedingevent": (0, 1.9, 1.94, 0.414, 0, 0),
    "inventory_historicalcontainerfeedingsummary": (0.00587, 0.152, 0.147, 0.0175, 0, 0),
    "inventory_historicalfeedcontainerstock": (0, 0, 0.0506, 1.31, 0, 0),
    "inventory_historicalfeedingevent": (0, 1.9, 1.94, 0.414, 0, 0),
    OTHERS: (0.296, 0, 0.238, 0, 1.93, 0),
}
"""Rows of a table for each day of: a container of eggs, one of fish in fresh water, a cage; a
batch; a sea area; a broodstock tank."""
