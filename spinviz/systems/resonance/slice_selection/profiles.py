"""Profiles of a slice: what closed forms give, when they are claimed, and how a profile is read."""

from __future__ import annotations

from functools import lru_cache
from math import nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.resonance import bloch
from spinviz.physics.resonance.adiabatic import secant_rate
from spinviz.physics.resonance.bloch_laws import hyperbolic_secant
from spinviz.physics.sequence import rf_pulses
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.slice_selection.parameters import (
    RAMP,
    SECANT_CUT,
    TURNS,
    SliceParameters,
    bandwidth,
    centre,
    crusher,
    gradient,
    pulse_of,
    rectangle_width,
    rephaser,
    secant_peak,
    sequence_of,
)

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

FAINT = 0.003
"""Largest selected part from which on width and centre of a profile are measured."""
SMALL = 30.0
"""Flip angle [deg] up to which small-tip laws are claimed."""


def after_pulse(p: SliceParameters) -> tuple[float, float]:
    """Gradient area [1/m] and time [s] from the end of the pulse to the end of the gradients."""
    lobe = rephaser(p) if p.use == "excite" and p.pulse != "secant" else crusher(p) if p.use == "refocus" else None
    fall = gradient(p) * RAMP / 2
    return fall + (lobe.area if lobe else 0.0), RAMP + (lobe.duration if lobe else 0.0)


def freely(m: Complex, p: SliceParameters, x: Values, area: float, time: float) -> Complex:
    """M+ (m,) after free precession in a gradient of ``area`` [1/m] for ``time`` [s]."""
    return np.asarray(m * np.exp(-2j * pi * (area * x + p.shift * time)))


def exact_profile(p: SliceParameters, x: Values) -> tuple[Complex, Values]:
    """M+ and Mz (m,) at the positions ``x`` [m] at the `end`: every sample of the pulse is a rectangular pulse.

    A product of rotations about fixed axes, seen from the frame of the carrier. Rabi, Phys. Rev. 51, 652 (1937).
    """
    pulse, G = pulse_of(p), gradient(p)
    m, mz = np.zeros(len(x), np.complex128), np.ones(len(x))
    if p.use == "refocus":
        m, mz = m + 1.0, mz * 0.0
        m = freely(m, p, x, crusher(p).area + G * RAMP / 2, crusher(p).duration + RAMP)
    mx, my, mz = np.ascontiguousarray(m.real), np.ascontiguousarray(m.imag), np.ascontiguousarray(mz)
    dw = 2 * pi * (G * x - p.carrier)
    for w1, dt in zip(pulse.w1, np.diff(pulse.times)):
        bloch.hard_pulse(mx, my, mz, dw, abs(w1), float(np.angle(w1) + pulse.phase), float(dt))
    out = (mx + 1j * my) * np.exp(-2j * pi * p.offset * p.duration)
    return freely(out, p, x, *after_pulse(p)), mz


def small_tip_profile(p: SliceParameters, x: Values) -> Complex:
    """M+ (m,) at the `end` by the Fourier transform of the pulse, for excitation.

    Pauly, Nishimura and Macovski, J. Magn. Reson. 81, 43 (1989).
    """
    dw = 2 * pi * (gradient(p) * x + p.shift)
    return freely(rf_pulses.small_tip(pulse_of(p), dw), p, x, *after_pulse(p))


def secant_profile(p: SliceParameters, x: Values) -> Values:
    """Mz (m,) after a hyperbolic secant without ends. Silver, Joseph and Hoult, Phys. Rev. A 31, 2753 (1985)."""
    rate = secant_rate(p.duration, SECANT_CUT)
    width = bandwidth(p)
    dw = 2 * pi * (gradient(p) * x - p.carrier)
    return hyperbolic_secant(dw, secant_peak(p.duration, width), rate, pi * width / rate)


