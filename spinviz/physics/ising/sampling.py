"""How far correlations reach in the square Ising lattice, how much it fluctuates, and how many clusters stir it."""

from __future__ import annotations

from math import exp, inf, log, sqrt, tanh

from spinviz.physics.ising.laws import (
    CRITICAL_TEMPERATURE_2D,
    CRITICAL_TEMPERATURE_3D,
    spontaneous_magnetization,
)

SUSCEPTIBILITY_BELOW = 0.0255370
"""kT chi = C |T/Tc - 1|^(-7/4) below Tc; Wu, McCoy, Tracy and Barouch, Phys. Rev. B 13, 316 (1976)."""
SUSCEPTIBILITY_ABOVE = 0.9625817
"""The same above Tc."""
CRITICAL_SQUARE = 1.09215
"""<m^2> L^(1/4) at Tc; Salas and Sokal, J. Stat. Phys. 98, 551 (2000)."""


def correlation_length(T: float) -> float:
    """Length [sites] over which correlations of the square lattice fall by e along an axis.

    1/xi = ln coth K - 2K above Tc and 2(2K - ln coth K) below; Onsager, Phys. Rev. 65, 117 (1944).
    """
    inverse = 2 / T + log(tanh(min(1 / T, 300.0)))
    inverse = 2 * inverse if inverse > 0 else -inverse
    return 1 / inverse if inverse > 0 else inf


def scatter_of_m(T: float, side: int) -> float:
    """Standard deviation of |m| of one configuration below Tc."""
    reduced = max(abs(T / CRITICAL_TEMPERATURE_2D - 1), 1 / side)
    return sqrt(SUSCEPTIBILITY_BELOW * reduced**-1.75) / side


def least_scatter_of_m(T: float, side: int) -> float:
    """Standard deviation of |m| of one configuration below Tc, at least: the first terms of the low-temperature series.

    N <dm^2> = 4 (u^2 + 8 u^3 + 60 u^4 + 416 u^5 + ...), u = exp(-4/T); all further terms are positive. Fisher, Physica
    25, 521 (1959).
    """
    u = exp(-4 / T)
    return 2 * sqrt(u**2 * (1 + u * (8 + u * (60 + u * 416)))) / side


def clusters_per_sweep(T: float, side: int, layers: int) -> int:
    """Wolff clusters that together flip about as many spins as the lattice has.

    The mean cluster is the part <m^2> of the lattice (Wolff 1989). The number is fixed by this estimate: clusters
    until enough spins are flipped would stop at large ones more often and bias every mean.
    """
    if layers == 1:
        square = _mean_square(T, side, CRITICAL_TEMPERATURE_2D, 1.75, SUSCEPTIBILITY_ABOVE, CRITICAL_SQUARE, 0.25)
        square = max(square, float(spontaneous_magnetization(T)) ** 2)
        sites = side**2
    else:
        square = _mean_square(T, side, CRITICAL_TEMPERATURE_3D, 1.237, 1.0, 1.5, 1.036)
        square = max(square, min(1.0, 1.57 * max(1 - T / CRITICAL_TEMPERATURE_3D, 0.0) ** 0.326) ** 2)
        sites = side**3
    return max(1, round(1 / max(square, 1 / sites)))


def _mean_square(
    T: float, side: int, Tc: float, gamma: float, amplitude: float, critical: float, power: float
) -> float:
    at_Tc = float(critical * side**-power)
    if Tc >= T:
        return at_Tc
    sites = side**2 if power < 1 else side**3
    return min(at_Tc, float(max(amplitude * (1 - Tc / T) ** -gamma, 1.0)) / sites)
