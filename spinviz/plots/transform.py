"""The spectrum of a recorded signal, with line widths that mean what spectroscopists mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy import fft
from numpy.typing import NDArray

Values = NDArray[np.float64]

MANY = 1024
"""Records up to this length are transformed as they are, longer ones averaged to `OVERSAMPLED` times the span."""
OVERSAMPLED = 16
ZERO_FILL = 8
SMOOTH = 1 << 13
EARLY = 0.03
"""A signal that is strongest within this part of its length is a free induction decay."""


@dataclass(frozen=True, eq=False)
class Lines:
    """frequency (n,) [1/time unit], rising; amplitude (n,), its maximum 1. ``mode``: how it was made."""

    frequency: Values
    amplitude: Values
    mode: Literal["absorption", "power"]


def spectrum(time: Values, signal: NDArray[np.complex128] | Values, highest: float = 0.0) -> Lines:
    """Return the spectrum of ``signal`` (n,) sampled at ``time`` (n,); `Lines` without rows for fewer than 8 samples.

    A complex signal that starts at its maximum gives the absorption line (real part, first phase removed): for
    exp(2 pi i f t - t/T2*) a Lorentzian at f whose full width at half maximum is 1/(pi T2*). Anything else (echoes,
    real signals) has no phase to trust and gives the power, whose Lorentzian has the same width. No window function:
    it would widen the lines. Zero filling only interpolates. ``highest``: the largest frequency of interest; long
    records are averaged down to 16 times that, and what averaging takes away is given back.
    """
    time, signal = _uniform(time, signal)
    if len(time) < 8 or not np.any(signal):
        return Lines(np.zeros(0), np.zeros(0), "power")
    step = (time[-1] - time[0]) / (len(time) - 1)
    top = int(np.argmax(np.abs(signal)))
    absorbing = bool(np.iscomplexobj(signal)) and top <= EARLY * len(signal)
    frequency, transformed = _transform(signal, step, _block(len(signal), step, highest))
    if absorbing:
        amplitude = (transformed * (np.conj(signal[top]) / abs(signal[top]))).real
    else:
        amplitude = np.abs(transformed) ** 2
    if not np.iscomplexobj(signal):
        frequency, amplitude = frequency[len(frequency) // 2 :], amplitude[len(amplitude) // 2 :]
    largest = float(np.max(amplitude))
    return Lines(frequency, amplitude / largest if largest > 0 else amplitude, "absorption" if absorbing else "power")


def _block(samples: int, step: float, highest: float) -> int:
    """How many neighbours are averaged: as many as the frequencies of interest allow, at least 8 blocks."""
    if samples <= MANY or highest <= 0:
        return 1
    return max(1, min(int(1 / (OVERSAMPLED * highest * step)), samples // 8))


def _transform(
    signal: NDArray[np.complex128] | Values, step: float, size: int
) -> tuple[Values, NDArray[np.complex128]]:
    """Return frequency and Fourier integral of ``signal``, averaged in blocks of ``size``."""
    count = len(signal) // size
    blocks = signal[: count * size].reshape(count, size).mean(axis=1) if size > 1 else signal
    filled = np.zeros(_power_of_two(max(ZERO_FILL * count, SMOOTH)), dtype=np.complex128)
    filled[:count] = blocks
    if size == 1:
        filled[[0, count - 1]] *= 0.5  # Trapezoidal rule: without it the base line is lifted by half a sample.
    transformed = fft.fftshift(fft.fft(filled))
    frequency = fft.fftshift(fft.fftfreq(len(filled), size * step))
    if size > 1:
        # Blocks stand at their middles, and the mean over a block weakens high frequencies by a sinc.
        middle = 0.5 * (size - 1) * step
        transformed *= np.exp(-2j * np.pi * middle * frequency) / np.sinc(frequency * size * step)
    return frequency, transformed


def _power_of_two(least: int) -> int:
    """A length that transforms fast. scipy's transform is no faster, and its import would delay the window."""
    return 1 << (least - 1).bit_length()


def half_width(lines: Lines) -> tuple[float, float]:
    """Return (frequency of the highest line, its full width at half maximum); NaN without a line."""
    if len(lines.amplitude) < 3:
        return float("nan"), float("nan")
    top = int(np.argmax(lines.amplitude))
    above = lines.amplitude >= 0.5 * lines.amplitude[top]
    left = _crossing(lines, top - int(np.argmin(above[top::-1])), 1) if not above[: top + 1].all() else float("nan")
    right = _crossing(lines, top + int(np.argmin(above[top:])), -1) if not above[top:].all() else float("nan")
    return float(lines.frequency[top]), right - left


def _crossing(lines: Lines, outside: int, inward: int) -> float:
    half = 0.5 * float(np.max(lines.amplitude))
    a, b = lines.amplitude[outside], lines.amplitude[outside + inward]
    f, g = lines.frequency[outside], lines.frequency[outside + inward]
    return float(f + (half - a) / (b - a) * (g - f)) if b != a else float(f)


def _uniform(time: Values, signal: NDArray[np.complex128] | Values) -> tuple[Values, NDArray[np.complex128] | Values]:
    """Resample where the time step changed on the way; drop gaps."""
    known = np.isfinite(signal)
    if not known.all():
        time, signal = time[known], signal[known]
    if len(time) < 3:
        return time, signal
    steps = np.diff(time)
    step = float(np.median(steps))
    if step <= 0 or np.max(np.abs(steps - step)) <= 1e-3 * step:
        return time, signal
    even = np.arange(time[0], time[-1], step)
    if np.iscomplexobj(signal):
        return even, np.interp(even, time, signal.real) + 1j * np.interp(even, time, signal.imag)
    return even, np.interp(even, time, signal)
