"""Standard problem 2 of muMAG in its limit: a block so small that exchange keeps it uniform, in a field.

Its energy per mu0 Ms^2 V is sum_a N_a m_a^2/2 - h.m - k (m.u)^2, h = B/(mu0 Ms), k = K1/(mu0 Ms^2), N_a the
demagnetizing factors of the prism: Stoner and Wohlfarth's model in three dimensions. A block 5 : 1 : 0.1 in a field
along (-1, -1, -1) has no mean component along it, and so is coercive, at h = 0.057069478: Donahue et al., J. Appl.
Phys. 87, 5520 (2000).
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.prisms import prism_factor
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState, motion_of

Values = NDArray[np.float64]

COERCIVE = 0.057069478
"""Field over Ms at which the mean along it is zero."""
SMALL = 3.0
"""Edges in exchange lengths up to which a block is uniform."""
REST = 2e-4
"""Torque abs(m x B) [T] below which it is at rest."""


def mean_along_field(mean: Values, p: ExchangeParameters) -> float:
    """Mean component along the applied field, whatever its sign; NaN without one."""
    return float(mean @ np.array(p.field)) / p.B if p.B else float("nan")


def at_rest(mean: Values, p: ExchangeParameters) -> Values:
    """The unit vector (3,) of least energy that a uniform block reaches from ``mean``."""
    from scipy.optimize import minimize

    a, b, c = p.nx * p.dx, p.ny * p.dy, p.nz * p.dz
    N = np.array([prism_factor(b, c, a), prism_factor(c, a, b), prism_factor(a, b, c)])
    h = np.array(p.field) / (VACUUM_PERMEABILITY * p.Ms)
    k, easy = p.K1 / (VACUUM_PERMEABILITY * p.Ms**2), np.array(p.easy)

    def energy(m: Values) -> tuple[float, Values]:
        size = float(np.linalg.norm(m))
        n = m / size
        along = float(n @ easy)
        slope = N * n - h - 2 * k * along * easy
        return float(n**2 @ N / 2 - h @ n - k * along**2), (slope - (slope @ n) * n) / size

    found = minimize(energy, mean, jac=True, method="BFGS", options={"gtol": 1e-9}).x
    return np.asarray(found / np.linalg.norm(found))


def holds(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether a small block rests in a field."""
    bare = p.stray and not p.periodic and not p.shaped and p.plain and p.anisotropy == "uniaxial"
    if not (bare and p.B and p.D == 0 and p.u == 0 and p.T == 0 and p.A > 0) or state.held or p.input:
        return False
    length = sqrt(2 * p.A / (VACUUM_PERMEABILITY * p.Ms**2))
    if max(p.nx * p.dx, p.ny * p.dy, p.nz * p.dz) > SMALL * length:
        return False
    torque = motion_of(p).torque(state.spins)
    return bool(np.sqrt((torque**2).sum(axis=0)).max() < REST)


def theory(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """Component along the field of the uniform block at rest."""
    mean = state.m.mean(axis=(0, 1, 2), dtype=np.float64)
    return mean_along_field(at_rest(mean, p), p)


SMALL_BLOCK = Law(
    "small_block", "Small block in a field", "along", theory=theory,
    latex=r"e=\frac{1}{2}\sum_aN_am_a^2-\frac{\mathbf{B}\cdot\mathbf{m}}{\mu_0M_s}-\frac{K_1m_u^2}{\mu_0M_s^2}"
    r"\to\min",
    validity="A block with stray field, edges up to three exchange lengths, at rest.", tolerance=0.01,
    because="On edges of three exchange lengths the ends begin to turn.",
    reference="Donahue et al., J. Appl. Phys. 87, 5520 (2000)", check=Check(2e-12, preset="coercive"), holds=holds,
    symbols={"N_a": "demagnetizing factor of the block along the axis a", "m_a": "component of m along the axis a",
             "m_u": "component of m along the easy axis", "e": "energy over μ₀Ms²V",
             "m": "direction of the magnetization"},
)  # fmt: skip
