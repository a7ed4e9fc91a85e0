"""Closed forms that macrospins obey, and when each of them holds."""

from __future__ import annotations

from math import atanh, nan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, OverAxis, now
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.moments.macrospin_laws import (
    axial_rapidity,
    boltzmann_density,
    thermal_mean_square,
    thermal_moments,
)
from spinviz.systems.dynamics.macrospin.parameters import MacrospinParameters
from spinviz.systems.dynamics.macrospin.state import MacrospinState, applied_field

Values = NDArray[np.float64]

SETTLE = 2e-8
"""Time [s] after a change that counts in no mean."""
TIME_STEP = 1e-3
"""What the length of the steps may change in a mean of m_z or m_z^2."""


def axial(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether everything is symmetric about z, so that the motion has a closed form."""
    still = p.T == 0 and p.count == 1 and (p.period == 0 or p.B == 0)
    return still and abs(d.start[2]) < 1 - 1e-12 and (p.tilt == 0 or p.B == 0) and p.alpha > 0


def axial_motion(p: MacrospinParameters, d: Departure, t: Values) -> Values:
    """m (n, 3) at the times ``t``: u = tanh of `axial_rapidity`, at the azimuth phi0 + (artanh u - artanh u0)/alpha.

    Both follow from d(phi)/dt = gamma (B + Bk u)/(1 + alpha^2), whose ratio to du/dt is 1/(alpha (1 - u^2)).
    """
    x, y, u0 = d.start
    rate = p.alpha * ELECTRON_GYROMAGNETIC_RATIO / (1 + p.alpha**2)
    v = axial_rapidity(float(u0), p.B, p.Bk, rate * (np.asarray(t) - d.time))
    phi = np.arctan2(y, x) + (v - atanh(u0)) / p.alpha
    return np.stack([np.cos(phi) / np.cosh(v), np.sin(phi) / np.cosh(v), np.tanh(v)], axis=1)


def predicted(axis: int) -> OverAxis:
    """Return the law's curve of one component over time; NaN before the last change."""

    def curve(state: MacrospinState, p: MacrospinParameters, d: Departure, t: Values) -> Values:
        ahead = t >= d.time
        values = np.full(len(t), nan)
        values[ahead] = axial_motion(p, d, t[ahead])[:, axis]
        return values

    return curve


def equilibrium_density(state: MacrospinState, p: MacrospinParameters, d: Departure, u: Values) -> Values:
    """Boltzmann density (n,) of m_z in a field along z."""
    scale = p.moment / (BOLTZMANN * p.T)
    return boltzmann_density(u, scale * p.Bk, scale * p.B)


def mean_square(state: MacrospinState, p: MacrospinParameters, d: Departure) -> float:
    """<m_z^2> of thermal equilibrium without a field."""
    return thermal_mean_square(p.moment * p.Bk / (2 * BOLTZMANN * p.T))


def stoner_wohlfarth(state: MacrospinState, p: MacrospinParameters, d: Departure) -> float:
    """Component along a slowly swinging field at 90° to the easy axis: m = B/Bk up to saturation."""
    return float(np.clip(applied_field(p, state.time) / p.Bk, -1, 1))


def crosswise_error(p: MacrospinParameters) -> float:
    """How far m may be from B/Bk at |B| <= 0.8 Bk: it lags by alpha dm/dt/(gamma Bk (1 - m^2)), and heat shakes it.

    The stiffness against turning is Bk (1 - m^2): Gilbert's damping torque balances it, four standard deviations of
    the mean of all particles shake about it.
    """
    stiff, fastest = 0.36 * p.Bk, 2 * pi * abs(p.B) / (p.Bk * p.period)
    lag = p.alpha * fastest / (ELECTRON_GYROMAGNETIC_RATIO * stiff)
    return lag + 4 * 0.6 * sqrt(BOLTZMANN * p.T / (p.moment * stiff * p.count)) + 1e-3


def crosswise(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether the field swings slowly across the easy axis, and is away from Bk, where the motion becomes slow."""
    if not (p.period > 0 and p.tilt == 90 and p.Bk > 0):
        return False
    settled = state.time - d.time > 0.25 * p.period
    damped = p.alpha * ELECTRON_GYROMAGNETIC_RATIO * p.Bk / (1 + p.alpha**2) * p.period > 300
    share = abs(applied_field(p, state.time)) / p.Bk
    return damped and settled and crosswise_error(p) < 0.1 and not 0.8 < share < 1.3


def free_time(p: MacrospinParameters) -> float:
    """Relaxation time [s] of <m> in the heat alone: (1 + alpha^2) mu/(2 alpha gamma kT), Brown 1963."""
    return 0.5 / max(p.diffusion, 1e-300)


def equilibrium_moments(p: MacrospinParameters) -> tuple[float, float, float]:
    """<m_z>, <m_z^2> and <m_z^4> in a field along z."""
    scale = p.moment / (BOLTZMANN * p.T)
    return thermal_moments(scale * p.Bk, scale * p.B)


def in_heat(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether m_z^2 forgets its start while the mean settles; it does without crossing the barrier."""
    return p.T > 0 and p.B == 0 and p.count >= 100 and 3 * free_time(p) <= SETTLE


def in_heat_and_field(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether m_z is in equilibrium: a constant field along z that leaves at most half a kT of barrier."""
    along = p.T > 0 and p.B != 0 and p.count >= 100 and p.tilt == 0 and p.period == 0
    if not along or 9 * free_time(p) > SETTLE:
        return False
    barrier = p.moment * max(p.Bk, 0.0) / (2 * BOLTZMANN * p.T) * max(1 - abs(p.B) / max(abs(p.Bk), 1e-12), 0.0) ** 2
    return barrier <= 0.5


SYMBOLS = {
    "φ": "azimuth of the moment",
    "φ_0": "azimuth at the start",
    "u": "direction cosine, integrated from −1 to 1",
    "σ": "anisotropy energy over thermal energy",
    "K": "anisotropy constant",
    "V": "volume of a particle",
    "P": "probability density",
}

LAWS = (
    Law(
        "precession", "Precession and damping", "mx", theory=now(predicted(0)),
        latex=r"\phi=\phi_0+\frac{\mathrm{artanh}\,m_z-\mathrm{artanh}\,m_z(0)}{\alpha}",
        validity="One particle, field along the easy axis, no noise, α > 0.",
        tolerance=1e-8,
        because="Fourth-order steps: 1e-11 of a revolution in each, and the closed form loses digits near the "
        "poles.",
        reference="Kikuchi, J. Appl. Phys. 27, 1352 (1956)",
        check=Check(1.2e-9, preset="precession"), holds=axial, curve=predicted(0),
        plots=("components",),
    ),
    Law(
        "switching", "Damping and switching", "mz", theory=now(predicted(2)),
        latex=r"\dot m_z=\frac{\alpha\gamma}{1+\alpha^2}(1-m_z^2)(B+B_k m_z)",
        validity="One particle, field along the easy axis, no noise, α > 0.",
        tolerance=1e-8,
        because="Fourth-order steps; the slow start near the pole amplifies rounding exponentially.",
        reference="Mallinson, IEEE Trans. Magn. 36, 1976 (2000)",
        check=Check(2.5e-9, preset="switching"), holds=axial, curve=predicted(2),
        plots=("components",),
    ),
    Law(
        "boltzmann", "Thermal equilibrium", "mz2", theory=mean_square,
        latex=r"\langle m_z^2\rangle=\frac{\int u^2 e^{\sigma u^2}du}{\int e^{\sigma u^2}du},\ "
        r"\sigma=\frac{KV}{k_BT}",
        validity="No applied field, 100 or more particles that relax within 7 ns.",
        tolerance=4.0, because="Standard errors of the mean over the particles and the time since it settled.",
        reference="Brown, Phys. Rev. 130, 1677 (1963)",
        check=Check(1.5e-7, preset="thermal"), averaged=True, allowance=TIME_STEP, holds=in_heat,
        curve=equilibrium_density, plots=("distribution",),
    ),
    Law(
        "density", "Boltzmann distribution", "mz", theory=lambda s, p, d: equilibrium_moments(p)[0],
        latex=r"P(m_z)\propto e^{-E(m_z)/k_BT}",
        validity="Constant field along the easy axis, a barrier of at most kT/2, 100 or more particles.",
        tolerance=4.0, because="Standard errors of the mean over the particles and the time since it settled.",
        reference="Brown, Phys. Rev. 130, 1677 (1963)",
        check=Check(1.5e-7, {"B": 0.015, "Bk": 0.02}, preset="thermal", seed=2), averaged=True,
        allowance=TIME_STEP, holds=in_heat_and_field, curve=equilibrium_density, plots=("distribution",),
    ),
    Law(
        "hard_axis", "Stoner-Wohlfarth, hard axis", "along", theory=stoner_wohlfarth,
        latex=r"m_B=\frac{B}{B_k}",
        validity="Field at 90° to the easy axis, oscillating slowly for the damping; |B| not within 0.8 to 1.3 of "
        "Bk.",
        tolerance=1.0,
        because="In units of what is expected at 0.8 Bk: m lags by α(dm/dt)/γBk(1-m²), and thermal noise adds to "
        "it.",
        reference="Stoner and Wohlfarth, Phil. Trans. R. Soc. A 240, 599 (1948)",
        check=Check(4e-8, preset="hard_axis"), scale=lambda s, p, d: crosswise_error(p), holds=crosswise,
        curve=lambda s, p, d, B: np.clip(B / p.Bk, -1, 1), plots=("loop",),
    ),
)  # fmt: skip
