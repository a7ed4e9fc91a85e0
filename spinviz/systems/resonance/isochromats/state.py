"""Isochromats tipped by hard pulses: their state, pulses, exact steps, and the frame that they are seen from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, nan, pi, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.resonance import bloch
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.common.frames import LAB, Look
from spinviz.systems.resonance.common.vectors import arc
from spinviz.systems.resonance.isochromats.parameters import IsochromatParameters, lens, offsets_of

Values = NDArray[np.float64]

TRAIL = 2400
"""Points of the path of M that are kept."""
LAB_TURNS = 1.5
"""Turns per second on screen that the laboratory frame is slowed down to."""


@dataclass
class Coherence:
    """What is known of the transverse magnetization since the last excitation from equilibrium along z.

    ``centre``: the time at which all isochromats are (or were) in phase; ``amplitude`` that of M then, without T2.
    NaN where no single coherence exists.
    """

    excited: float = nan
    centre: float = nan
    amplitude: float = nan


@dataclass
class IsochromatState(State):
    """Magnetization in the rotating frame, and the path of M.

    mx, my, mz (N,) in units of M0; trail: time and M (4,); ``look``: the frame it is seen from, on the way to another
    after a change.
    """

    mx: Values
    my: Values
    mz: Values
    coherence: Coherence
    trail: Trail
    look: Look

    @property
    def net(self) -> Values:
        """Mean magnetization (3,)."""
        return bloch.net_magnetization(self.mx, self.my, self.mz)


@lru_cache(maxsize=8)
def decay_times(count: int, T2: float) -> Values:
    """T2 (N,) [s] of every isochromat, as the kernels take it."""
    return np.full(count, T2)


@lru_cache(maxsize=8)
def propagator(p: IsochromatParameters, dt: float) -> tuple[Values, Values, Values, Values]:
    """Coefficients of one exact step, see `bloch.free_propagator`."""
    ones = np.ones(p.isochromats)
    return bloch.free_propagator(p.T1 * ones, p.T2 * ones, ones, offsets_of(p), dt)


def pulse(state: IsochromatState, p: IsochromatParameters, angle: float, phase: float) -> None:
    """Rotate everything by ``angle`` [rad] about the axis at ``phase`` [rad] in the transverse plane, at once."""
    before = state.net
    refocus(state, angle, before)
    bloch.rotate(state.mx, state.my, state.mz, angle, phase)
    if not np.isnan(state.coherence.excited) and state.coherence.excited == state.time:
        state.coherence.amplitude = float(np.hypot(*state.net[:2]))
    for m in arc(before, angle, phase):
        state.trail.leave((state.time, *m))


def refocus(state: IsochromatState, angle: float, before: Values) -> None:
    """Follow what a pulse does to a single coherence: excite it from z, turn it round (180°), or end it."""
    transverse = float(np.max(np.hypot(state.mx, state.my)))
    known = state.coherence
    if transverse < 1e-9:
        # Only an even M_z gives one coherence: pulses before a spoiler leave one that varies with the offset.
        excites = abs(sin(angle)) > 1e-9 and float(np.ptp(state.mz)) < 1e-9
        state.coherence = Coherence(state.time, state.time, nan) if excites else Coherence()
    elif abs(cos(angle / 2)) < 1e-9:
        state.coherence = Coherence(known.excited, 2 * state.time - known.centre, known.amplitude)
    else:
        state.coherence = Coherence()


def refocused(state: IsochromatState) -> str | None:
    """A key of the time after a pulse that did more than excite; None before."""
    return None if state.coherence.centre == state.coherence.excited else "refocused"


def spoil(state: IsochromatState, p: IsochromatParameters) -> None:
    """Set the transverse magnetization of every isochromat to zero."""
    state.mx[:] = 0.0
    state.my[:] = 0.0
    state.coherence = Coherence()


def reset(state: IsochromatState, p: IsochromatParameters) -> None:
    """Return to equilibrium and forget the path."""
    state.mz[:] = 1.0
    state.trail.begin()
    spoil(state, p)


def angles(p: IsochromatParameters, t: float | Values) -> Values:
    """Angles (n, 5) of `frames` at the times ``t``: seen from the rotating frame, the laboratory turns."""
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    found = np.zeros((len(times), 5))
    found[:, LAB] = -2 * pi * LAB_TURNS / lens(p) * times
    return found
