"""Steps of a length that their error decides: Dormand and Prince's pair of fifth and fourth order, |m| kept.

For curves that must be right to a given error, whatever happens on the way; the stray field is evaluated at each of
the six stages. `stepping.Motion.advance` is several times faster where its step is fine. Dormand and Prince, J. Comput.
Appl. Math. 6, 19 (1980).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.mesh import SMALLEST_SQUARE
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics.stepping import History, Motion

STAGES = (
    (),
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
"""Weights of the slopes before in each stage; the last stage is the step of fifth order."""
TIMES = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0)
FOURTH = (5179 / 57600, 0.0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40)
"""Weights of the step of fourth order, whose difference is the error."""
SAFETY, SHRINK, GROW = 0.9, 0.2, 4.0
SMALLEST = 1e-3
"""Of the longest step of `stepping`: what is shorter makes no progress."""


@dataclass(frozen=True)
class Course:
    """Steps that were taken and refused, and the length [s] that the next one should have."""

    steps: int
    refused: int
    dt: float


def advance(
    motion: Motion, spins: Spins, duration: float, error: float = 1e-5, t: float = 0.0, dt: float = 0.0
) -> Course:
    """Advance ``spins`` in place by ``duration`` [s] from time ``t``; no step is off by more than ``error`` [rad].

    ``dt``: first step to try; 0 for half the longest one of `Motion.longest_step`. No thermal field. Errors: ValueError
    for an error that is not above 0 or that cannot be kept.
    """
    if not (error > 0 and duration >= 0):
        raise ValueError(
            f"an error of {error}, a duration of {duration} s: give an error above 0, a duration of 0 or more"
        )
    longest = motion.longest_step(t=t)
    tried = dt or longest / 2
    slopes = _Slopes(motion, spins)
    first = slopes.of(spins.values, t)
    done, steps, refused = 0.0, 0, 0
    while done < duration * (1 - 1e-12):
        step = min(tried, duration - done)
        values, last, off = _step(slopes, spins, first, t + done, step)
        if off <= error:
            spins.values[...] = values
            first, done, steps = last, done + step, steps + 1
        else:
            refused += 1
        factor = SAFETY * (error / max(off, 1e-30)) ** 0.2
        # A short last step says nothing about the next one.
        if off > error or step == tried:
            tried = step * min(GROW, max(SHRINK, factor))
        if tried < SMALLEST * longest:
            raise ValueError(f"an error of {error:g} per step cannot be kept in {spins.values.dtype}: allow more")
    return Course(steps, refused, tried)


def _step(
    slopes: _Slopes, spins: Spins, first: NDArray[Any], t: float, dt: float
) -> tuple[NDArray[Any], NDArray[Any], float]:
    """The next spins, their slope, and the largest error of a moment."""
    known = [first]
    for weights, time in zip(STAGES[1:], TIMES[1:]):
        values: NDArray[Any] = spins.values.copy()
        for weight, slope in zip(weights, known):
            values[0] += values.dtype.type(dt * weight) * slope
        if len(known) == len(STAGES) - 1:
            length = np.sqrt((values[0] ** 2).sum(axis=0) + values.dtype.type(SMALLEST_SQUARE))
            values[0] /= length
        known.append(slopes.of(values, t + time * dt))
    off = sum((dt * (a - b)) * slope for a, b, slope in zip((*STAGES[-1], 0.0), FOURTH, known))
    return values, known[-1], float(np.sqrt((np.asarray(off, np.float64) ** 2).sum(axis=0).max()))


class _Slopes:
    """dm/dt of states of the spins."""

    def __init__(self, motion: Motion, spins: Spins) -> None:
        self._motion, self._spins = motion, spins
        self._fields = History.of(spins).fields

    def of(self, values: NDArray[Any], t: float) -> NDArray[Any]:
        """Slope [1/s] of ``values``, whose halo is filled, at time ``t``; zero in the halo."""
        given = Spins(self._spins.geometry, values, self._spins.rng)
        given.fill_halo()
        return self._motion.slope(given, self._fields, t)
