"""Shinnar-Le Roux: a train of hard pulses is a pair of polynomials, and the pair gives the train back.

Pulse j turns by theta_j about the axis at phi_j after a time dt of free precession; in the convention of
`sequence.blocks` (dM/dt = M x w) the spinor of a spin at rest becomes (A, B) with z = exp(i dw dt) and

    A_j = C_j A_(j-1) - conj(S_j) z^-1 B_(j-1),   C_j = cos(theta_j/2),
    B_j = S_j A_(j-1) + C_j z^-1 B_(j-1),         S_j = i exp(i phi_j) sin(theta_j/2),

so that M+ = 2 conj(A) B and Mz = |A|^2 - |B|^2. Pauly, Le Roux, Nishimura and Macovski, IEEE Trans. Med. Imaging 10, 53
(1991). Angles are complex: theta exp(i phi) [rad].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log10, sin, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Kind = Literal["small", "excitation", "refocusing", "inversion", "saturation"]

TOP = 1 - 1e-6
"""Largest |B| that is inverted: at 1, A has zeros on the unit circle and no logarithm."""
TOLERATED = 1.01
"""Ripple relative to the one wanted with which a design is content."""
OVERSAMPLING = 64
"""Points on the unit circle for each coefficient when a minimum phase is found."""


def forward(angles: ArrayLike, phi: ArrayLike) -> tuple[Complex, Complex]:
    """A and B (m,) after the hard pulses ``angles`` (n,) [rad, complex] for spins that turn by ``phi`` (m,) = dw dt."""
    back = np.exp(-1j * np.asarray(phi, np.float64))
    a, b = np.ones(back.shape, np.complex128), np.zeros(back.shape, np.complex128)
    for angle in np.asarray(angles, np.complex128):
        c, s = _cayley_klein(angle)
        b *= back
        a, b = c * a - np.conj(s) * b, s * a + c * b
    return a, b


def polynomials(angles: ArrayLike) -> tuple[Complex, Complex]:
    """Coefficients (n,) of A and B in powers of z^-1 for the hard pulses ``angles`` (n,) [rad, complex]."""
    train = np.asarray(angles, np.complex128)
    a, b = np.zeros(len(train), np.complex128), np.zeros(len(train), np.complex128)
    a[0] = 1.0
    for angle in train:
        c, s = _cayley_klein(angle)
        b = np.roll(b, 1)  # The last coefficient is still 0.
        a, b = c * a - np.conj(s) * b, s * a + c * b
    return a, b


def inverse(a: ArrayLike, b: ArrayLike) -> Complex:
    """Hard pulses (n,) [rad, complex] whose polynomials are ``a`` and ``b`` (n,), |A|^2 + |B|^2 = 1: exact."""
    alpha, beta = np.array(a, np.complex128), np.array(b, np.complex128)
    train = np.empty_like(alpha)
    for j in range(len(alpha) - 1, -1, -1):
        ratio = beta[0] / alpha[0]
        train[j] = 2 * np.arctan(abs(ratio)) * np.exp(1j * np.angle(-1j * ratio))
        c, s = _cayley_klein(train[j])
        alpha, beta = (c * alpha + np.conj(s) * beta)[:j], (c * beta - s * alpha)[1 : j + 1]
    return train


def _cayley_klein(angle: complex) -> tuple[float, complex]:
    half = abs(angle) / 2
    return float(np.cos(half)), complex(1j * np.sin(half) * np.exp(1j * np.angle(angle)))


def magnetization(a: Complex, b: Complex) -> tuple[Complex, Array]:
    """M+ and Mz (m,) of spins that rested along z."""
    return 2 * np.conj(a) * b, np.abs(a) ** 2 - np.abs(b) ** 2


def train_of(b: ArrayLike) -> Complex:
    """Hard pulses (n,) [rad, complex] of least energy with the polynomial ``b`` (n,), |B| <= 1: A is minimum phase."""
    beta = np.array(b, np.complex128)
    points = _points(len(beta))
    beta *= min(1.0, TOP / float(np.abs(np.fft.fft(beta, points)).max()))
    spectrum = np.abs(np.fft.fft(beta, points)) ** 2
    return inverse(minimum_phase(np.sqrt(1 - spectrum))[: len(beta)], beta)


def minimum_phase(magnitude: Array) -> Complex:
    """Coefficients (points,) in powers of z^-1 of the minimum-phase polynomial with this magnitude on the unit circle.

    The cepstrum of a minimum-phase sequence is causal: fold the even cepstrum of log |A|.
    """
    points = len(magnitude)
    cepstrum = np.fft.ifft(np.log(np.maximum(magnitude, 1e-12)))
    cepstrum[1 : points // 2] *= 2
    cepstrum[points // 2 + 1 :] = 0
    return np.asarray(np.fft.ifft(np.exp(np.fft.fft(cepstrum))))


def _points(count: int) -> int:
    return int(2 ** np.ceil(np.log2(OVERSAMPLING * count)))


def ripples(kind: Kind, passing: float, stopping: float) -> tuple[float, float]:
    """Ripples of B that give the wanted ripples of the magnetization (Pauly et al., table II)."""
    return {
        "small": (passing, stopping),
        "excitation": (sqrt(passing / 2), stopping / sqrt(2)),
        "saturation": (passing / 2, sqrt(stopping)),
        "inversion": (passing / 8, sqrt(stopping / 2)),
        "refocusing": (passing / 4, sqrt(stopping)),
    }[kind]


def transition(time_bandwidth: float, passing: float, stopping: float) -> float:
    """Width of the edges as a part of the bandwidth, D(ripples)/TBW: Rabiner and Gold's fit for linear phase."""
    p, s = np.log10(passing), np.log10(stopping)
    d = (5.309e-3 * p * p + 7.114e-2 * p - 0.4761) * s + (-2.66e-3 * p * p - 0.5941 * p - 0.4278)
    return float(d / time_bandwidth)


