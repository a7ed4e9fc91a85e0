"""Playing a pulse sequence, written to be read: the method against which the fast one is tested.

Between two events every spin turns about its own field. Where no pulse is on, free precession with gradients is an
exact jump, however long; a pulse is divided into steps, each of which relaxes for half its time, turns by a Magnus
rotation of fourth order and relaxes for the other half, in the frame of its carrier; where the pulse jumps, relaxation
is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import pi, sqrt

import numpy as np

from spinviz.physics.sequence.blocks import Array, Complex, HardPulse, Rf, Sample
from spinviz.physics.sequence.timeline import HARD, SAMPLE, SPOIL, Placed, Timeline

LONGEST_STEP = 10e-6
"""Seconds of a step of a pulse."""
EARLY = 0.5 - sqrt(3) / 6
"""The first Gauss node of a step of length 1; the other lies as far from its end."""


def play(timeline: Timeline, sample: Sample, m: Array, start: float, end: float, step: float = LONGEST_STEP) -> Complex:
    """Advance ``m`` (3, N) in place from the time ``start`` to ``end`` [s]; any times will do.

    Returns the readout samples (n,) with start <= t < end, each the sum of M+ over all spins; pulses and spoilers
    happen in the same half-open interval, so that pieces of a run join without a gap.
    """
    signal: list[complex] = []
    now = start
    for t, kind, number in _instants(timeline, start, end):
        _run(timeline, sample, m, now, t, step)
        now = t
        if kind == HARD:
            pulse = timeline.hard[number].what
            assert isinstance(pulse, HardPulse)
            angle = pulse.angle * sample.b1
            _turn(m, angle * np.cos(pulse.phase), angle * np.sin(pulse.phase), np.zeros(sample.count))
        elif kind == SAMPLE:
            signal.append(complex(np.sum(m[0] + 1j * m[1]) * np.exp(-1j * timeline.sample_phases[number])))
        elif kind == SPOIL:
            m[:2] = 0.0
    _run(timeline, sample, m, now, end, step)
    return np.array(signal, dtype=np.complex128)


def _instants(timeline: Timeline, start: float, end: float) -> Iterator[tuple[float, int, int]]:
    times, kinds, numbers = timeline.instants
    first, last = np.searchsorted(times, (start, end), side="left")
    yield from zip(times[first:last].tolist(), kinds[first:last].tolist(), numbers[first:last].tolist())


def _run(timeline: Timeline, sample: Sample, m: Array, start: float, end: float, step: float) -> None:
    """Advance between two instants: through shaped pulses in steps, elsewhere in one jump."""
    now = start
    for placed in timeline.shaped:
        pulse = placed.what
        assert isinstance(pulse, Rf)
        begins, ends = max(placed.start, now), min(placed.start + pulse.duration, end)
        if begins >= ends:
            continue
        _free(timeline, sample, m, now, begins)
        before = 0j
        for a, b in _steps(timeline, placed, begins, ends, step):
            first, last = _ends(pulse, a - placed.start, b - placed.start)
            _edge(sample, m, (b - a) ** 2 / 12 * first - before)
            _rf_step(timeline, sample, m, placed, a, b)
            before = (b - a) ** 2 / 12 * last
        _edge(sample, m, -before)
        now = ends
    _free(timeline, sample, m, now, end)


def _free(timeline: Timeline, sample: Sample, m: Array, start: float, end: float) -> None:
    if end <= start:
        return
    area = timeline.area(np.array([start, end]))
    phase = sample.dw * (end - start) + 2 * pi * (area[:, 1] - area[:, 0]) @ sample.position
    transverse = (m[0] + 1j * m[1]) * np.exp(-1j * phase)
    m[0], m[1] = transverse.real, transverse.imag
    _relax(sample, m, end - start)


def _relax(sample: Sample, m: Array, dt: float) -> None:
    e1 = np.exp(-dt / sample.T1)
    m[:2] *= np.exp(-dt / sample.T2)
    m[2] = e1 * m[2] + sample.M0 * (1 - e1)


def _steps(timeline: Timeline, placed: Placed, start: float, end: float, step: float) -> Iterator[tuple[float, float]]:
    """Pieces of the pulse no longer than ``step`` in which neither shape nor gradient bends."""
    pulse = placed.what
    assert isinstance(pulse, Rf)
    edges = np.concatenate([placed.start + pulse.times, timeline.knots(), [start, end]])
    edges = np.unique(edges[(edges >= start) & (edges <= end)])
    # Edges that differ by rounding are one.
    edges = edges[np.concatenate([[True], np.diff(edges) > 4 * np.finfo(float).eps * end])]
    for a, b in pairwise(edges):
        count = max(1, int(np.ceil((b - a) / step - 1e-9)))
        inner = np.linspace(a, b, count + 1)
        yield from pairwise(inner.tolist())


def _rf_step(timeline: Timeline, sample: Sample, m: Array, placed: Placed, start: float, end: float) -> None:
    """theta = dt/2 (w- + w+) + (sqrt 3/12) dt^2 w- x w+, w at the Gauss nodes; the sign belongs to dM/dt = M x w."""
    pulse = placed.what
    assert isinstance(pulse, Rf)
    dt = end - start
    nodes = np.array([start + EARLY * dt, end - EARLY * dt])
    # In the frame of the carrier, which agrees with ours when the step begins, nothing turns but by the shape.
    w1 = pulse.at(nodes - placed.start) * np.exp(2j * pi * pulse.frequency * (nodes - start))
    offset = sample.dw - 2 * pi * pulse.frequency + 2 * pi * timeline.gradient(nodes).T @ sample.position
    early, late = (np.stack([w.real * sample.b1, w.imag * sample.b1, dw]) for w, dw in zip(w1, offset))
    theta = dt / 2 * (early + late) + sqrt(3) / 12 * dt**2 * np.cross(early, late, axis=0)
    _relax(sample, m, dt / 2)
    _turn(m, *theta)
    _turn(m, 0.0, 0.0, np.full(sample.count, 2 * pi * pulse.frequency * dt))
    _relax(sample, m, dt / 2)


def _ends(pulse: Rf, start: float, end: float) -> tuple[complex, complex]:
    """w1 at both ends of a step, from inside it: the shape is a straight line there."""
    dt = end - start
    nodes = np.array([start + EARLY * dt, end - EARLY * dt])
    early, late = pulse.at(nodes) * np.exp(2j * pi * pulse.frequency * nodes)
    beyond = (late - early) * EARLY / (1 - 2 * EARLY)
    first, last = np.array([early - beyond, late + beyond]) * np.exp(
        -2j * pi * pulse.frequency * np.array([start, end])
    )
    return complex(first), complex(last)


def _edge(sample: Sample, m: Array, jump: complex) -> None:
    """Relaxation where the pulse jumps by w: ``jump`` = dt^2/12 w.

    Half a relaxation on both sides of every turn is the trapezoidal rule for f(t), relaxation in the frame of the
    moving spin. It errs by dt^2/12 times the change of f' (Euler-Maclaurin), f' = [R, W] with the rotation W, which
    smooth pulses that rise from 0 undo by themselves. With R = -diag(1/T2, 1/T2, 1/T1) and u = W z = (-wy, wx, 0):
    [R, W] m = -(1/T2 - 1/T1) (u mz + z (u . m)) - u M0/T1.
    """
    ux, uy = -jump.imag * sample.b1, jump.real * sample.b1
    rate, recovery = 1 / sample.T2 - 1 / sample.T1, sample.M0 / sample.T1
    x, y, z = m.copy()
    m[0] -= ux * (rate * z + recovery)
    m[1] -= uy * (rate * z + recovery)
    m[2] -= rate * (ux * x + uy * y)


def _turn(m: Array, x: Array | float, y: Array | float, z: Array) -> None:
    """Turn every spin by the vector (x, y, z) [rad], left-handed as dM/dt = M x w demands (Rodrigues)."""
    theta = np.stack(np.broadcast_arrays(x, y, z))
    angle = np.sqrt(np.sum(theta**2, axis=0))
    axis = theta / np.where(angle > 0, angle, 1.0)
    along = np.sum(axis * m, axis=0)
    m[:] = np.cos(angle) * m + np.sin(angle) * np.cross(m, axis, axis=0) + (1 - np.cos(angle)) * along * axis
