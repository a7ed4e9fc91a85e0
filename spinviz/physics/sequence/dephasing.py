"""How far gradients dephase neighbouring spins of a sample, and samples whose spins are divided until it is little.

Spins stand for the matter around them. Where a gradient turns neighbours apart by whole turns they point the same way
again: what the matter would have lost comes back as an echo that does not exist.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.sequence.blocks import Array, Complex, HardPulse, Readout, Sample
from spinviz.physics.sequence.timeline import Placed, Timeline

HALF = 0.5
"""Turns between neighbours that are too many: beyond, they come back into phase."""
ROUGH = 1e-3
"""Parts of a mesh's step by which coordinates may be off, single precision and rounded millimetres included."""
FAINT = 0.02
"""Part of M0 below which what survives does not count. Spins that are divided for the rest come back into phase only at
twice its k, where much less is left.
"""
MOST_PULSES = 4000
"""After which a steady state has long been reached."""
RING, STEPS = 1024, 4
"""Spins of a ring, and orders by which the largest gradient between two pulses winds it."""
LONG, LONGEST = 0.9, 10.0
"""Part of the spins that relax faster than the ring, and seconds that it takes at most."""
FARTHEST = 0.02
"""m: spins farther from each other than this are objects of their own."""
FEWEST = 3
"""Spins: two stand for two points."""
MOSTLY = 0.5
"""Part of the spins that must have a neighbour along an axis, or there are none."""


def reach(timeline: Timeline) -> Array:
    """Return the largest |k| (3,) [1/m] along each axis at any time since the excitation before it."""
    knots = timeline.knots()
    times = np.concatenate([knots, np.nextafter(knots, 0.0), sign_changes(timeline), [timeline.sequence.duration]])
    # Before and after every bend: an excitation may begin where a gradient ends.
    return np.asarray(np.abs(timeline.kspace_at(times)).max(axis=1), dtype=np.float64)


def sign_changes(timeline: Timeline) -> Array:
    """Times (n,) [s] at which a gradient passes 0 and k turns back."""
    found = []
    for axis in range(3):
        times, heights = timeline.bends(axis)
        k = np.flatnonzero(heights[:-1] * heights[1:] < 0)
        found.append(times[k] + heights[k] / (heights[k] - heights[k + 1]) * (times[k + 1] - times[k]))
    return np.concatenate(found)


def spacing(position: Array) -> Array:
    """Return the distance (3,) [m] of neighbouring spins along each axis of a mesh, which may have holes; 0 where there
    are no neighbours: a single layer, points far from each other, spins that lie anyhow.

    ``position`` (3, N) [m]. Spins that lie anyhow need no division: they never come back into phase all at once.
    """
    extent = np.ptp(position, axis=1)
    steps = np.array([_step(row) if wide else 0.0 for row, wide in zip(position, extent > 1e-9)])
    if np.any((extent > 1e-9) & (steps == 0)):
        return np.zeros(3)
    cells = np.rint((position - position.min(axis=1)[:, None]) / np.where(steps > 0, steps, np.inf)[:, None])
    count = cells.max(axis=1) + 2
    number = ((cells[2] * count[1] + cells[1]) * count[0] + cells[0]).astype(np.int64)
    strides = (1, int(count[0]), int(count[0] * count[1]))
    rows = [0 < step <= FARTHEST and _in_rows(number, s, int(n)) for step, s, n in zip(steps, strides, count - 1)]
    return np.where(rows, steps, 0.0)


def _in_rows(number: NDArray[np.int64], stride: int, count: int) -> bool:
    """Whether most spins, in cells ``number`` (N,), have a neighbour ``stride`` away, in rows of up to ``count``."""
    if count < 2 or len(number) < FEWEST:
        return False
    beside = np.isin(number + stride, number) | np.isin(number - stride, number)
    return bool(np.mean(beside) >= MOSTLY)


def _step(coordinates: Array) -> float:
    """The step of the mesh on which ``coordinates`` (N,) lie, or 0."""
    gaps = np.diff(np.unique(coordinates))
    gaps = gaps[gaps > ROUGH * gaps.max()]
    step = float(gaps.min())
    # Rounded coordinates: the mean over all gaps knows the step better than the smallest of them.
    step = float(gaps.sum() / np.rint(gaps / step).sum())
    return step if np.all(np.abs(gaps / step - np.rint(gaps / step)) < 0.1) else 0.0


