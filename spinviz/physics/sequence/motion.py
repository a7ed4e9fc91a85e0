"""Playing a sequence on spins that move meanwhile (`moves`): the phase that they gain on the way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import ceil, sqrt

import numpy as np

from spinviz.physics.sequence.blocks import Array, Complex, Sample
from spinviz.physics.sequence.dephasing import sign_changes
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.moves import BESIDE, Motion
from spinviz.physics.sequence.timeline import Timeline

TOLERANCE = 1e-4
"""Turns by which the phase of a moving spin may be wrong at a readout sample, for each of two reasons: `_pieces`."""


def play_moving(
    timeline: Timeline, sample: Sample, motion: Motion, m: Array, start: float, end: float, threads: int = 1
) -> Complex:
    """`engine.play` while spins move: ``sample.position`` is where they are at rest.

    In each of many pieces of time a spin stays where the mean gradient finds it, which gives the exact phase after the
    piece for motion in a straight line at constant speed. Samples within it, and curved motion, err by `TOLERANCE`.
    """
    signal = [np.zeros(0, np.complex128)]
    moved = Sample(sample.T1, sample.T2, sample.M0, sample.dw, sample.position.copy(), sample.b1)
    for a, b in _pieces(timeline, sample, motion, start, end):
        motion.renew(sample, m, a, b - a)
        for axis, t in enumerate(_centres(timeline, a, b)):
            moved.position[axis] = motion.place(sample.position, t)[axis]
        signal.append(play(timeline, moved, m, a, b, threads))
    return np.concatenate(signal)


def _pieces(
    timeline: Timeline, sample: Sample, motion: Motion, start: float, end: float
) -> Iterator[tuple[float, float]]:
    """Pieces of time in which gradients are straight lines of one sign and spins move smoothly, so short that a spin
    errs little: where samples are taken or pulses are on by at most G v h^2/8 (it moves on while it is taken to stand),
    over the whole of a piece by at most G c h/6, c the height of its arc (it does not move in a straight line).
    """
    if end <= start:
        return
    knots = np.concatenate([_bends(timeline), motion.knots(start, end)])
    edges = np.unique(np.concatenate([[start], knots[(knots > start) & (knots < end)], [end]]))
    edges = edges[np.concatenate([[True], np.diff(edges) > 1e-12])]
    edges[-1] = end
    for a, b in pairwise(edges.tolist()):
        inner = np.linspace(a, b, _count(timeline, sample, motion, a, b) + 1)
        yield from pairwise(inner.tolist())


def _count(timeline: Timeline, sample: Sample, motion: Motion, a: float, b: float) -> int:
    """Into how many pieces the time from ``a`` to ``b`` is divided."""
    beside = BESIDE * (b - a)
    strength = np.abs(timeline.gradient(np.array([a, b - beside]))).max(axis=1)
    if not strength.any():
        return 1
    first, middle, last = (motion.place(sample.position, t) for t in (a + beside, (a + b) / 2, b - beside))
    away = np.abs(last - first).max(axis=1)
    arc = np.abs(first + last - 2 * middle).max(axis=1)
    standing = float(strength @ (away + arc)) * (b - a) / 8 if _is_watched(timeline, a, b) else 0.0
    curved = float(strength @ arc) * (b - a) / 6
    return max(1, ceil(sqrt(max(standing, curved) / TOLERANCE)))


def _is_watched(timeline: Timeline, a: float, b: float) -> bool:
    """Whether a sample is taken or a pulse is on."""
    first, last = np.searchsorted(timeline.instants[0], (a, b))
    return bool(last > first) or any(placed.start < b and placed.end > a for placed in timeline.shaped)


def _centres(timeline: Timeline, a: float, b: float) -> tuple[float, float, float]:
    """For each axis the mean time [s] from ``a`` to ``b``, weighted by its gradient, a straight line."""
    early, late = timeline.gradient(np.array([a, b - BESIDE * (b - a)])).T
    both = early + late
    part = np.divide(early + 2 * late, 3 * both, out=np.full(3, 0.5), where=both != 0)
    x, y, z = (a + np.clip(part, 0.0, 1.0) * (b - a)).tolist()
    return x, y, z


@lru_cache(maxsize=2)
def _bends(timeline: Timeline) -> Array:
    """Times (n,) [s] at which gradients bend or pass 0, shaped pulses and readouts begin or end."""
    events = [t for placed in (*timeline.shaped, *timeline.readouts) for t in (placed.start, placed.end)]
    return np.unique(np.concatenate([timeline.knots(), sign_changes(timeline), events]))
