"""What the square lattice without field is known to do, exactly and at any size."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.physics.ising.correlations import row_correlations
from spinviz.physics.ising.laws import spontaneous_magnetization, susceptibility, torus
from spinviz.physics.ising.sampling import correlation_length, least_scatter_of_m, scatter_of_m
from spinviz.systems.order.ising_domains.parameters import IsingParameters
from spinviz.systems.order.ising_domains.state import DISTANCE, IsingState

Values = NDArray[np.float64]

SIGMAS = 4.0
BECAUSE = "Standard errors of the mean over the sweeps since the last change, found by blocking."


def large(p: IsingParameters) -> bool:
    """Whether the lattice is so much larger than the correlation length that its size does not matter."""
    return p.side >= 8 * correlation_length(p.T)


def one_domain(state: IsingState, p: IsingParameters) -> bool:
    """Whether the square lattice without field is in equilibrium as a whole: a large one below Tc has no walls."""
    if p.lattice != "square" or p.h != 0 or len(state.pinned):
        return False
    ordered = p.Tc > p.T and large(p)
    return not ordered or abs(state.m) >= float(spontaneous_magnetization(p.T)) - 8 * scatter_of_m(p.T, p.side)


def over_axis(law: Callable[[float, int], float], p: IsingParameters, T: Values) -> Values:
    """A law of the square lattice without field over the whole axis of temperatures; NaN elsewhere."""
    if p.lattice != "square" or p.h != 0:
        return np.full(len(T), nan)
    return _over_axis(law, p.side, float(T[0]), float(T[-1]), len(T))


@lru_cache(maxsize=16)
def _over_axis(law: Callable[[float, int], float], side: int, low: float, high: float, count: int) -> Values:
    return np.array([law(max(T, 0.02), side) for T in np.linspace(low, high, count)])


def yang(T: float, side: int) -> float:
    """|m| of the infinite lattice."""
    return float(spontaneous_magnetization(T))


def energy(T: float, side: int) -> float:
    """Energy per site [J]."""
    return torus(T, side)[0]


def knows_rows(state: IsingState, p: IsingParameters) -> bool:
    """Whether correlations along a row are those of the infinite lattice in equilibrium."""
    return one_domain(state, p) and large(p) and p.Tc != p.T


SYMBOLS = {
    "J": "exchange energy of two neighbours",
    "N": "number of spins",
    "Z": "partition function",
    "K": "exchange over thermal energy, J/k_{B}T",
    "Y_i": "Kaufman's four products over wave numbers",
    "c_n": "coefficients of the series",
    "c": "coefficients of the series",
    "v": "variable of the high-temperature series",
    "n": "order of the series",
}

LAWS = (
    Law(
        "yang", "Spontaneous magnetization", "abs_m",
        theory=lambda s, p, d: yang(p.T, p.side),
        latex=r"|m|=\left[1-\sinh^{-4}(2J/k_BT)\right]^{1/8}",
        validity="Square lattice, no field, one domain, L ≥ 8 ξ.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Yang, Phys. Rev. 85, 808 (1952)",
        check=Check(6000.0, {"T": 2.0, "L": 128, "start": "up"}), averaged=True,
        scatter=lambda s, p, d: least_scatter_of_m(p.T, p.side),
        holds=lambda s, p, d: one_domain(s, p) and large(p) and p.Tc > p.T,
        curve=lambda s, p, d, T: over_axis(yang, p, T),
    ),
    Law(
        "onsager", "Energy of the square lattice", "energy",
        theory=lambda s, p, d: energy(p.T, p.side),
        latex=r"e=-\frac{J}{N}\frac{\partial\ln Z}{\partial K},\quad Z=\tfrac12(2\sinh 2K)^{N/2}\sum_{i=1}^4Y_i(K),"
        r"\quad K=\frac{J}{k_BT}",
        validity="Square lattice of any size with periodic boundaries, no field, one domain.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Onsager, Phys. Rev. 65, 117 (1944); Kaufman, Phys. Rev. 76, 1232 (1949)",
        check=Check(6000.0, {"T": 2.5, "L": 128}), averaged=True,
        # <de^2> = c T^2/N.
        scatter=lambda s, p, d: sqrt(torus(p.T, p.side)[1]) * p.T / p.side,
        holds=lambda s, p, d: one_domain(s, p), curve=lambda s, p, d, T: over_axis(energy, p, T), plots=("energy",),
    ),
    Law(
        "specific_heat", "Specific heat from fluctuations", "specific_heat",
        theory=lambda s, p, d: torus(p.T, p.side)[1],
        latex=r"c=\frac{N(\langle e^2\rangle-\langle e\rangle^2)}{k_BT^2}"
        r"=\frac{k_BK^2}{N}\frac{\partial^2\ln Z}{\partial K^2}",
        validity="Square lattice of any size with periodic boundaries, no field, one domain.",
        tolerance=SIGMAS, because="Standard errors of the variance over the sweeps since the last change, by blocking.",
        reference="Kaufman, Phys. Rev. 76, 1232 (1949); Ferdinand and Fisher, Phys. Rev. 185, 832 (1969)",
        check=Check(10_000.0, {"T": 3.2, "L": 32}), averaged=True, holds=lambda s, p, d: one_domain(s, p),
    ),
    Law(
        "series", "Susceptibility above Tc", "susceptibility",
        theory=lambda s, p, d: susceptibility(p.T),
        latex=r"\chi=\frac{N(\langle m^2\rangle-\langle m\rangle^2)}{k_BT}=\frac{1}{k_BT}\sum_n c_nv^n,\quad "
        r"v=\tanh\frac{J}{k_BT},\quad c=1,4,12,36,100,276,\ldots",
        validity="Square lattice above 1.05 Tc, no field, L ≥ 8 ξ.",
        tolerance=SIGMAS, because="Standard errors of the variance over the sweeps since the last change, by blocking.",
        reference="Sykes, Gaunt, Roberts and Wyles, J. Phys. A 5, 624 (1972)",
        check=Check(10_000.0, {"T": 3.0, "L": 64}), averaged=True,
        # The last digits of the series near Tc: see `susceptibility`.
        allowance=lambda s, p, d: 2e-4 * susceptibility(p.T),
        holds=lambda s, p, d: one_domain(s, p) and large(p) and 1.05 * p.Tc <= p.T,
    ),
    Law(
        "row_correlation", "Correlation along a row", "correlation",
        theory=lambda s, p, d: float(row_correlations(p.T)[DISTANCE]),
        latex=r"\langle s_0s_r\rangle=\det\left[a_n\right],\quad n=j-k,\quad j,k=1\ldots r",
        symbols={
            "s_0": "a spin",
            "s_r": "the spin r sites further along a row",
            "r": "sites between the two, 8",
            "a_n": "Fourier coefficient, of a function of K, by Montroll, Potts and Ward",
            "n": "its order",
            "j": "row of the determinant",
            "k": "its column",
        },
        validity="Square lattice, no field, one domain, L ≥ 8 ξ.",
        tolerance=SIGMAS, because=BECAUSE,
        reference="Montroll, Potts and Ward, J. Math. Phys. 4, 308 (1963)",
        check=Check(6000.0, {"T": 2.6, "L": 128}), averaged=True,
        holds=lambda s, p, d: knows_rows(s, p), plots=("correlations",),
    ),
)  # fmt: skip
