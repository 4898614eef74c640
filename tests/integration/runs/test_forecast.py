"""What is foretold of a run comes true, nearly."""

import pytest

from data_generation.cli.commands.data_generation import plan_of
from data_generation.cli.engine import engine
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.runs.shown import preview as dryrun

READINGS = "environmental_environmentalreading"
CLOSE = 0.03


def looked_ahead(profile, exact):
    config = load_config(CONFIG_DIR, profile, [])
    plan = plan_of(config)
    return dryrun.preview(config, plan, engine(), len(plan.sessions), exact)


def test_the_rows_of_tiny_are_foretold(farm):
    stored = dict(
        farm.execute(
            "SELECT key, sum(value::bigint) FROM data_generation.unit, jsonb_each_text(rows) "
            "GROUP BY key"
        ).fetchall()
    )

    foretold = looked_ahead("tiny", exact=False)

    assert foretold.rows.total() == pytest.approx(float(sum(stored.values())), rel=CLOSE)
    assert foretold.rows[READINGS] == pytest.approx(float(stored[READINGS]), rel=CLOSE)
    assert foretold.rows["infrastructure_sensor"] == stored["infrastructure_sensor"]
    batches = farm.execute("SELECT batch_number, start_date::text FROM batch_batch ORDER BY id")
    first, *_ = foretold.batches.values()
    assert (first.number, first.start) == batches.fetchone()


@pytest.mark.long
@pytest.mark.parametrize("profile", ["demo", "guide", "bakkafrost"])
def test_the_rows_of_large_farms_are_foretold(profile):
    counted = looked_ahead(profile, exact=True)

    foretold = looked_ahead(profile, exact=False)

    assert foretold.rows.total() == pytest.approx(counted.rows.total(), rel=CLOSE)
    assert foretold.total_bytes == pytest.approx(counted.total_bytes, rel=CLOSE)
    for session, exact in zip(foretold.sessions, counted.sessions, strict=True):
        assert session["rows"] == pytest.approx(exact["rows"], rel=2 * CLOSE)
