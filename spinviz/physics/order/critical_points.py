"""Critical temperatures: exact ones, and those that only simulations and series know, with their sources.

J > 0, nearest neighbours, each pair once, kB = 1. Ising H = -J sum s_i s_j, s = +-1; vectors H = -J sum s_i . s_j of
unit length; Potts H = -J sum delta(q_i, q_j), whose q = 2 is Ising with half the coupling.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log1p, pi, sqrt
from typing import Literal

import numpy as np

from spinviz.physics.ising.laws import CRITICAL_TEMPERATURE_2D, CRITICAL_TEMPERATURE_3D

Planar = Literal["square", "triangular", "honeycomb"]


@dataclass(frozen=True)
class CriticalPoint:
    """Tc [J], what its last digits may be off by (0: exact), and who found it."""

    T: float
    error: float
    source: str


def _from_coupling(K: float, error: float, source: str) -> CriticalPoint:
    """Of a published Kc = J/Tc and its error."""
    return CriticalPoint(1 / K, error / K**2, source)


ONSAGER = "Onsager, Phys. Rev. 65, 117 (1944)"
WANNIER = "Wannier, Rev. Mod. Phys. 17, 50 (1945)"
HOUTAPPEL = "Houtappel, Physica 16, 425 (1950)"
SYOZI = "Kano and Naya, Prog. Theor. Phys. 10, 158 (1953)"
FERRENBERG = "Ferrenberg, Xu and Landau, Phys. Rev. E 97, 043301 (2018)"
BUTERA = "Butera and Comi, Phys. Rev. B 62, 14837 (2000)"
LUNDOW = "Lundow, Markstrom and Rosengren, Phil. Mag. 89, 2009 (2009)"
CHEN = "Chen, Ferrenberg and Landau, Phys. Rev. B 48, 3249 (1993)"
SERIES = "Butera and Comi, Phys. Rev. B 56, 8212 (1997)"

ISING = {
    "square": CriticalPoint(float(CRITICAL_TEMPERATURE_2D), 0.0, ONSAGER),
    "triangular": CriticalPoint(4 / log(3), 0.0, WANNIER),
    "honeycomb": CriticalPoint(2 / log(2 + sqrt(3)), 0.0, HOUTAPPEL),
    "kagome": CriticalPoint(4 / log(3 + 2 * sqrt(3)), 0.0, SYOZI),
    "cubic": CriticalPoint(CRITICAL_TEMPERATURE_3D, 5e-9 / 0.221654626**2, FERRENBERG),
    "bcc": _from_coupling(0.1573725, 6e-7, BUTERA),
    "fcc": _from_coupling(0.1020707, 2e-7, LUNDOW),
}
"""Ising spins on each lattice."""

HEISENBERG = {
    "cubic": _from_coupling(0.693035, 3.7e-5, CHEN),
    "bcc": _from_coupling(0.486798, 1.2e-5, CHEN),
}
"""Classical unit vectors of three components."""

XY = {
    "cubic": _from_coupling(0.45419, 3e-5, SERIES),
    "bcc": _from_coupling(0.320428, 3e-6, SERIES),
}
"""Classical unit vectors of two components in three dimensions."""

KOSTERLITZ_THOULESS = CriticalPoint(0.89294, 8e-5, "Hasenbusch, J. Phys. A 38, 5869 (2005)")
"""XY spins on the square lattice: no order, but a stiffness below this temperature."""


def stiffness_jump(T: float = KOSTERLITZ_THOULESS.T) -> float:
    """Stiffness (helicity modulus) [J] from which the XY model in two dimensions jumps to 0: 2 T/pi.

    Nelson and Kosterlitz, Phys. Rev. Lett. 39, 1201 (1977); 0.01 % less on a periodic square, by windings.
    """
    return 2 * T / pi


def potts(q: float, lattice: Planar = "square") -> float:
    """Tc [J] of the q-state Potts model, q >= 1, where the planar lattices solve it; of first order for q > 4.

    With v = exp(J/Tc) - 1: v^2 = q on the square, v^3 + 3 v^2 = q on the triangular, v^3 - 3 q v = q^2 on the honeycomb
    lattice. Wu, Rev. Mod. Phys. 54, 235 (1982). Errors: ValueError for another lattice or q < 1.
    """
    if not q >= 1:
        raise ValueError(f"q = {q:g} states: use 1 or more.")
    polynomials = {"square": (1, 0, -q), "triangular": (1, 3, 0, -q), "honeycomb": (1, 0, -3 * q, -q * q)}
    if lattice not in polynomials:
        raise ValueError(f"no closed form on the lattice '{lattice}': use {', '.join(polynomials)}.")
    roots = np.roots(polynomials[lattice])
    v = max(root.real for root in roots if abs(root.imag) < 1e-9)
    return 1 / log1p(v)


def potts_energy(q: float) -> float:
    """Energy per site [J] at Tc on the square lattice: -(1 + 1/sqrt q); for q > 4 the mean of both phases.

    Kihara, Midzuno and Shizume, J. Phys. Soc. Jpn. 9, 681 (1954).
    """
    return -(1 + 1 / sqrt(q))


ISING_ENERGY = {"square": -sqrt(2), "triangular": -2.0, "honeycomb": -2 / sqrt(3)}
"""Energy per site [J] of Ising spins at Tc: z/2 times <s s'> = 1/sqrt 2, 2/3, 4/(3 sqrt 3). Houtappel 1950."""