def lasting_reach(timeline: Timeline, sample: Sample) -> Array:
    """Return the largest |k| (3,) [1/m] along each axis of magnetization that survives from pulse to pulse.

    Spoiled repetitions add up: every pulse leaves a part of M+ at its k, takes a part to -k, stores and recalls some.
    That is played on a ring of spins, turned by multiples of 2 pi/`RING` each, whose Fourier transform is the
    magnetization at each k (an extended phase graph, Weigel, J. Magn. Reson. Imaging 41, 266 (2015)); what is fainter
    than `FAINT` does not count. T1 and T2 are long ones of the sample.
    """
    pulses = sorted((placed.start + _acts_at(placed), _angle(placed)) for placed in _pulses(timeline))
    if len(pulses) < 2:
        return np.zeros(3)
    centres, angles = np.array([t for t, _ in pulses[:MOST_PULSES]]), [angle for _, angle in pulses[:MOST_PULSES]]
    until = np.append(centres[1:], timeline.sequence.duration)
    lost = np.searchsorted(timeline.spoils, until, "right") > np.searchsorted(timeline.spoils, centres, "left")
    T1, T2 = (np.minimum(np.sort(T)[int(LONG * (len(T) - 1))], LONGEST) for T in (sample.T1, sample.T2))
    relaxed = np.exp(-(until - centres) / T1), np.where(lost, 0.0, np.exp(-(until - centres) / T2))
    times = np.unique(np.concatenate([timeline.knots(), sign_changes(timeline), centres, until]))
    times = times[(times >= centres[0]) & (times <= until[-1])]
    number = np.clip(np.searchsorted(centres, times, side="right") - 1, 0, len(centres) - 1)
    found = np.zeros(3)
    for axis, area in enumerate(timeline.area(times)):
        begins = np.interp(centres, times, area)
        steps = np.interp(until, times, area) - begins
        away = np.maximum.reduceat(np.abs(area - begins[number]), np.searchsorted(number, np.arange(len(centres))))
        found[axis] = _ring(angles, steps, np.maximum(away - np.abs(steps), 0.0), *relaxed)
    return found


def _ring(angles: list[complex], steps: Array, beyond: Array, E1: Array, E2: Array) -> float:
    """The largest |k| [1/m] of all intervals between pulses of complex ``angles`` [rad], with steps of k [1/m], how far
    it goes ``beyond`` them on the way, and relaxation.
    """
    unit = float(np.abs(steps).max()) / STEPS
    if unit == 0:
        return 0.0
    spins, order = np.arange(RING), np.abs(np.fft.fftfreq(RING, 1 / RING))
    wave = np.exp(-2j * np.pi * spins / RING)
    m, z, most = np.zeros(RING, np.complex128), np.ones(RING), 0.0
    for angle, n, out, e1, e2 in zip(angles, np.rint(steps / unit).astype(np.int64).tolist(), beyond, E1, E2):
        m, z = _pulsed(m, z, abs(angle), angle / (abs(angle) or 1.0))
        m, z = e2 * m * wave[n * spins % RING], 1 - e1 + e1 * z
        there = np.abs(np.fft.fft(m)) >= FAINT * RING
        if there.any():
            most = max(most, float(order[there].max()) * unit + out)
    return most


def _pulsed(m: Complex, z: Array, angle: float, axis: complex) -> tuple[Complex, Array]:
    """M+ and Mz after a turn about the transverse ``axis``, left-handed as dM/dt = M x w demands."""
    across = m * axis.conjugate()
    c, s = np.cos(angle), np.sin(angle)
    turned = across.real + 1j * (c * across.imag + s * z)
    return turned * axis, c * z - s * across.imag


def _pulses(timeline: Timeline) -> tuple[Placed, ...]:
    return (*timeline.hard, *timeline.shaped)


def _acts_at(placed: Placed) -> float:
    """When a pulse acts [s] after its start."""
    assert not isinstance(placed.what, Readout)
    return placed.what.acts_at


def _angle(placed: Placed) -> complex:
    """Flip angle [rad] times exp(i phase)."""
    pulse = placed.what
    assert not isinstance(pulse, Readout)
    if isinstance(pulse, HardPulse):
        return complex(pulse.angle * np.exp(1j * pulse.phase))
    middle = (pulse.w1 * np.diff(pulse.times)).sum() if pulse.held else np.trapezoid(pulse.w1, pulse.times)
    return complex(middle * np.exp(1j * pulse.phase))


def turns(timeline: Timeline, sample: Sample) -> tuple[Array, Array]:
    """Return by how many turns (3,) neighbours along each axis are dephased at most: after one excitation, and in all
    that survives from pulse to pulse.
    """
    steps = spacing(sample.position)
    if not steps.any():
        return np.zeros(3), np.zeros(3)
    once = reach(timeline)
    return once * steps, np.maximum(once, lasting_reach(timeline, sample)) * steps


def parts_for(dephased: Array) -> NDArray[np.int64]:
    """Return into how many (3,) spins must be divided along each axis so that neighbours stay below half a turn."""
    needed = np.floor(dephased / HALF * (1 + 1e-9)) + 1
    return np.asarray(np.where(dephased >= HALF * (1 - 1e-9), needed, 1), dtype=np.int64)


def divided(sample: Sample, parts: NDArray[np.int64]) -> Sample:
    """Return ``sample`` with each spin in ``parts`` (3,) along each axis, evenly over its cell, each with its share.

    Parts of one spin follow each other: number i comes from spin i // prod(parts).
    """
    count, step = int(np.prod(parts)), spacing(sample.position)
    inside = np.stack([grid.ravel() for grid in np.meshgrid(*(_middles(n) for n in parts), indexing="ij")])
    position = sample.position[:, :, None] + step[:, None, None] * inside[:, None, :]
    T1, T2, M0, dw, b1 = (np.repeat(a, count) for a in (sample.T1, sample.T2, sample.M0, sample.dw, sample.b1))
    return Sample(T1, T2, M0 / count, dw, np.ascontiguousarray(position.reshape(3, -1)), b1)


def _middles(count: int) -> Array:
    """Middles of ``count`` equal parts of a cell from -1/2 to 1/2."""
    return np.asarray((np.arange(count) + 0.5) / count - 0.5, dtype=np.float64)
