"""Places in a sequence, by block and time within the block, and the exact time and gradient area between two of them.

Sums since the beginning of a long sequence would cost digits, and equal stretches would differ by rounding: here equal
stretches of equal blocks are equal numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from spinviz.physics.sequence.blocks import Array, Block, Gradient
from spinviz.physics.sequence.timeline import Timeline

NEIGHBOURS = 16
"""Blocks up to which what lies between two places is summed anew."""


class Place(NamedTuple):
    """``time`` since the beginning, ``within`` the block [s]; gradient areas [1/m] since the block began."""

    time: float
    block: int
    within: float
    x: float
    y: float
    z: float


Stretch = tuple[float, float, float, float]
"""Time [s] and gradient areas [1/m]."""


class Places:
    """Places of a timeline, which must be able to go before them: plans are kept as long as it lives."""

    def __init__(self, timeline: Timeline) -> None:
        self.blocks = timeline.sequence.blocks
        self.starts: list[float] = timeline.sequence.starts.tolist()
        self.waves: dict[int, tuple[list[float], list[float], list[float]]] = {}
        found: dict[int, Stretch] = {}
        for block in self.blocks:
            if id(block) not in found:
                x, y, z = (0.0 if g is None else g.area for g in block.gradients)
                found[id(block)] = (float(block.duration), x, y, z)
        self.whole = [found[id(block)] for block in self.blocks]
        sums = np.cumsum(np.array(self.whole).reshape(-1, 4), axis=0)
        self.sums: list[list[float]] = np.concatenate([np.zeros((1, 4)), sums]).tolist()

    def at(self, block: int, within: float) -> Place:
        """Place of a time within a block."""
        return Place(self.starts[block] + within, block, within, *self._area(block, within))

    def at_time(self, time: float) -> Place:
        """Place of any time since the beginning."""
        block = max(0, min(bisect_right(self.starts, time) - 1, len(self.blocks) - 1))
        within = time - self.starts[block]
        return Place(time, block, within, *self._area(block, within))

    def _area(self, block: int, within: float) -> list[float]:
        if not self.blocks:
            return [0.0, 0.0, 0.0]
        return [0.0 if g is None else self._until(g, within) for g in self.blocks[block].gradients]

    def _until(self, gradient: Gradient, t: float) -> float:
        """`Gradient.area_until` of one time, without the price of an array."""
        if id(gradient) not in self.waves:
            areas = gradient.area_until(gradient.times).tolist()
            self.waves[id(gradient)] = (gradient.times.tolist(), gradient.amplitudes.tolist(), areas)
        times, amplitudes, areas = self.waves[id(gradient)]
        if t >= times[-1]:
            return areas[-1]
        k = bisect_right(times, t) - 1
        if k < 0:
            return 0.0
        inside = t - times[k]
        slope = (amplitudes[k + 1] - amplitudes[k]) / (times[k + 1] - times[k])
        return areas[k] + inside * (amplitudes[k] + slope * inside / 2)

    def of_instants(self, timeline: Timeline) -> tuple[Array, Array, Array]:
        """Block, time within it (n,) and areas since it began (n, 3) of `Timeline.instants`."""
        kept: dict[int, Array] = {}
        parts = [np.array([self._row(p.block, p.what.start) for p in timeline.hard]).reshape(-1, 5)]
        for p in timeline.readouts:
            block = self.blocks[p.block]
            if id(block) not in kept:
                assert block.readout is not None
                times = block.readout.times
                kept[id(block)] = np.column_stack([np.zeros(len(times)), times, _areas(block, times)])
            parts.append(kept[id(block)] + np.array([p.block, 0, 0, 0, 0]))
        spoiled = [[i, *self.whole[i]] for i, block in enumerate(self.blocks) if block.spoil]
        every = np.concatenate([*parts, np.array(spoiled).reshape(-1, 5)])
        firsts = np.cumsum([0, len(parts[0]), len(every) - len(parts[0]) - len(spoiled)])
        _, kinds, numbers = timeline.instants
        rows = every[firsts[kinds] + numbers]
        return rows[:, 0], rows[:, 1], rows[:, 2:]

    def _row(self, block: int, within: float) -> list[float]:
        return [block, within, *self._area(block, within)]

    def between(self, one: Place, other: Place) -> Stretch:
        """From one place to a later one."""
        if one.block == other.block:
            return other.within - one.within, other.x - one.x, other.y - one.y, other.z - one.z
        t, x, y, z = self.whole[one.block]
        t, x, y, z = t - one.within, x - one.x, y - one.y, z - one.z
        for dt, dx, dy, dz in self._among(one.block + 1, other.block):
            t, x, y, z = t + dt, x + dx, y + dy, z + dz
        return t + other.within, x + other.x, y + other.y, z + other.z

    def _among(self, first: int, last: int) -> list[Stretch]:
        """Whole blocks from ``first`` to before ``last``."""
        if last - first <= NEIGHBOURS:
            return self.whole[first:last]
        t, x, y, z = (after - before for after, before in zip(self.sums[last], self.sums[first]))
        return [(t, x, y, z)]


def _areas(block: Block, t: Array) -> Array:
    """Areas (n, 3) from the beginning of the block to the times ``t``."""
    return np.stack([np.zeros_like(t) if g is None else g.area_until(t) for g in block.gradients], axis=1)
