"""The palette: every colour is there by day and by night, and nobody takes one for another."""

from itertools import combinations

import numpy as np
import pytest

from aquamind.dashboard import palette

THEMES = ("light", "dark")
# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
VISIONS = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Ottosson (2020): OKLab, in which equal distances look about equally far.
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
LEAST = 0.06
"""Two colours nearer than this in OKLab are hard to tell apart in small patches."""


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def distance(one: str, other: str, vision) -> float:
    seen = [np.clip(np.asarray(vision) @ linear(colour), 0, 1) for colour in (one, other)]
    first, second = (TO_LAB @ np.cbrt(TO_LMS @ rgb) for rgb in seen)
    return float(np.linalg.norm(first - second))


def contrast(one: str, other: str) -> float:
    bright = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


def test_both_themes_have_the_same_colours_and_no_two_by_day_are_equal():
    by_day, by_night = (palette.colours(theme) for theme in THEMES)
    assert set(by_day) == set(by_night)
    assert {*palette.HUES, *palette.STEPS} <= set(by_day)
    # The report knows a colour's name by what it looks like by day.
    assert len(set(by_day.values())) == len(by_day)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("names", [palette.HUES, palette.STEPS], ids=["hues", "steps"])
def test_no_colour_is_taken_for_another_with_any_vision(theme, vision, names):
    colours = palette.colours(theme)
    for one, other in combinations(names, 2):
        apart = distance(colours[one], colours[other], VISIONS[vision])
        assert apart >= LEAST, (one, other, apart)


@pytest.mark.parametrize("theme", THEMES)
def test_lines_stand_out_and_words_can_be_read(theme):
    colours = palette.colours(theme)
    for hue in palette.HUES:
        assert contrast(colours[hue], colours["paper"]) >= 3, hue
    for words in ("ink", "soft", "accent", "warn", "good"):
        for ground in ("paper", "ground", "pale"):
            assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_steps_grow_darker(theme):
    colours = [palette.colours(theme)[step] for step in palette.STEPS]
    bright = [contrast(colour, "#000000") for colour in colours]
    assert bright == sorted(bright, reverse=True)


def test_causes_and_events_have_colours_of_their_own():
    for named in (palette.CAUSES.values(), palette.SITE_EVENTS.values()):
        colours = [colour for _, colour in named]
        assert len(set(colours)) == len(colours)
        assert set(colours) <= set(palette.HUES)
    assert palette.site_event("Storm: moorings and nets checked")[0] == "Storm"
    assert palette.site_event("A whale")[0] == "Other event"