@dataclass(frozen=True)
class Design:
    """What to ask of a selective pulse: ``samples`` of it, ``flip`` [rad], bandwidth times duration, ripples of M."""

    samples: int
    flip: float
    time_bandwidth: float
    kind: Kind = "excitation"
    minimum: bool = False
    passing: float = 0.01
    stopping: float = 0.01


@dataclass(frozen=True, eq=False)
class Designed:
    """A `Design` carried out: hard pulses (samples,) [rad, complex, read-only] and the edges of its bands.

    ``inner``, ``outer``: end of the pass band and beginning of the stop band, in units of 1/duration from the centre.
    """

    train: Complex
    inner: float
    outer: float


@lru_cache(maxsize=32)
def design(wanted: Design) -> Designed:
    """Find an equiripple B with the ripples wanted, and the train of least energy that has it."""
    passing, stopping = ripples(wanted.kind, wanted.passing, wanted.stopping)
    build = _minimum_filter if wanted.minimum else _linear_filter
    width = (
        transition(wanted.time_bandwidth, 2 * passing, stopping**2 / 2) / 2
        if wanted.minimum
        else transition(wanted.time_bandwidth, passing, stopping)
    )
    for _ in range(60):
        inner, outer = (1 - width) * wanted.time_bandwidth / 2, (1 + width) * wanted.time_bandwidth / 2
        if inner <= 0 or outer >= wanted.samples / 2:
            break
        h = build(wanted.samples, inner, outer, passing, stopping)
        excess = _excess(h, inner, outer, passing, stopping)
        if excess <= TOLERATED:
            # S carries a factor i for pulses about x.
            train = train_of(1j * sin(wanted.flip / 2) * h)
            train.flags.writeable = False
            return Designed(train, inner, outer)
        # Rabiner and Gold's fit is short where ripples are large; a decade of ripple costs most of the width.
        width *= max(1.004, 1 + 0.6 * log10(excess))
    raise ValueError(
        f"A time-bandwidth product of {wanted.time_bandwidth:g} leaves no pass band for ripples of "
        f"{wanted.passing:g} and {wanted.stopping:g} in {wanted.samples} samples: "
        + ("allow larger ripples or a larger product." if inner <= 0 else "use more samples or a smaller product.")
    )


def _excess(h: Array, inner: float, outer: float, passing: float, stopping: float) -> float:
    """Largest ripple of the filter in units of the one allowed."""
    points = _points(len(h))
    response = np.abs(np.fft.rfft(h, points))
    f = np.arange(len(response)) * (len(h) / points)
    inside, outside = np.abs(response[f <= inner] - 1), response[f >= outer]
    return float(max(inside.max() / passing, outside.max() / stopping))


def _linear_filter(samples: int, inner: float, outer: float, passing: float, stopping: float) -> Array:
    """Linear-phase low-pass filter (samples,) by the Parks-McClellan algorithm."""
    return _remez(samples, samples, inner, outer, passing / stopping)


def _minimum_filter(samples: int, inner: float, outer: float, passing: float, stopping: float) -> Array:
    """Minimum-phase low-pass filter (samples,): the factor of a linear-phase one of twice the length.

    The last pulses make the first coefficients: the energy comes late and little time is left to dephase.
    Its square has twice the ripple in the pass band and half the squared ripple about its mean in the stop band.
    """
    h = _remez(2 * samples - 1, samples, inner, outer, 4 * passing / stopping**2)
    points = _points(samples)
    square = np.fft.fft(np.roll(np.pad(h, (0, points - len(h))), 1 - samples)).real
    square -= min(float(square.min()), 0.0)
    inside = square[: int(inner * points / samples) + 1]
    factor = minimum_phase(np.sqrt(square / ((inside.max() + inside.min()) / 2) + 1e-12))[:samples].real
    return np.asarray(factor, np.float64)


def _remez(taps: int, samples: int, inner: float, outer: float, weight: float) -> Array:
    from scipy.signal import remez  # here, because loading it would delay the first picture

    bands = np.array([0.0, inner, outer, samples / 2]) / samples
    h = remez(taps, bands, [1.0, 0.0], weight=[1.0, weight], fs=1.0, maxiter=200)
    return np.asarray(h, np.float64)
