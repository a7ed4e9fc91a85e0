"""The spectrum of a signal that is recorded for a while: its line is as wide as the signal and the record allow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SAMPLES = 1024
"""Points of a signal that are enough for the lines shown: some ten widths."""
ZERO_FILL = 32
EARLY = 0.03
"""A signal that is strongest within this part of its length is a free induction decay."""


def recorded_line(signal: NDArray[np.complex128], duration: float, f: Values) -> Values:
    """Spectrum (n,) at the frequencies ``f`` (n,) [Hz] of ``signal`` (m,), evenly spaced over ``duration`` [s].

    The Fourier integral by the trapezoidal rule, its maximum 1: absorption in phase with the start when the signal is
    strongest there, else the power. Of exp(-R t) over T the absorption is Re (1 - exp(-(R + iw) T))/(R + iw), a
    Lorentzian with wiggles of exp(-R T): Ernst, Bodenhausen and Wokaun, Principles of NMR in One and Two Dimensions
    (1987), chapter 4. NaN without a signal.
    """
    top = int(np.argmax(np.abs(signal)))
    size = abs(signal[top])
    if not size > 0 or not duration > 0:
        return np.full(np.shape(f), np.nan)
    weighted = signal.astype(np.complex128)
    weighted[[0, -1]] /= 2
    transformed = np.fft.fftshift(np.fft.fft(weighted, ZERO_FILL * len(signal)))
    frequency = np.fft.fftshift(np.fft.fftfreq(len(transformed), duration / (len(signal) - 1)))
    if top <= EARLY * len(signal):
        shape = (transformed * np.conj(signal[top]) / size).real
    else:
        shape = np.abs(transformed) ** 2
    return np.asarray(np.interp(f, frequency, shape / shape.max()))
