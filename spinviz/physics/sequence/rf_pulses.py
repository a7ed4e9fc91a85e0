"""Shaped pulses ready to be played: block, sinc, Gauss, Shinnar-Le Roux, hyperbolic secant, BIR-4, sampled.

Every design takes a ``duration`` [s] and gives an `Rf` whose samples are held; ``bandwidth`` [Hz] is the full width at
half of the profile, time-bandwidth product its number in units of 1/duration. Options that all designs share:

phase, frequency
    Of the carrier [rad], [Hz], as in `Rf`.
samples
    Number of steps of equal length.
highest
    Largest amplitude gamma B1 [rad/s] that the coil gives.

Errors: `PulseError`, one line with the value, the limit and the remedy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isfinite, log, pi
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.resonance import adiabatic, slr
from spinviz.physics.sequence.blocks import Array, Complex, Rf

MOST_SAMPLES = 65536
GAUSS_WIDTH = 4 * log(2) / pi
"""Full widths at half maximum of a Gauss pulse in time and frequency, multiplied: 0.8825."""
NARROWEST_GAUSS = 0.9
"""Time-bandwidth product below which a Gauss pulse is cut off above half of its peak."""
LARGEST_SWEEP = pi
"""Phase [rad] that a modulated pulse may advance from sample to sample: beyond it the sweep is ambiguous."""
HAMMING, HANN = 0.46, 0.5
"""Apodisation (1 - a) + a cos of a windowed sinc."""


class PulseError(ValueError):
    """A pulse that cannot be played: one line with the value, the limit and the remedy."""


class Options(TypedDict, total=False):
    """What all designs share, see the head of this file."""

    phase: float
    frequency: float
    use: str
    samples: int
    highest: float


@dataclass(frozen=True)
class _Chosen:
    phase: float = 0.0
    frequency: float = 0.0
    use: str = "undefined"
    samples: int = 256
    highest: float = inf


def _chosen(options: Options, **defaults: Unpack[Options]) -> _Chosen:
    both: Options = {**defaults, **options}
    return _Chosen(**both)


def block(duration: float, flip: float, **options: Unpack[Options]) -> Rf:
    """Rectangular pulse of ``flip`` [rad]: one sample unless told otherwise."""
    chosen = _chosen(options, samples=1)
    return _flipped(duration, flip, np.ones_like, chosen)


def sinc(
    duration: float, flip: float, time_bandwidth: float = 4.0, apodisation: float = HAMMING, **options: Unpack[Options]
) -> Rf:
    """Windowed sinc of ``flip`` [rad]: sinc(TBW x) ((1 - a) + a cos 2 pi x), x = t/duration from -1/2 to 1/2.

    Half of TBW zero crossings lie on either side of the peak.
    """
    _within("apodisation", apodisation, 0, 1, "0 for none, 0.46 for Hamming, 0.5 for Hann")
    chosen = _chosen(options)
    _resolved(time_bandwidth, chosen.samples)

    def shape(x: Array) -> Array:
        return np.asarray(np.sinc(time_bandwidth * x) * (1 - apodisation + apodisation * np.cos(2 * pi * x)))

    return _flipped(duration, flip, shape, chosen)


def gauss(duration: float, flip: float, time_bandwidth: float = 2.0, **options: Unpack[Options]) -> Rf:
    """Gauss pulse of ``flip`` [rad], cut off at the ends of ``duration``; its profile is a Gauss line, too."""
    chosen = _chosen(options)
    if time_bandwidth < NARROWEST_GAUSS:
        raise PulseError(
            f"A Gauss pulse of time-bandwidth product {time_bandwidth:g} is cut off above half of its peak: "
            f"choose at least {NARROWEST_GAUSS:g} or use a block."
        )
    _resolved(time_bandwidth, chosen.samples)
    half = 2 * time_bandwidth / GAUSS_WIDTH  # the inverse of x where the shape is one half
    return _flipped(duration, flip, lambda x: np.exp2(-((half * x) ** 2)), chosen)


def slr_pulse(
    duration: float,
    flip: float,
    time_bandwidth: float = 4.0,
    kind: slr.Kind = "excitation",
    *,
    minimum: bool = False,
    passing: float = 0.01,
    stopping: float = 0.01,
    **options: Unpack[Options],
) -> Rf:
    """Shinnar-Le Roux pulse of ``flip`` [rad] with equal ripples ``passing`` and ``stopping`` of the magnetization.

    ``kind``: what the ripples are meant for, excitation (M+), refocusing (crushed echo), inversion and saturation (Mz),
    small (flips below 30 degrees). Linear phase unless ``minimum`` phase is asked for: sharper edges, and the phase
    across the slice cannot be refocused by a gradient.
    """
    chosen = _chosen(options)
    _common(duration, flip, chosen)
    _within("flip", flip, 0, pi, "radians up to pi")
    for name, ripple in (("passing", passing), ("stopping", stopping)):
        _within(f"{name} ripple", ripple, 1e-6, 0.3, "a ripple such as 0.01")
    _resolved(time_bandwidth, chosen.samples)
    wanted = slr.Design(chosen.samples, flip, time_bandwidth, kind, minimum, passing, stopping)
    try:
        train = slr.design(wanted).train
    except ValueError as error:
        raise PulseError(str(error)) from error
    return _held(train * (chosen.samples / duration), duration, chosen)


def hyperbolic_secant(
    duration: float, peak: float, bandwidth: float, cut: float = 0.01, **options: Unpack[Options]
) -> Rf:
    """Adiabatic inversion of ``bandwidth`` [Hz] by W0 sech(bt)^(1 + i mu), W0 = ``peak`` [rad/s].

    ``cut``: amplitude at its ends as a part of the peak, which gives b; mu = pi bandwidth/b.
    """
    _positive("duration", duration, "s")
    _within("cut", cut, 1e-6, 0.5, "a part of the peak such as 0.01")
    rate = adiabatic.secant_rate(duration, cut)
    pulse = adiabatic.hyperbolic_secant(duration, peak, rate, pi * bandwidth / rate)
    options.setdefault("use", "inversion")
    return modulated(pulse, **options)


def bir4(duration: float, flip: float, peak: float, sweep: float, **options: Unpack[Options]) -> Rf:
    """BIR-4 of any ``flip`` [rad], ``peak`` [rad/s]; ``sweep``: largest offset of the carrier [Hz]."""
    _positive("duration", duration, "s")
    options.setdefault("samples", 4096)
    return modulated(adiabatic.bir4(duration, flip, peak, 2 * pi * sweep), **options)


def modulated(pulse: adiabatic.Modulation, **options: Unpack[Options]) -> Rf:
    """Any modulated pulse, sampled in the middle of its steps: 1024 unless told otherwise."""
    chosen = _chosen(options, samples=1024)
    _common(pulse.duration, 0.0, chosen)
    t = (np.arange(chosen.samples) + 0.5) * pulse.duration / chosen.samples
    turned = float(np.max(np.abs(pulse.sweep(t)))) * pulse.duration / chosen.samples
    if turned > LARGEST_SWEEP:
        needed = int(np.ceil(chosen.samples * turned / LARGEST_SWEEP))
        raise PulseError(
            f"The sweep turns the carrier by {turned:.3g} rad in a sample, the limit is {LARGEST_SWEEP:.3g}: "
            f"use at least {needed} samples instead of {chosen.samples}, or a narrower sweep."
        )
    return _held(pulse.at(t), pulse.duration, chosen)


def sampled(w1: ArrayLike, dt: float, flip: float | None = None, **options: Unpack[Options]) -> Rf:
    """Pulse from an array (n,) of gamma B1 [rad/s], complex, each held for ``dt`` [s]; scaled to ``flip`` [rad]."""
    values = np.asarray(w1, np.complex128)
    if values.ndim != 1 or not len(values):
        raise PulseError(f"A pulse is a row of samples, not an array of shape {values.shape}: give shape (n,).")
    if not np.isfinite(values).all():
        raise PulseError(f"Sample {int(np.argmin(np.isfinite(values)))} of the pulse is not finite: give numbers.")
    chosen = replace(_chosen(options), samples=len(values))
    duration = dt * len(values)
    _common(duration, flip or 0.0, chosen)
    return _scaled(values, duration, flip, chosen)


def peak_b1(pulse: Rf) -> float:
    """Largest amplitude B1 [T] for protons."""
    return float(np.max(np.abs(pulse.w1)) / PROTON_GYROMAGNETIC_RATIO)


def energy(pulse: Rf) -> float:
    """Integral of |w1|^2 [rad^2/s]: what the patient is heated by."""
    squares = np.abs(pulse.w1) ** 2
    widths = np.diff(pulse.times)
    return float(np.sum(squares * widths) if pulse.held else np.sum((squares[1:] + squares[:-1]) / 2 * widths))


def small_tip(pulse: Rf, dw: ArrayLike) -> Complex:
    """M+ (m,) at the end of the pulse for the offsets ``dw`` (m,) [rad/s] by the small-tip approximation.

    M+ = i exp(-i dw T) times the integral of w1(t) exp(i dw t): the Fourier transform of the pulse, exact for held
    samples. Good below 30 degrees. Pauly, Nishimura and Macovski, J. Magn. Reson. 81, 43 (1989).
    """
    offsets = np.asarray(dw, np.float64)
    widths, middles = np.diff(pulse.times), (pulse.times[1:] + pulse.times[:-1]) / 2
    if pulse.held:
        values = pulse.w1
    else:
        values = (pulse.w1[1:] + pulse.w1[:-1]) / 2
    # The carrier is part of the pulse: seen from it the offset is smaller.
    seen = offsets - 2 * pi * pulse.frequency
    total = np.zeros(offsets.shape, np.complex128)
    for value, width, middle in zip(values, widths, middles):
        total += value * width * np.sinc(seen * width / (2 * pi)) * np.exp(1j * seen * middle)
    return np.asarray(1j * np.exp(1j * pulse.phase) * np.exp(-1j * offsets * pulse.duration) * total)


def bandwidth(pulse: Rf, points: int = 4001) -> float:
    """Full width at half maximum [Hz] of the small-tip profile about the carrier."""
    span = 1 / float(np.min(np.diff(pulse.times)))
    f = np.linspace(-span / 2, span / 2, points) if len(pulse.w1) > 1 else np.linspace(-2 * span, 2 * span, points)
    profile = np.abs(small_tip(replace(pulse, frequency=0.0), 2 * pi * f))
    half = profile.max() / 2
    above = np.flatnonzero(profile >= half)
    first, last = int(above[0]), int(above[-1])
    left = np.interp(half, profile[first - 1 : first + 1], f[first - 1 : first + 1]) if first else f[0]
    right = np.interp(-half, -profile[last : last + 2], f[last : last + 2]) if last + 1 < points else f[-1]
    return float(right - left)


def slice_gradient(width: float, thickness: float) -> float:
    """Gradient [Hz/m] under which a pulse of ``width`` [Hz] selects a slice of ``thickness`` [m]."""
    _positive("bandwidth", width, "Hz")
    _positive("slice thickness", thickness, "m")
    return width / thickness


def nutation(B1: float) -> float:
    """Amplitude w1 = gamma B1 [rad/s] of a field ``B1`` [T] for protons."""
    return PROTON_GYROMAGNETIC_RATIO * B1


def _flipped(duration: float, flip: float, shape: Callable[[Array], Array], chosen: _Chosen) -> Rf:
    """Sample a shape, a function of x = t/duration from -1/2 to 1/2, in the middle of each step."""
    _common(duration, flip, chosen)
    return _scaled(shape((np.arange(chosen.samples) + 0.5) / chosen.samples - 0.5), duration, flip, chosen)


def _scaled(values: ArrayLike, duration: float, flip: float | None, chosen: _Chosen) -> Rf:
    w1 = np.asarray(values, np.complex128)
    if flip is not None:
        angle = abs(complex(w1.sum())) * duration / chosen.samples
        if angle == 0.0:
            raise PulseError("The samples add up to no flip angle: leave the flip out, or give other samples.")
        w1 = w1 * (flip / angle)
    return _held(w1, duration, chosen)


def _held(w1: ArrayLike, duration: float, chosen: _Chosen) -> Rf:
    """Check the amplitude and lay the samples out in time."""
    values = np.asarray(w1, np.complex128)
    peak = float(np.max(np.abs(values)))
    if peak > chosen.highest * (1 + 1e-12):
        needed, limit = (1e6 * w1 / PROTON_GYROMAGNETIC_RATIO for w1 in (peak, chosen.highest))
        longer = 1e3 * duration * peak / chosen.highest
        raise PulseError(
            f"The pulse needs a peak B1 of {needed:.3g} µT, the limit is {limit:.3g} µT: "
            f"make it at least {longer:.3g} ms long or lower the flip angle."
        )
    times = np.linspace(0.0, duration, len(values) + 1)
    return Rf(times, values, frequency=chosen.frequency, phase=chosen.phase, use=chosen.use)


def _common(duration: float, flip: float, chosen: _Chosen) -> None:
    _positive("duration", duration, "s")
    _within("flip", flip, -20 * pi, 20 * pi, "radians, not degrees")
    _within("number of samples", chosen.samples, 1, MOST_SAMPLES, "a whole number such as 256")


def _resolved(time_bandwidth: float, samples: int) -> None:
    """A pulse repeats its profile every samples/duration: half of it must hold the slice."""
    _positive("time-bandwidth product", time_bandwidth, "")
    if time_bandwidth > samples / 2:
        raise PulseError(
            f"A time-bandwidth product of {time_bandwidth:g} does not fit into {samples} samples, the limit is "
            f"{samples / 2:g}: use at least {int(np.ceil(2 * time_bandwidth))} samples."
        )


def _positive(name: str, value: float, unit: str) -> None:
    if not (value > 0 and isfinite(value)):
        raise PulseError(f"The {name} is {value:g} {unit}".rstrip() + ": it must be finite and above 0.")


def _within(name: str, value: float, low: float, high: float, remedy: str) -> None:
    if not low <= value <= high:
        raise PulseError(f"The {name} is {value:g}, the limits are {low:.4g} and {high:.4g}: give {remedy}.")
