"""A stretch of a sequence as a list of instructions that are the same for every spin.

Each instruction has four whole numbers and fifteen real ones (unused ones are 0):

===========  =======================================  ========================================================
kind         whole numbers                            real numbers
===========  =======================================  ========================================================
RELAXATION   slot to fill                             dt
MULTIPLIER   slot to fill, slot of the relaxation     dt, 2 pi times gradient areas along x, y, z
JUMP         slot of the multiplier
READ         slot of the multiplier, first sample,
             number of samples
RECOVER      slot of the relaxation
HARD                                                  angle, phase
SPOIL
SHAPED       slots of the relaxation in dt and dt/2   dt, first and last row of steps, largest of columns 0-3,
                                                      1 if columns 1, 3, 4 vanish, 1 if gradients change, largest
                                                      of column 4, shift of the offset in a step; sum of
                                                      |columns 15, 16|, 1 if rows but the first have some, the
                                                      same columns for the end
FRAME                                                 angle about z
===========  =======================================  ========================================================

Rows of steps: see `plan.Piece`. Transverse magnetization waits at its last event until something needs it,
longitudinal magnetization until the next pulse: readouts cost no more than one multiplication for each sample.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.sequence import kernels
from spinviz.physics.sequence.blocks import Array, HardPulse, Rf
from spinviz.physics.sequence.places import Place
from spinviz.physics.sequence.plan import COLUMNS, Piece, plan_of
from spinviz.physics.sequence.rows import MULTIPLIER_SLOTS, RELAXATION_SLOTS
from spinviz.physics.sequence.timeline import HARD, SAMPLE, SPOIL, Timeline

LONGEST_READ = 128
"""Samples of one multiplier, after which rounding errors (1e-14) begin anew."""


@dataclass(frozen=True, eq=False)
class Program:
    """Instructions, see above, and the readout samples they add to: numbers ``first`` to ``last`` of the timeline."""

    codes: NDArray[np.int64]
    values: Array
    steps: Array
    samples: slice


class _Slots:
    """Slots that keep what was asked for most recently."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.held: OrderedDict[Hashable, int] = OrderedDict()

    def place(self, key: Hashable) -> tuple[int, bool]:
        """Slot of ``key`` and whether it must be filled anew."""
        if key in self.held:
            self.held.move_to_end(key)
            return self.held[key], False
        slot = self.held.popitem(last=False)[1] if len(self.held) == self.count else len(self.held)
        self.held[key] = slot
        return slot, True


