"""Which stored keys are a run's own."""

from hypothesis import given
from hypothesis import strategies as st

from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.written import stored_spans

LAST = 40


@given(
    st.dictionaries(st.integers(1, LAST), st.integers(1, 9_999), max_size=LAST),
    st.integers(0, 2**40),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2**40)), max_size=5),
    st.integers(1, 2 * LAST),
)
def test_spans_hold_each_key_that_was_written_and_no_other(adopted, offset, blocks, following):
    keys = Keys.adopting({"farm_tank": adopted}, {"farm_tank": offset})
    first = LAST + 1
    for length, shift in blocks:
        keys = keys.with_block("farm_tank", first, shift)
        first += length

    spans = stored_spans(keys, "farm_tank", following)

    own = [key for key in range(1, following) if key not in adopted]
    expected = [keys.stored("farm_tank", key) for key in own]
    assert [key for begin, end in spans for key in range(begin, end + 1)] == expected


def test_a_run_without_offset_wrote_from_one():
    assert stored_spans(Keys(), "farm_tank", 6) == [(1, 5)]
    assert stored_spans(Keys(), "farm_tank", 1) == []
