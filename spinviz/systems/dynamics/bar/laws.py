"""Closed forms that the bar obeys, and when each of them holds."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isnan, nan, sqrt

import numpy as np

from spinviz.model.identity import Identity
from spinviz.model.law import Check, Departure, Law
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.prisms import prism_field
from spinviz.systems.dynamics.bar.magnet import energy_in_field, far_pull
from spinviz.systems.dynamics.bar.parameters import BarParameters
from spinviz.systems.dynamics.bar.state import HALF, HALVES, BarState, applied, drive_of
from spinviz.systems.dynamics.common.blocks import PRISM, PRISM_REFERENCE, uniform_stray_energy

REST = 2e-9
"""Time [s] without a change after which walls have come to rest."""
SMALL_FIELD = 1e-3
"""Field [T] below which what is left of the magnetization is called remanence."""


def lacking(state: BarState) -> float:
    """What the mean moment lacks to saturation."""
    return max(1 - float(np.linalg.norm(state.mean)), 1e-7)


def parallel(state: BarState, p: BarParameters, d: Departure) -> bool:
    """Whether the bar is magnetized nearly uniformly."""
    return lacking(state) < 0.01


def energy_of_turned(state: BarState, p: BarParameters, d: Departure) -> float:
    """By how much the stray-field energy [J] may differ where moments are turned by about the root of `lacking`.

    Those at the ends lower it in proportion to their angle, disorder adds at most its square; measured in fields from
    0.3 to 1 T, the former is 1.0 times the root.
    """
    whole = VACUUM_PERMEABILITY * p.made_of.Ms * p.moment * p.cells / 2
    return 1.5 * stray_energy_of_block(state, p) * sqrt(lacking(state)) + 2 * lacking(state) * whole


def field_of_turned(state: BarState, p: BarParameters, d: Departure) -> float:
    """The same of the field outside [T], of which 0.2 times the root was measured at most."""
    return 0.3 * field_of_block(state, p) * sqrt(lacking(state))


def stray_energy_of_block(state: BarState, p: BarParameters) -> float:
    """Stray-field energy [J] of the bar, magnetized uniformly along its mean direction."""
    return uniform_stray_energy(state.mean, p.edges, p.made_of.Ms)


def saturated_energy(p: BarParameters) -> float:
    """The same, saturated along x."""
    return uniform_stray_energy(np.array([1.0, 0.0, 0.0]), p.edges, p.made_of.Ms)


def field_of_block(state: BarState, p: BarParameters) -> float:
    """Stray field [T] one length beyond the end of the bar if it were magnetized uniformly along its mean."""
    there = np.array([[1.5 * p.length, 0.0, 0.0]])
    N = np.array([prism_field(there, p.edges, axis)[0] for axis in range(3)])
    return VACUUM_PERMEABILITY * p.made_of.Ms * float(np.linalg.norm(state.mean @ N))


def dipole(mean_x: float, p: BarParameters) -> float:
    """B_x [T] on the axis ten lengths from the middle, of a dipole."""
    moment = p.moment * p.cells * mean_x
    return VACUUM_PERMEABILITY * moment / (2 * np.pi * (10 * p.length) ** 3)


def virtual_work(state: BarState, p: BarParameters) -> float:
    """Force [N] towards the magnet from the energy in its field at two distances, m as it is."""
    if not isfinite(state.gap):
        return nan
    m, step = state.cells, 1e-3 * (state.gap + p.width / 4)
    there, here = (energy_in_field(m, p, state.gap + way) for way in (step, -step))
    return (there - here) / (2 * step)


def strongest_pull(state: BarState, p: BarParameters, d: Departure) -> float:
    """Measure of forces [N]: half the energy of the saturated bar at the near end, over the width."""
    return p.moment * p.cells * abs(applied(state, p)) / p.width + 1e-30


def alone(state: BarState, p: BarParameters, d: Departure) -> bool:
    """Whether nothing from outside acts and all has come to rest."""
    free = abs(p.B) == 0 and drive_of(state, p) is None and abs(applied(state, p)) < SMALL_FIELD
    return free and state.time - d.time >= REST


def soft(p: BarParameters) -> bool:
    """Whether anisotropy is weak against the stray field: not so in cobalt."""
    return p.made_of.wall_width > 3 * p.exchange_length


def closed(state: BarState, p: BarParameters, d: Departure) -> bool:
    """Whether a soft bar rests with no net moment."""
    return alone(state, p, d) and soft(p) and bool(np.linalg.norm(state.mean) < 0.1)


def demagnetized(state: BarState, p: BarParameters, d: Departure) -> bool:
    """Whether the shrinking field, strong enough at first, is over, and nothing has happened since."""
    if state.began is None or not soft(p) or d.time > state.began:
        return False
    return p.peak > saturation(p) and p.B == 0 and not p.magnet and state.time > state.began + HALF * HALVES + REST / 2


def saturation(p: BarParameters) -> float:
    """Field [T] along the bar that overcomes its demagnetizing field, N mu0 Ms."""
    return 2 * saturated_energy(p) / (p.moment * p.cells)


def parts_missing(state: BarState, p: BarParameters, seen: Mapping[str, float]) -> float:
    """What the parts of the energy lack to the sum, as a part of the largest."""
    names = ("stray_energy", "exchange_energy", "field_energy", "anisotropy_energy")
    found = [0.0 if isnan(seen[name]) else seen[name] for name in names]
    return (sum(found) - seen["energy"]) / max(abs(value) for value in found)


IDENTITIES = (
    Identity(
        "energy", ("energy", "stray_energy", "exchange_energy", "field_energy", "anisotropy_energy"),
        parts_missing, 1e-9, "The energy is the sum of its parts; rounding.",
    ),
    Identity(
        "stray_share", ("stray_share",),
        lambda s, p, seen: seen["stray_share"] - seen["stray_energy"] / saturated_energy(p), 1e-12,
        "The part of the energy that the saturated bar would have; rounding.",
    ),
    Identity(
        "moment", ("moment", "mx", "my", "mz"),
        lambda s, p, seen: seen["moment"] - float(np.linalg.norm([seen["mx"], seen["my"], seen["mz"]])), 1e-12,
        "The length of the mean vector; rounding.",
    ),
)  # fmt: skip
SYMBOLS = {
    "V": "volume of the bar",
    "N_a": "demagnetizing factor of the bar along the axis a",
    "m_a": "component of m along the axis a",
    "M_s": "saturation magnetization",
    "r": "distance from the middle of the bar",
    "E_m": "energy of the bar in the field of the magnet",
    "m_M": "moment of the magnet",
    "N": "demagnetizing tensor of the bar at that point",
    "E_x": "energy of the stray field of the bar saturated along x",
}
LAWS = (
    Law(
        "prism", "Stray field of a uniform bar", "stray_energy", theory=lambda s, p, d: stray_energy_of_block(s, p),
        latex=PRISM, validity="Saturated: the mean moment is above 0.99.", tolerance=1.0,
        because="What is missing to saturation are moments at the ends that are turned by its root.",
        reference=PRISM_REFERENCE, check=Check(2e-10, preset="saturated"), scale=energy_of_turned, holds=parallel,
    ),
    Law(
        "outside", "Field beyond the end of a uniform bar", "outside", theory=lambda s, p, d: field_of_block(s, p),
        latex=r"B_1=\mu_0M_s|N\mathbf{m}|",
        validity="Saturated: the mean moment is above 0.99.", tolerance=1.0,
        because="What is missing to saturation are moments at the ends that are turned by its root.",
        reference="Engel-Herbert and Hesjedal, J. Appl. Phys. 97, 074504 (2005)",
        check=Check(2e-10, preset="saturated"), scale=field_of_turned, holds=parallel,
    ),
    Law(
        "dipole", "Far field of the bar", "far", theory=lambda s, p, d: dipole(float(s.mean[0]), p),
        latex=r"B_{10}=\frac{\mu_0M_sV\langle m_x\rangle}{2\pi r^3}", validity="Always: ten lengths away.",
        tolerance=0.05,
        because="A bar of which one half is magnetized differs by 4 % of the saturated one's field.",
        reference="Jackson, Classical Electrodynamics, 5.6", scale=lambda s, p, d: dipole(1.0, p),
        check=Check(2e-10, {"start": "along"}),
    ),
    Law(
        "closure", "Avoided poles", "stray_energy", theory=lambda s, p, d: 0.0, latex=r"\frac{E_s}{E_x}\to0",
        validity="A soft bar at rest without field and without net moment.", tolerance=0.35,
        because="Zero only where walls are thin: their own charges and those of vortices are left.",
        reference="van den Berg, J. Appl. Phys. 60, 1104 (1986)",
        check=Check(3e-9, {"start": "closure", "length": 4e-7, "width": 2e-7}),
        scale=lambda s, p, d: saturated_energy(p), holds=closed,
    ),
    Law(
        "virtual_work", "Virtual work of the magnet", "force", theory=lambda s, p, d: virtual_work(s, p),
        latex=r"F=\frac{\partial E_m}{\partial d}", validity="A magnet stands still; the moments are held.",
        tolerance=1e-4,
        because="Differences over a thousandth of the distance.", reference="Jackson, Classical Electrodynamics, 5.7",
        scale=strongest_pull, check=Check(3e-10, {"magnet": True, "distance": 2e-7}),
        holds=lambda s, p, d: p.magnet and s.gap == p.distance,
    ),
    Law(
        "two_dipoles", "Pull of two dipoles", "force", theory=lambda s, p, d: far_pull(s.mean, p, s.gap),
        latex=r"F=\frac{3\mu_0M_sV\langle m_x\rangle m_M}{2\pi r^4}",
        validity="The magnet is at least four lengths away, the bar magnetized along its length.", tolerance=0.15,
        because="Next order: 5/3 of the squared lengths over r.", reference="Jackson, Classical Electrodynamics, 5.7",
        scale="theory", check=Check(2e-11, {"magnet": True, "start": "along"}),
        holds=lambda s, p, d: p.magnet and s.gap >= 4 * p.length and abs(float(s.mean[0])) > 0.5,
    ),
    Law(
        "demagnetized", "Demagnetized bar", "moment", theory=lambda s, p, d: 0.0, latex=r"|\langle m\rangle|=0",
        validity="Soft; after a field that overcame N μ₀Ms at first and shrank to zero.", tolerance=0.15,
        because="Eight half periods, each weaker by an eighth: the last leaves what it can move.",
        reference="Hubert and Schäfer, Magnetic Domains (1998), 3.2",
        check=Check(9.8e-9, preset="demagnetize", slow=True), holds=demagnetized,
    ),
)  # fmt: skip
