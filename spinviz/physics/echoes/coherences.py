"""Hard-pulse sequences in an inhomogeneous field: the exact signal of a comb of isochromats from its phase graph.

A comb is a set of evenly spaced offsets with Gaussian weights: its dephasing is a Gaussian to the last digits, until
the isochromats meet again after one over their spacing. Waiting for a time t dephases by t, so that a configuration k
counts nanoseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, inf, pi

import numpy as np
from numpy.typing import ArrayLike

from spinviz.physics.echoes import epg
from spinviz.physics.echoes.epg import Event, History, Medium, Pulse, Wait
from spinviz.physics.sequence.blocks import Array, Block, Complex, HardPulse, Readout, Sequence
from spinviz.physics.sequence.timeline import Timeline

TICK = 1e-9
"""Seconds of one unit of dephasing."""
REACH = 7.5
"""Half of a comb in standard deviations: 6e-14 of a Gaussian lies beyond."""
NOTHING = 9.0
"""Standard deviations of dephasing after which 3e-18 is left."""
DWELL = 2000
"""Ticks of a reading, which sees its middle."""


def comb(count: int, sd: float) -> tuple[Array, Array]:
    """Offsets (N,) [rad/s], evenly spaced about zero, and weights (N,) of sum 1; ``sd`` standard deviation [rad/s]."""
    dw = (np.arange(count) - (count - 1) / 2) * (2 * REACH * sd / count)
    weights: Array = np.exp(-0.5 * (dw / sd) ** 2) if sd > 0 else np.ones(count)
    return dw.astype(np.float64), weights / weights.sum()


def recurrence(count: int, sd: float) -> float:
    """Time [s] after which the isochromats of a comb meet again: 2 pi over their spacing."""
    return 2 * pi * count / (2 * REACH * sd) if sd > 0 and count > 1 else inf


def comb_dephasing(t: ArrayLike, count: int, sd: float) -> Array:
    """Sum of weights exp(-i dw t), a real number, at the times ``t`` (...) [s].

    Poisson's sum: Gaussians exp(-sd^2 t^2/2) about all multiples of the recurrence time, of alternating sign when no
    isochromat is in the middle of the comb.
    """
    t = np.asarray(t, dtype=np.float64)
    period = recurrence(count, sd)
    if period == inf:
        return np.ones_like(t)
    now, start = (_periodic(times, period, sd, count % 2 == 1) for times in (t, np.zeros(1)))
    return np.asarray(now / start[0])


def _periodic(t: Array, period: float, sd: float, centred: bool) -> Array:
    beside = ceil(NOTHING / (sd * period))
    nearest = np.rint(t / period)
    total = np.zeros_like(t)
    for m in range(-beside, beside + 1):
        sign = 1.0 if centred else 1.0 - 2.0 * ((nearest + m) % 2)
        total += sign * np.exp(-0.5 * (sd * (t - (nearest + m) * period)) ** 2)
    return total


def hard_pulses(pulses: Iterable[tuple[float, float, float]], reads: Iterable[float], end: float) -> Sequence:
    """A sequence of pulses (time [s], angle, phase [rad]) read at the times ``reads``; all times in whole ticks.

    The first pulse comes at 0. Readings and pulses lie more than a microsecond apart.
    """
    marks: list[tuple[int, HardPulse | None]] = [(ticks(t), HardPulse(angle, phase)) for t, angle, phase in pulses]
    marks += [(ticks(t) - DWELL // 2, None) for t in reads]
    marks.sort(key=lambda mark: mark[0])
    starts = [mark[0] for mark in marks]
    blocks = [
        Block((after - start) * TICK, rf=pulse)
        if pulse is not None
        else Block((after - start) * TICK, readout=Readout(1, DWELL * TICK))
        for (start, pulse), after in zip(marks, [*starts[1:], ticks(end)])
    ]
    return Sequence(tuple(blocks))


def ticks(t: float) -> int:
    """A time [s] in whole ticks."""
    return round(t / TICK)


class Coherences:
    """The phase graph of a sequence of hard pulses, the first at 0, played on a medium from equilibrium.

    ``medium.unit`` is the wave number [rad/m] that a tick adds.
    """

    def __init__(self, timeline: Timeline, medium: Medium) -> None:
        self.medium = medium
        self.starts = np.array([placed.start for placed in timeline.hard])
        self.end = timeline.sequence.duration
        self.reads = timeline.sequence.sample_times
        self.history: History = epg.run(self._events(timeline), medium)
        # States come in turns: before everything, after a pulse, after waiting, after the next pulse, ...
        self._after = self.history.states[1::2]

    def _events(self, timeline: Timeline) -> list[Event]:
        ends = [*self.starts[1:].tolist(), self.end]
        events: list[Event] = []
        for placed, after in zip(timeline.hard, ends):
            pulse = placed.what
            assert isinstance(pulse, HardPulse)
            shift = ticks(after - placed.start)
            events += [Pulse(pulse.angle, pulse.phase), Wait(shift * TICK, shift)]
        return events

    def configurations(self, t: float) -> tuple[Array, Complex]:
        """Dephasing k (n,) [s] and F (n,) at the time ``t`` [s]; a pulse at ``t`` is still to come."""
        number = int(np.searchsorted(self.starts, t, side="left")) - 1
        if number < 0:
            return np.zeros(1), np.zeros(1, np.complex128)
        return self._waited(number, np.asarray(t - self.starts[number]))

    def _waited(self, number: int, waited: Array) -> tuple[Array, Complex]:
        """k [s] and F, both (..., n), the times ``waited`` (..., 1) [s] after a pulse."""
        state = self._after[number]
        b, _ = epg.b_values(state.k, waited, waited / TICK, self.medium.unit)
        decay = np.exp(-waited * (1 / self.medium.T2 + 1j * self.medium.dw)) * np.exp(-self.medium.D * b)
        return state.k * TICK + waited, state.F * decay

    def signal(self, t: ArrayLike, count: int, sd: float) -> Complex:
        """M+ (n,) of a comb at the times ``t`` (n,) [s]: the sum of all F_k times its dephasing after k."""
        t = np.asarray(t, dtype=np.float64)
        numbers = np.searchsorted(self.starts, t, side="left") - 1
        found = np.zeros(t.shape, dtype=np.complex128)
        for number in np.unique(numbers[numbers >= 0]):
            chosen = numbers == number
            k, F = self._waited(int(number), t[chosen][:, None] - self.starts[number])
            found[chosen] = np.sum(F * comb_dephasing(k, count, sd), axis=1)
        return found

    def echoes(self) -> Complex:
        """M+ (reads,) at every reading of infinitely many isochromats spread over all phases: F_0 alone."""
        found = []
        for moment in self.reads.tolist():
            k, F = self.configurations(moment)
            found.append(complex(F[np.abs(k) < TICK / 2].sum()))
        return np.array(found, dtype=np.complex128)
