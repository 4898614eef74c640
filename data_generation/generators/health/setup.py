"""Rows of health that are known beforehand: reasons of death, samples, vaccines, scores."""

import numpy as np

from data_generation.config.models import Config
from data_generation.generators.core.world import World, setup_stamps
from data_generation.generators.environmental.site_events import REASONS as SITE_REASONS
from data_generation.generators.health.effects import INJURY

USUAL_REASONS = (
    ("Infection, agent not determined", "Signs of disease, no agent looked for"),
    ("Handling injury", "Wounds, scale loss or crushing by nets, pumps and people"),
    ("Predation", "Bites of seals, birds or mink"),
    ("Poor water", "Gas, acid or dirt in the water for a time"),
    ("Unknown", "No sign of a cause, or too decayed to tell"),
    ("Deformed or runt", "Deformity, failed smolt, starved or mature fish"),
)
"""Reasons by the index of the cause of a mortality event."""

SAMPLE_TYPES = {
    "gill": ("Gill tissue", "Gill arch in ethanol and formalin: PCR and histology"),
    "heart": ("Heart histology", "Heart and skeletal muscle in formalin"),
    "kidney": ("Head kidney PCR", "Head kidney in RNAlater: real-time PCR for viruses and BKD"),
    "bacteriology": ("Bacteriology", "Kidney swab on blood agar with salt, 15 °C"),
    "blood": ("Blood chemistry", "Heparin plasma: chloride, creatine kinase, haematocrit"),
    "skin": ("Skin and mucus", "Scrape and swab of the skin: microscopy and culture"),
    "gut": ("Gut and pancreas histology", "Pyloric caeca and hind gut in formalin"),
    "water": ("Water microbiology", "Water of the container: colony counts and fungal spores"),
}

PARAMETERS = {
    "gill": ("Gill condition", "gills"),
    "eye": ("Eye condition", "eyes"),
    "fin": ("Fin condition", "fins"),
    "skin": ("Skin and wounds", "skin"),
    "deformity": ("Deformity", "jaw, spine and gill covers"),
}
"""Scored on each fish of a health sampling, 1 to 5."""
_SCORES = (
    "Healthy {part}, nothing to remark",
    "Slight changes of the {part}",
    "Clear changes of the {part}, fish not impaired",
    "Marked changes of the {part}, fish impaired",
    "Severe changes of the {part}, fish to be culled",
)


def reason_names(config: Config) -> list[str]:
    """Names of the mortality reasons in the order of their keys, from 1."""
    names = [name for name, _ in USUAL_REASONS]
    names += [disease.name for disease in config.diseases.profiles.values()]
    names += [INJURY, *SITE_REASONS.values()]
    return names


def write_health_setup(world: World) -> None:
    """All of them, as they stood on the first morning of the run."""
    config, ids, output = world.config, world.ids, world.output
    stamps = setup_stamps(world)
    names = reason_names(config)
    texts = [text for _, text in USUAL_REASONS]
    texts += [f"{d.agent}. {d.signs}" for d in config.diseases.profiles.values()]
    texts += ["Injured by a treatment, mostly gills and skin"]
    texts += [f"{name} at the site" for name in SITE_REASONS.values()]
    output.insert(
        "health_mortalityreason",
        len(names),
        id=ids.take("health_mortalityreason", len(names)),
        name=names,
        description=texts,
    )
    output.insert(
        "health_sampletype",
        len(SAMPLE_TYPES),
        id=ids.take("health_sampletype", len(SAMPLE_TYPES)),
        name=[name for name, _ in SAMPLE_TYPES.values()],
        description=[text for _, text in SAMPLE_TYPES.values()],
    )
    vaccines = list(config.treatments.vaccines.values())
    output.insert(
        "health_vaccinationtype",
        len(vaccines),
        id=ids.take("health_vaccinationtype", len(vaccines)),
        name=[v.name for v in vaccines],
        manufacturer=[v.manufacturer for v in vaccines],
        dosage=[v.dosage for v in vaccines],
        description=[v.description for v in vaccines],
    )
    parts = [part for _, part in PARAMETERS.values()]
    descriptions = {
        f"description_score_{score}": [text.format(part=part) for part in parts]
        for score, text in enumerate(_SCORES, start=1)
    }
    output.insert(
        "health_healthparameter",
        len(PARAMETERS),
        id=ids.take("health_healthparameter", len(PARAMETERS)),
        name=[name for name, _ in PARAMETERS.values()],
        is_active=np.ones(len(PARAMETERS), dtype=np.bool_),
        **descriptions,
        **stamps,
    )
