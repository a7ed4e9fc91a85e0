"""What every stretch of a timeline needs to know: places of all instants, equal steps, steps of pulses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import pi, sqrt
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.resonance.bloch import magnus_steps
from spinviz.physics.sequence.blocks import Array, Block, Complex, Rf
from spinviz.physics.sequence.places import Place, Places
from spinviz.physics.sequence.timeline import SAMPLE, Timeline

EARLY = 0.5 - sqrt(3) / 6
"""The first Gauss node of a step of length 1; the other lies as far from its end."""
COLUMNS = 17
_ULP = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Piece:
    """Steps (n, COLUMNS) of equal length ``dt`` [s] of a pulse, in the frame that turns with its carrier.

    In that frame w1 changes least and spins on resonance hardly move but by the pulse: relaxation, which does not care
    about turns about z, splits off with the smallest error.

    Columns: a, b, c, d, g of `bloch.magnus_steps`; sqrt(3)/12 dt times Re and Im w1 at both Gauss nodes; 2 pi dt times
    the gradients at both nodes; the jump of dt^2/12 w1 where the step begins. ``ramping``: gradients change.
    ``shift``: of the offset [rad per step]. ``last``: the jump after the last step.
    """

    dt: float
    steps: Array
    ramping: bool
    shift: float
    last: complex

    @cached_property
    def bounds(self) -> tuple[float, ...]:
        """Values 3 to 9 of the instruction: the largest |a|, |b|, |c|, |d|, whether b, d and g vanish, whether
        gradients change, the largest |g|, the shift; where gradients change, b and d are sums of both nodes. Then
        the sum of all |jumps|, whether there are jumps but before the first step, and the last one.
        """
        a, b, c, d, g, x1, y1, x2, y2 = np.max(np.abs(self.steps[:, :9]), axis=0).tolist()
        if self.ramping:
            b, d = y1 + y2, x1 + x2
        jumps = np.hypot(self.steps[:, 15], self.steps[:, 16])
        edges = float(np.sum(jumps) + abs(self.last)), float(np.any(jumps[1:])), self.last.real, self.last.imag
        return a, b, c, d, float(b == d == g == 0), float(self.ramping), g, self.shift, *edges


def steps_of_pulse(block: Block, start: float, end: float, step: float) -> list[Piece]:
    """Pieces of the shaped pulse between two times [s] after the block began, in steps of at most ``step`` in which
    neither the shape nor a gradient bends.
    """
    pulse = block.rf
    assert isinstance(pulse, Rf)
    gradients = [g for g in block.gradients if g is not None]
    edges = np.concatenate([pulse.start + pulse.times, *(g.times for g in gradients)])
    edges = np.unique(np.concatenate([[start], edges[(edges > start) & (edges < end)], [end]]))
    # Edges that differ by rounding are one.
    edges = edges[np.concatenate([[True], np.diff(edges) > 4 * _ULP * end])]
    if len(edges) < 2:
        return []
    counts = np.maximum(1, np.ceil(np.diff(edges) / step - 1e-9)).astype(np.int64)
    lengths = np.repeat(np.diff(edges) / counts, counts)
    inside = np.concatenate([np.arange(n) for n in counts])
    begins = np.repeat(edges[:-1], counts) + inside * lengths
    changes = np.flatnonzero(np.abs(np.diff(lengths)) > 8 * _ULP * end) + 1
    pieces, before = [], 0j
    for a, b in pairwise([0, *changes.tolist(), len(lengths)]):
        dt = float(np.mean(lengths[a:b]))
        piece, before = _piece(block, begins[a:b] - start, start, dt, before, b == len(lengths))
        pieces.append(piece)
    return pieces


def _piece(block: Block, begins: Array, start: float, dt: float, before: complex, last: bool) -> tuple[Piece, complex]:
    """Steps that begin at these times after ``start``. ``before``: dt^2/12 w1 where the piece before ended; returned
    is that for the next one.
    """
    pulse = block.rf
    assert isinstance(pulse, Rf)
    nodes = begins[:, None] + np.array([EARLY, 1 - EARLY]) * dt
    w1 = pulse.at(start + nodes - pulse.start) * np.exp(2j * pi * pulse.frequency * nodes)
    gradients = np.stack([np.zeros_like(nodes) if g is None else g.at(start + nodes) for g in block.gradients])
    steps = np.empty((len(begins), COLUMNS))
    steps[:, :5] = magnus_steps(w1, dt)
    steps[:, 5:9] = sqrt(3) / 12 * dt * np.ascontiguousarray(w1).view(np.float64).reshape(-1, 4)
    steps[:, 9:15] = 2 * pi * dt * gradients.transpose(1, 2, 0).reshape(-1, 6)
    ramping = bool(np.any(gradients != gradients[:, :1, :1]))
    jumps, after = _jumps(w1, dt, before)
    steps[:, 15], steps[:, 16] = jumps.real, jumps.imag
    return Piece(dt, steps, ramping, -2 * pi * pulse.frequency * dt, -after if last else 0j), after


def _jumps(w1: Complex, dt: float, before: complex) -> tuple[Complex, complex]:
    """Jumps (n,) of dt^2/12 w1 where each step begins, and its value where the last one ends; rounding is no jump."""
    beyond = (w1[:, 1] - w1[:, 0]) * EARLY / (1 - 2 * EARLY)
    first, last = dt**2 / 12 * (w1[:, 0] - beyond), dt**2 / 12 * (w1[:, 1] + beyond)
    jumps = first - np.concatenate([[before], last[:-1]])
    smallest = 1e-12 * np.max(np.abs(first) + np.abs(last))
    return np.where(np.abs(jumps) > smallest, jumps, 0.0), complex(last[-1])


class Plan:
    """What every stretch of a timeline needs to know, found once."""

    def __init__(self, timeline: Timeline) -> None:
        self.times, self.kinds, self.numbers = timeline.instants
        self.places = Places(timeline)
        self.blocks, self.within, self.areas = self.places.of_instants(timeline)
        self.samples_before = np.concatenate([[0], np.cumsum(self.kinds == SAMPLE)])
        self.shaped = sorted(timeline.shaped, key=lambda placed: placed.start)
        self.begins = np.array([placed.start for placed in self.shaped])
        self.ends = np.array([placed.end for placed in self.shaped])
        self.repeats = self._repeats()
        self._whole: dict[tuple[int, float], list[Piece]] = {}

    def place(self, instant: int) -> Place:
        """Place of an instant, by number."""
        x, y, z = self.areas[instant].tolist()
        return Place(float(self.times[instant]), int(self.blocks[instant]), float(self.within[instant]), x, y, z)

    def _repeats(self) -> NDArray[np.int64]:
        """For each instant that is a sample, how many equal steps in time and gradient area lead on to samples."""
        if len(self.times) < 2:
            return np.zeros(len(self.times), np.int64)
        dt, area = np.diff(self.within), np.diff(self.areas, axis=0)
        pulses = np.searchsorted(self.begins, self.times[1:], "left") - np.searchsorted(
            np.sort(self.ends), self.times[:-1], "right"
        )
        samples = (self.kinds[:-1] == SAMPLE) & (self.kinds[1:] == SAMPLE)
        sampled = samples & (self.blocks[:-1] == self.blocks[1:]) & (pulses <= 0)
        equal = sampled[:-1] & sampled[1:] & _equal(dt[:, None], self.within) & _equal(area, self.areas)
        unequal = np.append(np.flatnonzero(~equal), len(dt) - 1)
        runs = unequal[np.searchsorted(unequal, np.arange(len(dt)))] - np.arange(len(dt)) + 1
        return np.append(np.where(sampled, runs, 0), 0)

    def pieces(self, block: Block, start: float, end: float, step: float, whole: bool) -> list[Piece]:
        """Steps of a pulse; those of a whole pulse are kept, for blocks that come again."""
        if not whole:
            return steps_of_pulse(block, start, end, step)
        key = (id(block), step)
        if key not in self._whole:
            self._whole[key] = steps_of_pulse(block, start, end, step)
        return self._whole[key]


def _equal(steps: Array, values: Array) -> NDArray[np.bool_]:
    """Whether a step (n, k) is the next one but for the rounding of ``values``."""
    rounding = 4 * _ULP * float(np.max(np.abs(values), initial=0.0))
    return np.asarray(np.all(np.abs(np.diff(steps, axis=0)) <= rounding, axis=1))


_plans: WeakKeyDictionary[Timeline, Plan] = WeakKeyDictionary()


def plan_of(timeline: Timeline) -> Plan:
    """The plan of a timeline, made once."""
    if timeline not in _plans:
        _plans[timeline] = Plan(timeline)
    return _plans[timeline]