def refocused_echo(p: SliceParameters) -> float:
    """|signal| of a small-tip excitation per isochromat of the slice: the shape of the pulse, run through by k.

    Integrated over x, the small-tip M+ is w1/G at the time whose later gradient area is taken back: the middle of the
    pulse when the rephasing is right, its end without. Pauly et al., J. Magn. Reson. 81, 43 (1989).
    """
    pulse, G = pulse_of(p), gradient(p)
    at = p.duration + after_pulse(p)[0] / G
    if not 0 <= at <= p.duration:
        return 0.0
    # Samples are held; the shape they stand for is joined by straight lines between their middles.
    middles = (pulse.times[1:] + pulse.times[:-1]) / 2
    return float(abs(np.interp(at, middles, pulse.w1.real)) / (G * p.thickness))


def selected(m: Values, p: SliceParameters) -> Values:
    """How far each place belongs to the slice (N,): |M+|, (1 - Mz)/2, or what `voxels` emit."""
    if p.use == "refocus":
        return np.abs(voxels(m, p))
    if p.use == "invert" or p.pulse == "secant":
        return np.asarray((1 - m[2]) / 2)
    return np.asarray(np.hypot(m[0], m[1]))


def voxels(m: Values, p: SliceParameters) -> Complex:
    """M+ (N,) averaged over two turns of a crusher with the weights of a Hann window: what a voxel emits."""
    half = max(1, round(p.thickness / TURNS / (p.extent / p.isochromats)))
    weights = 1 + np.cos(np.pi * np.arange(-half + 1, half) / half)
    padded = np.pad(m[0] + 1j * m[1], half - 1)
    return np.asarray(np.convolve(padded, weights / weights.sum(), mode="valid"))


def half_width(profile: Values, x: Values) -> tuple[float, float]:
    """Left and right position [m] where the profile rises through and falls below half of its largest; NaN without."""
    most = float(profile.max())
    above = np.flatnonzero(profile >= most / 2)
    if most < FAINT or above[0] == 0 or above[-1] == len(x) - 1:
        return nan, nan
    return _crossing(profile, x, int(above[0]) - 1, most / 2), _crossing(profile, x, int(above[-1]), most / 2)


def _crossing(profile: Values, x: Values, k: int, level: float) -> float:
    part = (level - profile[k]) / (profile[k + 1] - profile[k])
    return float(x[k] + part * (x[k + 1] - x[k]))


def small(p: SliceParameters) -> bool:
    """Whether the small-tip approximation is claimed."""
    return p.use == "excite" and p.pulse != "secant" and p.flip <= SMALL


def beyond_small_tip(p: SliceParameters) -> float:
    """Bound of all that the small-tip M+ leaves out: sinh A - A, A the angle [rad] that |w1| turns.

    M+ from rest has the odd orders of the series in w1, and order k is nowhere larger than A^k/k! (Dyson, Phys. Rev.
    75, 486 (1949)). Side lobes turn back and forth: A is more than the flip angle.
    """
    pulse = pulse_of(p)
    A = float(np.sum(np.abs(pulse.w1) * np.diff(pulse.times)))
    return float(np.sinh(A) - A)


def truncated(p: SliceParameters) -> float:
    """Part of the signal of a small-tip slice in the side lobes beyond the nearer end of the sample, at most.

    Of a rectangle's sinc of the full width w (first zero at w/1.207 from the middle) beyond a distance X on both sides:
    2/(pi^2 u), u = 1.207 X/w. Windowed pulses have lobes of some percent and none beyond.
    """
    if p.pulse != "block":
        return 0.03
    return 2 / (pi**2 * rectangle_width() * (p.extent / 2 - abs(centre(p))) / p.thickness)


def inside(p: SliceParameters) -> bool:
    """Whether the whole slice lies in the sample, with room on both sides."""
    return abs(centre(p)) + p.thickness < p.extent / 2


@lru_cache(maxsize=8)
def resolved(p: SliceParameters) -> bool:
    """Whether neighbours never turn by more than a quarter turn against each other, at the largest twist."""
    timeline = Timeline(sequence_of(p))
    twist = float(np.abs(np.diff(timeline.area(timeline.knots())[0]).cumsum()).max())
    if p.use == "refocus":
        twist = 2 * TURNS / p.thickness
    return twist * p.extent / p.isochromats < 0.25
