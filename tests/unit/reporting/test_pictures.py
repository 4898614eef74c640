"""How the report's pictures become inline SVG."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")

from data_generation.reporting.pictures import style

ODD = "<script>alert(1)</script> & $\\frac{1}"


def drawing():
    figure, axes = style.new()
    axes[0, 0].plot([1, 2], [0.123456789, 2], "o", label=ODD)
    axes[0, 0].legend()
    return figure


def test_a_picture_is_the_same_each_time():
    assert style.draw("a", "A", drawing) == style.draw("a", "A", drawing)


def test_a_picture_points_nowhere_and_says_no_time():
    svg = style.draw("a", "A", drawing)

    assert "http" not in svg
    assert "xmlns" not in svg
    assert "metadata" not in svg
    assert "<?xml" not in svg


def test_names_inside_a_picture_are_used_and_differ_between_pictures():
    first, second = (style.draw(key, "A", drawing) for key in ("a", "b"))
    names = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]

    assert names[0]
    assert not names[0] & names[1]
    assert all(re.search(rf"#{name}\b", first) for name in names[0])


def test_text_is_escaped_and_taken_as_it_is():
    svg = style.draw("a", "A", drawing)

    assert "<script" not in svg
    texts = "".join(ElementTree.fromstring(svg).itertext())
    assert ODD in texts


def test_nothing_to_draw_is_none():
    assert style.draw("a", "A", lambda: None) is None


def test_a_short_time_has_months_and_a_long_one_years():
    figure, axes = style.new(1, 2)
    with style.styled("a"):
        style.years(axes[0, 0], date(2020, 1, 1), date(2020, 4, 30))
        style.years(axes[0, 1], date(2010, 1, 1), date(2020, 4, 30))

    labels = [
        [axis.xaxis.get_major_formatter()(tick) for tick in axis.xaxis.get_major_locator()()]
        for axis in axes[0]
    ]
    assert "Feb 2020" in labels[0]
    assert "2015" in labels[1]
    assert figure.axes == list(axes[0])


def test_colours_are_those_of_the_page_and_text_has_its_ink():
    def coloured():
        figure, axes = style.new()
        axes[0, 0].plot([1, 2], [1, 2], color=style.RED)
        axes[0, 0].bar([1], [1], color=style.STAGES[0], edgecolor=style.WHITE, hatch="//")
        return figure

    svg = style.draw("a", "A", coloured)

    assert "var(--red)" in svg
    assert "var(--step-1)" in svg
    assert "var(--paper)" in svg
    assert re.findall(r"#[0-9a-f]{6}\b", svg) == []


def test_a_picture_is_told_in_words():
    def told():
        figure, axes = style.new(2)
        axes[0, 0].plot([1, 2, 3], [1, 4, 2], label="Fish & chips")
        axes[0, 0].set_title("Weights")
        axes[0, 0].set_ylabel("kg")
        axes[0, 0].legend()
        axes[1, 0].barh([0, 1], [5, 6])
        axes[1, 0].set_yticks([0, 1], ["Bath", "Feed"])
        return figure

    root = ElementTree.fromstring(style.draw("a", "What fish weigh", told))

    assert root.get("role") == "img"
    label = root.get("aria-label")
    assert label.startswith("What fish weigh. Weights (kg): Fish & chips from 1 to 4, last 2;")
    assert "Bath, Feed" in label
