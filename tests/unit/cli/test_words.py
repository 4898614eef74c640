"""Figures as people read them."""

import pytest

from data_generation.words import counted, duration, megabytes


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (counted(0, "batch", "batches"), "no batches"),
        (counted(1, "batch", "batches"), "1 batch"),
        (counted(2000, "row"), "2,000 rows"),
        (duration(44.6), "45 s"),
        (duration(720), "12 min"),
        (duration(7_500), "2 h 05 min"),
        (megabytes(2_540_000_000), "2,422 MB"),
    ],
)
def test_figures(words, read):
    assert words == read
