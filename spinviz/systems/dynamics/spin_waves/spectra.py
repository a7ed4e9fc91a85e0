"""Frequencies of the waves that were recorded: transforms over time, with Hann's window."""

from __future__ import annotations

from math import nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.systems.dynamics.spin_waves.parameters import SAMPLES, SpinWaveParameters, highest, sample_time
from spinviz.systems.dynamics.spin_waves.state import Complex, SpinWaveState

Values = NDArray[np.float64]

LEAST = 64
"""Samples from which on a frequency is found."""
PADDED = 4 * SAMPLES
"""Length of the transforms: between the frequencies of the record others are filled in."""
FINER = 8
"""Factor by which wave numbers of the emission are closer than those of the whole length."""
FAINT = 1e-9
"""Amplitude below which a wave counts as none: rounding."""
AWAY = 3.0
"""Distance of a line from zero, in units of the resolution, from which its window does not reach its mirror image."""
FAINTER = 0.02
"""Part of the strongest wave below which others are not marked."""
DECADES = 2.0
"""Of amplitude, that are shown."""


def resolution(state: SpinWaveState, p: SpinWaveParameters) -> float:
    """One over the time recorded [Hz]; NaN while it is too short."""
    return 1 / (state.filled * sample_time(p)) if state.filled >= LEAST else nan


def lines_of(samples: Complex) -> tuple[Values, Values]:
    """Amplitudes (half, n) of what turns one way and the other, of ``samples`` (time, n).

    The first is exp(+i w t), the other exp(-i w t); the frequencies are row / (`PADDED` times the sample time).
    """
    taken = len(samples)
    window = np.sin(pi * (np.arange(taken) + 0.5) / taken) ** 2
    found = np.abs(np.fft.fft(samples * window[:, None], PADDED, axis=0)) / max(window.sum(), 1e-300)
    half = PADDED // 2
    return found[:half], found[(-np.arange(half)) % PADDED]


def peak_of(line: Values, state: SpinWaveState, p: SpinWaveParameters) -> float:
    """Frequency [Hz] of the highest point of a ``line`` (half,): a parabola through three logarithms. NaN for none."""
    if state.filled < LEAST:
        return nan
    nearest = max(1, round(AWAY * PADDED / state.filled))
    inside = line[nearest:-1]
    row = nearest + int(np.argmax(inside))
    if line[row] < FAINT or not line[row - 1] < line[row] >= line[row + 1]:
        return nan
    return (row + vertex(line[row - 1 : row + 2])) / (PADDED * sample_time(p))


def vertex(three: Values) -> float:
    """Where the parabola through the logarithms of ``three`` amplitudes is highest, from that in the middle."""
    below, here, above = np.log(np.maximum(three, 1e-300))
    return float((below - above) / (2 * (below - 2 * here + above))) if below + above < 2 * here else 0.0


def frequencies_of(state: SpinWaveState, p: SpinWaveParameters, waves: int) -> tuple[float, float]:
    """Frequencies [Hz] of the wave with so many wavelengths on the length.

    Of a chain that which turns with the moments along the field, and the other; of a film one, of both directions.
    """
    if not 0 <= waves <= p.band or state.filled < LEAST:
        return nan, nan
    one, other = (line[:, 0] for line in lines_of(state.samples(slice(waves, waves + 1))))
    if p.chain:
        return peak_of(one, state, p), peak_of(other, state, p)
    return peak_of(np.hypot(one, other), state, p), nan


