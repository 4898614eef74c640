"""Quantities against ranges, the page's markers, money: without a database."""

import pytest

from data_generation import named_sql
from data_generation.config.loading.loader import CONFIG_DIR, load_file
from data_generation.config.realism import Realism, ReferenceQuantity
from data_generation.errors import ConfigError, UsageError
from data_generation.generators.finance.books import BatchMoney
from data_generation.reporting.realism import measures, money
from data_generation.reporting.realism.report import (
    NO_REASON,
    Dataset,
    RealismReport,
    judge,
    reasons,
    replaced,
)

FILE = CONFIG_DIR / "realism.yaml"
DATASET = Dataset("demo", 7, "2015-01-01", "2024-12-31", 19, "f" * 64)


def wanted(**quantities):
    known = {
        name: ReferenceQuantity(title=name, unit="g", source="x", **q)
        for name, q in quantities.items()
    }
    return Realism(quantities={"Growth": known}, empty_tables={"batch_a": "Never used."})


def report(found, **quantities):
    realism = wanted(**quantities)
    return RealismReport(DATASET, judge(realism, found), {}, {})


@pytest.mark.parametrize(
    ("value", "verdict"), [(1.0, "in"), (2.0, "in"), (0.99, "OUT"), (2.01, "OUT")]
)
def test_the_ends_of_a_range_lie_inside(value, verdict):
    (one,) = judge(wanted(weight={"range": (1.0, 2.0)}), {"weight": {"all": value}})
    assert one.verdict == verdict


def test_a_range_may_be_open():
    (one,) = judge(wanted(rest={"range": (14, None)}), {"rest": {"hall": 500}})
    assert one.inside
    assert one.shown_ranges() == "≥ 14"
    (one,) = judge(wanted(rest={"range": (14, None)}), {"rest": {"hall": 13}})
    assert not one.inside


def test_every_label_must_lie_inside_and_the_one_that_does_not_is_marked():
    realism = wanted(t={"ranges": {"Faroe": (8, 9), "Scotland": (9, 10)}})
    (one,) = judge(realism, {"t": {"Faroe": 8.4, "Scotland": 8.9}})
    assert one.verdict == "OUT"
    assert one.shown_values() == "Faroe 8.40; Scotland 8.90 (!)"
    (one,) = judge(realism, {"t": {"Faroe": 8.4, "Scotland": 9.8}})
    assert one.verdict == "in"


def test_a_label_without_a_range_is_outside_rather_than_passed_over():
    (one,) = judge(wanted(t={"ranges": {"Faroe": (8, 9)}}), {"t": {"Norway": 8.5}})
    assert one.verdict == "OUT"


def test_what_was_not_measured_counts_neither_in_nor_out():
    quantities = {name: {"range": (0, 1)} for name in ("a", "b", "c")}
    text = report({"a": {"x": 0.5}, "b": {"x": 2.0}, "c": {}}, **quantities).as_text()
    assert "1 of 2 quantities inside, 1 outside, 1 with nothing to measure." in text
    assert "nothing to measure" in text


def test_the_markdown_has_a_row_for_each_quantity_and_says_why_one_is_outside():
    quantities = {
        "a": {"range": (0, 1), "note": "a small farm"},
        "b": {"range": (0, 1), "note": "never shown"},
    }
    text = report({"a": {"x": 3}, "b": {"x": 1}}, **quantities).as_markdown()
    assert "| a, g | 0-1 | x | x 3.00 | **OUT** |" in text
    assert "| b, g | 0-1 | x | x 1.00 | in |" in text
    assert "- a: a small farm." in text
    assert "never shown" not in text
    assert "No table is without rows." in text


def test_a_table_without_a_reason_is_told_all_the_same():
    realism = wanted(a={"range": (0, 1)})
    found = reasons(realism, ["batch_a", "batch_b"])
    assert found == {"batch_a": "Never used.", "batch_b": NO_REASON}


def test_a_block_replaces_what_stands_between_its_markers_alone():
    page = "top\n<!-- realism: a -->\nold\n<!-- realism end -->\nmid\n" + (
        "<!-- realism: b -->\nkept\n<!-- realism end -->\n"
    )
    once = replaced(page, "a", "new")
    assert "old" not in once
    assert "new" in once
    assert once.startswith("top\n")
    assert once.endswith("mid\n<!-- realism: b -->\nkept\n<!-- realism end -->\n")
    assert replaced(once, "a", "new") == once


@pytest.mark.parametrize("page", ["", "<!-- realism: a -->\nno end", "<!-- realism end -->"])
def test_a_page_without_the_markers_is_refused(page):
    with pytest.raises(UsageError, match="no part named 'a'"):
        replaced(page, "a", "new")


def test_each_quantity_of_the_configuration_is_measured_and_the_other_way_round():
    realism = load_file(Realism, FILE)
    known = {name for chapter in realism.quantities.values() for name in chapter}
    measured = {name for names in measures.MEASURES.values() for name in names}
    assert known == measured | set(money.QUANTITIES)
    assert len(known) >= 45


def test_each_query_exists_and_says_what_it_measures():
    package = measures.__name__.rpartition(".")[0]
    for file, names in [*measures.MEASURES.items(), ("series", measures.SERIES)]:
        for name in names:
            assert named_sql.statement(package, file, name).startswith(("SELECT", "WITH"))
            assert named_sql.description(package, file, name)


def test_a_mistake_in_the_file_names_file_and_line(tmp_path):
    file = tmp_path / "realism.yaml"
    file.write_text(
        "quantities:\n  Growth:\n    a: {title: A, unit: g, range: [2, 1], source: x}\n"
        "empty_tables: {}\n"
    )
    with pytest.raises(ConfigError, match=r"realism\.yaml:3.*the lowest, 2, is more"):
        load_file(Realism, file)


def test_money_is_that_of_the_completed_batches_in_kroner():
    costs = {"eggs": 200_000, "feed_fresh": 0, "feed_sea": 900_000, "treatment": 60_000}
    books = BatchMoney(costs | {"laboratory": 40_000}, 1_000_000, 0, 0, 0)
    cycle = measures.Cycle(eggs=1_000, put_to_sea=800, harvested_kg=600)
    found = money.measure_money({5: books, 6: books}, {5: cycle})
    assert found["egg_price"] == {"all batches": 2.0}
    assert found["smolt_price"] == {"all batches": 12.5}
    assert found["feed_cost"] == {"all batches": 15.0}
    assert found["feed_share"] == {"all batches": pytest.approx(45.0)}
    assert money.measure_money({5: books}, {})["egg_price"] == {}
