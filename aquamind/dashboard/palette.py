"""The colours of `palette.css` by name, and which means what, for whoever draws.

A colour's name is a class of the style sheet and the variable `--name` in it; the dashboard and the
report take both from there, so that a cause of death looks the same wherever it is shown.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

SHEET: Final = Path(__file__).parent / "static" / "dashboard" / "palette.css"

HUES: Final = ("blue", "orange", "green", "red", "sky", "purple", "grey")
STEPS: Final = tuple(f"step-{n}" for n in range(1, 7))
"""From little to much; also the six stages of life, in their order."""
CAUSES: Final = {
    "DISEASE": ("Disease", "red"),
    "ENVIRONMENTAL": ("Water and weather", "sky"),
    "HANDLING": ("Handling", "orange"),
    "PREDATION": ("Predation", "purple"),
    "OTHER": ("Other", "green"),
    "UNKNOWN": ("Unknown", "grey"),
}
"""Name and colour of each cause of death."""
SITE_EVENTS: Final = {
    "Storm": ("Storm", "purple"),
    "Algae": ("Algal bloom", "green"),
    "Jellyfish": ("Jellyfish", "orange"),
    "Warm": ("Heatwave", "red"),
    "Cold": ("Cold spell", "blue"),
    "Low oxygen": ("Low oxygen", "sky"),
}
"""Name and colour of each kind of event, by how the health journal's entry begins."""
OTHER_EVENT: Final = ("Other event", "grey")


def site_event(description: str) -> tuple[str, str]:
    """Name and colour of an event by the journal's entry about it."""
    for beginning, kind in SITE_EVENTS.items():
        if description.startswith(beginning):
            return kind
    return OTHER_EVENT


@cache
def colours(theme: str = "light") -> dict[str, str]:
    """Colours as `#rrggbb` by name; `theme` is light or dark."""
    light, dark = SHEET.read_text("utf-8").split("@media", 1)
    text = light if theme == "light" else dark
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))
