"""Relaxation times, densities and chemical shift of the tissues of a head at four field strengths.

T1 at 0.55 T: Campbell-Washburn et al., Radiology 293, 384 (2019); at 1.5 and 7 T and of fluid: Rooney et al., Magn.
Reson. Med. 57, 308 (2007); at 3 T: Wansapura et al., J. Magn. Reson. Imaging 9, 531 (1999). T2 of grey and white
matter: Cox and Gowland, Magn. Reson. Med. 64, 1440 (2010). T2* of cortex, white matter and nuclei (putamen): Peters et
al., Magn. Reson. Imaging 25, 748 (2007), from which 0.55 T is extrapolated: 1/T2* - 1/T2 grows with the field. Fat: de
Bazelaire et al., Radiology 230, 652 (2004). Water contents: Whittall et al., Magn. Reson. Med. 37, 34 (1997). Numbers
are rounded; those of the lesion, of nuclei between fields and of fat at 7 T are typical ones without a single source.
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

# Milliseconds at 0.55, 1.5, 3 and 7 T.
_TABLE: dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], float]] = {
    "fat": ((190, 343, 382, 450), (72, 58, 68, 46), (58, 38, 34, 18), 0.90),
    "fluid": ((4300, 4300, 4300, 4300), (2000, 2000, 1900, 1100), (1400, 1000, 600, 250), 1.00),
    "grey matter": ((717, 1188, 1331, 2132), (104, 87, 76, 47), (102, 84, 66, 33.2), 0.82),
    "white matter": ((493, 656, 832, 1220), (89, 80, 71, 47), (82, 66.2, 53.2, 26.8), 0.70),
    "deep grey matter": ((620, 960, 1180, 1640), (92, 78, 66, 41), (82, 55.5, 31.5, 16.1), 0.78),
    "lesion": ((820, 1280, 1550, 2000), (150, 140, 130, 85), (140, 120, 95, 50), 0.86),
}


class UnknownField(ValueError):
    """A field strength without tissue values: one line with those that have them."""


def properties(tissue: str, field: float) -> Tissue:
    """Properties of a tissue of `TISSUES` at ``field`` [T]. Errors: `UnknownField`."""
    if field not in FIELDS:
        known = ", ".join(f"{value:g}" for value in FIELDS)
        raise UnknownField(f"no tissue values at {field:g} T: choose a field of {known} T")
    if tissue not in _TABLE:
        return NOTHING
    T1, T2, T2star, density = _TABLE[tissue]
    column = FIELDS.index(field)
    return Tissue(1e-3 * T1[column], 1e-3 * T2[column], 1e-3 * T2star[column], density)


def offset_of(tissue: str, field: float) -> float:
    """Offset [rad/s] of a tissue from water at ``field`` [T]."""
    return FAT_SHIFT * PROTON_GYROMAGNETIC_RATIO * field if tissue == "fat" else 0.0
