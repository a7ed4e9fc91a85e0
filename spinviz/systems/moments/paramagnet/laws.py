"""Thermal equilibrium of independent moments, and the way to it."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN
from spinviz.physics.moments import levels
from spinviz.systems.moments.paramagnet.parameters import ParamagnetParameters, lowest, populations
from spinviz.systems.moments.paramagnet.state import ParamagnetState

Values = NDArray[np.float64]

SIGMAS = 4.0
SMALL_X = 0.1
"""x up to which Curie's line is compared: it is then 0.3 % from Brillouin's function."""
BECAUSE = "Standard errors of the mean over the time since it settled, found by blocking."


def ratio_to_x(p: ParamagnetParameters, ratio: Values) -> Values:
    """x of B/T [T/K]."""
    return p.g_factor * BOHR_MAGNETON * p.spin / BOLTZMANN * p.exaggeration * ratio


def curie_line(p: ParamagnetParameters, ratio: Values) -> Values:
    """Curie's law m = x (S + 1)/(3S), as far as it stays in the picture."""
    m = ratio_to_x(p, ratio) * (p.spin + 1) / (3 * p.spin)
    return np.where(np.abs(m) <= 1.05, m, nan)


def relaxation(state: ParamagnetState, p: ParamagnetParameters, d: Departure, t: Values) -> Values:
    """m (n,) of two levels at the times ``t``; NaN before the last change."""
    equilibrium = float(levels.brillouin(p.spin, p.x))
    after = levels.relaxing_magnetization(t - d.time, d.start, equilibrium, p.tau)
    return np.where(t >= d.time, after, nan)


def scatter_of_m(state: ParamagnetState, p: ParamagnetParameters, d: Departure) -> float:
    """Standard deviation of m of N independent moments in equilibrium."""
    part, m = populations(p), levels.projections(p.spin) / p.spin
    return sqrt(max(float(part @ m**2 - (part @ m) ** 2), 0.0) / p.N)


def scatter_of_lowest(state: ParamagnetState, p: ParamagnetParameters, d: Departure) -> float:
    """Standard deviation of the part of N independent moments that is in the lowest level."""
    part = float(populations(p)[lowest(p)])
    return sqrt(part * (1 - part) / p.N)


def scatter(state: ParamagnetState, p: ParamagnetParameters, d: Departure) -> float:
    """Standard deviation of m of N two-level moments on their way from known levels, and half of one flip in N.

    A moment that began with s = +-1 has the mean m_s = m_eq + (s - m_eq) exp(-t/tau) and the variance 1 - m_s^2.
    """
    equilibrium = float(levels.brillouin(p.spin, p.x))
    left = float(np.exp(-(state.time - d.time) / p.tau))
    variance = sum((1 + s * d.start) / 2 * (1 - (equilibrium + (s - equilibrium) * left) ** 2) for s in (1, -1))
    return sqrt(max(variance, 0.0) / p.N) + 0.5 / p.N


SYMBOLS = {
    "M_s": "saturation magnetization",
    "B_S": "Brillouin function of the spin S",
    "x": "Zeeman energy over thermal energy, gμ_{B}SB/k_{B}T",
    "μ": "moment of one spin",
    "p_m": "population of the level m",
    "E_m": "energy of the level m",
    "M_eq": "magnetization in equilibrium",
}

LAWS = (
    Law(
        "brillouin", "Brillouin function", "m",
        theory=lambda s, p, d: float(levels.brillouin(p.spin, p.x)),
        latex=r"\frac{M}{M_s}=B_S(x),\quad x=\frac{g\mu_BSB}{k_BT}",
        validity="Thermal equilibrium.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Brillouin, J. Phys. Radium 8, 74 (1927)",
        check=Check(12.0, {"S": "5/2", "B": 2.0, "T": 3.0, "N": 20_000, "tau": 0.1}), averaged=True,
        scatter=scatter_of_m,
        curve=lambda s, p, d, ratio: levels.brillouin(p.spin, ratio_to_x(p, ratio)), plots=("brillouin",),
    ),
    Law(
        "tanh", "Two levels", "m",
        theory=lambda s, p, d: float(np.tanh(p.x)),
        latex=r"\frac{M}{M_s}=\tanh\frac{\mu B}{k_BT}",
        validity="S = 1/2 in thermal equilibrium.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Kittel, Introduction to Solid State Physics, chapter 11",
        check=Check(12.0, {"N": 20_000, "tau": 0.1}), averaged=True,
        scatter=scatter_of_m, holds=lambda s, p, d: p.spin == 0.5,
    ),
    Law(
        "curie", "Curie's law", "m",
        theory=lambda s, p, d: float(curie_line(p, np.array(p.B / p.T))),
        latex=r"\frac{M}{M_s}=\frac{S+1}{3S}\,x",
        validity=f"Weak fields, |x| ≤ {SMALL_X:g}, in thermal equilibrium.",
        tolerance=SIGMAS, because=BECAUSE + " The line itself may be off by x³/3.",
        reference="Curie, Ann. Chim. Phys. 5, 289 (1895)",
        check=Check(12.0, {"B": 0.1, "T": 2.5, "S": "3/2", "N": 100_000, "tau": 0.1}), averaged=True,
        scatter=scatter_of_m,
        allowance=lambda s, p, d: abs(p.x) ** 3 / 3, holds=lambda s, p, d: abs(p.x) <= SMALL_X,
        curve=lambda s, p, d, ratio: curie_line(p, ratio), plots=("brillouin",),
    ),
    Law(
        "boltzmann", "Boltzmann population", "lowest",
        theory=lambda s, p, d: float(populations(p)[lowest(p)]),
        latex=r"p_m=\frac{e^{-E_m/k_BT}}{\sum_{m'}e^{-E_{m'}/k_BT}}",
        validity="Thermal equilibrium.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Kittel, Thermal Physics, chapter 3",
        check=Check(12.0, {"S": "5/2", "B": 2.0, "T": 3.0, "N": 20_000, "tau": 0.1}), averaged=True,
        scatter=scatter_of_lowest,
    ),
    Law(
        "relaxation", "Relaxation to equilibrium", "m",
        theory=now(relaxation),
        latex=r"M(t)=M_\mathrm{eq}+(M(0)-M_\mathrm{eq})\,e^{-t/\tau}",
        validity="S = 1/2.",
        tolerance=5.0, because="In standard deviations of N moments that flip at random; about ten independent "
        "instants.",
        reference="Abragam, The Principles of Nuclear Magnetism, chapter IX",
        check=Check(4.0, {"N": 100_000}, actions=((0.0, "invert"),)),
        scale=scatter, holds=lambda s, p, d: p.spin == 0.5, curve=relaxation, plots=("magnetization",),
    ),
)  # fmt: skip
