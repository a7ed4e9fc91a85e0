"""The nearest minimum of the energy: steepest descent with Barzilai and Borwein's step, on the sphere of each moment.

m turns about m x B by Cayley's transform, so that its length is kept exactly; the step is that which would have been
right for the last change of m and of the torque, by turns in both of its forms. The energy may rise on the way. Exl et
al., J. Appl. Phys. 115, 17D118 (2014); Barzilai and Borwein, IMA J. Numer. Anal. 8, 141 (1988).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.mesh import SMALLEST_SQUARE
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics.stepping import Motion

MOST = 20_000
"""Iterations after which a descent is given up."""


@dataclass(frozen=True)
class Relaxed:
    """How a descent ended: ``torque`` is the largest abs(m x B) [T], ``reached`` whether it is small enough."""

    torque: float
    iterations: int
    reached: bool


def relax(motion: Motion, spins: Spins, torque: float, t: float = 0.0, most: int = MOST) -> Relaxed:
    """Turn ``spins`` until no abs(m x B) is above ``torque`` [T], under the applied field of time ``t``.

    Equilibrium to double precision needs float64. A perfectly symmetric state stays, stable or not: tilt it before.
    """
    flat, weights = spins.values[0].reshape(3, -1), _weights(motion, spins)
    step = 0.5 / motion.largest_field(t)
    now = _Descent.of(motion, spins, t)
    for iteration in range(most):
        if now.largest <= torque:
            return Relaxed(now.largest, iteration, True)
        before = flat.copy()
        square = step * step * now.square
        flat[:] = ((4 - square) * flat - 4 * step * now.gradient) / (4 + square)
        # In single precision thousands of turns would add up to 1e-4 of the length, and show in the exchange energy.
        flat /= np.sqrt((flat * flat).sum(axis=0) + flat.dtype.type(SMALLEST_SQUARE))
        spins.fill_halo()
        last, now = now, _Descent.of(motion, spins, t)
        s, y = (flat - before).astype(np.float64), (now.gradient - last.gradient).astype(np.float64)
        both = float(np.vdot(weights * s, y))
        forms = (np.vdot(weights * s, s), both) if iteration % 2 else (both, np.vdot(weights * y, y))
        step = float(forms[0] / forms[1]) if both > 0 else 0.5 / motion.largest_field(t)
    return Relaxed(now.largest, most, now.largest <= torque)


def _weights(motion: Motion, spins: Spins) -> NDArray[np.float64] | float:
    """Ms of each cell over the largest, (places,): m x B is the gradient over Ms, and only so scaled symmetric."""
    if motion.cells is None or motion.cells.factors is None:
        return 1.0
    weights = np.zeros(spins.values.shape[2:])
    weights[1:-1, 1:-1, 1:-1] = motion.cells.factors
    return weights.reshape(-1)


@dataclass(frozen=True)
class _Descent:
    """The gradient m x (m x B), abs(m x B)^2 and its largest root."""

    gradient: NDArray[Any]
    square: NDArray[Any]
    largest: float

    @classmethod
    def of(cls, motion: Motion, spins: Spins, t: float) -> _Descent:
        x, y, z = spins.values[0].reshape(3, -1)
        a, b, c = motion.torque(spins, t).reshape(3, -1)
        square = a * a + b * b + c * c
        return cls(np.stack([y * c - z * b, z * a - x * c, x * b - y * a]), square, float(np.sqrt(square.max())))
