"""What moments of variable length are known to do: exactly for any number that is coupled alike, and in mean field."""

from __future__ import annotations

from functools import lru_cache
from math import nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.order.local_moments import LocalMoments, finite, length_density
from spinviz.systems.order.local_moments.parameters import LocalMomentParameters
from spinviz.systems.order.local_moments.state import LocalMomentState

Values = NDArray[np.float64]

SIGMAS = 4.0
BECAUSE = "Standard errors of the mean over the sweeps since the last change, found by blocking."
ALL = "All moments coupled alike, lengths free, thermal equilibrium."
COLDEST = 0.005
"""Lowest temperature of a curve [J/kB]."""
BELOW = 48
"""Temperatures below Tc at which curves are computed, crowded towards Tc where they are steep."""


class Sizes(NamedTuple):
    """What N coupled moments do at T, in units of the ground length: M and mean squares, rms and mean length."""

    M: float
    M_square: float
    rms: float
    rms_scatter: float
    length: float


@lru_cache(maxsize=64)
def sizes(model: LocalMoments, T: float, N: int) -> Sizes:
    """Exact averages of the finite lattice; <rms> follows from <m^2> and its scatter to order 1/N^2."""
    seen, M0 = finite(model, T, N), model.ground_length
    rms = sqrt(seen.square)
    return Sizes(
        seen.M / M0,
        seen.M_square / M0**2,
        (rms - seen.scatter**2 / (8 * rms**3)) / M0,
        seen.scatter / (2 * rms) / M0,
        seen.length / M0,
    )


def exact(p: LocalMomentParameters) -> Sizes:
    """`sizes` of the present lattice."""
    return sizes(p.model, p.T, p.sites)


def free(s: LocalMomentState, p: LocalMomentParameters, d: Departure) -> bool:
    """Whether lengths follow the temperature, and all moments move."""
    return not p.held and not len(s.pinned)


def solvable(s: LocalMomentState, p: LocalMomentParameters, d: Departure) -> bool:
    """Whether the lattice is the exactly solvable one."""
    return p.coupling == "all" and free(s, p, d)


def ordered(s: LocalMomentState, p: LocalMomentParameters, d: Departure) -> bool:
    """Whether, besides, there is so much order that its size is no accident of few moments."""
    return solvable(s, p, d) and exact(p).M == exact(p).M


@lru_cache(maxsize=64)
def mean_field(model: LocalMoments, T: float) -> tuple[float, float]:
    """M and rms length over M0 of the infinite lattice."""
    M0 = model.ground_length
    return float(model.magnetization(T)[0]) / M0, sqrt(float(model.mean_square(T)[0])) / M0


