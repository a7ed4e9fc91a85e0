"""Extended phase graphs: the magnetization of a dephased voxel as a sum of configurations, pulse by pulse.

Let theta be the angle by which one unit of gradient (or of waiting in an inhomogeneous field) turns a spin. Over all
spins M+ = sum_k F_k exp(-i k theta) and Mz = sum_k Z_k exp(-i k theta), k whole numbers: F_0 is the signal, everything
else is dephased and may return as an echo. Convention as in `blocks`: dM/dt = M x w, so that a pulse about x tips z
to +y and waiting turns M+ by exp(-i k theta). F_k with k > 0 is Weigel's F+_k, conj(F_-k) his F-_k, Z_-k = conj(Z_k).

Weigel, J. Magn. Reson. Imaging 41, 266 (2015); Hennig, J. Magn. Reson. 78, 397 (1988).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, exp, inf, isfinite, sin
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.sequence.blocks import Array, Complex, HardPulse
from spinviz.physics.sequence.timeline import HARD, SAMPLE, SPOIL, Timeline

Whole: TypeAlias = NDArray[np.int64]

WHOLE = 1e-6
"""How far the area between two instants may be from a whole number of units."""


@dataclass(frozen=True)
class Pulse:
    """A hard pulse of ``angle`` [rad] about the axis at ``phase`` [rad]."""

    angle: float
    phase: float = 0.0


@dataclass(frozen=True)
class Wait:
    """Relaxation for ``duration`` [s] while the gradient dephases by ``shift`` whole units."""

    duration: float
    shift: int = 0


@dataclass(frozen=True)
class Read:
    """Record F_0 with the receiver at ``phase`` [rad]."""

    phase: float = 0.0


@dataclass(frozen=True)
class Spoil:
    """All transverse magnetization is gone."""


Event: TypeAlias = Pulse | Wait | Read | Spoil


@dataclass(frozen=True)
class Medium:
    """What the spins are in: T1, T2 [s]; M0; offset dw [rad/s]; diffusion D [m^2/s] with ``unit`` [rad/m], the wave
    number of one unit of dephasing.
    """

    T1: float = inf
    T2: float = inf
    M0: float = 1.0
    dw: float = 0.0
    D: float = 0.0
    unit: float = 0.0


@dataclass(frozen=True, eq=False)
class Configurations:
    """All configurations that are not empty: k (n,) sorted and symmetric about 0, F and Z (n,) complex."""

    k: Whole
    F: Complex
    Z: Complex

    @classmethod
    def equilibrium(cls, M0: float = 1.0) -> Configurations:
        """Everything along z."""
        return cls(np.zeros(1, np.int64), np.zeros(1, np.complex128), np.full(1, M0, np.complex128))

    @property
    def F0(self) -> complex:
        """The signal M+, of all spins together."""
        return complex(self.F[len(self.k) // 2])

    def plus(self, k: int) -> complex:
        """F_k for any sign of k; F+_k of Weigel for k >= 0."""
        return complex(self.F[self.k == k].sum())

    def minus(self, k: int) -> complex:
        """Weigel's F-_k = conj(F_-k)."""
        return self.plus(-k).conjugate()

    def longitudinal(self, k: int) -> complex:
        """Z_k."""
        return complex(self.Z[self.k == k].sum())

    def magnetization(self, theta: ArrayLike) -> Array:
        """M (3, n) of the spins at the angles ``theta`` (n,) [rad]: the Fourier sum."""
        phases = np.exp(-1j * np.outer(np.asarray(theta, np.float64), self.k))
        transverse = phases @ self.F
        return np.stack([transverse.real, transverse.imag, (phases @ self.Z).real])

    def turned(self, angle: float, phase: float = 0.0) -> Configurations:
        """After a hard pulse: it mixes F_k, conj(F_-k) and Z_k."""
        F, opposite, Z = self.F, self.F[::-1].conj(), self.Z
        axis = complex(cos(phase), sin(phase))
        stays, turns, tips = cos(angle / 2) ** 2, sin(angle / 2) ** 2, 1j * sin(angle)
        return Configurations(
            self.k,
            stays * F + turns * axis**2 * opposite + tips * axis * Z,
            cos(angle) * Z + tips / 2 * (axis.conjugate() * F - axis * opposite),
        )

    def relaxed(self, duration: float, shift: int, medium: Medium) -> Configurations:
        """After ``duration`` [s] of relaxation, precession and diffusion under a constant gradient of ``shift`` units.

        Attenuation exp(-D b): b = dt q^2 (k^2 + k s + s^2/3) for F_k and dt q^2 k^2 for Z_k, with q the wave number
        of a unit and s the shift; Weigel (2015), eq. 24 and 25.
        """
        transverse, longitudinal = b_values(self.k, duration, shift, medium.unit)
        e1 = exp(-duration / medium.T1)
        F = self.F * (np.exp(-duration * (1 / medium.T2 + 1j * medium.dw)) * np.exp(-medium.D * transverse))
        Z = self.Z * (e1 * np.exp(-medium.D * longitudinal))
        Z[len(Z) // 2] += medium.M0 * (1 - e1)
        return Configurations(self.k, F, Z)

    def shifted(self, shift: int) -> Configurations:
        """F_k becomes F_(k + shift); Z stays."""
        if shift == 0:
            return self
        moved = self.k + shift
        kept = np.abs(np.concatenate([moved[self.F != 0], self.k[self.Z != 0], [0]]))
        positive = np.unique(kept)
        k = np.concatenate([-positive[:0:-1], positive])
        return Configurations(k, _placed(k, moved, self.F), _placed(k, self.k, self.Z))

    def spoiled(self) -> Configurations:
        """Without transverse magnetization."""
        return Configurations(self.k, np.zeros_like(self.F), self.Z)


def _placed(k: Whole, places: Whole, values: Complex) -> Complex:
    """``values`` at those of their ``places`` that occur in ``k``; all others are zero."""
    there = values != 0
    result = np.zeros(len(k), dtype=np.complex128)
    result[np.searchsorted(k, places[there])] = values[there]
    return result


def b_values(k: ArrayLike, duration: ArrayLike, shift: ArrayLike, unit: float) -> tuple[Array, Array]:
    """b [s/m^2] of transverse and longitudinal configurations k (n,) while a constant gradient shifts them."""
    k, duration, shift = (np.asarray(value, dtype=np.float64) for value in (k, duration, shift))
    q2 = unit * unit * duration
    return q2 * (k * k + k * shift + shift * shift / 3), q2 * k * k


@dataclass(frozen=True, eq=False)
class Pathways:
    """Every stretch of every configuration between two events. All arrays (n,).

    It runs from ``k_start`` at the time ``start`` to ``k_end`` at ``end`` [s]; ``intensity`` |F_k| or |Z_k| at its
    start; ``transverse``: whether it is an F.
    """

    start: Array
    end: Array
    k_start: Array
    k_end: Array
    intensity: Array
    transverse: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class History:
    """A run: ``times`` (n + 1,) [s] and ``states`` at the start and after each of n ``events``; ``echoes`` (reads,)."""

    events: tuple[Event, ...]
    times: Array
    states: tuple[Configurations, ...]
    echoes: Complex

    def at(self, t: float) -> int:
        """Number of the last state not later than ``t`` [s]."""
        return max(0, int(np.searchsorted(self.times, t, side="right")) - 1)

    def pathways(self, least: float = 1e-3) -> Pathways:
        """The phase graph: all stretches of at least this intensity, F in both signs of k and Z for k >= 0."""
        rows: list[Array] = []
        for number, event in enumerate(self.events):
            if isinstance(event, Wait) and event.duration > 0:
                times = self.times[number : number + 2]
                rows.append(_stretches(self.states[number], times, event.shift, least))
        table = np.concatenate(rows) if rows else np.zeros((0, 6))
        start, end, k_start, k_end, intensity, transverse = table.T
        return Pathways(start, end, k_start, k_end, intensity, transverse > 0)


def _stretches(state: Configurations, times: Array, shift: int, least: float) -> Array:
    """Rows (n, 6) of start, end, k at both, intensity, transverse."""
    rows = []
    for values, moves in ((state.F, True), (state.Z, False)):
        seen = (np.abs(values) >= least) & ((state.k >= 0) | moves)
        k = state.k[seen].astype(np.float64)
        ones = np.ones(len(k))
        parts = (times[0] * ones, times[1] * ones, k, k + shift * moves, np.abs(values[seen]), moves * ones)
        rows.append(np.stack(parts, axis=1))
    return np.concatenate(rows)


def run(events: Iterable[Event], medium: Medium, start: Configurations | None = None) -> History:
    """Follow the configurations through ``events``, from equilibrium unless told otherwise."""
    state = Configurations.equilibrium(medium.M0) if start is None else start
    done, times, states, echoes = [], [0.0], [state], []
    for event in events:
        duration = 0.0
        if isinstance(event, Pulse):
            state = state.turned(event.angle, event.phase)
        elif isinstance(event, Wait):
            duration = _checked(event)
            state = state.relaxed(duration, event.shift, medium).shifted(event.shift)
        elif isinstance(event, Read):
            echoes.append(state.F0 * complex(cos(event.phase), -sin(event.phase)))
        else:
            state = state.spoiled()
        done.append(event)
        times.append(times[-1] + duration)
        states.append(state)
    return History(tuple(done), np.array(times), tuple(states), np.array(echoes, dtype=np.complex128))


def _checked(event: Wait) -> float:
    if not isfinite(event.duration) or event.duration < 0:
        raise ValueError(f"a wait of {event.duration:g} s cannot be played: choose a finite time of 0 s or more")
    return event.duration


def cpmg(echoes: int, spacing: float, refocusing: float) -> list[Event]:
    """A Carr-Purcell-Meiboom-Gill train: 90 degrees about x, then ``echoes`` pulses of ``refocusing`` [rad] about y,
    ``spacing`` [s] apart, with a reading at every echo.
    """
    half = Wait(spacing / 2, 1)
    period: list[Event] = [half, Pulse(refocusing, np.pi / 2), half, Read(np.pi / 2)]
    return [Pulse(np.pi / 2), *echoes * period]


def events_of(timeline: Timeline, unit: float, axis: int = 0) -> list[Event]:
    """The events of a sequence of hard pulses whose gradient along ``axis`` dephases by whole multiples of ``unit``.

    ``unit`` [1/m] is the area of one shift: one over the length of the voxel. Errors: `ValueError` for shaped pulses
    and areas between.
    """
    if timeline.shaped:
        raise ValueError("a phase graph has no shaped pulses: make them hard pulses or play isochromats instead")
    times, kinds, numbers = timeline.instants
    ends = np.append(times, timeline.sequence.duration)
    areas = timeline.area(ends)[axis] / unit
    events: list[Event] = []
    before, dephased = 0.0, 0
    for i, (t, area) in enumerate(zip(ends.tolist(), areas.tolist())):
        total = round(area)
        if abs(area - total) > WHOLE:
            raise ValueError(f"gradients dephase by {area:.6g} units up to {t:.6g} s: make it a whole number")
        if t > before or total != dephased:
            events.append(Wait(t - before, total - dephased))
        before, dephased = t, total
        if i < len(times):
            events.append(_event(timeline, int(kinds[i]), int(numbers[i])))
    return events


def _event(timeline: Timeline, kind: int, number: int) -> Event:
    if kind == HARD:
        pulse = timeline.hard[number].what
        assert isinstance(pulse, HardPulse)
        return Pulse(pulse.angle, pulse.phase)
    if kind == SAMPLE:
        return Read(float(timeline.sample_phases[number]))
    assert kind == SPOIL
    return Spoil()
