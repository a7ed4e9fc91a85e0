"""Pieces of imaging sequences: gradient lobes within the scanner's limits, readouts, pulses and delays as blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, degrees, pi, sqrt

import numpy as np

from spinviz.physics.sequence import rf_pulses
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout

ALONG_Y = -pi / 2
"""Phase of a pulse about -y: it turns M from z to x, so that signals are real."""
ALONG_X = 0.0
"""Phase of a refocusing pulse about the magnetization that it refocuses."""
RASTER = 10e-6
"""Ramps and lobes last multiples of this [s]."""
LEAD = 0.1e-3
"""Time [s] kept free before and after the middle of a hard pulse."""
SINC_TIME, SINC_PRODUCT = 2.56e-3, 4.0
"""Duration [s] and time-bandwidth product of slice-selective pulses."""
LARGEST_MATRIX = 512


class ImagingError(ValueError):
    """Settings that no scanner could play: one line with the value, the limit and the remedy."""


@dataclass(frozen=True)
class Limits:
    """Of the gradients: 40 mT/m [Hz/m] and 150 T/m/s [Hz/m/s] for protons."""

    amplitude: float = 1.703e6
    slew: float = 6.387e9


LIMITS = Limits()


def shown(seconds: float) -> str:
    """A time for people."""
    return f"{seconds:.4g} s" if seconds >= 1 else f"{1e3 * seconds:.4g} ms"


def on_raster(seconds: float) -> float:
    """The next multiple of `RASTER`."""
    return RASTER * ceil(seconds / RASTER - 1e-6)


@dataclass(frozen=True)
class Lobe:
    """A trapezoid's times [s]: the areas played with it differ only in their amplitude."""

    rise: float
    flat: float

    @classmethod
    def for_area(cls, area: float, limits: Limits = LIMITS) -> Lobe:
        """The shortest that reaches ``area`` [1/m] within the limits."""
        area = abs(area)
        rise = on_raster(max(sqrt(area / limits.slew), RASTER))
        if area / rise <= limits.amplitude:
            return cls(rise, 0.0)
        rise = on_raster(limits.amplitude / limits.slew)
        return cls(rise, on_raster(area / limits.amplitude - rise))

    @property
    def duration(self) -> float:
        """Of the whole lobe [s]."""
        return 2 * self.rise + self.flat

    def gradient(self, area: float, start: float = 0.0) -> Gradient | None:
        """The lobe with ``area`` [1/m]; None for none."""
        if area == 0:
            return None
        return Gradient.trapezoid(area / (self.rise + self.flat), self.rise, self.flat, self.rise, start)


def check_matrix(matrix: int) -> None:
    """Errors: `ImagingError` when the matrix is odd, too small or too large."""
    if not 2 <= matrix <= LARGEST_MATRIX or matrix % 2:
        raise ImagingError(f"matrix = {matrix}: choose an even number between 2 and {LARGEST_MATRIX}")