def emission(state: SpinWaveState, p: SpinWaveParameters) -> tuple[Values, Values]:
    """Wave numbers [1/m] and amplitudes, (n,), of what runs right of the antenna at its frequency, k below 0 too.

    exp(i(kx - wt)): with k below 0 crests come towards the antenna. Of half of the length, with Hann's window.
    """
    c = state.samples()
    t = sample_time(p) * np.arange(len(c))
    weight = np.sin(pi * (np.arange(len(c)) + 0.5) / len(c)) ** 2 * np.exp(2j * pi * p.f * t)
    weight /= np.abs(weight).sum()
    # No product of matrices: its threads would cost more than it saves.
    right, left = (weight[:, None] * c).sum(axis=0), (weight[:, None] * np.conj(c)).sum(axis=0)
    spectrum = np.zeros(p.count, complex)
    spectrum[: p.band + 1] = right
    spectrum[-p.band :] = left[:0:-1]
    along = np.fft.ifft(spectrum) * p.count
    half = along[p.count // 2 :]
    places = (np.arange(len(half)) + 0.5) / len(half)
    found = np.fft.fftshift(np.abs(np.fft.fft(half * np.sin(pi * places) ** 2, FINER * p.count))) / len(half) * 2
    k = 2 * pi * np.fft.fftshift(np.fft.fftfreq(FINER * p.count, p.dx))
    inside = np.abs(k) <= 2 * pi / p.length * p.band
    return np.asarray(k[inside], np.float64), np.asarray(found[inside], np.float64)


def emitted(state: SpinWaveState, p: SpinWaveParameters) -> float:
    """Wave number [1/m] of the strongest wave right of the antenna, below 0 where its crests come in; NaN for none."""
    if not p.driven or state.filled < LEAST:
        return nan
    k, found = emission(state, p)
    row = int(np.argmax(found))
    if found[row] < FAINT or not 0 < row < len(k) - 1:
        return nan
    return float(k[row] + (k[1] - k[0]) * vertex(found[row - 1 : row + 2]))


def measure(state: SpinWaveState, p: SpinWaveParameters) -> None:
    """Find the numbers of the record: frequencies of the wave in both senses, of its neighbours and k = 0, emission."""
    f, second = frequencies_of(state, p, p.waves)
    below, above = (frequencies_of(state, p, p.waves + step)[0] for step in (-1, 1))
    slope = nan if p.chain else (above - below) / 2 * p.length
    state.numbers = f, second, frequencies_of(state, p, 0)[0], slope, emitted(state, p)


def ridge(state: SpinWaveState, p: SpinWaveParameters) -> Values:
    """Frequencies [Hz] (branches, band + 1) of all waves of the band; NaN where there is none."""
    if state.filled < LEAST:
        return np.full((2, p.band + 1), nan)
    one, other = lines_of(state.samples())
    both = (one, other) if p.chain else (np.hypot(one, other),)
    away = round(AWAY * PADDED / state.filled)
    strong = [line[away:].max(axis=0) > FAINTER * max(float(line[away:].max()), 1e-300) for line in both]
    return np.array(
        [
            [peak_of(line[:, n], state, p) if known[n] else nan for n in range(p.band + 1)]
            for line, known in zip(both, strong)
        ]
    )


def shown_frequency(p: SpinWaveParameters) -> float:
    """Highest frequency [Hz] that is shown."""
    return 1.12 * highest(p)


def intensity(state: SpinWaveState, p: SpinWaveParameters) -> Values:
    """log10 of the amplitude over the largest, (rows, 2 band + 1), from -DECADES to 0, over k and f.

    Waves to the right on the right; those of a chain, whose waves run both ways alike, on both sides.
    """
    rows = max(2, round(shown_frequency(p) * PADDED * sample_time(p)))
    if state.filled < LEAST:
        return np.full((rows, 2 * p.band + 1), -DECADES)
    one, other = lines_of(state.samples())
    left, right = (np.hypot(one, other),) * 2 if p.chain else (one, other)
    found = np.concatenate([left[:rows, :0:-1], right[:rows]], axis=1)
    # What does not move has no frequency.
    lowest = round(AWAY * PADDED / state.filled)
    most = max(float(found[lowest:].max()), FAINT)
    return np.asarray(np.clip(np.log10(np.maximum(found / most, 1e-30)), -DECADES, 0.0))
