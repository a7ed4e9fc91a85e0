"""Pulse sequences: blocks of radio-frequency pulses, gradients and readouts, as physics sees them.

Convention as in `bloch`: dM/dt = M x w - relaxation in the frame rotating at the carrier, M+ = Mx + i My turns as
exp(-i dw t). A gradient G [Hz/m] adds 2 pi G.r to the offset of a spin at r, so that a readout sees exp(-2 pi i k.r)
with k the integral of G. A pulse w1 exp(i phase) turns about the axis at ``phase``; its carrier, shifted by f [Hz],
turns as exp(-2 pi i f t) and meets spins whose offset is 2 pi f. Lengths in m, times in s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

AXES = ("x", "y", "z")
FLAT = 0.99999
"""Part of the largest amplitude from which on samples belong to the peak: files hold six digits."""


@dataclass(frozen=True)
class HardPulse:
    """A pulse of no duration: ``angle`` [rad] about the axis at ``phase`` [rad], ``start`` [s] after its block."""

    angle: float
    phase: float = 0.0
    start: float = 0.0
    use: str = "undefined"

    @property
    def duration(self) -> float:
        """None."""
        return 0.0

    @property
    def acts_at(self) -> float:
        """At once: 0 s after ``start``."""
        return 0.0


@dataclass(frozen=True, eq=False)
class Rf:
    """A shaped pulse. ``times`` (n,) [s] after ``start``, rising from 0; ``w1`` [rad/s], complex.

    ``held``: w1 (n - 1,) is constant between neighbouring times; otherwise w1 (n,) is joined by straight lines.
    ``frequency`` [Hz] and ``phase`` [rad] shift the carrier: the field is w1 exp(i (phase - 2 pi frequency t)), t since
    ``start``. ``use``: excitation, refocusing, inversion, saturation, preparation, other or undefined. ``centre``:
    where it acts [s] after ``start``, if its designer says so (see `acts_at`).
    """

    times: Array
    w1: Complex
    start: float = 0.0
    frequency: float = 0.0
    phase: float = 0.0
    held: bool = True
    use: str = "undefined"
    centre: float | None = None

    @property
    def duration(self) -> float:
        """From the first to the last sample [s]."""
        return float(self.times[-1])

    @cached_property
    def acts_at(self) -> float:
        """Time [s] after ``start`` from which k counts: ``centre``, or else the peak of abs(w1), the middle of a flat
        one. A half pulse acts at its end, whatever zeros a pulse is padded with do not count.
        """
        if self.centre is not None:
            return self.centre
        size = np.abs(self.w1)
        times = (self.times[:-1] + self.times[1:]) / 2 if self.held else self.times
        peak = times[size >= FLAT * size.max()]
        return float(peak[0] + peak[-1]) / 2

    def at(self, t: ArrayLike) -> Complex:
        """Field gamma B1 [rad/s] at the times ``t`` [s] after ``start``; 0 outside."""
        t = np.asarray(t, np.float64)
        if self.held:
            index = np.clip(np.searchsorted(self.times, t, side="right") - 1, 0, len(self.w1) - 1)
            shape = self.w1[index]
        else:
            shape = np.interp(t, self.times, self.w1.real) + 1j * np.interp(t, self.times, self.w1.imag)
        inside = (t >= 0) & (t <= self.duration)
        return np.asarray(np.where(inside, shape * np.exp(1j * (self.phase - 2 * pi * self.frequency * t)), 0.0))

    @property
    def flip(self) -> float:
        """Flip angle [rad] on resonance: the integral of w1 along its own direction."""
        if self.held:
            return float(abs(np.sum(self.w1 * np.diff(self.times))))
        return float(abs(np.trapezoid(self.w1, self.times)))


@dataclass(frozen=True, eq=False)
class Gradient:
    """Straight lines between ``times`` (n,) [s] after the block began, rising, with ``amplitudes`` (n,) [Hz/m]."""

    times: Array
    amplitudes: Array

    @classmethod
    def trapezoid(cls, amplitude: float, rise: float, flat: float, fall: float, start: float = 0.0) -> Gradient:
        """Ramp up, stay, ramp down: durations [s], ``amplitude`` [Hz/m]."""
        times = start + np.cumsum([0.0, rise, flat, fall])
        values = np.array([0.0, amplitude, amplitude, 0.0])
        # An edge without a ramp begins or ends at full height.
        keep = np.array([rise > 0, True, flat > 0, fall > 0])
        return cls(times[keep], values[keep])

    def at(self, t: ArrayLike) -> Array:
        """Amplitude [Hz/m] at the times ``t`` [s] after the block began; 0 outside."""
        t = np.asarray(t, np.float64)
        return np.asarray(np.interp(t, self.times, self.amplitudes, left=0.0, right=0.0), dtype=np.float64)

    def area_until(self, t: ArrayLike) -> Array:
        """Integral [1/m] up to the times ``t`` [s] after the block began: exact for straight lines."""
        t = np.clip(np.asarray(t, np.float64), self.times[0], self.times[-1])
        widths = np.diff(self.times)
        parts = np.concatenate([[0.0], np.cumsum(widths * (self.amplitudes[1:] + self.amplitudes[:-1]) / 2)])
        k = np.clip(np.searchsorted(self.times, t, side="right") - 1, 0, max(len(widths) - 1, 0))
        height = np.interp(t, self.times, self.amplitudes)
        return np.asarray(parts[k] + (t - self.times[k]) * (self.amplitudes[k] + height) / 2, dtype=np.float64)

    @property
    def area(self) -> float:
        """Integral [1/m]."""
        return float(np.trapezoid(self.amplitudes, self.times))


@dataclass(frozen=True)
class Readout:
    """Samples at start + (i + 1/2) dwell [s] after the block began; ``frequency`` [Hz] and ``phase`` [rad] of the
    receiver as for `Rf`: the sum of M+ is multiplied by exp(-i (phase - 2 pi frequency t)), t since ``start``.
    ``modulation`` (samples,) [rad] adds to that phase, or is empty.
    """

    samples: int
    dwell: float
    start: float = 0.0
    frequency: float = 0.0
    phase: float = 0.0
    modulation: tuple[float, ...] = ()

    @property
    def duration(self) -> float:
        """All dwell times together [s]."""
        return self.samples * self.dwell

    @property
    def times(self) -> Array:
        """Times (samples,) [s] after the block began."""
        return np.asarray(self.start + (np.arange(self.samples) + 0.5) * self.dwell, dtype=np.float64)

    @property
    def phases(self) -> Array:
        """Phase (samples,) [rad] of the receiver at each sample."""
        turned = self.phase - 2 * pi * self.frequency * (self.times - self.start)
        return turned + np.array(self.modulation) if self.modulation else turned


@dataclass(frozen=True, eq=False)
class Block:
    """What happens together for ``duration`` [s]. ``spoil``: at its end all transverse magnetization is gone."""

    duration: float
    rf: Rf | HardPulse | None = None
    gradients: tuple[Gradient | None, Gradient | None, Gradient | None] = (None, None, None)
    readout: Readout | None = None
    spoil: bool = False
    label: str = ""


@dataclass(frozen=True, eq=False)
class Sequence:
    """Blocks one after the other; the same block object may occur often. ``definitions``: name, fov, comments.
    ``remarks``: what is odd about the file that it comes from and how it was taken, a phrase each.
    """

    blocks: tuple[Block, ...]
    definitions: Mapping[str, object] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @cached_property
    def starts(self) -> Array:
        """Time (blocks + 1,) [s] at which each block begins; the last is the end."""
        return np.concatenate([[0.0], np.cumsum([block.duration for block in self.blocks])], dtype=np.float64)

    @property
    def duration(self) -> float:
        """Of everything [s]."""
        return float(self.starts[-1])

    @cached_property
    def sample_times(self) -> Array:
        """Time (samples,) [s] of every readout sample."""
        parts = [start + b.readout.times for start, b in zip(self.starts, self.blocks) if b.readout is not None]
        return np.concatenate(parts, dtype=np.float64) if parts else np.zeros(0)


@dataclass(eq=False)
class Sample:
    """What is put into the scanner: N isochromats. Arrays (N,) float64 but ``position`` (3, N) [m].

    T1, T2 [s]; M0 equilibrium magnetization (density times volume); dw offset [rad/s]; b1 scale of the transmitted
    field.
    """

    T1: Array
    T2: Array
    M0: Array
    dw: Array
    position: Array
    b1: Array

    @classmethod
    def of(
        cls,
        position: ArrayLike = ((0.0,), (0.0,), (0.0,)),
        T1: ArrayLike = np.inf,
        T2: ArrayLike = np.inf,
        M0: ArrayLike = 1.0,
        dw: ArrayLike = 0.0,
        b1: ArrayLike = 1.0,
    ) -> Sample:
        """Spread scalars over all spins: as many as positions or offsets."""
        place = np.array(position, dtype=np.float64)
        count = max(place.shape[1], *(np.size(v) for v in (T1, T2, M0, dw, b1)))
        place = np.array(np.broadcast_to(place, (3, count)), order="C")
        spread = [np.broadcast_to(np.asarray(v, np.float64), (count,)).copy() for v in (T1, T2, M0, dw, b1)]
        return cls(spread[0], spread[1], spread[2], spread[3], place, spread[4])

    @property
    def count(self) -> int:
        """N."""
        return len(self.T1)

    def in_equilibrium(self) -> Array:
        """Magnetization (3, N) at rest along z."""
        m = np.zeros((3, self.count))
        m[2] = self.M0
        return m
