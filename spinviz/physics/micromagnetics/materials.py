"""Constants of magnetic materials at room temperature, with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from spinviz.physics.constants import VACUUM_PERMEABILITY

Anisotropy = Literal["uniaxial", "cubic"]


@dataclass(frozen=True)
class Material:
    """``Ms`` [A/m], exchange stiffness ``A`` [J/m], first anisotropy constant ``K1`` [J/m^3] of its kind.

    Cubic crystals with K1 > 0 are magnetized easily along their edges, with K1 < 0 along the diagonals of their body.
    """

    title: str
    Ms: float
    A: float
    K1: float
    anisotropy: Anisotropy
    source: str

    @property
    def exchange_length(self) -> float:
        """sqrt(2A/(mu0 Ms^2)) [m]: what cells must not exceed where the stray field acts."""
        return sqrt(2 * self.A / (VACUUM_PERMEABILITY * self.Ms**2))

    @property
    def wall_width(self) -> float:
        """sqrt(A/abs(K1)) [m]; infinite without anisotropy."""
        return sqrt(self.A / abs(self.K1)) if self.K1 else float("inf")


OOMMF = "Materials of OOMMF's problem editor, Donahue and Porter, NIST IR 6376 (1999)"
MATERIALS: Mapping[str, Material] = {
    "permalloy": Material("Permalloy", 8.0e5, 1.3e-11, 0.0, "uniaxial", "Standard problem 4 of muMAG, NIST (2000)"),
    "iron": Material("Iron", 1.7e6, 2.1e-11, 4.8e4, "cubic", OOMMF),
    "cobalt": Material("Cobalt", 1.4e6, 3.0e-11, 5.2e5, "uniaxial", OOMMF),
    "nickel": Material("Nickel", 4.9e5, 9.0e-12, -5.7e3, "cubic", OOMMF),
    "FePt": Material(
        "FePt", 1.14e6, 1.0e-11, 6.6e6, "uniaxial",
        "Weller et al., IEEE Trans. Magn. 36, 10 (2000), table 1; A: Okamoto et al., Phys. Rev. B 66, 024413 (2002)",
    ),
    "Nd2Fe14B": Material(
        "Nd₂Fe₁₄B", 1.28e6, 7.7e-12, 4.9e6, "uniaxial",
        "Coey, Magnetism and Magnetic Materials, Cambridge (2010), chapter 11; A: Kronmüller and Fähnle (2003)",
    ),
    "YIG": Material(
        "Yttrium iron garnet", 1.4e5, 3.7e-12, -6.1e2, "cubic",
        "Stancil and Prabhakar, Spin Waves, Springer (2009), appendix; A: Klingler et al. (2015)",
    ),
}  # fmt: skip
"""By name. Values of films and alloys differ by some percent between samples."""
