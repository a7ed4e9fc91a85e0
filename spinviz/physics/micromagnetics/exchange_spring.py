"""An exchange spring in closed form: a soft layer on a hard one, turned by a field against the hard layer's direction.

Energy densities A theta'^2 + Ms b cos(theta) in the soft layer, and besides K sin(theta)^2 in the hard one, theta the
angle from the easy axis, the field b against it. A theta' and theta are continuous where they meet, theta' = 0 at the
free face, theta = 0 deep in the hard layer: a pendulum, whose period tells the thickness. Goto et al., J. Appl. Phys.
36, 2951 (1965); Kneller and Hawig, IEEE Trans. Magn. 27, 3588 (1991). No stray field: in a film magnetized in its plane
there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, cos, pi, sin, sqrt

import numpy as np

TURNED = 1e-3
"""Angle [rad] at the free face from which the soft layer counts as turned."""


@dataclass(frozen=True)
class Layer:
    """``thickness`` [m], ``Ms`` [A/m], ``A`` [J/m], uniaxial ``K`` [J/m^3]."""

    thickness: float
    Ms: float
    A: float
    K: float = 0.0


@dataclass(frozen=True)
class Spring:
    """Angles [rad] at the free face and where the layers meet, and the mean of cos(theta) weighted by Ms."""

    free: float
    joint: float
    mean: float


def nucleation(soft: Layer, hard: Layer) -> float:
    """Field [T] against the hard layer at which the soft one begins to turn."""
    from scipy.optimize import brentq

    top = 2 * soft.A / soft.Ms * (pi / (2 * soft.thickness)) ** 2

    def misfit(b: float) -> float:
        q = sqrt(soft.Ms * b / (2 * soft.A))
        decay = sqrt(max(2 * hard.K - hard.Ms * b, 0.0) / (2 * hard.A))
        # theta = cos(q z) from the free face meets an exponential.
        return soft.A * q * sin(q * soft.thickness) - hard.A * decay * cos(q * soft.thickness)

    return float(brentq(misfit, 1e-9 * top, top * (1 + 1e-12), xtol=1e-15 * top, rtol=1e-14))


def spring(soft: Layer, hard: Layer, b: float) -> Spring:
    """Return the equilibrium in a field ``b`` [T] against the hard layer, which is much thicker than its walls.

    Errors: ValueError for a field that turns the hard layer, too.
    """
    from scipy.optimize import brentq

    if b <= nucleation(soft, hard):
        return Spring(0.0, 0.0, 1.0)

    def excess(free: float) -> float:
        return _thickness(soft, hard, b, free) - soft.thickness

    ends = TURNED, _farthest(soft, hard, b)
    if hard.Ms * b >= 2 * hard.K or ends[1] <= TURNED or excess(ends[1]) < 0:
        raise ValueError(f"{b:.3g} T against the hard layer turn it, too: give less")
    free = float(brentq(excess, *ends, xtol=1e-13)) if excess(ends[0]) < 0 else 0.0
    if free == 0:
        return Spring(0.0, 0.0, 1.0)
    return Spring(free, joint := _joint(soft, hard, b, free), _mean(soft, hard, b, free, joint))


def _quadratic(soft: Layer, hard: Layer, b: float) -> tuple[float, float, float]:
    """Ah K c^2 + linear c = constant + As Ms b cos(free) for the cosine c where A theta' of both layers agree."""
    return hard.A * hard.K, (soft.A * soft.Ms - hard.A * hard.Ms) * b, hard.A * (hard.K - hard.Ms * b)


def _farthest(soft: Layer, hard: Layer, b: float) -> float:
    """Largest angle at the free face: beyond it the hard layer does not hold the soft one."""
    quadratic, linear, constant = _quadratic(soft, hard, b)
    least = -(linear**2 / (4 * quadratic) + constant) / (soft.A * soft.Ms * b)
    return acos(min(max(least, -1 + 1e-15), 1.0))


def _joint(soft: Layer, hard: Layer, b: float, free: float) -> float:
    """Angle where the layers meet."""
    quadratic, linear, constant = _quadratic(soft, hard, b)
    whole = constant + soft.A * soft.Ms * b * cos(free)
    c = (-linear + sqrt(max(linear**2 + 4 * quadratic * whole, 0.0))) / (2 * quadratic)
    return acos(min(max(c, cos(free)), 1.0))


def _thickness(soft: Layer, hard: Layer, b: float, free: float) -> float:
    """Of a soft layer whose free face is turned by ``free``."""
    from scipy.special import ellipkinc

    k = sin(free / 2)
    start = np.arcsin(min(sin(_joint(soft, hard, b, free) / 2) / k, 1.0))
    return float(sqrt(2 * soft.A / (soft.Ms * b)) * (ellipkinc(pi / 2, k * k) - ellipkinc(start, k * k)))


def _mean(soft: Layer, hard: Layer, b: float, free: float, joint: float) -> float:
    from scipy.special import ellipeinc

    k = sin(free / 2)
    start = float(np.arcsin(min(sin(joint / 2) / k, 1.0)))
    # cos(theta) = 1 - 2 k^2 sin(phi)^2 along dz = length dphi/sqrt(1 - k^2 sin(phi)^2): incomplete elliptic integrals.
    length = sqrt(2 * soft.A / (soft.Ms * b))
    along = 2 * length * float(ellipeinc(pi / 2, k * k) - ellipeinc(start, k * k)) - soft.thickness
    theta = joint * (np.arange(400) + 0.5) / 400
    slope = np.sqrt((hard.K * np.sin(theta) ** 2 - hard.Ms * b * (1 - np.cos(theta))) / hard.A)
    lost = float(np.sum((1 - np.cos(theta)) / slope)) * joint / 400
    whole = soft.Ms * soft.thickness + hard.Ms * hard.thickness
    return (soft.Ms * along + hard.Ms * (hard.thickness - lost)) / whole