class Writer:
    """Writes the program of a stretch from ``start`` to ``end`` [s]."""

    def __init__(self, timeline: Timeline, start: float, end: float, step: float) -> None:
        self.timeline, self.plan, self.step = timeline, plan_of(timeline), step
        self.start, self.end = start, end
        self.codes: list[tuple[int, int, int, int]] = []
        self.values: list[tuple[float, ...]] = []
        self.tables: OrderedDict[int, tuple[int, Piece]] = OrderedDict()
        self.rows = 0
        self.relaxations = _Slots(RELAXATION_SLOTS)
        self.multipliers = _Slots(MULTIPLIER_SLOTS)
        # Where transverse and where longitudinal magnetization wait.
        self.turned = self.recovered = self.plan.places.at_time(start)

    def program(self) -> Program:
        """Go through all instants, and through pulses on the way."""
        plan = self.plan
        first, last = np.searchsorted(plan.times, (self.start, self.end), side="left").tolist()
        before = int(plan.samples_before[first])
        pulse = int(np.searchsorted(plan.ends, self.start, side="right"))
        i = first
        while i < last:
            place, kind = plan.place(i), int(plan.kinds[i])
            pulse = self._pulses_until(place, pulse)
            if kind != SAMPLE:
                self._event(kind, int(plan.numbers[i]), place)
                i += 1
                continue
            number = int(plan.samples_before[i]) - before
            self._write(kernels.READ, self._multiplier(place), number, 1)
            self.turned = place
            count = min(int(plan.repeats[i]), LONGEST_READ, last - 1 - i)
            if count > 1:
                self._write(kernels.READ, self._multiplier(plan.place(i + count), count), number + 1, count)
                i += count
            i += 1
        end = plan.places.at_time(self.end)
        self._pulses_until(end, pulse)
        self._arrive(end)
        return self._finished(slice(before, int(plan.samples_before[last])))

    def _finished(self, samples: slice) -> Program:
        values = np.zeros((len(self.codes), 15))
        for row, value in zip(values, self.values):
            row[: len(value)] = value
        steps = [piece.steps for _, piece in self.tables.values()]
        codes = np.array(self.codes, np.int64).reshape(-1, 4)
        return Program(codes, values, np.concatenate(steps) if steps else np.zeros((0, COLUMNS)), samples)

    def _write(self, kind: int, a: int = 0, b: int = 0, c: int = 0, *values: float) -> None:
        self.codes.append((kind, a, b, c))
        self.values.append(values)

    def _event(self, kind: int, number: int, place: Place) -> None:
        if kind == SPOIL:
            self._write(kernels.SPOIL)
            self.turned = place
            return
        assert kind == HARD
        self._arrive(place)
        pulse = self.timeline.hard[number].what
        assert isinstance(pulse, HardPulse)
        self._write(kernels.HARD, 0, 0, 0, pulse.angle, pulse.phase)

    def _arrive(self, place: Place) -> None:
        """Bring the whole magnetization to a place."""
        if place.time > self.turned.time:
            self._write(kernels.JUMP, self._multiplier(place))
        if place.time > self.recovered.time:
            self._write(kernels.RECOVER, self._relaxation(self.plan.places.between(self.recovered, place)[0]))
        self.turned = self.recovered = place

    def _relaxation(self, dt: float) -> int:
        slot, fresh = self.relaxations.place(dt)
        if fresh:
            self._write(kernels.RELAXATION, slot, 0, 0, dt)
        return slot

    def _multiplier(self, place: Place, count: int = 1) -> int:
        """Slot of one of ``count`` equal steps from where transverse magnetization waits."""
        stretch = self.plan.places.between(self.turned, place)
        slot, fresh = self.multipliers.place((stretch, count))
        if fresh:
            dt, x, y, z = (part / count for part in stretch)
            self._write(kernels.MULTIPLIER, slot, self._relaxation(dt), 0, dt, 2 * pi * x, 2 * pi * y, 2 * pi * z)
        return slot

    def _pulses_until(self, place: Place, index: int) -> int:
        """Play shaped pulses before ``place``, from number ``index`` on; returns the number of the next one."""
        plan = self.plan
        while index < len(plan.begins) and plan.begins[index] < place.time:
            placed = plan.shaped[index]
            began = float(plan.begins[index]) >= self.recovered.time
            if began:
                self._arrive(plan.places.at(placed.block, placed.what.start))
            ended = float(plan.ends[index]) <= place.time
            stop = plan.places.at(placed.block, placed.what.start + placed.what.duration) if ended else place
            self._pulse(index, self.recovered, stop, began and ended)
            self.turned = self.recovered = stop
            if not ended:
                return index
            index += 1
        return index

    def _pulse(self, index: int, start: Place, stop: Place, whole: bool) -> None:
        placed = self.plan.shaped[index]
        block = self.timeline.sequence.blocks[placed.block]
        first, last = (p.within if p.block == placed.block else p.time - placed.began for p in (start, stop))
        for piece in self.plan.pieces(block, first, last, self.step, whole):
            full, half = self._relaxation(piece.dt), self._relaxation(piece.dt / 2)
            if id(piece) not in self.tables:
                self.tables[id(piece)] = (self.rows, piece)
                self.rows += len(piece.steps)
            row = self.tables[id(piece)][0]
            values = (piece.dt, row, row + len(piece.steps), *piece.bounds)
            self._write(kernels.SHAPED, full, half, 0, *values)
        assert isinstance(placed.what, Rf)
        if placed.what.frequency != 0:
            self._write(kernels.FRAME, 0, 0, 0, 2 * pi * placed.what.frequency * (last - first))


def written(timeline: Timeline, start: float, end: float, step: float) -> Program:
    """Instructions from ``start`` to ``end`` [s] with steps of at most ``step`` [s] in shaped pulses."""
    return Writer(timeline, start, end, step).program()
