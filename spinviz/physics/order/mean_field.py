"""Mean field of spins that order: each spin sees the mean of its neighbours (Weiss 1907).

Unit moments s = S-vector/S, H = -J sum over pairs once of s_i . s_j - h sum of s_i, z neighbours: a spin in the mean
field z J m + h has the mean m = B_S((z J m + h)/T), kB = 1. ``S`` is the spin, ``inf`` a classical vector (Langevin),
1/2 also the Ising model. With the slope s = B_S'(0) = (S + 1)/(3 S), Tc = s z J; below, t = T/Tc, fields and energies
are in units of Tc, susceptibilities in 1/Tc:

    m = B_S(x),  x = (m/s + h)/t.

Weiss, J. Phys. Theor. Appl. 6, 661 (1907); Kittel, Introduction to Solid State Physics, chapter 12.
"""

from __future__ import annotations

from math import inf, isinf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.moments.levels import brillouin, langevin

Values = NDArray[np.float64]

CLASSICAL = inf
NEWTON = 80
"""Steps of Newton's method at most: next to Tc each one still leaves two thirds of the distance."""


def response(S: float, x: ArrayLike) -> Values:
    """Mean moment over its largest value, B_S(x); L(x) for S = inf. Errors: ValueError for a spin that is none."""
    return langevin(x) if isinf(S) else brillouin(S, x)


def response_slope(S: float, x: ArrayLike) -> Values:
    """dB_S/dx."""
    if isinf(S):
        return _langevin_slope(x)
    a, b = (2 * S + 1) / (2 * S), 1 / (2 * S)
    x = np.asarray(x, np.float64)
    return np.asarray(a * a * _langevin_slope(a * x) - b * b * _langevin_slope(b * x))


def slope_at_zero(S: float) -> float:
    """s = B_S'(0) = (S + 1)/(3 S): 1 for S = 1/2, 1/3 for classical vectors; Curie's constant of a unit moment."""
    return 1 / 3 if isinf(S) else (S + 1) / (3 * S)


def critical_temperature(S: float, z: float, J: float) -> float:
    """Tc = z J (S + 1)/(3 S) [unit of J]: z J for Ising spins, z J/3 for classical unit vectors.

    Errors: ValueError where z J is not positive, for there is no Tc.
    """
    if not z * J > 0:
        raise ValueError(f"z J = {z * J:g} orders no spins: use a coupling above 0.")
    return z * J * slope_at_zero(S)


def self_consistency(S: float, t: float, m: ArrayLike, h: float = 0.0) -> Values:
    """What spins in the field of the mean ``m`` have as their mean: this curve crosses m itself at the solution."""
    return response(S, _argument(S, t, np.asarray(m, np.float64), h))


def order_parameter(S: float, t: ArrayLike, h: ArrayLike = 0.0) -> Values:
    """m(t, h), the solution along the field; without field the positive one, 0 from t = 1 on.

    For h >= 0 the distance B_S(x) - m is concave in m and negative at m = 1: Newton's method from there falls to the
    largest root without ever passing it. Error 1e-14, next to Tc 1e-16/(1 - t).
    """
    t, h = np.broadcast_arrays(np.asarray(t, np.float64), np.asarray(h, np.float64))
    if not (t > 0).all():
        raise ValueError(f"T/Tc = {t.min():g} is no temperature of a mean field: use one above 0.")
    size, s = np.abs(h), slope_at_zero(S)
    m = np.ones(t.shape)
    for _ in range(NEWTON):
        x = (m / s + size) / t
        m = np.clip(m - (response(S, x) - m) / np.minimum(response_slope(S, x) / (s * t) - 1, -1e-300), 0.0, 1.0)
    return np.asarray(np.where((size == 0) & (t >= 1), 0.0, np.where(h < 0, -m, m)))


def susceptibility(S: float, t: ArrayLike, h: ArrayLike = 0.0) -> Values:
    """dm/dh [1/Tc] = (B'/t)/(1 - B'/(s t)); s/(t - 1), the law of Curie and Weiss, above Tc; infinite at Tc."""
    t = np.asarray(t, np.float64)
    fluctuation = _fluctuation(S, t, order_parameter(S, t, h), h)
    with np.errstate(divide="ignore"):
        return np.asarray(slope_at_zero(S) * fluctuation / np.maximum(1 - fluctuation, 0.0))


def energy(S: float, t: ArrayLike, h: ArrayLike = 0.0) -> Values:
    """Energy per spin [Tc], -m^2/(2 s) - h m: each pair counts once."""
    m = order_parameter(S, t, h)
    return np.asarray(-(m**2) / (2 * slope_at_zero(S)) - np.asarray(h, np.float64) * m)


def specific_heat(S: float, t: ArrayLike, h: ArrayLike = 0.0) -> Values:
    """Specific heat per spin [kB] at constant field, x^2 B'/(1 - B'/(s t)).

    Just below Tc 5/2 for classical vectors, 3/2 for S = 1/2; 0 above without field.
    """
    t, h = np.asarray(t, np.float64), np.asarray(h, np.float64)
    m = order_parameter(S, t, h)
    x, fluctuation = _argument(S, t, m, h), _fluctuation(S, t, m, h)
    with np.errstate(divide="ignore", invalid="ignore"):
        c = x**2 * slope_at_zero(S) * t * fluctuation / (1 - fluctuation)
    return np.asarray(np.where(x == 0, 0.0, c))


def antiferromagnet_parallel(S: float, t: ArrayLike) -> Values:
    """Susceptibility per spin [1/TN] to a field along the two sublattices: (B'/t)/(1 + B'/(s t)).

    Neighbours belong to the other sublattice, TN = s z |J|, and ``order_parameter`` is the staggered moment: 0 at
    T = 0, s/(t + 1) above TN. Van Vleck, J. Chem. Phys. 9, 85 (1941).
    """
    t = np.asarray(t, np.float64)
    fluctuation = _fluctuation(S, t, order_parameter(S, t), 0.0)
    return np.asarray(slope_at_zero(S) * fluctuation / (1 + fluctuation))


def antiferromagnet_perpendicular(S: float, t: ArrayLike) -> Values:
    """Susceptibility per spin [1/TN] to a field across the sublattices: 1/(2 z |J|) up to TN, s/(t + 1) above."""
    return np.asarray(slope_at_zero(S) / np.maximum(np.asarray(t, np.float64) + 1, 2.0))


def _argument(S: float, t: ArrayLike, m: ArrayLike, h: ArrayLike) -> Values:
    """x, the energy in the mean field over the thermal energy."""
    x = (np.asarray(m, np.float64) / slope_at_zero(S) + np.asarray(h, np.float64)) / np.asarray(t, np.float64)
    return np.asarray(x)


def _fluctuation(S: float, t: Values, m: Values, h: ArrayLike) -> Values:
    """B_S'(x)/(s t): 1 at Tc, where the mean field loses its grip."""
    return np.asarray(response_slope(S, _argument(S, t, m, h)) / (slope_at_zero(S) * t))


def _langevin_slope(x: ArrayLike) -> Values:
    """dL/dx = 1 - L^2 - 2 L/x, which beyond |x| = 2 is computed as 1/x^2 - 1/sinh(x)^2: no digits cancel in either."""
    x = np.abs(np.asarray(x, np.float64))
    near, far = np.clip(x, 1e-8, 2.0), np.clip(x, 2.0, None)
    L = langevin(near)
    return np.asarray(np.where(x < 2, 1 - L**2 - 2 * L / near, 1 / far**2 - 1 / np.sinh(np.minimum(far, 300.0)) ** 2))
