"""What the sections are made of: limits of numbers, and names that refer to other sections.

A field says what its names refer to: `Annotated[str, RefersTo("treatments.protocols")]`. It may
stand for a value, for the items of a list or the keys of a mapping, or the whole mapping may be
`Annotated[..., NamesAll("diseases.profiles")]`: then it must have an entry for every name.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

STAGES = ("Egg&Alevin", "Fry", "Parr", "Smolt", "Post-Smolt", "Adult")
ADULT = len(STAGES) - 1
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0)]
SixPositive = Annotated[tuple[Positive, ...], Field(min_length=6, max_length=6)]
TwelvePositive = Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)]
TwelveWeights = Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)]


class Section(BaseModel):
    """Base of all sections: frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True)
class RefersTo:
    """Names of entries of the mapping at this dotted path of the configuration."""

    path: str


@dataclass(frozen=True)
class NamesAll:
    """A mapping whose keys are all the names in the mapping at this dotted path.

    But for entries whose field `unless` is given there: those may be left out.
    """

    path: str
    unless: str = ""


ProtocolKey = Annotated[str, RefersTo("treatments.protocols")]
VaccineKey = Annotated[str, RefersTo("treatments.vaccines")]
DiseaseKey = Annotated[str, RefersTo("diseases.profiles")]
CountryKey = Annotated[str, RefersTo("countries")]
