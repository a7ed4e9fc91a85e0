"""How far gradients dephase neighbouring spins of a sample, and samples whose spins are divided until it is little.

Spins stand for the matter around them. Where a gradient turns neighbours apart by whole turns they point the same way
again: what the matter would have lost comes back as an echo that does not exist.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.sequence.blocks import Array, Sample
from spinviz.physics.sequence.timeline import Timeline

HALF = 0.5
"""Turns between neighbours that are too many: beyond, they come back into phase."""
ROUGH = 1e-3
"""Parts of a mesh's step by which coordinates may be off, single precision and rounded millimetres included."""
SPARSE = 4096
"""Places of a mesh for each spin on it; with more of them the spins are no mesh."""


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
    """Return the distance (3,) [m] of neighbouring spins along each axis; 0 where all have one coordinate.

    ``position`` (3, N) [m]. On a mesh, which may have holes, that is its step; spins that lie anyhow share the box
    around them evenly.
    """
    extent = np.ptp(position, axis=1)
    wide = extent > 1e-9 * max(float(extent.max()), 1e-9)
    steps = np.array([_step(row) if there else 0.0 for row, there in zip(position, wide)])
    places = np.prod([extent[i] / steps[i] + 1 for i in range(3) if steps[i] > 0])
    if np.all(steps[wide] > 0) and places <= SPARSE * position.shape[1]:
        return steps
    edge = float(np.prod(extent[wide]) / position.shape[1]) ** (1 / max(int(wide.sum()), 1))
    return np.where(wide, edge, 0.0)


def _step(coordinates: Array) -> float:
    """The step of the mesh on which ``coordinates`` (N,) lie, or 0."""
    gaps = np.diff(np.unique(coordinates))
    gaps = gaps[gaps > ROUGH * gaps.max()]
    step = float(gaps.min())
    # Rounded coordinates: the mean over all gaps knows the step better than the smallest of them.
    step = float(gaps.sum() / np.rint(gaps / step).sum())
    return step if np.all(np.abs(gaps / step - np.rint(gaps / step)) < 0.1) else 0.0


def turns(timeline: Timeline, sample: Sample) -> Array:
    """Return by how many turns (3,) neighbours along each axis are dephased at most."""
    return reach(timeline) * spacing(sample.position)


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
    spread = [np.repeat(a, count) for a in (sample.T1, sample.T2, sample.M0 / count, sample.dw, sample.b1)]
    return Sample(*spread[:4], np.ascontiguousarray(position.reshape(3, -1)), spread[4])


def _middles(count: int) -> Array:
    """Middles of ``count`` equal parts of a cell from -1/2 to 1/2."""
    return np.asarray((np.arange(count) + 0.5) / count - 0.5, dtype=np.float64)
