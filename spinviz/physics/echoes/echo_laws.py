"""Closed forms of echoes: three pulses, trains of pulses, gradient echoes in the steady state, diffusion.

Angles [rad], times [s], signals in units of M0 and as magnitudes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, inf, sin, sqrt, tan

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Echo:
    """An echo of a few pulses: ``name`` and ``symbol``, its ``time`` [s] and ``amplitude`` |M+|."""

    name: str
    symbol: str
    time: float
    amplitude: float


def hahn_echoes(tau: float, T: float, a1: float, a2: float, a3: float, T1: float, T2: float) -> tuple[Echo, ...]:
    """The five echoes of three pulses at 0, tau and T, in the order of their times for T > 3 tau.

    The spin echo of the first two pulses; the stimulated echo, stored along z between the second and the third; the
    spin echo turned round once more; the spin echoes of the second and of the first pulse with the third. For
    T > 2 tau and offsets that dephase completely between all of these. Hahn, Phys. Rev. 80, 580 (1950).
    """
    refocused2, refocused3 = sin(a2 / 2) ** 2, sin(a3 / 2) ** 2
    stored = exp(-(T - tau) / T1)
    recovered = 1 - (1 - cos(a1)) * exp(-tau / T1)

    def echo(name: str, symbol: str, time: float, amplitude: float, transverse: float) -> Echo:
        return Echo(name, symbol, time, abs(amplitude) * exp(-transverse / T2))

    return (
        echo("spin echo of pulses 1 and 2", "E₁₂", 2 * tau, sin(a1) * refocused2, 2 * tau),
        echo("stimulated echo", "STE", T + tau, sin(a1) * sin(a2) * sin(a3) / 2 * stored, 2 * tau),
        echo("echo of the first echo", "E₁₂₃", 2 * T - 2 * tau, sin(a1) * refocused2 * refocused3, 2 * T - 2 * tau),
        echo("spin echo of pulses 2 and 3", "E₂₃", 2 * T - tau, recovered * sin(a2) * refocused3, 2 * (T - tau)),
        echo("spin echo of pulses 1 and 3", "E₁₃", 2 * T, sin(a1) * cos(a2 / 2) ** 2 * refocused3, 2 * T),
    )


def first_echoes(
    refocusing: float, spacing: float = 0.0, T1: float = inf, T2: float = inf, *, meiboom_gill: bool = True
) -> tuple[float, float]:
    """First two echoes of a train of pulses: s e and s (s e^2 +- 2 c e e1), s = sin^2(a/2), c = cos^2(a/2).

    e = exp(-spacing/T2), e1 = exp(-spacing/T1); the second echo is the sum of a spin echo, turned round twice, and a
    stimulated echo, stored along z from the first to the second pulse. With the phase of Meiboom and Gill (CPMG)
    they add, s (1 + c) without relaxation; with that of Carr and Purcell (CP) they are subtracted. Magnitudes.
    Hennig, J. Magn. Reson. 78, 397 (1988).
    """
    s, c, e = sin(refocusing / 2) ** 2, cos(refocusing / 2) ** 2, exp(-spacing / T2)
    stored = 2 * c * e * exp(-spacing / T1)
    return s * e, abs(s * (s * e * e + (stored if meiboom_gill else -stored)))


def diffusion_echo(tau: ArrayLike, slope: float, D: float) -> Array:
    """Attenuation of the Hahn echo at 2 tau in a constant gradient: exp(-(2/3) slope^2 D tau^3).

    ``slope`` = gamma G [rad/(s m)], D [m^2/s]; unrestricted diffusion. Hahn, Phys. Rev. 80, 580 (1950); Carr and
    Purcell, Phys. Rev. 94, 630 (1954).
    """
    return np.asarray(np.exp(-2 / 3 * slope**2 * D * np.asarray(tau, np.float64) ** 3))


def diffusion_train(t: ArrayLike, spacing: float, slope: float, D: float) -> Array:
    """Attenuation of a CPMG train of perfect pulses at its echoes: exp(-slope^2 D spacing^2 t/12).

    Carr and Purcell, Phys. Rev. 94, 630 (1954).
    """
    return np.asarray(np.exp(-(slope**2) * D * spacing**2 * np.asarray(t, np.float64) / 12))


def steady_echo(angle: float, TR: float, T1: float, T2: float) -> float:
    """Steady signal just before the pulse when each TR dephases by whole turns (PSIF, SSFP-echo).

    tan(a/2) (1 - (1 - E1 cos a) r), r = (1 - E2^2)/sqrt(p^2 - q^2), p = 1 - E1 cos a - E2^2 (E1 - cos a),
    q = E2 (1 - E1)(1 + cos a); just after the pulse see `bloch_laws.unspoiled_gradient_echo`. Gyngell, Magn. Reson.
    Imaging 6, 415 (1988).
    """
    E1, E2 = exp(-TR / T1), exp(-TR / T2)
    p = 1 - E1 * cos(angle) - E2**2 * (E1 - cos(angle))
    q = E2 * (1 - E1) * (1 + cos(angle))
    return tan(angle / 2) * (1 - (1 - E1 * cos(angle)) * (1 - E2**2) / sqrt(p * p - q * q))


def saturation_recovery(t: ArrayLike, T1: float) -> Array:
    """Mz/M0 a time t after the last 90 degree pulse: 1 - exp(-t/T1), the same for every repetition after the first.

    Valid for perfect 90 degree pulses with all transverse magnetization destroyed before each. Bloch, Phys. Rev. 70,
    460 (1946).
    """
    return np.asarray(1 - np.exp(-np.asarray(t, np.float64) / T1))


def prepared_recovery(t: ArrayLike, angle: float, TI: ArrayLike, TR: float, T1: float) -> Array:
    """Mz/M0 a time t after a pulse of ``angle`` [rad], repeated every TR, with a 90 degree pulse at TI each time.

    1 - (1 - cos(a) (1 - exp(-(TR - TI)/T1))) exp(-t/T1) for t <= TI: for 180 degrees and t = TI the inversion recovery
    1 - 2 exp(-TI/T1) + exp(-TR/T1), for 90 degrees the saturation recovery. All transverse magnetization is destroyed
    after each pulse. Vold et al., J. Chem. Phys. 48, 3831 (1968).
    """
    before = 1 - np.exp(-(TR - np.asarray(TI, np.float64)) / T1)
    return np.asarray(1 - (1 - cos(angle) * before) * np.exp(-np.asarray(t, np.float64) / T1))
