"""The exchange spring of the lattice: a soft layer under a hard one, whose direction a reversed field winds up."""

from __future__ import annotations

from functools import lru_cache
from math import nan

import numpy as np

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.micromagnetics.exchange_spring import Layer, Spring, nucleation, spring
from spinviz.physics.micromagnetics.materials import MATERIALS
from spinviz.systems.dynamics.common.body import second_region
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState, motion_of

STILL = 1e-3
"""Largest torque abs(m x B) [T] of a spring at rest."""
WIDTHS = 5
"""Widths of its wall that a hard layer has to be thick."""


def layers(p: ExchangeParameters) -> tuple[Layer, Layer] | None:
    """The soft and the hard layer; None where it is no spring."""
    film = all(p.closed[:2]) and p.region == "above" and p.second != "none" and not p.input
    plain = p.grain == 0 and p.D == 0 and p.T == 0 and p.u == 0 and not p.stray and p.K1 == 0 and p.axis == "x"
    along = p.tilt == 90 and abs(p.turn) in (0, 180)
    if not (film and plain and along):
        return None
    hard = MATERIALS[p.second]
    count = int(second_region(p)[:, 0, 0].sum())
    soft = Layer((p.nz - count) * p.dz, p.Ms, p.A)
    above = Layer(count * p.dz, hard.Ms, hard.A, hard.K1)
    held = hard.anisotropy == "uniaxial" and hard.K1 > 0 and above.thickness > WIDTHS * hard.wall_width
    return (soft, above) if held and count < p.nz else None


@lru_cache(maxsize=32)
def equilibrium(p: ExchangeParameters, up: bool) -> Spring | None:
    """The spring in the field along x; ``up``: whether the hard layer is magnetized along x."""
    found = layers(p)
    if found is None:
        return None
    against = -p.field[0] if up else p.field[0]
    if against <= 0:
        return Spring(0.0, 0.0, 1.0)
    try:
        return spring(*found, against)
    except ValueError:
        return None


def held_along(state: ExchangeState) -> bool:
    """Whether the uppermost layer is magnetized along x."""
    return bool(state.m[-1, ..., 0].mean() > 0)


def at_rest(state: ExchangeState, p: ExchangeParameters, d: Departure) -> bool:
    """Whether it is a spring that nothing turns any more, and that has begun to turn if it must."""
    found = layers(p)
    if found is None or abs(float(state.m[-1, ..., 0].mean())) < 0.99:
        return False
    known = equilibrium(p, held_along(state))
    torque = np.sqrt((motion_of(p, state.content).torque(state.spins) ** 2).sum(axis=0).max())
    turned = bool((np.abs(state.m[0, ..., 0]) < 1 - 1e-4).all())
    against = -p.field[0] if held_along(state) else p.field[0]
    return known is not None and torque < STILL and (turned or against < nucleation(*found))


def spring_mean(state: ExchangeState, p: ExchangeParameters) -> float:
    """Mean of m_x, weighted by Ms."""
    up = held_along(state)
    known = equilibrium(p, up)
    return nan if known is None else known.mean if up else -known.mean


SPRING = Law(
    "spring", "Exchange spring", "mx", theory=lambda s, p, d: spring_mean(s, p),
    latex=r"A\theta'^2=M_sB(\cos\theta-\cos\theta_1),\ \ A_h\theta'^2=K_h\sin^2\theta-M_hB(1-\cos\theta)",
    validity="A soft film at rest under a hard one, easy axis and field along x, no stray field.",
    tolerance=0.01, because="Cells of a third of the width of the hard layer's wall, and a torque below 1 mT.",
    reference="Goto et al., J. Appl. Phys. 36, 2951 (1965)",
    check=Check(1e-9, preset="spring"), holds=at_rest,
)  # fmt: skip
SPRING_SYMBOLS = {
    "θ_1": "angle at the free face of the soft layer",
    "A_h": "exchange stiffness of the hard layer",
    "K_h": "anisotropy constant of the hard layer",
    "M_h": "saturation magnetization of the hard layer",
}
