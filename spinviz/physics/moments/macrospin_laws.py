"""Closed forms of macrospins: motion about an axis of symmetry, thermal equilibrium."""

from functools import lru_cache
from math import atanh, exp, log, log1p, tanh

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel

Values = NDArray[np.float64]

POLE = 40.0
"""artanh(m_z) that stands for a pole: 1 - m_z = 1e-35."""
EQUAL = 1e-6
"""Relative difference of B and Bk below which they count as equal: closer ones would cancel all digits."""
HALVINGS = 60
"""Halvings of an interval of at most 2 POLE: down to rounding."""


@kernel
def _softplus(x):
    return max(x, 0.0) + log1p(exp(-abs(x)))


@kernel
def _primitive(v, B, Bk):
    """Antiderivative of 1/((1 - u^2)(B + Bk u)) at u = tanh(v), by partial fractions."""
    if abs(abs(B) - abs(Bk)) < EQUAL * abs(B):
        side = 1.0 if B * Bk > 0 else -1.0
        return (v / 2 - side * (1 + exp(-2 * side * v)) / 4) / B
    rising = _softplus(2 * v) / (2 * (B + Bk)) - _softplus(-2 * v) / (2 * (B - Bk))
    return rising + Bk / (Bk * Bk - B * B) * log(abs(B + Bk * tanh(v)))


@kernel
def _rapidities(begin, end, B, Bk, turned, out):
    start = _primitive(begin, B, Bk)
    for i in range(turned.size):
        inside, outside = begin, end
        for _ in range(HALVINGS):
            middle = 0.5 * (inside + outside)
            if _primitive(middle, B, Bk) > start + turned[i]:
                outside = middle
            else:
                inside = middle
        out[i] = 0.5 * (inside + outside)


def axial_rapidity(start: float, B: float, Bk: float, turned: Values) -> Values:
    """Return artanh(m_z) (n,) of a spin in a field B + Bk m_z along z; ``turned`` = t alpha gamma/(1 + alpha^2) [1/T].

    du/dturned = (1 - u^2)(B + Bk u), solved in closed form for turned(u) by partial fractions and inverted by bisection
    in artanh(u); for Bk = 0 it is artanh(u) = artanh(u0) + B turned. Kikuchi, J. Appl. Phys. 27, 1352 (1956);
    Mallinson, IEEE Trans. Magn. 36, 1976 (2000).
    """
    begin = atanh(start)
    times = np.array(turned, dtype=np.float64, ndmin=1)
    if Bk == 0 or B + Bk * start == 0:
        return np.asarray(begin + (B + Bk * start) * times)
    out = np.empty(len(times))
    _rapidities(begin, resting_rapidity(start, B, Bk), float(B), float(Bk), times, out)
    return out


def resting_rapidity(start: float, B: float, Bk: float) -> float:
    """Return artanh of where m_z ends: the next zero of (1 - u^2)(B + Bk u) in the direction of motion."""
    balance = -B / Bk
    if B + Bk * start > 0:
        return atanh(balance) if start < balance < 1 else POLE
    return atanh(balance) if -1 < balance < start else -POLE


@lru_cache(maxsize=64)  # asked at every step, and the nodes take 30 ms
def thermal_mean_square(sigma: float) -> float:
    """Return <m_z^2> without a field: the mean of u^2 over exp(sigma u^2), sigma = K V/(kB T). Brown 1963."""
    u, weight = np.polynomial.legendre.leggauss(200)
    weight = weight * np.exp(sigma * u**2 - max(sigma, 0.0))
    return float(weight @ u**2 / weight.sum())


@lru_cache(maxsize=64)
def thermal_moments(anisotropy: float, zeeman: float) -> tuple[float, float, float]:
    """Return <u>, <u^2> and <u^4> of u = m_z for energies -(anisotropy u^2/2 + zeeman u) in units of kB T.

    Gauss-Legendre on 20 pieces: exact to 1e-9 up to some thousand kB T.
    """
    node, weight = np.polynomial.legendre.leggauss(60)
    edges = np.linspace(-1, 1, 21)
    u = ((edges[:-1] + edges[1:])[:, None] / 2 + node / 20).ravel()
    exponent = anisotropy * u**2 / 2 + zeeman * u
    density = np.tile(weight, 20) * np.exp(exponent - exponent.max())
    density /= density.sum()
    return float(density @ u), float(density @ u**2), float(density @ u**4)


def boltzmann_density(u: Values, anisotropy: float, zeeman: float) -> Values:
    """Return the density (n,) of m_z for energies -(anisotropy u^2/2 + zeeman u) in units of kB T."""
    grid = np.linspace(-1, 1, 2001)
    exponent = anisotropy * grid**2 / 2 + zeeman * grid
    norm = np.trapezoid(np.exp(exponent - exponent.max()), grid)
    return np.asarray(np.exp(anisotropy * u**2 / 2 + zeeman * u - exponent.max()) / norm)
