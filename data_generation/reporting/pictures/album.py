"""The report's pictures in their order: what each shows, and how to read it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure

from data_generation.reporting.facts import Facts
from data_generation.reporting.material import Material
from data_generation.reporting.pictures import farm, fish, health, money, style, water


@dataclass(frozen=True)
class Picture:
    """A picture of a section: its title, how to read it, and what it says if there is nothing."""

    key: str
    section: str
    title: str
    caption: str
    draw: Callable[[Material], Figure | None]
    empty: str
    queries: tuple[str, ...] = ()

    def nothing(self, facts: Facts) -> str:
        """What is said where nothing is drawn: that there is none, or that there cannot be."""
        lacking = [why for query, why in facts.lacking.items() if query in self.queries]
        return f"{_begun(lacking[0])}." if lacking else self.empty


PICTURES: Final = (
    Picture(
        "stock",
        "farm",
        "Fish and biomass over the years",
        "Means of each month's days, from the history of assignments.",
        farm.stock,
        "No day of any batch is stored yet.",
        ("stock",),
    ),
    Picture(
        "areas",
        "farm",
        "Sea areas: batches and fallow",
        "From the first fish that came to the last that left. Hatched: fallow, in days.",
        farm.areas,
        "No batch has gone to sea yet.",
    ),
    Picture(
        "halls",
        "farm",
        "Halls: stages of life",
        "Rows A to E of each station; one batch at a time. Blank: empty, being cleaned or resting.",
        farm.halls,
        "No hall has held fish yet.",
    ),
    Picture(
        "utilisation",
        "farm",
        "Use of facilities",
        "Share of the month's days on which a hall or sea area held fish, by kind of container. "
        "Blank: none.",
        farm.utilisation,
        "No place has held fish yet.",
    ),
    Picture(
        "growth",
        "growth",
        "Growth by batch and country",
        "A line a batch: mean of its samples over four weeks. Lines end at harvest.",
        fish.growth,
        "No fish has been weighed yet.",
        ("growth",),
    ),
    Picture(
        "harvest",
        "growth",
        "Harvest: weights and grades",
        "A dot a batch, at the middle of its harvest.",
        fish.harvest,
        "Nothing has been harvested yet.",
        ("harvests",),
    ),
    Picture(
        "sites",
        "water",
        "Temperature, oxygen and salinity by site",
        "Means of one container of each place; lines break where there were no fish. Halls are "
        "warmed, and have no salt.",
        water.sites,
        "No readings are stored yet.",
        ("readings", "parameters"),
    ),
    Picture(
        "year",
        "water",
        "One site's year with its events",
        "The sea area and year with the most kinds of events, on the days on which the health "
        "journal tells of them.",
        water.year,
        "The health journal tells of no storm, bloom or the like.",
        ("site_events", "journal"),
    ),
    Picture(
        "mortality",
        "health",
        "Mortality by cause",
        "Fish that died in a month as a share of those that lived in it.",
        fish.mortality,
        "No deaths are stored yet.",
        ("deaths", "deaths_by_batch"),
    ),
    Picture(
        "causes",
        "health",
        "Mortality by season, and what was found",
        "Left: the sea's months with fish, averaged over years. Right: diagnosed reasons.",
        fish.causes,
        "No deaths are stored yet.",
        ("reasons", "deaths"),
    ),
    Picture(
        "lice",
        "health",
        "Salmon lice against the limit",
        "Means of the cages counted. Red, below: days on which cages were treated or, where there "
        "are many areas, the share of them treated in a month.",
        health.lice,
        "No lice have been counted yet.",
        ("lice",),
    ),
    Picture(
        "outbreaks",
        "health",
        "Disease outbreaks",
        "A dot is a disease in a batch at a place, on the day of the first diagnosis; its area is "
        "the number of fish that died of it.",
        health.outbreaks,
        "No disease has been diagnosed yet.",
        ("diagnoses",),
    ),
    Picture(
        "treatments",
        "health",
        "Treatments and their outcomes",
        "A container treated counts once. What is still followed up is not judged.",
        health.treatments,
        "Nothing has been treated yet.",
        ("treatments",),
    ),
    Picture(
        "feed",
        "feed",
        "Feed: bought, given, in stock, and its price",
        "Fine feed for small fish costs more.",
        money.feed,
        "No feed has been bought yet.",
        ("feeding", "deliveries", "purchases"),
    ),
    Picture(
        "conversion",
        "feed",
        "Feed conversion",
        "Left: growth of all fish, also of those that died, by the weekly summaries. Right: all "
        "the feed that a batch ever got for a kilogram that was harvested.",
        money.conversion,
        "No feeding summary is stored yet.",
        ("conversion",),
    ),
    Picture(
        "batches",
        "money",
        "Cost and revenue of each completed batch",
        "Direct costs only: labour, energy, capital and processing are not generated.",
        money.batches,
        "No batch is completed, or costs are not known.",
        ("sales", "harvests"),
    ),
)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def drawn(material: Material) -> dict[str, str | None]:
    """Inline SVG of each picture by its key; None where there is nothing to show."""
    return {
        picture.key: style.draw(
            picture.key,
            picture.title,
            lambda draw=picture.draw: draw(material),  # type: ignore[misc]
        )
        for picture in PICTURES
    }
