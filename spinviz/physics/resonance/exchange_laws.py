"""Closed forms of chemical exchange, written out for the signal and for one site: laws that exact steps are held to.

Conventions and rates as in `chemical_exchange`. The signal S = mA+ + mB+ and the longitudinal magnetization of one site
each obey an equation of second order, S'' = (l1 + l2) S' - l1 l2 S, whatever the other site does.
"""

from __future__ import annotations

from cmath import sqrt
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.resonance.chemical_exchange import Sites

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]


def free_decay(sites: Sites, plus: Complex, t: ArrayLike) -> Complex:
    """Transverse magnetization (...) of both sites together after ``t`` (...) [s] from ``plus`` (2,).

    McConnell, J. Chem. Phys. 28, 430 (1958). With A saturated it has none, and B decays with 1/T2B + kBA.
    """
    kAB, kBA = 2 * sites.k * (1 - sites.pA), 2 * sites.k * sites.pA
    a, b = 1j * sites.wA + 1 / sites.T2A + kAB, 1j * sites.wB + 1 / sites.T2B + kBA
    mA, mB = complex(plus[0]), complex(plus[1])
    if sites.saturated:
        return mA * np.exp(-a * np.asarray(t)) + mB * np.exp(-b * np.asarray(t))
    return _second_order(-a, -b, kAB * kBA, mA + mB, (kAB - a) * mA + (kBA - b) * mB, t)


def transfer(sites: Sites, along: Values, t: ArrayLike) -> Values:
    """Longitudinal magnetization (...) of site B after ``t`` (...) [s] from ``along`` (2,).

    Forsen and Hoffman, J. Chem. Phys. 39, 2892 (1963).
    """
    kAB, kBA = 2 * sites.k * (1 - sites.pA), 2 * sites.k * sites.pA
    a, b = 1 / sites.T1A + kAB, 1 / sites.T1B + kBA
    if sites.saturated:
        rest = (1 - sites.pA) / (1 + kBA * sites.T1B)
        return np.asarray(rest + (float(along[1]) - rest) * np.exp(-b * np.asarray(t, np.float64)))
    fromA, fromB = float(along[0]) - sites.pA, float(along[1]) - (1 - sites.pA)
    return (1 - sites.pA) + _second_order(-a, -b, kAB * kBA, fromB, kAB * fromA - b * fromB, t).real


def spins_variance(sites: Sites, squares: Values, pairs: Complex, t: ArrayLike) -> Values:
    """Variance (...) of the sum of the y' components of single spins after ``t`` (...) [s] of hopping at random.

    ``squares`` and ``pairs`` (2,): sums of |m+|^2 and of (m+)^2 over the spins that begin at A and at B. The mean of
    |m+|^2 obeys the equations of m+ without precession, that of (m+)^2 those with twice the offset, both with T2/2.
    """
    halved = replace(sites, T2A=sites.T2A / 2, T2B=sites.T2B / 2)
    still, twice = replace(halved, wA=0.0, wB=0.0), replace(halved, wA=2 * sites.wA, wB=2 * sites.wB)
    variance = np.zeros(np.shape(t))
    for square, pair, alone in zip(squares, pairs, np.eye(2, dtype=np.complex128)):
        mean = free_decay(sites, alone, t)
        spread = free_decay(still, alone, t).real - np.abs(mean) ** 2
        variance = variance + (square * spread - (pair * (free_decay(twice, alone, t) - mean**2)).real) / 2
    return np.asarray(np.maximum(variance, 0.0))


def _second_order(a: complex, b: complex, coupling: float, value: complex, slope: complex, t: ArrayLike) -> Complex:
    """Solution (...) with this ``value`` and ``slope`` at 0, for the roots l of (l - a)(l - b) = ``coupling``."""
    split = sqrt((a - b) ** 2 + 4 * coupling)
    slow, gap = (a + b + split) / 2, -split
    if gap.real > 0:
        slow, gap = slow + gap, -gap
    time = np.asarray(t, np.float64)
    # Of two exponentials that all but agree, the difference over the gap is the time.
    spread = np.expm1(gap * time) / gap if gap != 0 else time
    return np.asarray(np.exp(slow * time) * (value + (slope - slow * value) * spread))
