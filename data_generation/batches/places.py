"""Whether a farm that is wanted fits the farm that is there, place by place."""

from data_generation.config.loading.loader import flags_of
from data_generation.config.models import Config
from data_generation.errors import Refused
from data_generation.generators.core.layout import Layout
from data_generation.runs.postgres.store import FarmRecord


def require_same_places(farm: FarmRecord, there: Config, wanted: Config) -> None:
    """Refuse if a place of the farm that is there is wanted with other equipment.

    `there` is the configuration of `farm`. A farm may be wanted larger, or only part of it.
    """
    before, after = _equipment(there), _equipment(wanted)
    differing = [name for name in before if before[name] != after.get(name, before[name])]
    if differing:
        (_, name, _), more = differing[0], len(differing) - 1
        raise Refused(
            f"This database holds the farm of {flags_of(farm.profile, farm.overlay)}; these flags "
            f"ask for another: {name} differs{f', and {more} more places' if more else ''}.",
            "Without them the farm that is there is taken. For another, first run: "
            "python manage.py runscript clear_data --yes, or use another DATABASE_URL.",
        )


def _equipment(config: Config) -> dict[tuple[str, str, int], tuple[object, ...]]:
    """What stands in each place, by country, name, and first container of a berth."""
    farm, layout = config.farm, Layout(config)
    return {
        (farm.countries[p.country], p.name, p.containers.start - p.first_container): (
            len(p.containers),
            int(layout.sensors_of[p.containers.start]),
            len(p.silos),
            p.config,
        )
        for p in layout.places
    }
