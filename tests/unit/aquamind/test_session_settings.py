"""Django's connections and the generator's begin with the same settings."""

from aquamind.db.session import SETTINGS
from data_generation.runs.postgres.connecting import SESSION


def test_both_halves_pin_the_same():
    of_one_half = {
        # A migration waits as long as it takes; Django sets the time zone by itself.
        "lock_timeout",
        "TimeZone",
    }
    assert {k: v for k, v in SESSION.items() if k not in of_one_half} == {
        k: v for k, v in SETTINGS.items() if k not in of_one_half
    }
