"""A pulse sequence laid out in time: gradient areas, k-space, pulses and instants, for engines and diagrams alike."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from math import radians

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.sequence.blocks import Array, HardPulse, Readout, Rf, Sequence

HARD, SAMPLE, SPOIL = 0, 1, 2
"""Kinds of instants; at the same time in the same block they happen in this order."""
ELSEWHERE = ("saturation", "inversion", "preparation", "other")
"""Uses of pulses that leave k as it is."""
RIGHT_ANGLE = radians(90.01)
"""Largest excitation among pulses of undefined use; files hold six digits."""


@dataclass(frozen=True, eq=False)
class Placed:
    """Something of a block, with the time [s] at which its block begins."""

    block: int
    began: float
    what: Rf | HardPulse | Readout

    @property
    def start(self) -> float:
        """When it begins [s]."""
        return self.began + self.what.start

    @property
    def end(self) -> float:
        """When it ends [s]."""
        return self.began + (self.what.start + self.what.duration)


class Timeline:
    """What happens when. Times count from the beginning of the sequence [s]."""

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        placed = list(zip(range(len(sequence.blocks)), sequence.starts, sequence.blocks))
        self.shaped = tuple(Placed(i, float(t), b.rf) for i, t, b in placed if isinstance(b.rf, Rf))
        self.hard = tuple(Placed(i, float(t), b.rf) for i, t, b in placed if isinstance(b.rf, HardPulse))
        self.readouts = tuple(Placed(i, float(t), b.readout) for i, t, b in placed if b.readout is not None)
        self.spoils = np.array([t + b.duration for _, t, b in placed if b.spoil])
        self._spoiled = [i for i, _, b in placed if b.spoil]

    @cached_property
    def instants(self) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
        """Time, kind and number (n,) of every hard pulse, readout sample and spoiler, in order."""
        parts = ([p.start for p in self.hard], self.sequence.sample_times, self.spoils)
        times = np.concatenate([np.asarray(part, np.float64) for part in parts])
        kinds = np.repeat([HARD, SAMPLE, SPOIL], [len(part) for part in parts])
        numbers = np.concatenate([np.arange(len(part)) for part in parts])
        # The spoiler of a block comes before the pulse with which the next one begins.
        sampled = [p.block for p in self.readouts if isinstance(p.what, Readout) for _ in range(p.what.samples)]
        blocks = np.array([*(p.block for p in self.hard), *sampled, *self._spoiled], np.int64)
        order = np.lexsort((kinds, blocks, times))
        return times[order], kinds[order], numbers[order]

    @cached_property
    def sample_phases(self) -> Array:
        """Phase (samples,) [rad] by which the receiver is ahead at each readout sample."""
        parts = []
        for placed in self.readouts:
            assert isinstance(placed.what, Readout)
            parts.append(placed.what.phases)
        return np.concatenate(parts) if parts else np.zeros(0)

    @cached_property
    def _waveforms(self) -> tuple[tuple[Array, Array, Array], ...]:
        """Per axis: knots (n,), amplitudes just before and just after each knot, area up to each knot."""
        return tuple(self._waveform(axis) for axis in range(3))

    def _waveform(self, axis: int) -> tuple[Array, Array, Array]:
        knots, values = [0.0], [0.0]
        for began, block in zip(self.sequence.starts, self.sequence.blocks):
            gradient = block.gradients[axis]
            if gradient is None:
                continue
            times, heights = began + gradient.times, gradient.amplitudes
            # Knots may coincide: an amplitude that jumps stands twice at the same time.
            knots += [times[0], *times, times[-1]]
            values += [0.0, *heights, 0.0]
        t, g = np.array(knots), np.array(values)
        area = np.concatenate([[0.0], np.cumsum(np.diff(t) * (g[1:] + g[:-1]) / 2)])
        return t, g, area

    def bends(self, axis: int) -> tuple[Array, Array]:
        """Times (n,) [s] and amplitudes (n,) [Hz/m] between which the gradient of an axis is straight."""
        return self._waveforms[axis][:2]

    def gradient(self, t: ArrayLike) -> Array:
        """Gradients (3, n) [Hz/m] at the times ``t`` (n,); at a jump the value after it."""
        return np.stack([self._look(axis, np.asarray(t, np.float64))[0] for axis in range(3)])

    def area(self, t: ArrayLike) -> Array:
        """Integral (3, n) [1/m] of the gradients from 0 to the times ``t`` (n,): exact for straight lines."""
        return np.stack([self._look(axis, np.asarray(t, np.float64))[1] for axis in range(3)])

    def _look(self, axis: int, t: Array) -> tuple[Array, Array]:
        knots, g, area = self._waveforms[axis]
        k = np.clip(np.searchsorted(knots, t, side="right") - 1, 0, len(knots) - 1)
        after = np.minimum(k + 1, len(knots) - 1)
        width = knots[after] - knots[k]
        inside = t - knots[k]
        slope = np.divide(g[after] - g[k], width, out=np.zeros_like(inside), where=width > 0)
        height = np.where(width > 0, g[k] + slope * inside, 0.0)
        return height, area[k] + np.where(width > 0, (g[k] + height) / 2 * inside, 0.0)

    def knots(self) -> Array:
        """All times [s] at which a gradient bends."""
        return np.unique(np.concatenate([w[0] for w in self._waveforms]))

    @cached_property
    def kspace(self) -> Array:
        """k (3, samples) [1/m] at every readout sample: gradient area since the last excitation, reversed by
        refocusing pulses, each of which acts at its own centre (`Rf.acts_at`).

        A pulse of undefined use refocuses if it turns by more than 90 degrees and there is something transverse: an
        excitation since the beginning or the last ideal spoiler. Of transverse magnetization a pulse of the angle a
        refocuses the part sin^2(a/2) and leaves cos^2(a/2) as it was, so that from 90 degrees on the refocused one is
        the larger. Every other pulse of undefined use excites, as in PyPulseq and KomaMRI: trains of small refocusing
        angles cannot be told from gradient echoes without their use.
        """
        return self.kspace_at(self.sequence.sample_times)

    def kspace_at(self, t: ArrayLike) -> Array:
        """k (3, n) [1/m] at the times ``t`` (n,), see `kspace`."""
        t = np.asarray(t, np.float64)
        return np.asarray(self.area(t) + self._shifts[:, np.searchsorted(self._turns[0], t, side="right")])

    @cached_property
    def _shifts(self) -> Array:
        """What k is ahead of the area (3, pulses + 1) [1/m] before the first and after each pulse of `_turns`."""
        centres, refocuses = self._turns
        areas = self.area(centres)
        # After each pulse k(t) = area(t) + shift; refocusing takes k to -k, excitation to 0.
        shifts = np.zeros((3, len(centres) + 1))
        for i, (at, refocusing) in enumerate(zip(areas.T, refocuses)):
            before = at + shifts[:, i]
            shifts[:, i + 1] = (-before if refocusing else 0.0) - at
        return shifts

    @cached_property
    def _turns(self) -> tuple[Array, list[bool]]:
        """Centres [s] of pulses that act on transverse magnetization, and whether they refocus."""
        pulses = [(placed.start + _pulse(placed).acts_at, placed) for placed in (*self.hard, *self.shaped)]
        times, refocuses = [], []
        excited: int | None = None
        for t, placed in sorted(pulses, key=lambda found: found[0]):
            pulse = _pulse(placed)
            if pulse.use in ELSEWHERE:
                continue
            left = excited is not None and not self._is_spoiled(excited, placed.block)
            again = pulse.use == "refocusing" or (pulse.use == "undefined" and left and _flip(pulse) > RIGHT_ANGLE)
            excited = excited if again else placed.block
            times.append(t)
            refocuses.append(again)
        return np.array(times), refocuses

    def _is_spoiled(self, first: int, last: int) -> bool:
        """Whether a block from ``first`` to before ``last`` ends in an ideal spoiler."""
        return bisect_left(self._spoiled, last) > bisect_left(self._spoiled, first)


def _pulse(placed: Placed) -> Rf | HardPulse:
    assert isinstance(placed.what, (HardPulse, Rf))
    return placed.what


def _flip(pulse: Rf | HardPulse) -> float:
    """Angle [rad], not below 0."""
    return abs(pulse.angle) if isinstance(pulse, HardPulse) else pulse.flip
