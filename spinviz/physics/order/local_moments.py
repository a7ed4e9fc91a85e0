"""Moments of variable length: in mean field, and exactly for a finite number of them that are all coupled alike.

    H = sum of (-a m_i^2 + b m_i^4) - (J0/2N) |sum of m_i|^2,  vectors m_i with the measure d^3m (m^2 dm), kB = 1.

A moment in the mean field h = J0 M has z(h) = int m^2 dm exp((a m^2 - b m^4)/T) sinh(y)/y, y = h m/T, and
M = <m L(y)>: above T_C = J0 <m^2>/3 there is no M, but the lengths stay. The sum is a Gaussian integral over a common
field (Hubbard and Stratonovich), which makes the finite lattice exact:

    Z_N = int d^3h exp(-N h^2/(2 J0 T)) z(h)^N,   <m^2>_N = <<m^2>_h>,   <M^2>_N = <h^2>/J0^2 - 3 T/(N J0).

Murata and Doniach, Phys. Rev. Lett. 29, 285 (1972); Hubbard, Phys. Rev. B 20, 4584 (1979).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from spinviz.physics.moments.levels import langevin

Values = NDArray[np.float64]

SEEN = 42.0
"""Where the logarithm of a density is further below its maximum, nothing is integrated: exp(-42) = 6e-19."""
LOOKS, SAMPLES = 3, 160
"""Times that the window of an integral is narrowed, and values looked at each time."""
NODES = 160
"""Gauss-Legendre nodes in a window: error 1e-12."""
NEWTON = 60


class Averages(NamedTuple):
    """Averages (n,) of single moments in a field: along it, length, its square and fourth power, and ln z.

    ``slope``: T times the derivative of ``along``, its variance.
    """

    along: Values
    length: Values
    square: Values
    fourth: Values
    slope: Values
    log_z: Values


class Finite(NamedTuple):
    """Exact averages of N moments: <m^2>, its standard deviation over configurations, <m>, <M^2>, <|M|>, energy."""

    square: float
    scatter: float
    length: float
    M_square: float
    M: float
    energy: float


@dataclass(frozen=True)
class LocalMoments:
    """The energy -a m^2 + b m^4 of one moment and the coupling J0, all in one unit of energy.

    Errors: ValueError for b <= 0, with which lengths grow without limit, or J0 <= 0, which orders nothing.
    """

    a: float
    b: float
    J0: float = 1.0

    def __post_init__(self) -> None:
        if not self.b > 0:
            raise ValueError(f"b = {self.b:g}: use a value above 0, or moments grow without limit.")
        if not self.J0 > 0:
            raise ValueError(f"J0 = {self.J0:g} orders no moments: use a coupling above 0.")

    @property
    def ground_length(self) -> float:
        """M0 = sqrt((2a + J0)/4b), length and magnetization at T = 0; 0 where the moment costs more than it gains."""
        return sqrt(max(2 * self.a + self.J0, 0.0) / (4 * self.b))

    @property
    def critical_temperature(self) -> float:
        """T_C = J0 <m^2>/3 without field; 0 where there is no order. Always of second order: <m^4> < 5/3 <m^2>^2."""
        return _critical_temperature(self)

    def magnetization(self, T: ArrayLike) -> Values:
        """M (n,) in mean field at the temperatures ``T`` (n,): the largest solution of M = <m L(J0 M m/T)>."""
        T = np.atleast_1d(np.asarray(T, np.float64))
        h = 2 * self.J0 * np.maximum(self.ground_length, (T / self.b) ** 0.25)
        for _ in range(NEWTON):  # the response is concave: from above Newton's method never passes the root
            seen = in_field(self, T, h)
            step = (h - self.J0 * seen.along) / np.maximum(1 - self.J0 * seen.slope / T, 1e-12)
            h = np.clip(h - step, 0.0, h)
            if np.all(np.abs(step) <= 1e-14 * (h + 1e-3)):
                break
        return np.asarray(np.where(self.critical_temperature > T, h / self.J0, 0.0))

    def mean_square(self, T: ArrayLike) -> Values:
        """<m^2> (n,) in mean field."""
        T = np.atleast_1d(np.asarray(T, np.float64))
        return in_field(self, T, self.J0 * self.magnetization(T)).square


@lru_cache(maxsize=256)
def _critical_temperature(moments: LocalMoments) -> float:
    if moments.ground_length == 0:
        return 0.0

    def missing(T: float) -> float:
        return moments.J0 * float(in_field(moments, np.array([T]), np.zeros(1)).square[0]) / 3 - T

    high = 1.0
    while missing(high) > 0:
        high *= 2
    low = high
    while low > 1e-12 and missing(low) <= 0:
        low /= 2
    return float(brentq(missing, low, high, xtol=1e-14)) if missing(low) > 0 else 0.0


def in_field(moments: LocalMoments, T: Values, h: Values) -> Averages:
    """Averages of single moments at ``T`` (n,) in the field ``h`` (n,) [energy per unit of moment]."""
    T, h = np.broadcast_arrays(np.asarray(T, np.float64), np.asarray(h, np.float64))
    low, high = _window(lambda m: log_density(moments, T[:, None], h[:, None], m), *_lengths(moments, T, h))
    m, weight = _gauss(low, high)
    log = log_density(moments, T[:, None], h[:, None], m)
    top = log.max(axis=1)
    p = weight * np.exp(log - top[:, None])
    z = p.sum(axis=1)
    p /= z[:, None]
    y = h[:, None] * m / T[:, None]
    L = langevin(y)
    # <cos^2> = 1 - 2 L/y, 1/3 without field.
    cosine2 = 1 - 2 * np.where(y > 1e-8, L / np.maximum(y, 1e-8), 1 / 3)
    along = (p * m * L).sum(axis=1)
    square = (p * m**2 * cosine2).sum(axis=1)
    return Averages(
        along, (p * m).sum(axis=1), (p * m**2).sum(axis=1), (p * m**4).sum(axis=1), square - along**2, top + np.log(z)
    )  # fmt: skip


def log_density(moments: LocalMoments, T: Values, h: Values, m: Values) -> Values:
    """ln[m^2 exp((a m^2 - b m^4)/T) sinh(y)/y], y = h m/T: the density of lengths m in a field, not normalized."""
    y = h * m / T
    safe = np.maximum(y, 1e-6)
    field = np.where(y > 1e-6, safe + np.log(-np.expm1(-2 * safe) / (2 * safe)), 0.0)
    return np.asarray(2 * np.log(np.maximum(m, 1e-300)) + (moments.a * m**2 - moments.b * m**4) / T + field)


@lru_cache(maxsize=128)
def _common_field(moments: LocalMoments, T: float, N: int) -> tuple[Values, Values]:
    """Strengths h (k,) of the common field of N moments, and their probabilities."""

    def log(h: Values) -> Values:
        seen = in_field(moments, np.full(h.size, T), h.ravel())
        return 2 * np.log(np.maximum(h, 1e-300)) + N * (seen.log_z.reshape(h.shape) - h**2 / (2 * moments.J0 * T))

    reach = 3 * moments.J0 * max(moments.ground_length, (T / moments.b) ** 0.25) + 8 * sqrt(moments.J0 * T / N)
    h, weight = _gauss(*_window(log, np.zeros(1), np.full(1, reach)))
    density = log(h)
    p = weight * np.exp(density - density.max())
    return h[0], p[0] / p.sum()


@lru_cache(maxsize=128)
def finite(moments: LocalMoments, T: float, N: int) -> Finite:
    """Exact averages of N moments at the temperature ``T``; |M| to order 1/N^2 where there is order.

    |h| is |J0 M + g| with a normal g of variance J0 T/N in each component: <|M|> follows from <|h|> where g is small,
    and is NaN where it is not.
    """
    h, p = _common_field(moments, T, N)
    seen = in_field(moments, np.full(h.size, T), h)
    J0 = moments.J0
    mean = float(p @ seen.square)
    scatter = float(p @ (seen.fourth - seen.square**2)) / N + float(p @ (seen.square - mean) ** 2)
    M_square = float(p @ h**2) / J0**2 - 3 * T / (N * J0)
    strength = float(p @ h) / J0
    M = strength - T * float(p @ (1 / np.maximum(h, 1e-12))) / N
    ordered = N * J0 * strength**2 / 10 > 6 * T
    own = float(p @ (-moments.a * seen.square + moments.b * seen.fourth))
    return Finite(
        mean, sqrt(scatter), float(p @ seen.length), M_square, M if ordered else float("nan"), own - J0 * M_square / 2
    )  # fmt: skip


def length_density(moments: LocalMoments, T: float, N: int, m: Values) -> Values:
    """Probability density (k,) of the length of one of N moments at the lengths ``m`` (k,)."""
    h, p = _common_field(moments, T, N)
    log_z = in_field(moments, np.full(h.size, T), h).log_z
    log = log_density(moments, np.array(T), h[:, None], m) - log_z[:, None]
    return np.asarray(p @ np.exp(log))


def _lengths(moments: LocalMoments, T: Values, h: Values) -> tuple[Values, Values]:
    """From 0 to a length (n,) beyond which there are none: three times the scales of a, of T and of h."""
    scale = (max(moments.a, 0.0) / (2 * moments.b)) ** 0.5 + (T / moments.b) ** 0.25 + (h / (4 * moments.b)) ** (1 / 3)
    return np.zeros(T.shape), 3 * scale


def _window(log: Callable[[Values], Values], low: Values, high: Values) -> tuple[Values, Values]:
    """Narrow windows (n,) to where ``log`` of values (n, k) is within `SEEN` of its maximum."""
    part = np.linspace(0, 1, SAMPLES)
    rows = np.arange(len(low))
    for _ in range(LOOKS):
        x = low[:, None] + (high - low)[:, None] * part
        seen = log(x)
        inside = seen > seen.max(axis=1, keepdims=True) - SEEN
        first, last = inside.argmax(axis=1), SAMPLES - 1 - inside[:, ::-1].argmax(axis=1)
        low, high = x[rows, np.maximum(first - 1, 0)], x[rows, np.minimum(last + 1, SAMPLES - 1)]
    return low, high


def _gauss(low: Values, high: Values) -> tuple[Values, Values]:
    """Nodes and weights (n, k) in windows (n,)."""
    node, weight = _legendre()
    half = (high - low)[:, None] / 2
    return low[:, None] + half * (node + 1), half * weight


@lru_cache(maxsize=1)
def _legendre() -> tuple[Values, Values]:
    node, weight = np.polynomial.legendre.leggauss(NODES)
    return node, weight
