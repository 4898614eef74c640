"""The configuration as a whole: a section each, by the names that flags and files use.

A file of `config/` holds the sections of one domain (`config/batch.yaml` has `growth`). Unknown
keys are refused. Where a list has six entries it follows the life stages, egg and alevin to adult.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from data_generation.config.acceptance import Acceptance
from data_generation.config.batch import GrowthConfig, MortalityConfig, Staggering
from data_generation.config.broodstock import BroodstockConfig
from data_generation.config.countries import Country
from data_generation.config.environmental import EnvironmentConfig, WeatherConfig
from data_generation.config.finance import FinanceConfig
from data_generation.config.harvest import HarvestConfig
from data_generation.config.health import DiseasesConfig, LiceConfig, Treatments
from data_generation.config.infrastructure import FarmConfig
from data_generation.config.inventory import Feed
from data_generation.config.loading.references import Broken
from data_generation.config.run import Generation, RuntimeConfig
from data_generation.config.types import Section
from data_generation.config.users import Users


class Config(Section):
    """The whole configuration of a run."""

    generation: Generation
    runtime: RuntimeConfig
    farm: FarmConfig
    staggering: Staggering
    growth: GrowthConfig
    mortality: MortalityConfig
    feed: Feed
    environment: EnvironmentConfig
    harvest: HarvestConfig
    diseases: DiseasesConfig
    lice: LiceConfig
    treatments: Treatments
    weather: WeatherConfig
    broodstock: BroodstockConfig
    finance: FinanceConfig
    acceptance: Acceptance
    users: Users
    countries: Annotated[dict[str, Country], Field(min_length=1)]

    @property
    def countries_in_use(self) -> tuple[Country, ...]:
        """Those that the farm is in, in the order in which they are numbered."""
        return tuple(self.countries[key] for key in self.farm.countries)


def contradictions(config: Config) -> Iterator[Broken]:
    """What two sections say that cannot both hold."""
    protocols, supportive = config.treatments.protocols, config.treatments.supportive
    for key, country in config.countries.items():
        where = ("countries", key, "health")
        for name in country.health.lice_methods:
            if name in protocols and protocols[name].lice is None:
                yield Broken((*where, "lice_methods", name), f"{name} removes no lice")
        if country.health.withdrawal_degree_days.get(supportive):
            path = (*where, "withdrawal_degree_days", supportive)
            yield Broken(path, "the supportive treatment must not have a withdrawal period")
