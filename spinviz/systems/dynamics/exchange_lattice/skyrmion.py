"""The skyrmion of the lattice: its radius as it is, and that of its differential equation."""

from __future__ import annotations

from math import nan, pi, sqrt

import numpy as np

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.lattice.skyrmion_profile import decay_length, skyrmion_radius
from spinviz.systems.dynamics.exchange_lattice.parameters import FINE, ExchangeParameters, shortest_length
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState, Values, calm, charge, motion_of

STILL = 1e-3
"""Largest torque abs(m x B) [T] of a skyrmion at rest."""
ROOM = 5
"""Decay lengths between a skyrmion and the edge of the film, or its image."""


def radius_of(state: ExchangeState, p: ExchangeParameters) -> float:
    """Radius [m] of the circle that has the area where m_z points against the rest; NaN where it does so nowhere.

    Between two cells m_z is taken to be linear.
    """
    mz = state.m[p.nz // 2, :, :, 2].astype(np.float64)
    if min(mz.shape) < 3 or not state.m[p.nz // 2].any(axis=2).all():
        return nan
    area = reversed_part(mz * (1 if mz.mean() >= 0 else -1)) * mz.size * p.dx * p.dy
    return float(sqrt(area / pi)) if area > 0 else nan


def reversed_part(mz: Values) -> float:
    """Part of the rows of ``mz`` (ny, nx) on which it is negative."""
    a, b = mz[:, :-1], mz[:, 1:]
    low, high = np.minimum(a, b), np.maximum(a, b)
    part = np.where(high <= 0, 1.0, np.where(low >= 0, 0.0, low / np.where(high > low, low - high, 1.0)))
    return float(part.mean() * (1 - 1 / mz.shape[1]))


def at_rest(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether there is one skyrmion in a wide film, at rest, on cells that are small enough for 1 %."""
    film = p.axis == "z" and p.tilt == 0 and p.T == 0 and p.D != 0 and not p.shaped and not state.held
    if not (film and calm(state, p)) or abs(abs(charge(state, p)) - 1) > 0.1:
        return False
    radius, theory = radius_of(state, p), skyrmion_theory(state, p)
    if not (theory > 0 and radius > 0) or FINE * max(p.dx, p.dy) > min(shortest_length(p), theory) * (1 + 1e-9):
        return False
    room = min(p.nx * p.dx, p.ny * p.dy) / 2 - max(radius, theory)
    if room < ROOM * decay_length(p.A, p.K1, p.Ms, against(state, p)):
        return False
    return bool(np.abs(motion_of(p, state.content).torque(state.spins)).max() < STILL)


def against(state: ExchangeState, p: ExchangeParameters) -> float:
    """Field [T] along the direction of the film around the skyrmion."""
    return p.B if float(state.m[..., 2].mean()) >= 0 else -p.B


def skyrmion_theory(state: ExchangeState, p: ExchangeParameters) -> float:
    """Radius [m] of the differential equation."""
    return float(skyrmion_radius(p.A, p.D, p.K1, p.Ms, against(state, p)))


SKYRMION = Law(
    "skyrmion", "Radius of a skyrmion", "radius", theory=lambda s, p, d: skyrmion_theory(s, p),
    latex=r"A\left(\theta''+\frac{\theta'}{r}-\frac{\sin\theta\cos\theta}{r^2}\right)+\frac{|D|}{r}\sin^2\theta"
    r"=K_1\sin\theta\cos\theta+\frac{M_sB}{2}\sin\theta",
    validity="One skyrmion at rest in a wide film, easy axis and field along z, cells of at most a fifth of √(A/K₁), "
    "2A/|D| and the radius.",
    tolerance=0.01, because="At cells of a fifth of the shortest length skyrmions come out 0.1 to 1 % too small.",
    reference="Bogdanov and Hubert, J. Magn. Magn. Mater. 138, 255 (1994)",
    check=Check(
        2e-10,
        {"D": 3e-3, "alpha": 0.5, "nx": 64, "ny": 64, "dx": 1e-9, "dy": 1e-9},
    ),
    scale="theory", holds=at_rest,
)  # fmt: skip
SKYRMION_SYMBOLS = {
    "θ": "angle from the direction of the film, or from the easy axis",
    "r": "distance from the middle of the skyrmion; at walls the cell size over their width",
}
