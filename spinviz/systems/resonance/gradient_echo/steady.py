"""Trains of equal pulses: the phase each pulse has, what is left of the transient, and what spoiling achieves."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, cos, exp, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

MOST_REPETITIONS = 400
"""Repetitions after which `spoiling_curve` stops waiting for the steady state."""
SUBSPINS = (64, 256)
"""Isochromats of `spoiling_curve`, at least and at most: see `needed`."""
LEFT = 5.0
"""Decay times T2 after which a configuration may be told from others no more: 0.7 % of it is left."""


def aliasing(angle: float, TR: float, T1: float, T2: float, count: int) -> float:
    """Upper bound of the error of a mean over ``count`` even phases instead of all of them: 2 b^count/(1 - b^count).

    The steady state is a/(p - q cos phase) in the phase, whose Fourier coefficients fall as b^n with
    b = (p - sqrt(p^2 - q^2))/q; p and q as in Freeman and Hill, J. Magn. Reson. 4, 366 (1971).
    """
    E1, E2, ca = exp(-TR / T1), exp(-TR / T2), cos(angle)
    p = 1 - E1 * ca - E2**2 * (E1 - ca)
    q = E2 * (1 - E1) * (1 + ca)
    if q <= 0:
        return 0.0
    b = (p - sqrt(max(p * p - q * q, 0.0))) / q
    # The first neighbours of every order enter with the sine and cosine of the phase: one order earlier.
    folded = b ** max(count - 1, 0)
    return 2 * folded / (1 - folded) if folded < 1 else 2.0


def needed(TR: float, T2: float) -> int:
    """Isochromats, turned by whole turns per TR, that a train without spoiler needs.

    N of them cannot tell a configuration of the order k from one of k + N, which N repetitions across the field make.
    """
    return ceil(LEFT * T2 / TR)


def repetitions_until_steady(TR: float, T1: float) -> int:
    """Repetitions of `spoiling_curve` before it is read: three T1, if that is not too many."""
    return min(MOST_REPETITIONS, ceil(3 * T1 / TR))


@lru_cache(maxsize=8)
def spoiling_curve(flip: float, TR: float, T1: float, T2: float) -> tuple[Values, Values]:
    """Phase increments (n,) [deg] of RF spoiling and the steady |M+|/M0 after each pulse that they give.

    Isochromats turned by whole turns per TR, played for `repetitions_until_steady`. Zur, Wood and Neuringer, Magn.
    Reson. Med. 21, 251 (1991).
    """
    increments = np.arange(0.0, 180.5, 1.5)
    count = int(np.clip(needed(TR, T2), *SUBSPINS))
    phases = 2 * np.pi * np.arange(count) / count
    c, s = cos(radians(flip)), sin(radians(flip))
    E1, E2 = exp(-TR / T1), exp(-TR / T2)
    step = np.exp(-1j * np.radians(increments))[:, None]
    turn = np.broadcast_to(E2 * np.exp(-1j * phases), (len(increments), count)).copy()
    m, z = np.zeros(turn.shape, complex), np.ones(turn.shape)
    for _ in range(repetitions_until_steady(TR, T1)):
        y = m.imag
        m, z = m.real + 1j * (c * y + s * z), c * z - s * y
        heard = m
        # In the frame of the next pulse, whose phase is ahead by one increment more each time.
        turn *= step
        m, z = m * turn, 1 + E1 * (z - 1)
    return increments, np.abs(heard.mean(axis=1))