@lru_cache(maxsize=16)
def _over_temperature(model: LocalMoments, highest: float) -> tuple[Values, Values, Values]:
    """Temperatures, M and rms length over M0 (n,)."""
    Tc, M0 = model.critical_temperature, model.ground_length
    below = COLDEST + (Tc - COLDEST) * (1 - np.linspace(1, 0, BELOW) ** 2)
    T = np.concatenate([below, np.linspace(Tc, highest, BELOW // 2)[1:]])
    return T, model.magnetization(T) / M0, np.sqrt(model.mean_square(T)) / M0


def over_temperature(which: int, p: LocalMomentParameters, T: Values) -> Values:
    """M (1) or rms length (2) over M0 along the axis ``T``; NaN where lengths are held."""
    if p.held:
        return np.full(len(T), nan)
    known = _over_temperature(p.model, float(T[-1]))
    return np.asarray(np.interp(np.maximum(T, COLDEST), known[0], known[which]))


def level(value: float, d: Departure, t: Values) -> Values:
    """A number since the last change; NaN before."""
    return np.where(t >= d.time, value, nan)


def density(p: LocalMomentParameters, x: Values) -> Values:
    """Probability density (n,) of lengths over M0."""
    return length_density(p.model, p.T, p.sites, np.maximum(x, 1e-9) * p.M0) * p.M0


SYMBOLS = {
    "L": "Langevin function",
    "J": "exchange of a moment with all others together",
    "N": "number of moments",
    "m": "length of a moment",
    "h": "common field of all moments",
    "Z": "partition function of the lattice",
    "z": "partition function of one moment in the field h",
    "m_i": "moment i",
    "H": "energy of the lattice",
    "p": "probability density",
}

LAWS = (
    Law(
        "mean_field", "Mean field", "M",
        theory=lambda s, p, d: mean_field(p.model, p.T)[0],
        latex=r"M=\left\langle m\,L\!\left(\frac{JMm}{k_BT}\right)\right\rangle",
        validity="All moments coupled alike, lengths free, thermal equilibrium well below the Curie temperature.",
        tolerance=SIGMAS, because=BECAUSE + " Beside them what a finite lattice is away from the infinite one.",
        reference="Murata and Doniach, Phys. Rev. Lett. 29, 285 (1972)",
        check=Check(3000.0, {"T": 0.208504, "L": 8}), averaged=True,
        scatter=lambda s, p, d: sqrt(max(exact(p).M_square - exact(p).M ** 2, 0.0)),
        allowance=lambda s, p, d: abs(mean_field(p.model, p.T)[0] - exact(p).M),
        holds=ordered,
        curve=lambda s, p, d, T: over_temperature(1, p, T), plots=("order",),
    ),
    Law(
        "lengths_stay", "Lengths in mean field", "rms",
        theory=lambda s, p, d: mean_field(p.model, p.T)[1],
        latex=r"\langle m^2\rangle=\frac{1}{z}\int_0^\infty m^4\,e^{(am^2-bm^4)/k_BT}"
        r"\,\frac{\sinh(JMm/k_BT)}{JMm/k_BT}\,\mathrm{d}m",
        validity=ALL,
        tolerance=SIGMAS, because=BECAUSE + " Beside them what a finite lattice is away from the infinite one.",
        reference="Murata and Doniach, Phys. Rev. Lett. 29, 285 (1972)",
        check=Check(3000.0, {"T": 0.6, "L": 8}), averaged=True,
        scatter=lambda s, p, d: exact(p).rms_scatter,
        allowance=lambda s, p, d: abs(mean_field(p.model, p.T)[1] - exact(p).rms),
        holds=solvable,
        curve=lambda s, p, d, T: over_temperature(2, p, T), plots=("lengths",),
    ),
    Law(
        "finite_order", "Order of the finite lattice", "M_square",
        theory=lambda s, p, d: exact(p).M_square,
        latex=r"Z=\int e^{-Nh^2/2Jk_BT}\,z(h)^N\,\mathrm{d}^3h,\quad "
        r"\langle M^2\rangle=\frac{\langle h^2\rangle}{J^2}-\frac{3k_BT}{NJ}",
        validity=ALL,
        tolerance=SIGMAS, because=BECAUSE,
        reference="Hubbard, Phys. Rev. Lett. 3, 77 (1959)",
        check=Check(4000.0, {"T": 0.375, "L": 6}), averaged=True,
        holds=solvable,
        curve=lambda s, p, d, t: level(sqrt(exact(p).M_square), d, t),
        plots=("traces",),
    ),
    Law(
        "finite_length", "Lengths of the finite lattice", "rms",
        theory=lambda s, p, d: exact(p).rms,
        latex=r"\langle m^2\rangle=\frac{1}{Z}\int \langle m^2\rangle_h\,e^{-Nh^2/2Jk_BT}\,z(h)^N\,\mathrm{d}^3h",
        validity=ALL,
        tolerance=SIGMAS, because=BECAUSE,
        reference="Hubbard, Phys. Rev. Lett. 3, 77 (1959)",
        check=Check(4000.0, {"T": 0.375, "L": 6}), averaged=True,
        scatter=lambda s, p, d: exact(p).rms_scatter,
        # Of the root of a mean square that scatters, terms of higher order are left out.
        allowance=lambda s, p, d: exact(p).rms / p.sites**1.5,
        holds=solvable,
        curve=lambda s, p, d, t: level(exact(p).rms, d, t), plots=("traces",),
    ),
    Law(
        "distribution", "Distribution of lengths", "length",
        theory=lambda s, p, d: exact(p).length,
        latex=r"p(m)\propto m^2\,e^{(am^2-bm^4)/k_BT}\,\frac{\sinh(hm/k_BT)}{hm/k_BT}",
        validity=ALL,
        tolerance=SIGMAS, because=BECAUSE,
        reference="Hubbard, Phys. Rev. B 20, 4584 (1979)",
        check=Check(3000.0, {"T": 0.3, "L": 6}), averaged=True,
        holds=solvable,
        curve=lambda s, p, d, x: density(p, x), plots=("histogram",),
    ),
    Law(
        "virial", "Virial of the moments", "virial",
        theory=lambda s, p, d: p.T,
        latex=r"\frac{1}{N}\left\langle\sum_i m_i\cdot\frac{\partial H}{\partial m_i}\right\rangle=3k_BT",
        validity="Thermal equilibrium, any exchange, lengths free.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Kubo, Statistical Mechanics (1965), chapter 2",
        check=Check(3000.0, {"T": 0.3, "L": 6, "coupling": "neighbours"}), averaged=True,
        holds=free,
    ),
)  # fmt: skip