@dataclass(frozen=True)
class Encoding:
    """How a square image of ``matrix`` x ``matrix`` pixels over ``fov`` [m] is sampled, ``dwell`` [s] per sample."""

    matrix: int
    fov: float
    dwell: float
    limits: Limits = LIMITS

    def __post_init__(self) -> None:
        check_matrix(self.matrix)
        if self.fov <= 0 or self.dwell <= 0:
            raise ImagingError(f"fov = {self.fov:g} m and dwell = {self.dwell:g} s: choose positive ones")
        if self.amplitude > self.limits.amplitude:
            least = 1 / (self.fov * self.limits.amplitude)
            raise ImagingError(
                f"dwell = {1e6 * self.dwell:.3g} µs needs a readout gradient of {self.amplitude:.3g} Hz/m, above the "
                f"{self.limits.amplitude:.3g} Hz/m of the scanner: choose at least {1e6 * least:.3g} µs or a larger fov"
            )

    @property
    def amplitude(self) -> float:
        """Readout gradient [Hz/m]: one step 1/fov of k-space per dwell."""
        return 1 / (self.fov * self.dwell)

    @cached_property
    def rise(self) -> float:
        """Ramp of the readout gradient [s], long enough for a blip of one phase-encoding step beside it."""
        blip = Lobe.for_area(1 / self.fov, self.limits).duration
        return max(on_raster(self.amplitude / self.limits.slew), blip)

    @property
    def flat(self) -> float:
        """Duration of sampling [s]."""
        return self.matrix * self.dwell

    @property
    def duration(self) -> float:
        """Of the whole readout [s]."""
        return 2 * self.rise + self.flat

    @property
    def to_echo(self) -> float:
        """Time [s] from the start of a readout to the sample at the centre of k-space."""
        return self.rise + (self.matrix / 2 + 0.5) * self.dwell

    @property
    def area_to_echo(self) -> float:
        """Gradient area [1/m] from the start of a readout to the centre of k-space."""
        return self.amplitude * (self.to_echo - self.rise / 2)

    @property
    def area(self) -> float:
        """Gradient area [1/m] of the whole readout."""
        return self.amplitude * (self.rise + self.flat)

    @cached_property
    def lobe(self) -> Lobe:
        """Of prephasing, phase encoding and rewinding, all played at once."""
        return Lobe.for_area(max(self.area_to_echo, self.matrix / 2 / self.fov), self.limits)

    def step(self, line: int) -> float:
        """Area [1/m] of phase-encoding line ``line``, 0 to matrix - 1; matrix/2 is the centre."""
        return (line - self.matrix / 2) / self.fov

    def line(self) -> np.ndarray:
        """Coordinates (matrix,) [1/m] of the samples of a readout."""
        return np.asarray((np.arange(self.matrix) - self.matrix / 2) / self.fov)

    def prepare(self, x: float, y: float) -> Block:
        """Lobes of the areas x, y [1/m] at once."""
        return Block(self.lobe.duration, gradients=(self.lobe.gradient(x), self.lobe.gradient(y), None))

    def read(self, direction: float = 0.0, phase: float = 0.0, late: float = 0.0, silent: bool = False) -> Block:
        """A readout along ``direction`` [rad] from x; the receiver at ``phase`` [rad]; samples ``late`` [s]."""
        shape = (self.rise, self.flat, self.rise)
        # Exact for the four directions along the axes.
        parts = [self.amplitude * c for c in (np.cos(direction), np.sin(direction))]
        x, y = (Gradient.trapezoid(g, *shape) if abs(g) > 1e-12 * self.amplitude else None for g in parts)
        readout = None if silent else Readout(self.matrix, self.dwell, self.rise + late, phase=phase)
        return Block(self.duration, gradients=(x, y, None), readout=readout)


@dataclass(frozen=True)
class Pulse:
    """Blocks of a pulse, and the times [s] from their start to its middle and from there to their end."""

    blocks: tuple[Block, ...]
    before: float
    after: float


def pulse(
    flip: float, phase: float, use: str, thickness: float | None = None, limits: Limits = LIMITS, rephase: bool = True
) -> Pulse:
    """A pulse of ``flip`` [rad]: hard, or a Hamming sinc that selects a slice of ``thickness`` [m] across z.

    ``rephase``: a lobe afterwards undoes the dephasing across the slice (excitation, not refocusing).
    """
    if not 0 < abs(flip) <= pi + 1e-12:
        raise ImagingError(f"flip = {degrees(flip):.4g}°: choose an angle above 0° and at most 180°")
    if thickness is None:
        return Pulse((Block(2 * LEAD, HardPulse(flip, phase, LEAD, use)),), LEAD, LEAD)
    amplitude = rf_pulses.slice_gradient(SINC_PRODUCT / SINC_TIME, thickness)
    if amplitude > limits.amplitude:
        least = SINC_PRODUCT / SINC_TIME / limits.amplitude
        raise ImagingError(
            f"thickness = {1e3 * thickness:.3g} mm needs a slice gradient of {amplitude:.3g} Hz/m, above the "
            f"{limits.amplitude:.3g} Hz/m of the scanner: choose at least {1e3 * least:.3g} mm"
        )
    rise = on_raster(amplitude / limits.slew)
    shape = rf_pulses.sinc(SINC_TIME, flip, SINC_PRODUCT, phase=phase, use=use)
    rf = type(shape)(shape.times, shape.w1, rise, shape.frequency, shape.phase, shape.held, shape.use)
    selecting = Gradient.trapezoid(amplitude, rise, SINC_TIME, rise)
    blocks = [Block(SINC_TIME + 2 * rise, rf, (None, None, selecting))]
    half = SINC_TIME / 2 + rise
    if not rephase:
        return Pulse(tuple(blocks), half, half)
    area = amplitude * (SINC_TIME + rise) / 2
    lobe = Lobe.for_area(area, limits)
    blocks.append(Block(lobe.duration, gradients=(None, None, lobe.gradient(-area))))
    return Pulse(tuple(blocks), half, half + lobe.duration)


def wait(seconds: float, spoil: bool = False) -> tuple[Block, ...]:
    """A delay; nothing for none. ``spoil``: at its end no transverse magnetization is left."""
    if seconds < 1e-12 and not spoil:
        return ()
    return (Block(max(seconds, 0.0), spoil=spoil),)
