"""Relaxation times, densities and chemical shift of the tissues of a head at four field strengths, with sources.

A number without a single source is marked as `TYPICAL`: between measured ones or beyond them, where 1/T2* - 1/T2 grows
with the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO

FIELDS = (0.55, 1.5, 3.0, 7.0)
"""Field strengths [T] of the table."""

TISSUES = ("air", "bone", "fat", "fluid", "grey matter", "white matter", "deep grey matter", "lesion")
AIR, BONE = 0, 1

FAT_SHIFT = -3.4e-6
"""Chemical shift of the methylene line of fat from water."""


@dataclass(frozen=True)
class Tissue:
    """T1, T2, T2* [s] and density of the protons that give a signal (pure water is 1)."""

    T1: float
    T2: float
    T2star: float
    density: float


NOTHING = Tissue(nan, nan, nan, 0.0)

LOW_FIELD = "Campbell-Washburn et al., Radiology 293, 384 (2019)"
ROONEY = "Rooney et al., Magn. Reson. Med. 57, 308 (2007)"
WANSAPURA = "Wansapura et al., J. Magn. Reson. Imaging 9, 531 (1999)"
COX = "Cox and Gowland, Magn. Reson. Med. 64, 1440 (2010)"
PETERS = "Peters et al., Magn. Reson. Imaging 25, 748 (2007)"
BAZELAIRE = "de Bazelaire et al., Radiology 230, 652 (2004)"
WHITTALL = "Whittall et al., Magn. Reson. Med. 37, 34 (1997)"
TYPICAL = "typical, without a single source"

Cited = tuple[float, str]
"""A number and its source."""
Fields = tuple[Cited, Cited, Cited, Cited]
"""Milliseconds at 0.55, 1.5, 3 and 7 T."""


@dataclass(frozen=True)
class Measured:
    """T1, T2 and T2* [ms] at all fields, and density."""

    T1: Fields
    T2: Fields
    T2star: Fields
    density: Cited


MEASURED: dict[str, Measured] = {
    "fat": Measured(
        T1=((190, TYPICAL), (343, BAZELAIRE), (382, BAZELAIRE), (450, TYPICAL)),
        T2=((93, LOW_FIELD), (58, BAZELAIRE), (68, BAZELAIRE), (46, TYPICAL)),
        T2star=((58, TYPICAL), (38, TYPICAL), (34, TYPICAL), (18, TYPICAL)),
        density=(0.90, TYPICAL),
    ),
    "fluid": Measured(
        T1=((4300, ROONEY), (4300, ROONEY), (4300, ROONEY), (4300, ROONEY)),
        T2=((2000, TYPICAL), (2000, TYPICAL), (1900, TYPICAL), (1100, TYPICAL)),
        T2star=((1400, TYPICAL), (1000, TYPICAL), (600, TYPICAL), (250, TYPICAL)),
        density=(1.00, TYPICAL),
    ),
    "grey matter": Measured(
        T1=((717, LOW_FIELD), (1188, ROONEY), (1331, WANSAPURA), (2132, ROONEY)),
        T2=((104, TYPICAL), (87, COX), (76, COX), (47, COX)),
        T2star=((102, TYPICAL), (84, PETERS), (66, PETERS), (33.2, PETERS)),
        density=(0.82, WHITTALL),
    ),
    "white matter": Measured(
        T1=((493, LOW_FIELD), (656, ROONEY), (832, WANSAPURA), (1220, ROONEY)),
        T2=((89, TYPICAL), (80, COX), (71, COX), (47, COX)),
        T2star=((82, TYPICAL), (66.2, PETERS), (53.2, PETERS), (26.8, PETERS)),
        density=(0.70, WHITTALL),
    ),
    "deep grey matter": Measured(
        T1=((620, TYPICAL), (960, TYPICAL), (1180, TYPICAL), (1640, TYPICAL)),
        T2=((92, TYPICAL), (78, TYPICAL), (66, TYPICAL), (41, TYPICAL)),
        T2star=((82, TYPICAL), (55.5, PETERS), (31.5, PETERS), (16.1, PETERS)),
        density=(0.78, WHITTALL),
    ),
    "lesion": Measured(
        T1=((820, TYPICAL), (1280, TYPICAL), (1550, TYPICAL), (2000, TYPICAL)),
        T2=((150, TYPICAL), (140, TYPICAL), (130, TYPICAL), (85, TYPICAL)),
        T2star=((140, TYPICAL), (120, TYPICAL), (95, TYPICAL), (50, TYPICAL)),
        density=(0.86, TYPICAL),
    ),
}


class UnknownField(ValueError):
    """A field strength without tissue values: one line with those that have them."""


def properties(tissue: str, field: float) -> Tissue:
    """Properties of a tissue of `TISSUES` at ``field`` [T]. Errors: `UnknownField`."""
    if field not in FIELDS:
        known = ", ".join(f"{value:g}" for value in FIELDS)
        raise UnknownField(f"no tissue values at {field:g} T: choose a field of {known} T")
    if tissue not in MEASURED:
        return NOTHING
    found, column = MEASURED[tissue], FIELDS.index(field)
    T1, T2, T2star = (1e-3 * times[column][0] for times in (found.T1, found.T2, found.T2star))
    return Tissue(T1, T2, T2star, found.density[0])


def offset_of(tissue: str, field: float) -> float:
    """Offset [rad/s] of a tissue from water at ``field`` [T]."""
    return FAT_SHIFT * PROTON_GYROMAGNETIC_RATIO * field if tissue == "fat" else 0.0
