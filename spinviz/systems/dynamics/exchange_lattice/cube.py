"""Standard problem 3 of muMAG: a cube in which flower and vortex cost the same energy, and what each of them costs.

The edge is 8.47 lengths sqrt(A/Km), Km = mu0 Ms^2/2, the uniaxial anisotropy Km/10. Published by Rave, Fabian and
Hubert (8.47, 0.3027 Km) and, in parts and extrapolated to fine meshes, by Martins, Ribeiro and Freitas (8.4687,
0.3026 Km): www.ctcms.nist.gov/~rdm/spec3.html.
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState, motion_of

EDGE = 8.47
"""In units of sqrt(A/Km)."""
PUBLISHED = {
    "flower": {"energy": 0.3027, "stray": 0.2792, "exchange": 0.0177},
    "vortex": {"energy": 0.3027, "stray": 0.0780, "exchange": 0.1724},
}
"""In units of Km times the volume; parts of a mesh of 70 cells along an edge."""
REST = 2e-3
"""Torque abs(m x B) [T] below which the state counts as relaxed."""
SYMBOLS = {
    "K_m": "μ₀Ms²/2", "e_s": "published part of the stray field", "e_A": "published part of exchange",
    "V": "volume of the cube",
}  # fmt: skip
REFERENCE = "Rave, Fabian and Hubert, J. Magn. Magn. Mater. 190, 332 (1998); Martins et al., submission to NIST"


def dipolar(p: ExchangeParameters) -> float:
    """Km = mu0 Ms^2/2 [J/m^3]."""
    return VACUUM_PERMEABILITY * p.Ms**2 / 2


def whole(p: ExchangeParameters) -> float:
    """Km times the volume [J]."""
    return dipolar(p) * p.cells * p.dx * p.dy * p.dz


def reduced_energy(energy: float, p: ExchangeParameters) -> float:
    """Energy in units of Km times the volume, anisotropy counted from the easy axis; NaN without stray field."""
    if not p.stray or p.shaped or not p.plain or p.anisotropy != "uniaxial":
        return nan
    return energy / whole(p) + p.K1 / dipolar(p)


def is_posed(p: ExchangeParameters) -> bool:
    """Whether the parameters are those of the problem, on ten cells along an edge or more."""
    bare = p.stray and not p.periodic and not p.shaped and p.plain and p.anisotropy == "uniaxial" and not p.input
    still = p.B == 0 and p.D == 0 and p.u == 0 and p.T == 0
    cube = p.nx == p.ny == p.nz >= 10 and np.allclose((p.dy, p.dz), p.dx, 1e-6, 0.0)
    if not (bare and still and cube and p.A > 0):
        return False
    length = sqrt(p.A / dipolar(p))
    return bool(np.allclose((p.nx * p.dx / length, p.K1 / dipolar(p)), (EDGE, 0.1), 1e-3, 0.0))


def kind_of(state: ExchangeState, p: ExchangeParameters) -> str:
    """Flower, vortex or neither, by the mean along the easy axis."""
    along = abs(float(state.m.mean(axis=(0, 1, 2), dtype=np.float64) @ np.array(p.easy)))
    return "flower" if along > 0.9 else "vortex" if along < 0.1 else ""


def relaxed(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether this is the problem, in one of its two states, at rest."""
    if not is_posed(p) or state.held or not kind_of(state, p):
        return False
    torque = motion_of(p).torque(state.spins)
    return bool(np.sqrt((torque**2).sum(axis=0)).max() < REST)


def _law(name: str, title: str, observable: str, part: str, latex: str, preset: str, tolerance: float) -> Law:
    unit = (lambda p: 1.0) if part == "energy" else whole

    def theory(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
        return PUBLISHED.get(kind_of(state, p), {}).get(part, nan) * unit(p)

    return Law(
        name, title, observable, theory=theory, latex=latex,
        validity="Standard problem 3, relaxed: flower or vortex.", tolerance=tolerance,
        because="On 16 cells along an edge answers differ so much from those of fine meshes.", reference=REFERENCE,
        check=Check(2e-12, preset=preset), scale="theory", holds=relaxed,
        symbols={name: words for name, words in SYMBOLS.items() if name in latex},
    )  # fmt: skip


CUBE_LAWS = (
    _law("cube_energy", "Cube at equal energies", "reduced_energy", "energy", r"e=0.3027", "curling", 0.006),
    _law("cube_stray", "Stray field of the cube", "stray_energy", "stray", r"E_s=e_sK_mV", "flower", 0.01),
    _law("cube_exchange", "Exchange of the cube", "exchange_energy", "exchange", r"E_A=e_AK_mV", "curling", 0.02),
)
