"""Modulated pulses: amplitude, sweep and phase as functions of time, for adiabatic passages and their frames.

The field is w1(t) exp(i phi(t)) with the sweep W(t) = -d(phi)/dt: spins of offset dw = W(t) are on resonance at t.
In the frame that turns with the pulse (the frequency-modulated frame) the field is (w1(t), 0, dw - W(t)).
Garwood and DelaBarre, J. Magn. Reson. 153, 155 (2001).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import atan, cosh, log, pi, tan

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Function = Callable[[Array], Array]

LAMBDA = 5.0
"""Steepness of the hyperbolic tangent of BIR-4's amplitude: tanh(5) = 0.9999."""
TAN_SWEEP = atan(20.0)
"""Steepness of the tangent of BIR-4's sweep."""


@dataclass(frozen=True, eq=False)
class Modulation:
    """A pulse of ``duration`` [s]: ``amplitude`` and ``sweep`` [rad/s] and ``phase`` [rad] as functions of time [s].

    ``phase`` follows the sweep without a break, ``jump`` [rad] is added to it; both bend only at the times ``breaks``.
    """

    duration: float
    amplitude: Function
    sweep: Function
    phase: Function
    jump: Function = np.zeros_like
    breaks: tuple[float, ...] = ()

    def at(self, t: ArrayLike) -> Complex:
        """Field gamma B1 [rad/s] at the times ``t`` [s]; 0 outside."""
        t = np.asarray(t, np.float64)
        inside = (t >= 0) & (t <= self.duration)
        return np.asarray(np.where(inside, self.amplitude(t) * np.exp(1j * (self.phase(t) + self.jump(t))), 0.0))

    def pieces(self, start: float, end: float) -> list[tuple[float, float]]:
        """The part of the pulse between two times [s], divided where it bends; empty outside the pulse."""
        a, b = max(start, 0.0), min(end, self.duration)
        edges = [a, *(t for t in self.breaks if a < t < b), b]
        return list(pairwise(edges)) if b > a else []


def hyperbolic_secant(duration: float, peak: float, rate: float, mu: float) -> Modulation:
    """W0 sech(b t)^(1 + i mu), cut off at +-duration/2: amplitude W0 sech(bt), sweep mu b tanh(bt).

    ``peak`` W0 and ``rate`` b [rad/s]. Inverts |dw| < mu b where W0 > mu b, whatever W0. Silver, Joseph and Hoult,
    Phys. Rev. A 31, 2753 (1985).
    """

    def scaled(t: Array) -> Array:
        return rate * (t - duration / 2)

    def fallen(t: Array) -> Array:
        return np.asarray(
            np.exp(-2 * np.abs(scaled(t)))
        )  # cosh x = e^|x| (1 + e^-2|x|)/2 would overflow far from the middle

    return Modulation(
        duration,
        lambda t: 2 * peak * np.sqrt(fallen(t)) / (1 + fallen(t)),
        lambda t: mu * rate * np.tanh(scaled(t)),
        lambda t: -mu * (np.abs(scaled(t)) + np.log1p(fallen(t)) - log(2)),
    )


def linear_sweep(duration: float, peak: float, rate: float) -> Modulation:
    """Constant amplitude ``peak`` [rad/s], sweep through zero with ``rate`` [rad/s^2]: the fast passage.

    Landau-Zener for a wide sweep: Mz = 2 exp(-pi peak^2/(2 |rate|)) - 1.
    """
    return Modulation(
        duration,
        lambda t: np.full_like(np.asarray(t, np.float64), peak),
        lambda t: rate * (t - duration / 2),
        lambda t: -rate / 2 * (t - duration / 2) ** 2,
    )


def constant(duration: float, peak: float) -> Modulation:
    """A block: constant amplitude ``peak`` [rad/s] along x, no sweep."""
    return Modulation(duration, lambda t: np.full_like(np.asarray(t, np.float64), peak), np.zeros_like, np.zeros_like)


def bir4(duration: float, flip: float, peak: float, sweep: float) -> Modulation:
    """BIR-4: a turn by any ``flip`` [rad] that hardly depends on the amplitude, for any starting magnetization.

    Two half passages enclose a full one; the phase jumps by +-(pi + flip/2) between them. Amplitude ``peak``
    tanh(lambda (1 - tau)), sweep ``sweep`` tan(beta tau)/tan(beta) [rad/s], tau = 4t/duration, mirrored and repeated.
    Staewen et al., Invest. Radiol. 25, 559 (1990).
    """

    def distance(t: Array) -> Array:
        tau = 4 * np.asarray(t, np.float64) / duration
        return np.asarray(tau - 2 * np.round(tau / 2))  # from the nearest of 0, 2, 4, between -1 and 1

    def phase(t: Array) -> Array:
        near = distance(t)
        return np.asarray(duration / 4 * sweep / tan(TAN_SWEEP) * np.log(np.cos(TAN_SWEEP * near)) / TAN_SWEEP)

    def jump(t: Array) -> Array:
        return np.where(np.abs(np.asarray(t, np.float64) - duration / 2) < duration / 4, pi + flip / 2, 0.0)

    return Modulation(
        duration,
        lambda t: peak * np.tanh(LAMBDA * (1 - np.abs(distance(t)))),
        lambda t: sweep * np.tan(TAN_SWEEP * distance(t)) / tan(TAN_SWEEP),
        phase,
        jump,
        (duration / 4, 3 * duration / 4),
    )


def truncation(duration: float, rate: float) -> float:
    """Amplitude of a hyperbolic secant where it is cut off, as a part of its peak."""
    return 1 / cosh(min(rate * duration / 2, 700.0))


def secant_rate(duration: float, cut: float = 0.01) -> float:
    """Rate b [rad/s] at which a hyperbolic secant ends at the part ``cut`` of its peak."""
    return 2 / duration * log(1 / cut + (1 / cut**2 - 1) ** 0.5)


def landau_zener(peak: float, rate: float) -> float:
    """Mz after a linear sweep from far below to far above resonance: 2 exp(-pi w1^2/(2 |rate|)) - 1.

    ``peak`` w1 [rad/s], ``rate`` [rad/s^2], no relaxation. Zener, Proc. R. Soc. A 137, 696 (1932).
    """
    return float(2 * np.exp(-pi * peak**2 / (2 * abs(rate))) - 1)
