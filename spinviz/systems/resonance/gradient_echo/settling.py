"""To the steady state of a gradient-echo train at once: the fixed point of one repetition, which is an affine map."""

from __future__ import annotations

from math import ceil, cos, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.sequence.blocks import Sample
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.repetition import composed, steady_state
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.gradient_echo.parameters import GradientEchoParameters
from spinviz.systems.resonance.gradient_echo.state import GradientEchoState, begin, phase_step

Values = NDArray[np.float64]

MOST_PLAYED = 2000
"""Repetitions that are played at most to reach the state of RF spoiling."""


def settle(state: GradientEchoState, p: GradientEchoParameters, timeline: Timeline, sample: Sample) -> None:
    """Go to the steady state at once: the fixed point of one repetition, solved; with RF spoiling many repetitions."""
    if state.begun != state.repetition:
        begin(state, p)
    A, b = composed(timeline, sample)
    m = _spoiled(A, b, p, state.repetition) if p.kind == "rf" else steady_state(*_in_next_frame(A, b, phase_step(p, 1)))
    state.before = float(m[2].mean())
    heard = play(timeline, sample, m.copy(), 0.0, p.TR)
    play(timeline, sample, m, 0.0, min(state.local, p.TR))
    state.m[:] = m
    state.leave_trail(state.net, state.time)
    state.hear(state.repetition - (state.local <= p.TE), p, abs(heard[-1]) / sample.count)


def _in_next_frame(A: Values, b: Values, step: float) -> tuple[Values, Values]:
    """The map m -> A m + b of one repetition, seen from the frame of the next pulse, ``step`` [rad] ahead."""
    c, s = cos(step), sin(step)
    back = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    return back @ A, np.asarray(b @ back.T)


def _spoiled(A: Values, b: Values, p: GradientEchoParameters, n: int) -> Values:
    """M (3, N) before pulse ``n``, after so many repetitions with growing phase steps that the start is forgotten."""
    m = np.zeros((len(b), 3))
    count = min(ceil(5 * p.T1 / p.TR), MOST_PLAYED)
    for k in range(n - count + 1, n + 1):
        m = np.einsum("nij,nj->ni", A, m) + b
        transverse = (m[:, 0] + 1j * m[:, 1]) * np.exp(-1j * phase_step(p, k))
        m[:, 0], m[:, 1] = transverse.real, transverse.imag
    return np.ascontiguousarray(m.T)
